"""Answers about blocks, kept as they are sent.

What ``get-block`` shows of a block never changes: neither its content nor which of its transactions failed. So the
cache is keyed by hash and needs no cleaning up after a reorganisation.
"""

from __future__ import annotations

from collections import OrderedDict

CACHE_BYTES = 64 << 20
"""Most bytes of answers kept."""


class BlockCache:
    """The JSON of blocks by their hash, the least recently used forgotten first. For the event loop only."""

    def __init__(self, limit: int = CACHE_BYTES) -> None:
        self._limit = limit
        self._size = 0
        self._answers: OrderedDict[bytes, bytes] = OrderedDict()

    def get(self, block_hash: bytes) -> bytes | None:
        """The JSON of a block, None when it is not here."""
        answer = self._answers.get(block_hash)
        if answer is not None:
            self._answers.move_to_end(block_hash)
        return answer

    def put(self, block_hash: bytes, answer: bytes) -> None:
        """Keep the JSON of a block, unless it is larger than everything that may be kept."""
        if len(answer) > self._limit:
            return
        self._size += len(answer) - len(self._answers.pop(block_hash, b""))
        self._answers[block_hash] = answer
        while self._size > self._limit:
            _, forgotten = self._answers.popitem(last=False)
            self._size -= len(forgotten)
