"""When the next block is due: time is divided into slots, each of which is one validator's turn.

Source: bytom2-ledger-and-consensus reference, section 5.2; ``proposal/blockproposer/blockproposer.go``.
"""

from __future__ import annotations

UINT64 = 1 << 64
TICKS_PER_SLOT = 4
"""How often a proposer looks whether it is its turn."""


def slot_time(best_timestamp: int, now: int, interval: int) -> int | None:
    """The timestamp of a block to make now, all in milliseconds; None if none is due.

    It is the last multiple of the interval that has passed, and never an older one: what was missed is missed. In
    the very millisecond of a slot's beginning it is too early.

    Quirk: after a best block off the grid, of which any millisecond is valid, it may be less than an interval
    later; see ``is_due``.
    """
    base = now - interval if now > best_timestamp + interval else best_timestamp
    slot = base + interval - base % interval
    if (slot - now) % UINT64 < interval // 10:
        slot += interval
    return slot if slot <= now else None


def next_slot(best_timestamp: int, now: int, interval: int) -> int:
    """The first slot after the best block that has not passed yet, or is passing: what is missed stays missed."""
    earliest = max(best_timestamp + interval, now - interval + 1)
    return earliest + -earliest % interval


def is_due(best_timestamp: int, slot: int, interval: int) -> bool:
    """Whether a block of this slot can be valid on top of the best one. The reference makes it, and refuses it."""
    return slot >= best_timestamp + interval
