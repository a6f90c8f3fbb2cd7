"""Numbers on the disk that go up and down: how many rows there are, what an account holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pybytomd.errors import StoreError
from pybytomd.store.kv.batch import Batch
from pybytomd.store.kv.interface import KeyValueStore

REMEMBERED = 20_000
"""Numbers in memory, some megabytes: most changes are to the same few thousand."""


class StaleIndex(StoreError):
    """The rows of an index are not those of its records. They are made anew then."""

    message = "an index of the wallet does not fit its records"


class Tally:
    """The numbers of one index. A number of 0 has no row. One thread at a time has a batch."""

    def __init__(self, database: KeyValueStore) -> None:
        self._database = database
        self._numbers: dict[bytes, int] = {}

    @contextmanager
    def batch(self, changes: dict[bytes, bytes | None] | None = None) -> Iterator[TallyBatch]:
        """Changes that are to be settled and written within: what is remembered is that of the database then."""
        try:
            yield TallyBatch(self._database, self._numbers, changes)
        except BaseException:
            self._numbers.clear()
            raise
        if len(self._numbers) > REMEMBERED:
            self._numbers.clear()

    def forget(self) -> None:
        """The database was changed otherwise."""
        self._numbers.clear()


class TallyBatch(Batch):
    """A batch that gathers the changes to many numbers, and applies each once."""

    __slots__ = ("_numbers", "_sums")

    def __init__(
        self, database: KeyValueStore, numbers: dict[bytes, int], changes: dict[bytes, bytes | None] | None
    ) -> None:
        """``numbers`` are those that are known without reading; those that are settled are added."""
        super().__init__(database, changes)
        self._numbers = numbers
        self._sums: dict[bytes, int] = {}

    def add(self, key: bytes, change: int) -> None:
        """Change the number under a key."""
        self._sums[key] = self._sums.get(key, 0) + change

    def settle(self) -> None:
        """Put the numbers as they are now into the batch. Raises StaleIndex, StoreError."""
        numbers = self._numbers
        for key, change in self._sums.items():
            if change:
                before = numbers.get(key)
                after = (number(self.get(key)) if before is None else before) + change
                if after < 0:
                    raise StaleIndex
                self.put(key, after.to_bytes((after.bit_length() + 7) >> 3, "big") or None)
                numbers[key] = after
        self._sums = {}


def number(data: bytes | None) -> int:
    """The number in a row, 0 if there is none."""
    return 0 if data is None else int.from_bytes(data, "big")
