"""What a peer has, as far as we know, and what a light wallet wants to hear of: within limits."""

from __future__ import annotations

from collections.abc import Iterable

from pybytomd.sync.errors import FilterTooLarge

MAX_KNOWN_TRANSACTIONS = 32_768
MAX_KNOWN_BLOCKS = 1024
MAX_FILTER_PROGRAMS = 1000
MAX_FILTER_PROGRAM_SIZE = 50


class KnownSet:
    """A set of hashes that forgets the oldest when it is full."""

    __slots__ = ("_hashes", "_limit")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._hashes: dict[bytes, None] = {}

    def __contains__(self, item: bytes) -> bool:
        return item in self._hashes

    def __len__(self) -> int:
        return len(self._hashes)

    def add(self, item: bytes) -> None:
        """Remember a hash."""
        if item not in self._hashes and len(self._hashes) >= self._limit:
            del self._hashes[next(iter(self._hashes))]
        self._hashes[item] = None


def load_filter(kept: set[bytes], programs: Iterable[bytes]) -> None:
    """Replace the control programs that are kept. Raises FilterTooLarge when not all of them are."""
    kept.clear()
    refused: FilterTooLarge | None = None
    for program in programs:
        try:
            add_to_filter(kept, program)
        except FilterTooLarge as error:
            refused = error
    if refused is not None:
        raise refused


def add_to_filter(kept: set[bytes], program: bytes) -> None:
    """One control program more. Raises FilterTooLarge beyond the limits; what is kept stays as it is then."""
    if len(program) > MAX_FILTER_PROGRAM_SIZE:
        raise FilterTooLarge("the size of filter address is greater than limit")
    if len(kept) >= MAX_FILTER_PROGRAMS and program not in kept:
        raise FilterTooLarge("the count of filter addresses is greater than limit")
    kept.add(program)
