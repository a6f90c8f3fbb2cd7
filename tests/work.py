"""How much work something does, which is the same on every machine, unlike the time it takes."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType


@dataclass
class Work:
    """Lines of Python run, each turn of a loop among them. What C code does within one line is not seen."""

    lines: int = 0

    def trace(self, _frame: FrameType, event: str, _argument: object) -> object:
        self.lines += event == "line"
        return self.trace


@contextmanager
def counted_work() -> Iterator[Work]:
    """Count the lines run by this thread and by those that it starts meanwhile."""
    work = Work()
    before = sys.gettrace()
    threading.settrace(work.trace)  # type: ignore[arg-type]
    sys.settrace(work.trace)  # type: ignore[arg-type]
    try:
        yield work
    finally:
        sys.settrace(before)
        threading.settrace(before)  # type: ignore[arg-type]
