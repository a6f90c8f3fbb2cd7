"""A database in front of another: several steps of its writer are held in memory and written as one batch."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from pybytomd.store.kv.interface import KeyValueStore


class WriteBehind(KeyValueStore):
    """A ``KeyValueStore`` over another one. Within ``together`` what that thread writes is written at its end.

    Everybody sees it at once. A batch is still whole or not there after a crash, but of those of the last
    ``together`` all may be missing: it is for work that is found undone and done again. What other threads write
    meanwhile is written at once, after what was held back till then.
    """

    def __init__(self, database: KeyValueStore) -> None:
        self._database = database
        self._lock = threading.RLock()
        self._held: dict[bytes, bytes | None] = {}
        self._sync_wanted = False
        self._writer: int | None = None

    @contextmanager
    def together(self) -> Iterator[None]:
        """Hold back what this thread writes to the end. Raises StoreError then, and keeps it for another try."""
        self.flush()
        self._writer = threading.get_ident()
        try:
            yield
        finally:
            self._writer = None
            is_sync_wanted, self._sync_wanted = self._sync_wanted, False
            self.flush()
            if is_sync_wanted:
                self._database.sync()

    def flush(self) -> None:
        """Write what is held back. Raises StoreError, and holds it back still."""
        with self._lock:
            if self._held:
                self._database.write(self._held)
                self._held.clear()

    def get(self, key: bytes) -> bytes | None:
        """See ``KeyValueStore``."""
        with self._lock:
            if key in self._held:
                return self._held[key]
            return self._database.get(key)

    def write(self, changes: Mapping[bytes, bytes | None]) -> None:
        """See ``KeyValueStore``."""
        with self._lock:
            if self._writer == threading.get_ident():
                self._held.update(changes)
            else:
                self.flush()
                self._database.write(changes)

    def sync(self) -> None:
        """See ``KeyValueStore``. Within ``together`` it is done at its end, when all is written."""
        with self._lock:
            if self._writer == threading.get_ident():
                self._sync_wanted = True
                return
            self.flush()
        self._database.sync()

    def iterate(
        self, prefix: bytes = b"", *, reverse: bool = False, after: bytes | None = None
    ) -> Iterator[tuple[bytes, bytes]]:
        """See ``KeyValueStore``."""
        self.flush()
        return self._database.iterate(prefix, reverse=reverse, after=after)

    def compact(self, start: bytes, stop: bytes) -> None:
        """See ``KeyValueStore``."""
        self.flush()
        self._database.compact(start, stop)

    @property
    def is_sealed(self) -> bool:
        """See ``KeyValueStore``."""
        return self._database.is_sealed

    def seal(self) -> None:
        """See ``KeyValueStore``."""
        self.flush()
        self._database.seal()

    def close(self) -> None:
        """See ``KeyValueStore``."""
        self.flush()
        self._database.close()
