"""What a transaction does with contracts: each program's outputs that go, and those that come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pybytomd.ledger.block import Block
from pybytomd.ledger.transaction import Transaction
from pybytomd.store.records.output_records import Utxo, consumed, created


@dataclass(frozen=True, slots=True)
class Transfer:
    """One contract program in one transaction: the outputs with it that are spent, and those that are made."""

    transaction_id: bytes
    spent: tuple[Utxo, ...]
    made: tuple[Utxo, ...]


@dataclass(slots=True)
class _Flow:
    spent: list[Utxo] = field(default_factory=list)
    made: list[Utxo] = field(default_factory=list)


def transfers_of(tx: Transaction, failed: bool) -> list[Transfer]:
    """The transfers of a transaction, in the order in which their programs occur, inputs first.

    Of one that ``failed`` only BTM moves, and BTM is in no contract.
    """
    flows: dict[bytes, _Flow] = {}
    for utxo in consumed(tx, failed):
        if utxo.is_contract:
            flows.setdefault(utxo.control_program, _Flow()).spent.append(utxo)
    for utxo in created(tx, failed):
        if utxo.is_contract:
            flows.setdefault(utxo.control_program, _Flow()).made.append(utxo)
    return [Transfer(tx.id, tuple(flow.spent), tuple(flow.made)) for flow in flows.values()]


def block_transfers(block: Block, fails: Sequence[bool], *, first: int = 0) -> list[Transfer]:
    """The transfers of a block, transaction after transaction from the ``first`` on."""
    return [
        transfer
        for tx, failed in zip(block.transactions[first:], fails[first:], strict=True)
        for transfer in transfers_of(tx, failed)
    ]
