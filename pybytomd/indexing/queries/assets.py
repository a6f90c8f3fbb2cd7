"""What the index knows of assets: which there are, how much of each, who has it, where it went."""

from __future__ import annotations

from pybytomd.indexing import keys
from pybytomd.indexing.keys import PLACE_SIZE, asset_id_of, asset_key, place
from pybytomd.indexing.queries.answers import (
    AssetAnswer,
    AssetHolder,
    AssetHoldersAnswer,
    AssetsAnswer,
    AssetTransfer,
    AssetTransfersAnswer,
)
from pybytomd.indexing.queries.transactions import as_object
from pybytomd.indexing.queries.view import Pages, View, whole
from pybytomd.indexing.records import AssetRow, Definition, Transfer

MAX_DEFINITIONS = 256 << 10
"""Bytes of definitions in a page of assets; it ends there, however many rows were asked for."""


def asset_answer(view: View, asset_id: bytes) -> AssetAnswer:
    """An asset by its id. Raises NotIndexed, StoreError."""
    key = asset_key(asset_id)
    return _shown(view, key, _row(view, key))


def _row(view: View, key: bytes) -> AssetRow:
    data = view.get(keys.ASSETS + key)
    if data is None:
        raise view.missing(f"asset {asset_id_of(key).hex()}")
    return AssetRow.from_bytes(data)


def _shown(view: View, key: bytes, row: AssetRow) -> AssetAnswer:
    data = view.get(keys.DEFINITIONS + key)
    definition = None if data is None else Definition.from_bytes(data)
    first = view.transaction(place(row.height, row.transaction))
    return {
        "asset_id": asset_id_of(key).hex(),
        "definition": None if definition is None else as_object(definition.raw),
        "raw_definition": None if definition is None else definition.raw.hex(),
        "issuance_program": None if definition is None else definition.issuance_program.hex(),
        "vm_version": None if definition is None else definition.vm_version,
        "height": view.height,
        "issued": whole(row.issued),
        "retired": whole(row.retired),
        "holders": row.holders,
        "transactions": row.transactions,
        "first_height": row.height,
        "first_tx_id": None if first is None else first.tx_id.hex(),
    }


def assets_answer(view: View, count: int = 0, cursor: str = "") -> AssetsAnswer:
    """A page of all assets. Raises BadQuestion, StoreError."""
    pages: Pages[AssetAnswer] = Pages(count, cursor)
    size = 0
    for key, value in view.rows(keys.ASSETS, pages.after):
        if pages.is_full or size > MAX_DEFINITIONS:
            pages.end_before_end()
            break
        shown = _shown(view, key, AssetRow.from_bytes(value))
        size += len(shown["raw_definition"] or "")
        pages.add(key, shown)
    return {"height": view.height, "assets": pages.rows, "next_cursor": pages.next_cursor}


def asset_holders(view: View, asset_id: bytes, count: int = 0, cursor: str = "") -> AssetHoldersAnswer:
    """A page of the holders of an asset, the largest first. Raises BadQuestion, NotIndexed, StoreError."""
    key = asset_key(asset_id)
    total = _row(view, key).holders
    pages: Pages[AssetHolder] = Pages(count, cursor)
    prefix = keys.HOLDERS + key
    for rest, _ in view.rows(prefix, pages.after):
        if pages.is_full:
            pages.end_before_end()
            break
        amount, holder = keys.parse_holder_key(prefix + rest, key)
        program = view.program(holder)
        pages.add(
            rest, {"address": view.address(program), "control_program": program.hex(), "amount": whole(amount)}
        )
    return {"height": view.height, "total": total, "holders": pages.rows, "next_cursor": pages.next_cursor}


def asset_transfers(view: View, asset_id: bytes, count: int = 0, cursor: str = "") -> AssetTransfersAnswer:
    """A page of what happened to an asset, newest first. Raises BadQuestion, NotIndexed, StoreError."""
    key = asset_key(asset_id)
    total = _row(view, key).transactions
    pages: Pages[AssetTransfer] = Pages(count, cursor, PLACE_SIZE)
    for at, value in view.rows(keys.TRANSFERS + key, pages.after, reverse=True):
        if pages.is_full:
            pages.end_before_end()
            break
        pages.add(at, _transfer(view, at, Transfer.from_bytes(value)))
    return {"height": view.height, "total": total, "transfers": pages.rows, "next_cursor": pages.next_cursor}


def _transfer(view: View, at: bytes, moved: Transfer) -> AssetTransfer | None:
    placed = view.placed(at)
    if placed is None:
        return None
    return {
        **placed,
        "issued": whole(moved.issued),
        "retired": whole(moved.retired),
        "moved": whole(moved.moved),
    }
