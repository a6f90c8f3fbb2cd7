"""Pieces of answers, kept as they are sent: a page is put together from pieces, not made anew each time."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

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
        self._limit = limit
        self._size = 0
        self._lock = threading.Lock()
        self._pieces: OrderedDict[Hashable, tuple[T, bytes]] = OrderedDict()

    def get(self, key: Hashable) -> tuple[T, bytes] | None:
        """What a piece was made of, and its text; None when it is not here."""
        with self._lock:
            found = self._pieces.get(key)
            if found is not None:
                self._pieces.move_to_end(key)
            return found

    def put(self, key: Hashable, made_of: T, text: bytes) -> None:
        """Keep a piece."""
        if len(text) > MAX_PIECE_BYTES:
            return
        with self._lock:
            old = self._pieces.pop(key, None)
            self._size += len(text) - (len(old[1]) if old else 0)
            self._pieces[key] = (made_of, text)
            while self._size > self._limit:
                _, (_, forgotten) = self._pieces.popitem(last=False)
                self._size -= len(forgotten)
