"""A thread that does work as it comes, and after a failure tries again, ever later (backoff)."""

from __future__ import annotations

import threading
from collections.abc import Callable

FIRST_RETRY_SECONDS, LAST_RETRY_SECONDS = 1.0, 60.0
"""How long to wait after a failure; twice as long after each further one."""
IDLE_SECONDS = 60.0
"""How long to sleep when there is nothing to do, unless woken."""


class Worker:
    """Calls ``work`` while that returns True, and again when woken.

    Whatever it raises is given to ``failed``; ``worked`` is called each time it raised nothing.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[], bool],
        failed: Callable[[Exception], None],
        worked: Callable[[], None] = lambda: None,
    ) -> None:
        self._name = name
        self._work = work
        self._failed = failed
        self._worked = worked
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """There may be something to do. From any thread."""
        self._woken.set()

    def start(self) -> None:
        """Begin."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the piece of work in hand and end the thread."""
        self._stopping.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        pause = FIRST_RETRY_SECONDS
        while not self._stopping.is_set():
            self._woken.clear()
            try:
                is_more = self._work()
            except Exception as error:  # noqa: BLE001 - whatever it is, it is told and tried again
                self._failed(error)
                self._stopping.wait(pause)
                pause = min(2 * pause, LAST_RETRY_SECONDS)
                continue
            pause = FIRST_RETRY_SECONDS
            self._worked()
            if not is_more and not self._stopping.is_set():  # else its wake-up may have been cleared just now
                self._woken.wait(IDLE_SECONDS)
