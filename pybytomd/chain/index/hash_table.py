"""The position of each block hash in the index, in a fourth of a dictionary's memory: some 45 bytes a hash.

Open addressing, as in any textbook. A hash is its own hash value: to choose its first bits costs a proof of work
for every attempt.
"""

from __future__ import annotations

from array import array
from struct import Struct

HASH_SIZE = 32
FIRST_SLOTS = 1 << 10
VALUE_BYTES = 8
FIRST_BYTES = Struct(f"<Q{HASH_SIZE - VALUE_BYTES}x")
"""Of a hash, as the place to look first."""


class HashTable:
    """Hashes of 32 bytes, numbered from 0 in the order in which they were added.

    One thread adds, any number may look: a hash is found once it is there as a whole.
    """

    __slots__ = ("_count", "_hashes", "_slots")

    def __init__(self) -> None:
        self._count = 0
        self._hashes = bytearray()
        self._slots = array("I", bytes(FIRST_SLOTS * array("I").itemsize))
        """One more than the position of a hash, 0 for none. Between an eighth and half of them are taken."""

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, position: int) -> bytes:
        start = position * HASH_SIZE
        return bytes(self._hashes[start : start + HASH_SIZE])

    def find(self, block_hash: bytes) -> int | None:
        """The position of a hash, None if it was not added."""
        if len(block_hash) != HASH_SIZE:
            return None
        slots, matches = self._slots, self._hashes.startswith
        mask = len(slots) - 1
        slot = int.from_bytes(block_hash[:VALUE_BYTES], "little") & mask
        while position := slots[slot]:
            if matches(block_hash, (position - 1) * HASH_SIZE):
                return position - 1
            slot = slot + 1 & mask
        return None

    def is_last(self, block_hash: bytes) -> bool:
        """Whether this hash was the last to be added."""
        return self._hashes.endswith(block_hash)

    def add(self, block_hash: bytes) -> int:
        """Add a hash that is not there yet; returns its position."""
        self.extend(block_hash)
        return self._count - 1

    def extend(self, hashes: bytes) -> None:
        """Add many hashes, joined, that are not there yet."""
        position = self._count
        count = position + len(hashes) // HASH_SIZE
        while 2 * count >= len(self._slots):
            self._grow()
        self._hashes += hashes
        self._count = count
        enter(self._slots, hashes, position)

    def _grow(self) -> None:
        """Four times the slots. Those who look meanwhile still use the old ones."""
        slots = array("I", bytes(4 * len(self._slots) * self._slots.itemsize))
        enter(slots, self._hashes, 0)
        self._slots = slots


def enter_slowly(slots: array[int], hashes: bytes | bytearray, position: int) -> None:
    """Enter hashes that are numbered from ``position`` on; what the compiled ``enter`` does."""
    mask = len(slots) - 1
    for (value,) in FIRST_BYTES.iter_unpack(hashes):
        slot = value & mask
        while slots[slot]:
            slot = slot + 1 & mask
        position += 1
        slots[slot] = position


try:
    from pybytomd.store._block_index import enter
except ImportError:  # there was no compiler
    enter = enter_slowly
