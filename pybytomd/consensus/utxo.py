"""What transactions do to the set of unspent outputs, forwards and backwards.

The functions work on a *view*: the entries that matter, by output id. Whoever calls them has loaded an entry for
every output spent that the database knows (``spent_outputs`` and ``created_outputs`` tell which ids matter), and
writes the view back. Source: chain-and-storage reference, section 7.4; ``protocol/state/utxo_view.go``.
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence

from pybytomd.consensus.errors import ImmatureCoinbase, MissingUtxo, SpentUtxo, UnspentRevert
from pybytomd.ledger.block import Block
from pybytomd.ledger.constants import BTM_ASSET_ID, COINBASE_MATURITY
from pybytomd.ledger.entries import is_retirement
from pybytomd.ledger.inputs import SpendInput, TxOutput
from pybytomd.ledger.transaction import Transaction
from pybytomd.ledger.utxo import UtxoEntry

UtxoView = MutableMapping[bytes, UtxoEntry]
"""Entries by output id."""

RESTORED = UtxoEntry(is_coinbase=False, block_height=0, spent=False)
"""Quirk: an ordinary output that comes back has lost the height of its block."""
REMOVED = UtxoEntry(is_coinbase=False, block_height=0, spent=True)


def spent_outputs(tx: Transaction, failed: bool) -> Sequence[bytes]:
    """Ids of the outputs a transaction consumes, each once: all of them, or if it ``failed`` those of BTM."""
    ids = tx.ids
    if not failed:
        return ids.spent_output_ids
    prevouts = {
        prevout: None
        for tx_input, prevout in zip(tx.inputs, ids.prevout_ids, strict=True)
        if prevout is not None and isinstance(tx_input, SpendInput) and tx_input.asset_id == BTM_ASSET_ID
    }
    return tuple(prevouts)


def created_outputs(tx: Transaction, failed: bool) -> list[tuple[bytes, TxOutput]]:
    """The outputs a transaction adds, with their ids: all but retirements, or if it ``failed`` those of BTM."""
    return [
        (output_id, output)
        for output_id, output in zip(tx.ids.result_ids, tx.outputs, strict=True)
        if not is_retirement(output.control_program) and not (failed and output.asset_id != BTM_ASSET_ID)
    ]


def check_spendable(entry: UtxoEntry | None, height: int) -> UtxoEntry:
    """An entry can be spent in a block at ``height``. Raises MissingUtxo, SpentUtxo or ImmatureCoinbase."""
    if entry is None:
        raise MissingUtxo
    if entry.spent:
        raise SpentUtxo
    if entry.is_coinbase and entry.block_height + COINBASE_MATURITY > height:
        raise ImmatureCoinbase
    return entry


def apply_transaction(view: UtxoView, tx: Transaction, *, height: int, is_coinbase: bool, failed: bool) -> None:
    """Spend and create outputs for a transaction in a block at ``height``.

    Raises the error of ``check_spendable`` for the first output that cannot be spent; the view is then of no use.
    """
    for output_id in spent_outputs(tx, failed):
        entry = check_spendable(view.get(output_id), height)
        view[output_id] = UtxoEntry(entry.is_coinbase, entry.block_height, spent=True)
    created = UtxoEntry(is_coinbase, height, spent=False)
    for output_id, _output in created_outputs(tx, failed):
        view[output_id] = created


def detach_transaction(view: UtxoView, tx: Transaction, *, failed: bool) -> None:
    """Take a transaction back. Raises UnspentRevert when an output it spent is unspent.

    Spent coinbase outputs are kept by the database and come back whole; ordinary ones come back as ``RESTORED``.
    """
    for output_id in spent_outputs(tx, failed):
        entry = view.get(output_id)
        if entry is None:
            view[output_id] = RESTORED
        elif entry.spent:
            view[output_id] = UtxoEntry(entry.is_coinbase, entry.block_height, spent=False)
        else:
            raise UnspentRevert
    for output_id, _output in created_outputs(tx, failed):
        view[output_id] = REMOVED


def apply_block(view: UtxoView, block: Block, fails: Sequence[bool]) -> None:
    """Apply all transactions of a block, in order; ``fails`` is their status. Raises as ``apply_transaction``.

    Quirk: what makes outputs coinbase outputs is the id of the block's first transaction, whatever its inputs.
    """
    first = block.transactions[0].id if block.transactions else None
    for tx, failed in zip(block.transactions, fails, strict=True):
        apply_transaction(view, tx, height=block.height, is_coinbase=tx.id == first, failed=failed)


def detach_block(view: UtxoView, block: Block, fails: Sequence[bool]) -> None:
    """Take all transactions of a block back, the last first. Raises as ``detach_transaction``."""
    for tx, failed in zip(reversed(block.transactions), reversed(fails), strict=True):
        detach_transaction(view, tx, failed=failed)
