"""The search for a nonce, in one thread or several."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from typing import Self

from pybytomd.crypto.hashes import sha3_256
from pybytomd.ledger.block import BlockHeader, hash_with_nonce
from pybytomd.mining.priority import lower_priority
from pybytomd.pow.tensority import meets_target

ID_SIZE = 16
"""Bytes. An id tells work from other work, and is no secret."""


@dataclass(frozen=True, slots=True)
class Work:
    """A header whose nonce is wanted, and the Tensority seed of its height."""

    header: BlockHeader
    seed: bytes

    @property
    def id(self) -> str:
        """What is the same as long as there is the same to do: on one block, with one set of transactions.

        Another time makes it no other work.
        """
        return sha3_256(self.header.previous_block_hash + self.header.transactions_merkle_root)[:ID_SIZE].hex()


def find_nonce(work: Work, nonces: Iterable[int], go_on: Callable[[], bool]) -> BlockHeader | None:
    """The header with the first of ``nonces`` that meets its target; None if ``go_on()`` ends it before.

    ``go_on`` is asked before every hash. A hash takes 15 ms and releases the GIL; nothing else here takes long.
    """
    header = work.header
    prefix = header.hash_prefix()
    for nonce in nonces:
        if not go_on():
            return None
        if meets_target(hash_with_nonce(prefix, nonce), work.seed, header.bits):
            return header.replace(nonce=nonce)
    return None


def processors() -> int:
    """How many threads can search at once."""
    return os.cpu_count() or 1


class NonceSearch:
    """Searches with several threads that take turns over the nonces. Close it, or use it as a context manager."""

    def __init__(self, threads: int, *, low_priority: bool = False) -> None:
        self.threads = threads
        self._pool = ThreadPoolExecutor(
            threads, thread_name_prefix="nonce-search", initializer=lower_priority if low_priority else None
        )

    def search(self, work: Work, go_on: Callable[[], bool], *, start: int = 0) -> BlockHeader | None:
        """The header with a nonce from ``start`` on that meets its target, or None once ``go_on()`` is false.

        ``go_on`` is asked from all threads, before every hash. Of two nonces found at once either may be returned.
        Raises what ``go_on`` and the kernel raise.
        """
        over = threading.Event()

        def go_on_together() -> bool:
            return not over.is_set() and go_on()

        def search_every(first: int) -> BlockHeader | None:
            try:
                return find_nonce(work, count(first, self.threads), go_on_together)
            finally:
                over.set()  # found, stopped or failed: either way the others end with their current hash

        results = self._pool.map(search_every, range(start, start + self.threads))
        return next((header for header in list(results) if header is not None), None)

    def close(self) -> None:
        """Let the threads go, without waiting for a hash in hand."""
        self._pool.shutdown(wait=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
