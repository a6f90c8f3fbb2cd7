"""What the index knows of an address: balances, history, unspent outputs, each in pages."""

from __future__ import annotations

from collections import Counter
from typing import cast

from pybytomd.indexing import keys
from pybytomd.indexing.keys import ID_SIZE, PLACE_SIZE, asset_id_of, asset_key, place, program_key
from pybytomd.indexing.queries.answers import (
    AddressAnswer,
    AddressOutput,
    AddressOutputsAnswer,
    AddressTransaction,
    AddressTransactionsAnswer,
    AssetBalance,
)
from pybytomd.indexing.queries.view import Pages, View, whole
from pybytomd.indexing.records import Holding, UnspentRow, unpack_changes, unpack_one

MAX_CHANGES = 5000
"""Assets in all rows of a page; it ends there, however many rows were asked for."""


def address_answer(view: View, program: bytes, count: int = 0, cursor: str = "") -> AddressAnswer:
    """A program with a page of its balances, those that are 0 by now included. Raises BadQuestion, StoreError."""
    key = program_key(program)
    immature = _immature(view, key)
    pages: Pages[AssetBalance] = Pages(count, cursor)
    for asset, value in view.rows(keys.HOLDINGS + key, pages.after):
        if pages.is_full:
            pages.end_before_end()
            break
        holding = Holding.from_bytes(value)
        pages.add(
            asset,
            {
                "asset_id": asset_id_of(asset).hex(),
                "amount": whole(holding.amount),
                "immature": whole(immature[asset]),
                "unspent_outputs": holding.outputs,
                "received": whole(holding.received),
                "sent": whole(holding.sent),
            },
        )
    answer = {
        "address": view.address(program),
        "control_program": program.hex(),
        "height": view.height,
        "transactions": transaction_count(view, key),
        "balances": pages.rows,
        "next_cursor": pages.next_cursor,
        **view.forms.vote_figures({vote: unpack_one(value) for vote, value in view.rows(keys.VOTES + key)}),
    }
    return cast("AddressAnswer", answer)


def _immature(view: View, key: bytes) -> Counter[bytes]:
    """What a program, by its key, was paid by coinbases that cannot be spent yet, by asset key."""
    found: Counter[bytes] = Counter()
    mature = view.height - view.forms.maturity
    after = mature.to_bytes(keys.HEIGHT_SIZE, "big") if mature >= 0 else b""
    for _, value in view.rows(keys.REWARDS + key, after):
        for moved in unpack_changes(value):
            found[moved.asset] += moved.received
    return found


def transaction_count(view: View, key: bytes) -> int:
    """How many transactions name a program, by its key."""
    data = view.get(keys.COUNTS + key)
    return 0 if data is None else unpack_one(data)


def address_transactions(
    view: View, program: bytes, count: int = 0, cursor: str = ""
) -> AddressTransactionsAnswer:
    """A page of the history of a program, newest first. Raises BadQuestion, StoreError."""
    key = program_key(program)
    pages: Pages[AddressTransaction] = Pages(count, cursor, PLACE_SIZE)
    changes = 0
    for at, value in view.rows(keys.HISTORY + key, pages.after, reverse=True):
        if pages.is_full or changes > MAX_CHANGES:
            pages.end_before_end()
            break
        row = _history_row(view, at, value)
        pages.add(at, row)
        changes += 0 if row is None else len(row["changes"])
    return {
        "height": view.height,
        "total": transaction_count(view, key),
        "transactions": pages.rows,
        "next_cursor": pages.next_cursor,
    }


def _history_row(view: View, at: bytes, value: bytes) -> AddressTransaction | None:
    placed = view.placed(at)
    if placed is None:
        return None
    row = cast("AddressTransaction", placed)  # not copied, as a page is mostly made of these rows
    row["changes"] = [
        {
            "asset_id": asset_id_of(moved.asset).hex(),
            "received": whole(moved.received),
            "sent": whole(moved.sent),
        }
        for moved in unpack_changes(value)
    ]
    return row


def address_outputs(
    view: View, program: bytes, asset_id: bytes = b"", count: int = 0, cursor: str = ""
) -> AddressOutputsAnswer:
    """A page of the unspent outputs of a program, by asset and id, of one asset or all.

    Raises BadQuestion, StoreError.
    """
    chosen = asset_key(asset_id) if asset_id else b""
    pages: Pages[AddressOutput] = Pages(count, cursor)
    prefix = keys.UNSPENT + program_key(program) + chosen
    for rest, value in view.rows(prefix, pages.after.removeprefix(chosen)):
        if pages.is_full:
            pages.end_before_end()
            break
        key = chosen + rest
        pages.add(key, _output_row(view, key, UnspentRow.from_bytes(value)))
    return {
        "height": view.height,
        "control_program": program.hex(),
        "outputs": pages.rows,
        "next_cursor": pages.next_cursor,
    }


def _output_row(view: View, key: bytes, row: UnspentRow) -> AddressOutput | None:
    """The row of an output whose key ends with its asset key and its id."""
    transaction = view.transaction(place(row.height, row.transaction))
    if transaction is None:
        return None
    answer = {
        "output_id": key[-ID_SIZE:].hex(),
        "asset_id": asset_id_of(key[:-ID_SIZE]).hex(),
        "amount": row.amount,
        "source_id": row.source_id.hex(),
        "source_pos": row.position,
        "tx_id": transaction.tx_id.hex(),
        "block_height": row.height,
        "confirmations": view.confirmations(row.height),
        "valid_height": _valid_height(view, row),
        **view.forms.output_figures(row.is_vote),
    }
    return cast("AddressOutput", answer)


def _valid_height(view: View, row: UnspentRow) -> int:
    """The height from which on an output can be spent, 0 for any."""
    if row.is_vote:
        return row.height + view.forms.vote_lock(row.height)
    return row.height + view.forms.maturity if row.is_coinbase else 0
