"""Changes to a database that are not written yet, and a view of it as if they were."""

from __future__ import annotations

from pybytomd.store.kv.interface import KeyValueStore


class Batch:
    """Reads what is in the database unless it was changed here. Nothing is written before ``write``.

    One thread uses it. What reads raises StoreError.
    """

    __slots__ = ("_database", "_get", "changes")

    def __init__(self, database: KeyValueStore, changes: dict[bytes, bytes | None] | None = None) -> None:
        """``changes`` are those to begin with, which are added to."""
        self._database = database
        self._get = database.get
        self.changes: dict[bytes, bytes | None] = {} if changes is None else changes
        """Keys with their new values, None for one that is removed."""

    def __len__(self) -> int:
        return len(self.changes)

    def get(self, key: bytes) -> bytes | None:
        """The value of a key, None if there is none."""
        changes = self.changes
        return changes[key] if key in changes else self._get(key)

    def put(self, key: bytes, value: bytes | None) -> None:
        """Set a value, or remove it with None."""
        self.changes[key] = value

    def write(self) -> None:
        """Write all changes as one atomic step, and begin with none. Raises StoreError, and keeps them then."""
        self._database.write(self.changes)
        self.changes = {}
