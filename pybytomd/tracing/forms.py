"""What following contracts takes of a ledger: one object for each chain, made by ``bytom1`` or ``bytom2``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple


class ContractOutput(NamedTuple):
    """An output that a contract is in. Those of 1.x have no state."""

    output_id: bytes
    source_id: bytes
    asset_id: bytes
    amount: int
    source_position: int
    control_program: bytes
    state_data: tuple[bytes, ...] = ()


OutputsOf = Callable[[Any, bool], Iterable[ContractOutput]]
"""The outputs of contracts of a transaction, given whether it failed."""


@dataclass(frozen=True, slots=True)
class TraceForms:
    """The forms of a chain."""

    spent: OutputsOf
    """Those that it spends, each once."""
    made: OutputsOf
    """Those that it makes."""
    final_height: Callable[[int], int]
    """Up to where blocks are final when the chain has come to a height: they are not undone any more."""
