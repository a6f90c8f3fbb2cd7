"""The changes of a chain: one at a time, none once it is closed, and the threads that make them."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import ParamSpec, Self, TypeVar

from pybytomd.chain.errors import ChainClosed

P = ParamSpec("P")
T = TypeVar("T")


class Changes:
    """Lets one change be under way: ``with changes: ...``. A change may contain changes."""

    def __init__(self, threads: int | None = None) -> None:
        """``threads`` check signatures, as many as there are processors unless given."""
        threads = threads or os.cpu_count() or 1
        self._signature_threads = ThreadPoolExecutor(threads, "signature") if threads > 1 else None
        self._chain_thread = ThreadPoolExecutor(1, "chain")
        self._lock = threading.RLock()
        self._closed = False

    @property
    def signature_threads(self) -> Executor | None:
        """What helps a change to check signatures; None if that is for its own thread alone."""
        return self._signature_threads

    def __enter__(self) -> Self:
        """Wait for the change under way, and begin another. Raises ChainClosed."""
        self._lock.acquire()
        if self._closed:
            self._lock.release()
            raise ChainClosed
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    async def run(self, work: Callable[P, T], *arguments: P.args, **_: P.kwargs) -> T:
        """Do work on the chain thread, for the event loop. Raises ChainClosed."""
        if self._closed:
            raise ChainClosed
        return await asyncio.get_running_loop().run_in_executor(self._chain_thread, work, *arguments)

    def close(self) -> None:
        """Wait for the change under way, refuse those that have not begun, and end the threads."""
        self._closed = True
        self._chain_thread.shutdown(wait=True, cancel_futures=True)
        with self._lock:
            if self._signature_threads is not None:
                self._signature_threads.shutdown()
