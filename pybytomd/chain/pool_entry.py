"""A transaction that waits for a block, and what was found when it came."""

from __future__ import annotations

from dataclasses import dataclass

from pybytomd.ledger.transaction import Transaction


@dataclass(frozen=True, slots=True)
class PoolEntry:
    """A transaction in the pool. Times in Unix seconds."""

    transaction: Transaction
    added: float
    """When it entered the pool; an orphan enters when what it spends is known."""
    status_fail: bool
    """Whether it will be in a block as failed: it pays its fee, and of the rest only BTM moves."""
    height: int
    """Of the best block when it came."""
    weight: int
    """Its size in bytes."""
    fee: int
    """In neu."""
    sequence: int
    """Counts arrivals: what came first goes into a block first."""
