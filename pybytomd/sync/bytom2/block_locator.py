"""The block locator: saying where we are in the chain with few hashes, and understanding it when others do.

Source: bytom2-network-wallet-api reference, sections 2.7 and 2.10; ``netsync/chainmgr/block_keeper.go`` and
``fast_sync.go``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pybytomd.errors import ChainError

if TYPE_CHECKING:
    from pybytomd.chain.bytom2.chain import Chain

DENSE_ENTRIES = 9
"""So many entries are one block apart; from there on the distance doubles."""


def locator_heights(best: int) -> list[int]:
    """The heights a locator names, from ``best`` back to the genesis block."""
    heights = [best]
    step = 1
    while heights[-1] > 0:
        heights.append(max(0, heights[-1] - step))
        if len(heights) > DENSE_ENTRIES:
            step *= 2
    return heights


def located_heights(start: int, stop: int, skip: int, limit: int) -> list[int]:
    """The heights that are answered: from the start, leaving out ``skip`` between two, and the stop last.

    At most ``limit`` of them; the stop is among them if it is reached. None if it is below the start. Both ends
    are included. (In the reference a ``skip`` near 2^64 makes the height wrap around; here it is past the stop.)
    """
    if stop < start:
        return []
    step = skip + 1
    heights = list(range(start, stop, step)[:limit])
    return [*heights, stop] if len(heights) < limit else heights


def located_hashes(chain: Chain, locator: Sequence[bytes], stop_hash: bytes, skip: int, limit: int) -> list[bytes]:
    """The blocks of our main chain from the first hash of the locator that is on it to the stop.

    Empty when the stop is not on the main chain, or below the start.
    """
    try:
        if not chain.is_in_main_chain(stop_hash):
            return []
        stop = chain.header(stop_hash).height
        found = (block_hash for block_hash in locator if chain.is_in_main_chain(block_hash))
        first = next(found, None)
        start = 0 if first is None else chain.header(first).height
        hashes = [chain.hash_at(height) for height in located_heights(start, stop, skip, limit)]
    except ChainError:
        return []
    return [block_hash for block_hash in hashes if block_hash is not None]
