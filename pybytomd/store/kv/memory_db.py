"""A database in memory, for tests and for ``db_backend = "memdb"``: what is in it ends with the process."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping

from pybytomd.store.kv.interface import KeyValueStore


class MemoryStore(KeyValueStore):
    """A ``KeyValueStore`` without a file."""

    def __init__(self) -> None:
        self._values: dict[bytes, bytes] = {}
        self._lock = threading.Lock()

    def get(self, key: bytes) -> bytes | None:
        """See ``KeyValueStore``."""
        return self._values.get(key)

    def write(self, changes: Mapping[bytes, bytes | None]) -> None:
        """See ``KeyValueStore``."""
        with self._lock:
            for key, value in changes.items():
                if value is None:
                    self._values.pop(key, None)
                else:
                    self._values[key] = value

    def sync(self) -> None:
        """See ``KeyValueStore``. There is no disk."""

    def iterate(
        self, prefix: bytes = b"", *, reverse: bool = False, after: bytes | None = None
    ) -> Iterator[tuple[bytes, bytes]]:
        """See ``KeyValueStore``. Sorts a copy of the keys and values."""
        with self._lock:
            found = [item for item in self._values.items() if item[0].startswith(prefix)]
        if after is not None:
            found = [item for item in found if (item[0] < after if reverse else item[0] > after)]
        return iter(sorted(found, reverse=reverse))

    def compact(self, start: bytes, stop: bytes) -> None:
        """See ``KeyValueStore``. What is deleted is gone."""

    def close(self) -> None:
        """See ``KeyValueStore``."""
