"""Answers about blocks, kept as they are sent.

What a method shows of a block never changes: neither its content nor which of its transactions failed. So the key
is the method's name and the block's hash, and nothing has to be forgotten after a reorganisation.
"""

from __future__ import annotations

from collections import OrderedDict

CACHE_BYTES = 64 << 20
"""Most bytes of answers kept."""


class BlockCache:
    """Answers by method and block, the least recently used forgotten first. For the event loop only."""

    def __init__(self, limit: int = CACHE_BYTES) -> None:
        self._limit = limit
        self._size = 0
        self._answers: OrderedDict[bytes, bytes] = OrderedDict()

    def get(self, key: bytes) -> bytes | None:
        """An answer, None when it is not here."""
        answer = self._answers.get(key)
        if answer is not None:
            self._answers.move_to_end(key)
        return answer

    def put(self, key: bytes, answer: bytes) -> None:
        """Keep an answer, unless it is larger than everything that may be kept."""
        if len(answer) > self._limit:
            return
        self._size += len(answer) - len(self._answers.pop(key, b""))
        self._answers[key] = answer
        while self._size > self._limit:
            _, forgotten = self._answers.popitem(last=False)
            self._size -= len(forgotten)
