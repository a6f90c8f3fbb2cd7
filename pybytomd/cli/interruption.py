"""Ctrl-C during long work: it is noted, and the work asks between two steps, so that it ends in good order."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

STOPPING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""SIGHUP, which Windows does not have, comes when the terminal is closed."""


@contextmanager
def until_interrupted(on_interrupt: Callable[[], None] = lambda: None) -> Iterator[Callable[[], bool]]:
    """A function that is true until somebody asks to stop, or closes the terminal.

    A second signal acts as it always does. What is ignored from the start, as ``nohup`` has it, stays so.
    """
    asked = threading.Event()
    before = {number: signal.getsignal(number) for number in STOPPING}
    before = {number: handler for number, handler in before.items() if handler is not signal.SIG_IGN}

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
