"""What the transactions of Bytom 2 do to the set of unspent outputs, forwards and backwards.

The functions work on a *view*: the entries that matter, by output id. Whoever calls them has loaded an entry for
every output spent that the database knows, and writes the view back.
Source: bytom2-ledger-and-consensus reference, section 3.3; ``protocol/state/utxo_view.go``.
"""

from __future__ import annotations

from collections.abc import MutableMapping

from pybytomd.consensus.bytom2.block_errors import LockedVote
from pybytomd.consensus.errors import ImmatureCoinbase, MissingUtxo, SpentUtxo, UnspentRevert
from pybytomd.ledger.bytom2.block import Block
from pybytomd.ledger.bytom2.constants import COINBASE_MATURITY
from pybytomd.ledger.bytom2.inputs import TxOutput, VetoInput
from pybytomd.ledger.bytom2.params import CasperParams
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.ledger.bytom2.utxo import COINBASE, NORMAL, VOTE, UtxoEntry
from pybytomd.ledger.entries import is_retirement

UtxoView = MutableMapping[bytes, UtxoEntry]
"""Entries by output id."""


def created_outputs(tx: Transaction) -> list[tuple[bytes, TxOutput]]:
    """The outputs a transaction adds, with their ids: all but retirements, and those of amount 0."""
    return [
        (output_id, output)
        for output_id, output in zip(tx.ids.result_ids, tx.outputs, strict=True)
        if output.amount and not is_retirement(output.control_program)
    ]


def check_spendable(entry: UtxoEntry | None, height: int, params: CasperParams) -> UtxoEntry:
    """An entry can be spent at ``height``. Raises MissingUtxo, SpentUtxo, ImmatureCoinbase or LockedVote.

    How long a vote is locked depends on the height at which it is spent, not on that at which it was cast.
    """
    if entry is None:
        raise MissingUtxo
    if entry.spent:
        raise SpentUtxo
    if entry.kind == COINBASE and entry.block_height + COINBASE_MATURITY > height:
        raise ImmatureCoinbase
    if entry.kind == VOTE and entry.block_height + params.vote_lock(height) > height:
        raise LockedVote
    return entry


def apply_block(view: UtxoView, block: Block, params: CasperParams) -> None:
    """Spend and create outputs for all transactions of a block, in order.

    Raises the error of ``check_spendable`` for the first output that cannot be spent; the view is then of no use.

    Quirk: the outputs of every transaction with the id of the first one are those of a coinbase, votes as well.
    """
    first = block.transactions[0].id if block.transactions else None
    for tx in block.transactions:
        apply_transaction(view, tx, block.height, params, is_coinbase=tx.id == first)


def apply_transaction(
    view: UtxoView, tx: Transaction, height: int, params: CasperParams, *, is_coinbase: bool
) -> None:
    """Spend and create outputs for a transaction in a block at ``height``. Raises as ``check_spendable``."""
    for output_id in tx.spent_output_ids:
        entry = check_spendable(view.get(output_id), height, params)
        view[output_id] = UtxoEntry(entry.kind, entry.block_height, spent=True)
    for output_id, output in created_outputs(tx):
        view[output_id] = UtxoEntry(COINBASE if is_coinbase else _kind(output.is_vote), height, spent=False)


def detach_block(view: UtxoView, block: Block) -> None:
    """Take all transactions of a block back, the last first. Raises UnspentRevert for a spend that is not there.

    Quirk: an ordinary output or a vote that comes back has lost the height of its block, and a vote with it its
    lock: on the other branch it may be taken back at once. Only spent outputs of coinbases are kept by the
    database, and come back whole.
    """
    for tx in reversed(block.transactions):
        for tx_input, output_id in zip(tx.inputs, tx.ids.prevout_ids, strict=True):
            if output_id is None:
                continue
            entry = view.get(output_id)
            if entry is None:
                view[output_id] = UtxoEntry(_kind(isinstance(tx_input, VetoInput)), 0, spent=False)
            elif entry.spent:
                view[output_id] = UtxoEntry(entry.kind, entry.block_height, spent=False)
            else:
                raise UnspentRevert
        for output_id, output in created_outputs(tx):
            view[output_id] = UtxoEntry(_kind(output.is_vote), 0, spent=True)


def _kind(is_vote: bool) -> int:
    return VOTE if is_vote else NORMAL
