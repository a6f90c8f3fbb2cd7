"""Which proof of work a network wants."""

from __future__ import annotations

from enum import Enum, auto


class ProofRule(Enum):
    """What makes a nonce a proof of work."""

    TENSORITY = auto()
    """The hash is at or below the target, which follows from the time that blocks took."""
    ANY_NONCE = auto()
    """None is wanted: any nonce will do, and the target, always that of the first block, only counts blocks."""
