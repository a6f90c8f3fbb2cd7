"""What a block pays its miner."""

from __future__ import annotations

from pybytomd.ledger.constants import BASE_SUBSIDY, GENESIS_SUBSIDY, SUBSIDY_HALVING_INTERVAL


def subsidy(height: int) -> int:
    """New BTM in the block at a height, in neu, without fees (``consensus/general.go``, ``BlockSubsidy``)."""
    if height == 0:
        return GENESIS_SUBSIDY
    return BASE_SUBSIDY >> height // SUBSIDY_HALVING_INTERVAL
