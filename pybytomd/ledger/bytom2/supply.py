"""How many BTM there are, as the reward of a block is reckoned. Source: ``protocol/state/reward.go``."""

from __future__ import annotations

from pybytomd.ledger.bytom2.constants import BLOCK_REWARD, INITIAL_SUPPLY

UINT64_MASK = (1 << 64) - 1


def supply_at(height: int) -> int:
    """The supply in neu at a height, as if every block had paid half the full reward; modulo 2^64."""
    return (height * BLOCK_REWARD & UINT64_MASK) // 2 + INITIAL_SUPPLY & UINT64_MASK
