"""Pieces of answers, kept as they are sent: a page is put together from pieces, not made anew each time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable
from typing import Generic, TypeVar

from cachetools import LRUCache

T = TypeVar("T")

MAX_BYTES = 32 << 20
"""Of all pieces together."""
MAX_PIECE_BYTES = 64 << 10
"""Larger pieces are not kept: they are rare, and would push out hundreds of others."""


class Fragments(Generic[T]):
    """JSON texts by key, each with what it was made of: it counts only while that is the same.

    The least recently used are forgotten first. Safe to use from several threads.
    """

    def __init__(self, limit: int = MAX_BYTES) -> None:
        self._lock = threading.Lock()
        self._pieces: LRUCache[Hashable, tuple[T, bytes]] = LRUCache(limit, getsizeof=lambda piece: len(piece[1]))

    def get(self, key: Hashable) -> tuple[T, bytes] | None:
        """What a piece was made of, and its text; None when it is not here."""
        with self._lock:
            return self._pieces.get(key)

    def put(self, key: Hashable, made_of: T, text: bytes, still: Callable[[], bool] = lambda: True) -> None:
        """Keep a piece, if it is ``still`` right: asked where no other is forgotten meanwhile."""
        if len(text) > MAX_PIECE_BYTES:
            return
        with self._lock:
            if still():
                self._pieces[key] = (made_of, text)

    def forget(self, keys: Iterable[Hashable]) -> None:
        """Keep these pieces no longer."""
        with self._lock:
            for key in keys:
                self._pieces.pop(key, None)
