"""Hands a follower of the chain - wallet, tracing, notifications - the blocks that were just judged.

A follower asks the chain what comes next, and its feed for that block. It is there while the follower keeps up.
One that lags reads from the database again, so that it never holds more than a bounded part of the chain.
"""

from __future__ import annotations

from threading import Lock
from typing import Generic

from pybytomd.chain.events import AnyJudgedBlock, BlockConnected
from pybytomd.chain.ports import FollowedChain, Judged

FEED_BYTES = 1 << 20
"""Of the serializations of all that waits for one follower; a block alone may be larger. Decoded it is seven times
as much."""
LEAST_COST = 4096
"""What a block counts at least: even an empty one has objects."""


class BlockFeed(Generic[Judged]):
    """The blocks that joined the main chain and that one follower has yet to take.

    When it is full, those that come are passed over: the oldest are needed first. For several threads,
    though one of them follows.
    """

    def __init__(self, chain: FollowedChain[Judged], limit: int = FEED_BYTES) -> None:
        self._chain = chain
        self._limit = limit
        self._lock = Lock()
        self._waiting: dict[bytes, Judged] = {}
        self._bytes = 0
        self._subscription = chain.events.call(BlockConnected, self._offer)

    def close(self) -> None:
        """Take no more."""
        self._chain.events.unsubscribe(self._subscription)
        self.clear()

    def __len__(self) -> int:
        return len(self._waiting)

    def take(self, block_hash: bytes) -> Judged:
        """A block of the chain: from here, or else read. Raises ChainError and StoreError."""
        return self._taken(block_hash) or self._chain.judged(block_hash)

    def _taken(self, block_hash: bytes) -> Judged | None:
        """A block, if it is here. It goes, as do those below it: whoever follows has no use for them any more."""
        with self._lock:
            taken = self._waiting.get(block_hash)
            if taken is not None:
                for passed in [h for h, one in self._waiting.items() if one.block.height <= taken.block.height]:
                    self._bytes -= _cost(self._waiting.pop(passed))
            return taken

    def clear(self) -> None:
        """Forget all that waits: the follower has gone on without it."""
        with self._lock:
            self._waiting.clear()
            self._bytes = 0

    def _offer(self, event: BlockConnected[Judged]) -> None:
        judged = event.judged
        cost = _cost(judged)
        with self._lock:
            has_room = not self._waiting or self._bytes + cost <= self._limit
            if has_room and self._waiting.setdefault(judged.block.hash, judged) is judged:
                self._bytes += cost


def read_judged(chain: FollowedChain[Judged], block_hash: bytes) -> Judged:
    """A block of any branch, as it is stored. Raises ChainError and StoreError."""
    return chain.judged(block_hash)


def _cost(judged: AnyJudgedBlock) -> int:
    return max(len(judged.block.to_bytes()), LEAST_COST)
