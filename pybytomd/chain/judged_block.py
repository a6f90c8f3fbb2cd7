"""A block that was judged, with what was found: carried so from the judgement to those who follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pybytomd.ledger.block import Block
from pybytomd.ledger.status import TransactionStatus


@dataclass(frozen=True, slots=True)
class JudgedBlock:
    """A block that breaks no rule of its own. Its hash, roots and ids are computed, and kept in it."""

    block: Block
    status: TransactionStatus
    """Which of its transactions failed."""

    @property
    def fails(self) -> Sequence[bool]:
        """The same, as a flag for each transaction."""
        return self.status.fails
