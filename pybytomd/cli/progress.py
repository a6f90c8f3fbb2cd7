"""A line that shows how far something is, how fast, and how long it will take."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Self, TextIO

from pybytomd.clock import Clock, SystemClock

BAR_WIDTH = 30
TERMINAL_SECONDS = 0.1
LOG_SECONDS = 10.0
"""How often a line is written where lines stay, as in a file."""


class ProgressLine:
    """Shows progress over ``total`` steps. On a terminal one line is written over and over.

    Use as a context manager; it leaves the last state visible.
    """

    def __init__(self, label: str, total: int, *, out: TextIO | None = None, clock: Clock | None = None) -> None:
        self._label = label
        self._total = max(total, 1)
        self._out = out or sys.stderr
        self._clock = clock or SystemClock()
        self._is_terminal = self._out.isatty()
        self._interval = TERMINAL_SECONDS if self._is_terminal else LOG_SECONDS
        self._started = self._next = self._clock.monotonic()
        self._done = 0

    def step(self, _height: int = 0) -> None:
        """One more step is done. Cheap: most calls write nothing."""
        self._done += 1
        now = self._clock.monotonic()
        if now >= self._next:
            self._next = now + self._interval
            self._write(now)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._done == 0:
            return
        self._write(self._clock.monotonic())
        if self._is_terminal:
            self._out.write("\n")
        self._out.flush()

    def _write(self, now: float) -> None:
        text = self.describe(now)
        if self._is_terminal:
            filled = BAR_WIDTH * self._done // self._total
            self._out.write(f"\r{self._label} [{'#' * filled}{' ' * (BAR_WIDTH - filled)}] {text}\x1b[K")
        else:
            self._out.write(f"{self._label} {text}\n")
        self._out.flush()

    def describe(self, now: float) -> str:
        """``120 of 400 (30 %), 61.2 a second, 0:04 left``, with the monotonic time given."""
        passed = now - self._started
        rate = self._done / passed if passed > 0 else 0.0
        text = f"{self._done} of {self._total} ({100 * self._done // self._total} %)"
        if rate:
            text += f", {rate:.1f} a second, {_duration((self._total - self._done) / rate)} left"
        return text


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
