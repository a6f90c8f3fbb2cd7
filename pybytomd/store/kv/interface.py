"""What the node asks of a database: sorted keys, and batches that happen whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol


class KeyValueStore(Protocol):
    """A database. Safe to use from several threads. Every method raises StoreError when the database fails.

    What was written survives the end of the process, however sudden. What was written before a ``sync`` survives a
    power cut as well; of the rest the latest may be missing then.
    """

    def get(self, key: bytes) -> bytes | None:
        """The value of a key, None if there is none. A value may be empty, which is not the same."""

    def put(self, key: bytes, value: bytes) -> None:
        """Set a value."""
        self.write({key: value})

    def delete(self, key: bytes) -> None:
        """Remove a key; nothing happens if it is not there."""
        self.write({key: None})

    def write(self, changes: Mapping[bytes, bytes | None]) -> None:
        """Set the values of many keys, or remove those whose value is None, as one atomic step."""

    def sync(self) -> None:
        """Have all that was written on the disk before this returns, which takes some milliseconds.

        For what cannot be made again, and was promised to somebody.
        """

    def iterate(
        self, prefix: bytes = b"", *, reverse: bool = False, after: bytes | None = None
    ) -> Iterator[tuple[bytes, bytes]]:
        """All keys that begin with ``prefix`` and their values, in order of bytes, as they are at the start.

        With ``after`` only those that come after that key, in the direction of the iteration, are given; what
        comes before is not looked at. So a list is read in pages, each after the last key of the one before.
        """

    def compact(self, start: bytes, stop: bytes) -> None:
        """Rid the keys from ``start`` to ``stop`` of what was deleted, which reading passes over until then."""

    @property
    def is_sealed(self) -> bool:
        """Whether nobody but this program has had the database open since ``seal``, in this run or an earlier one.

        False also where that cannot be told, as unless a store says otherwise.
        """
        return False

    def seal(self) -> None:
        """Have it noticed from now on when another program opens the database, if the store can tell."""
        return

    def close(self) -> None:
        """Give the database back. Nothing else may be called afterwards."""
