"""What a transaction does with contracts: each program's outputs that go, and those that come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pybytomd.chain.events import AnyBlock
from pybytomd.tracing.forms import ContractOutput, TraceForms


@dataclass(frozen=True, slots=True)
class Transfer:
    """One contract program in one transaction: the outputs with it that are spent, and those that are made."""

    transaction_id: bytes
    spent: tuple[ContractOutput, ...]
    made: tuple[ContractOutput, ...]


@dataclass(slots=True)
class _Flow:
    spent: list[ContractOutput] = field(default_factory=list)
    made: list[ContractOutput] = field(default_factory=list)


def transfers_of(tx: Any, failed: bool, forms: TraceForms) -> list[Transfer]:
    """The transfers of a transaction, in the order in which their programs occur, inputs first.

    Of one that ``failed`` only BTM moves, and BTM is in no contract.
    """
    flows: dict[bytes, _Flow] = {}
    for utxo in forms.spent(tx, failed):
        flows.setdefault(utxo.control_program, _Flow()).spent.append(utxo)
    for utxo in forms.made(tx, failed):
        flows.setdefault(utxo.control_program, _Flow()).made.append(utxo)
    return [Transfer(tx.id, tuple(flow.spent), tuple(flow.made)) for flow in flows.values()]


def block_transfers(
    block: AnyBlock, fails: Sequence[bool], forms: TraceForms, *, first: int = 0
) -> list[Transfer]:
    """The transfers of a block, transaction after transaction from the ``first`` on."""
    return [
        transfer
        for tx, failed in zip(block.transactions[first:], fails[first:], strict=True)
        for transfer in transfers_of(tx, failed, forms)
    ]
