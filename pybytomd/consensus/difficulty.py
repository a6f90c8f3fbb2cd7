"""What follows from a block for its children: target, seed, and the earliest timestamp.

Source: chain-and-storage reference, sections 5.3 and 6.1; Go ``consensus/difficulty``, ``protocol/state``.
"""

from __future__ import annotations

from collections.abc import Sequence

from pybytomd.ledger.constants import (
    BLOCKS_PER_RETARGET,
    BLOCKS_PER_SEED,
    INITIAL_SEED,
    MEDIAN_TIME_BLOCKS,
    TARGET_SECONDS_PER_BLOCK,
)
from pybytomd.pow.compact import compact_to_target, target_to_compact

TARGET_SECONDS_PER_RETARGET = BLOCKS_PER_RETARGET * TARGET_SECONDS_PER_BLOCK


def ends_period(height: int) -> bool:
    """Whether the children of a block at this height get a new target."""
    return height % BLOCKS_PER_RETARGET == 0 and height != 0


def next_bits(height: int, bits: int, timestamp: int, period_start: int) -> int:
    """The target, in compact form, of the children of a block.

    ``height``, ``bits`` and ``timestamp`` are the block's; ``period_start`` is the timestamp of its ancestor
    ``BLOCKS_PER_RETARGET`` blocks before, and matters only where ``ends_period``. Timestamps in seconds.

    Quirk: the change is not limited in any way. A period without any time gives a target of zero, one that ran
    backwards a negative target; neither can ever be met.
    """
    if not ends_period(height):
        return bits
    target = compact_to_target(bits) * (timestamp - period_start) // TARGET_SECONDS_PER_RETARGET
    return target_to_compact(target)


def next_seed(height: int, block_hash: bytes, seed: bytes) -> bytes:
    """The Tensority seed of the children of a block, of which height, hash and its own seed are given."""
    if height == 0:
        return INITIAL_SEED
    return block_hash if height % BLOCKS_PER_SEED == 0 else seed


def median_time(timestamps: Sequence[int]) -> int:
    """The time every child of a block must be after: the median of the last timestamps, oldest first, in seconds.

    Only the last ``MEDIAN_TIME_BLOCKS`` count. Of an even number, near the genesis block, it is the later middle.
    """
    last = sorted(timestamps[-MEDIAN_TIME_BLOCKS:])
    return last[len(last) // 2]
