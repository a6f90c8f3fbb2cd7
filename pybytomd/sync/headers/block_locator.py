"""The block locator: saying where we are in the chain with few hashes, and understanding it when others do.

Source: p2p-and-sync reference, sections 5.1 and 6.3; ``netsync/block_keeper.go``.
"""

from __future__ import annotations

from collections.abc import Sequence

from pybytomd.chain.ports import ChainReader
from pybytomd.errors import ChainError
from pybytomd.ledger.block import BlockHeader
from pybytomd.sync.messages import MAX_HEADERS

DENSE_ENTRIES = 10
"""So many entries are one block apart; from there on the distance doubles."""


def locator_heights(best: int) -> list[int]:
    """The heights a locator names, from ``best`` back to the genesis block."""
    heights = [best]
    step = 1
    while heights[-1] > 0:
        heights.append(max(0, heights[-1] - step))
        if len(heights) >= DENSE_ENTRIES:
            step *= 2
    return heights


def located_headers(
    chain: ChainReader, locator: Sequence[bytes], stop_hash: bytes, limit: int = MAX_HEADERS
) -> list[BlockHeader]:
    """The headers of our main chain after the first hash of the locator that is on it, up to the stop.

    Empty when the stop is unknown or not above the start. Quirk: of a stop on a side branch only the height
    counts. The reference, should the stop be below the start, answers with as many headers as it can, or not at
    all; we never answer that.
    """
    try:
        stop = chain.header(stop_hash).height
        start = _start(chain, locator)
        last = min(stop, start + limit)
        return [chain.header_at(height) for height in range(start + 1, last + 1)]
    except ChainError:
        return []


def _start(chain: ChainReader, locator: Sequence[bytes]) -> int:
    for block_hash in locator:
        if chain.is_in_main_chain(block_hash):
            return chain.header(block_hash).height
    return 0
