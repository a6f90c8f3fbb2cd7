"""How large the body of a request may be: in bytes, in values, and in the memory that reading it takes at most.

Values take far more memory than the bytes they are written with: a million texts of two letters are 5 MB of JSON
and eighty in memory, and one letter from beyond the common ones makes a text four times as large. What a body may
take is reckoned from counts before anything is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pybytomd.errors import DecodeError

MOST_MEMORY = 56 << 20
"""Bytes that reading one body may take; large ones are read one at a time."""
MARK_COSTS: Mapping[bytes, int] = {b"{": 200, b"[": 100, b",": 115, b":": 190}
"""Bytes that what comes with a mark takes at most, besides the letters of its texts: an object, a list, a value
with its place in a list, a name with its place in an object."""
LETTER_COSTS: tuple[tuple[re.Pattern[bytes], int], ...] = (
    (re.compile(rb"[\xf0-\xff]|\\u[dD]"), 8),
    (re.compile(rb"\\u"), 5),
    (re.compile(rb"[\xc4-\xff]"), 4),
    (re.compile(rb"[\x80-\xff]"), 3),
    (re.compile(b""), 2),
)
"""Bytes that each byte of a body takes: as it came, as a text, in the values; the first row that is found counts.
One letter may make all of a text wider, and an escape has it copied once more."""


class TooMuchToRead(DecodeError):
    """A body that would take too much memory, or has too many values."""


@dataclass(frozen=True, slots=True)
class BodyLimit:
    """What a method takes: bytes of the body, and values in it."""

    size: int
    values: int

    def check(self, body: bytes | bytearray) -> None:
        """Raises TooMuchToRead. Values are counted by their commas and opening marks."""
        if sum(body.count(mark) for mark in (b",", b"[", b"{")) > self.values:
            raise TooMuchToRead(f"more than {self.values} values")
        needed = reading_memory(body)
        if needed > MOST_MEMORY:
            raise TooMuchToRead(
                f"reading this would take {needed >> 20} MiB of memory, and {MOST_MEMORY >> 20} is the most; "
                "send it in parts"
            )


def reading_memory(body: bytes | bytearray) -> int:
    """Bytes that reading JSON takes at most: the body, its text, and the values in it."""
    marks = sum(cost * body.count(mark) for mark, cost in MARK_COSTS.items())
    letters = next(cost for pattern, cost in LETTER_COSTS if pattern.search(body))
    return len(body) * letters + marks


PLAIN_BODY = BodyLimit(256 << 10, 25_000)
"""Names, ids, keys, an asset's definition: for all methods but those that say otherwise."""
TRANSACTION_BODY = BodyLimit(4 << 20, 200_000)
"""Transactions and templates. What a transaction may pay for is 200,000 bytes, 400,000 in hex."""
BLOCK_BODY = BodyLimit(21 << 20, 1000)
"""A block. The largest that the rules allow has 10 MB, 20 in hex."""
IMAGE_BODY = BodyLimit(28 << 20, 400_000)
"""The image of a wallet: some 13,000 accounts or assets. As it adds to what is here, more can be sent in parts."""
