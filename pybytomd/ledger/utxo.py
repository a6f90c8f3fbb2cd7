"""What the database knows of an output that can be spent."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UtxoEntry:
    """An output in the set: whether a coinbase made it, in which block, and whether it is spent by now."""

    is_coinbase: bool
    block_height: int
    spent: bool
