"""What would become of a transaction that is handed in: found out without handing it in (dry run)."""

from __future__ import annotations

from dataclasses import dataclass

from pybytomd.consensus.gas import GasState
from pybytomd.errors import BytomError


@dataclass(frozen=True, slots=True)
class TransactionTrial:
    """What was found. With a ``refusal`` the pool would not take it, or keep it apart for what it misses."""

    refusal: BytomError | None = None
    """The rule it breaks, or that the pool has no room."""
    gas: GasState | None = None
    """What it would use and pay, as far as it was run."""
    failure: BytomError | None = None
    """Why it would be in a block as failed: it pays its fee, and of the rest only BTM moves."""
    is_waiting: bool = False
    """Whether it is in the pool already."""
    missing: tuple[bytes, ...] = ()
    """Ids of outputs that it spends and that neither the chain nor the pool has."""
    rivals: tuple[bytes, ...] = ()
    """Ids of the transactions in the pool that spend the same: of all of them one will be in a block."""
