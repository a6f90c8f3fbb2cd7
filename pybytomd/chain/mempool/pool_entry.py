"""A transaction that waits for a block, and what was found when it came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from pybytomd.ledger.transaction import Transaction


class AnyTransaction(Protocol):
    """What is known of a transaction of either chain."""

    @property
    def id(self) -> bytes:
        """The transaction id."""

    @property
    def serialized_size(self) -> int:
        """Bytes."""

    @property
    def spent_output_ids(self) -> tuple[bytes, ...]:
        """The outputs being spent."""

    @property
    def inputs(self) -> Sequence[Any]:
        """Of which those that spend have a control program."""

    @property
    def outputs(self) -> Sequence[Any]:
        """Each has a control program."""

    def to_hex(self) -> str:
        """The serialization in hex."""

    @property
    def result_ids(self) -> tuple[bytes, ...]:
        """Those that it makes, and retirements."""


Tx = TypeVar("Tx", bound=AnyTransaction)


@dataclass(frozen=True, slots=True)
class Waiting(Generic[Tx]):
    """A transaction in the pool. Times in Unix seconds."""

    transaction: Tx
    added: float
    """When it entered the pool; an orphan enters when what it spends is known."""
    status_fail: bool
    """Whether it will be in a block as failed: it pays its fee, and of the rest only BTM moves. Not on Bytom 2."""
    height: int
    """Of the best block when it came."""
    weight: int
    """Its size in bytes."""
    fee: int
    """In neu."""
    sequence: int
    """Counts arrivals: what came first goes into a block first."""


PoolEntry = Waiting[Transaction]
"""One of 1.x."""
