"""Changes to a database that are not written yet, and a view of it as if they were."""

from __future__ import annotations

from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.records.json_records import Changes


class Batch:
    """Reads what is in the database unless it was changed here. Nothing is written before ``write``.

    One thread uses it. What reads raises StoreError.
    """

    __slots__ = ("_changes", "_database", "_get")

    def __init__(self, database: KeyValueStore) -> None:
        self._database = database
        self._get = database.get
        self._changes: Changes = {}

    def __len__(self) -> int:
        return len(self._changes)

    def get(self, key: bytes) -> bytes | None:
        """The value of a key, None if there is none."""
        changes = self._changes
        return changes[key] if key in changes else self._get(key)

    def put(self, key: bytes, value: bytes | None) -> None:
        """Set a value, or remove it with None."""
        self._changes[key] = value

    def write(self) -> None:
        """Write all changes as one atomic step, and begin with none. Raises StoreError, and keeps them then."""
        self._database.write(self._changes)
        self._changes = {}
