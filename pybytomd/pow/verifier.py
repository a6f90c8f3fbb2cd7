"""Proofs of work checked on several threads, ahead of whoever needs the answers."""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self

from pybytomd.pow.tensority import meets_target


class ProofVerifier:
    """A few threads that hash with the GIL released. Close it, or use it as a context manager."""

    def __init__(self, threads: int | None = None) -> None:
        """``threads`` is the number of processors unless given."""
        self.threads = threads or os.cpu_count() or 1
        self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="proof")

    def submit(self, header_hash: bytes, seed: bytes, bits: int) -> Future[bool]:
        """Begin to check whether a block hash meets a target under a seed. The future may be cancelled."""
        return self._pool.submit(meets_target, header_hash, seed, bits)

    def close(self) -> None:
        """End the threads after the hash in hand; what has not begun is cancelled."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
