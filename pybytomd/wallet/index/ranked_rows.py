"""Sorted lists on the disk that know the rank of each item (order statistics): a page from anywhere, no scan.

Beside the rows of a list there are counters of how many of its items begin with the same digits, for some numbers
of digits, which are the *levels*. To find an item by its rank the counters of one level below one of the level
above are gone through, a few hundred at the most, then the rows below the last one.

What rows and counters are depends on the items alone and not on the order in which they came.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.wallet.index.tally import TallyBatch, number

BEHIND_ALL = b"\xff" * 64
"""What follows the beginning of an item is less than this."""


class RankedRows:
    """Any number of lists in one table, each under the bytes ``of``, which do not begin those of another one.

    What reads raises StoreError. Counters are changed when the batch is settled.
    """

    def __init__(self, database: KeyValueStore, rows: bytes, counters: bytes, levels: tuple[int, ...]) -> None:
        """``rows`` and ``counters`` are what their keys begin with, ``levels`` numbers of hexadecimal digits: 0
        the first.
        """
        self._get = database.get
        self._iterate = database.iterate
        self._rows = rows
        self._counters = counters
        self._total, *self._levels = [(level, bytes((level,))) for level in levels]

    # --- changes ------------------------------------------------------------------------------------------------

    def get(self, batch: TallyBatch, of: bytes, item: bytes) -> bytes | None:
        """The value of an item as a batch has it, None if it is not in the list."""
        return batch.get(self._rows + of + item)

    def add(self, batch: TallyBatch, of: bytes, item: bytes, value: bytes = b"") -> None:
        """Add an item that is not in the list."""
        batch.put(self._rows + of + item, value)
        self._count(batch, of, item, 1)

    def remove(self, batch: TallyBatch, of: bytes, item: bytes) -> None:
        """Remove an item that is in the list."""
        batch.put(self._rows + of + item, None)
        self._count(batch, of, item, -1)

    def _count(self, batch: TallyBatch, of: bytes, item: bytes, change: int) -> None:
        add, start, digits = batch.add, self._counters + of, item.hex().encode()
        add(start + self._total[1], change)
        for level, mark in self._levels:
            add(start + mark + digits[:level], change)

    # --- questions ----------------------------------------------------------------------------------------------

    def value(self, of: bytes, item: bytes) -> bytes | None:
        """The value of an item, None if it is not in the list."""
        return self._get(self._rows + of + item)

    def total(self, of: bytes) -> int:
        """How many items a list has."""
        return number(self._get(self._counters + of + self._total[1]))

    def below(self, of: bytes, bound: bytes) -> int:
        """How many items of a list sort before ``bound``, which need not be one."""
        found, parent, digits = 0, b"", bound.hex().encode()
        for level, mark in self._levels:
            start, first = self._counters + of + mark, digits[:level]
            for key, value in self._iterate(start + parent):
                if key >= start + first:
                    break
                found += number(value)
            parent = first
        start = self._rows + of
        for key, _ in self._iterate(start, after=start + _completed(parent, b"0")):
            if key >= start + bound:
                break
            found += 1
        return found

    def descending(self, of: bytes, skip: int = 0) -> Iterator[bytes]:
        """The items of a list from the last one down, but for the first ``skip`` ones."""
        begin, start = b"", self._rows + of
        if skip:
            for _, mark in self._levels:
                counters = self._counters + of + mark
                for key, value in self._iterate(counters + begin, reverse=True):
                    count = number(value)
                    if skip < count:
                        begin = key[len(counters) :]
                        break
                    skip -= count
                else:
                    return
        behind = start + _completed(begin, b"f") + BEHIND_ALL if begin else None
        for key, _ in islice(self._iterate(start, reverse=True, after=behind), skip, None):
            yield key[len(start) :]

    def ascending(self, of: bytes) -> Iterator[bytes]:
        """All items of a list."""
        start = self._rows + of
        for key, _ in self._iterate(start):
            yield key[len(start) :]


def _completed(digits: bytes, last: bytes) -> bytes:
    """The bytes of hexadecimal digits, with another one where the last byte has only one of them."""
    return bytes.fromhex((digits + last * (len(digits) & 1)).decode())
