"""What a peer has, as far as we know, within limits."""

from __future__ import annotations

MAX_KNOWN_TRANSACTIONS = 32_768
MAX_KNOWN_BLOCKS = 1024


class KnownSet:
    """A set of hashes that forgets the oldest when it is full."""

    __slots__ = ("_hashes", "_limit")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._hashes: dict[bytes, None] = {}

    def __contains__(self, item: bytes) -> bool:
        return item in self._hashes

    def __len__(self) -> int:
        return len(self._hashes)

    def add(self, item: bytes) -> None:
        """Remember a hash."""
        if item not in self._hashes and len(self._hashes) >= self._limit:
            del self._hashes[next(iter(self._hashes))]
        self._hashes[item] = None
