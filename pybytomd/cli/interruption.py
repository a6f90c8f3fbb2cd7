"""Ctrl-C during long work: it is noted, and the work asks between two steps, so that it ends in good order."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def until_interrupted(on_interrupt: Callable[[], None] = lambda: None) -> Iterator[Callable[[], bool]]:
    """A function that is true until SIGINT or SIGTERM arrives; a second signal acts as it always does."""
    asked = threading.Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        asked.set()
        restore()
        on_interrupt()

    for number in before:
        signal.signal(number, on_signal)
    try:
        yield lambda: not asked.is_set()
    finally:
        restore()
