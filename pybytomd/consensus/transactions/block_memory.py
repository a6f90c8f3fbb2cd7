"""The transactions of a block one after the other in memory, as programs leave them. The same on both chains.

Why that matters is told in ``consensus.transaction_memory``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate


class BlockMemory:
    """The bytes of a block's transactions, as those judged so far have left them.

    What lies before the first does not matter: no program can reach back.
    """

    def __init__(self, raws: Sequence[bytes]) -> None:
        """``raws`` are the serializations of all transactions, as they were decoded."""
        self._raws = raws
        self._buffer = bytearray().join(raws)
        self._starts = list(accumulate(map(len, raws), initial=0))

    def place_of(self, index: int) -> tuple[bytes, bytearray, int]:
        """A transaction as it was, the buffer it lies in, and where; behind it is room to the end of the block."""
        return self._raws[index], self._buffer, self._starts[index]

    def is_written_over(self, index: int) -> bool:
        """Whether the bytes of a transaction are no longer those it was decoded from."""
        start, end = self._starts[index : index + 2]
        return self._buffer[start:end] != self._raws[index]
