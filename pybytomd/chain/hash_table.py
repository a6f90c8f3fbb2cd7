"""Positions by block hash, in a fifth of the memory of a dictionary: 40 bytes a hash.

Open addressing, as in any textbook. A hash is its own hash value: to choose its first bits costs a proof of work
for every attempt.
"""

from __future__ import annotations

from array import array

HASH_SIZE = 32
FIRST_SLOTS = 1 << 10
VALUE_BYTES = 8
"""Of a hash, as the place to look first."""


class HashTable:
    """Hashes of 32 bytes, numbered from 0 in the order in which they were added.

    One thread adds, any number may look: a hash is found once it is there as a whole.
    """

    __slots__ = ("_hashes", "_slots")

    def __init__(self) -> None:
        self._hashes = bytearray()
        self._slots = array("I", bytes(FIRST_SLOTS * array("I").itemsize))
        """One more than the position of a hash, 0 for none. At most half of them are taken."""

    def __len__(self) -> int:
        return len(self._hashes) // HASH_SIZE

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
        position = len(self)
        self._hashes += block_hash
        if 2 * position >= len(self._slots):
            self._grow()
        else:
            self._enter(self._slots, block_hash, position)
        return position

    def _grow(self) -> None:
        slots = array("I", bytes(2 * len(self._slots) * self._slots.itemsize))
        for position in range(len(self)):
            self._enter(slots, self[position], position)
        self._slots = slots  # those who look meanwhile still use the old ones

    @staticmethod
    def _enter(slots: array[int], block_hash: bytes, position: int) -> None:
        mask = len(slots) - 1
        slot = int.from_bytes(block_hash[:VALUE_BYTES], "little") & mask
        while slots[slot]:
            slot = slot + 1 & mask
        slots[slot] = position + 1
