"""A line that shows how far something is, how fast, and how long it will take."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Self, TextIO

from pybytomd.clock import Clock, SystemClock

LINE_COLUMNS = 80
BAR_WIDTH = 30
MIN_BAR_WIDTH = 5
"""A shorter bar shows nothing."""
FAST = 1000
"""Steps a second, of which tenths are of no interest."""
MAX_HOURS = 100
"""Longer times are told in days."""
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

    def reach(self, done: int, total: int) -> None:
        """So many steps are done, of a number that may grow."""
        self._total = max(total, 1)
        self._done = done - 1
        self.step()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._done == 0:
            return
        self._write(self._clock.monotonic())
        with contextlib.suppress(OSError):
            if self._is_terminal:
                self._out.write("\n")
            self._out.flush()

    def _write(self, now: float) -> None:
        text = self.describe(now)
        line = f"\r{self._fitted(text)}\x1b[K" if self._is_terminal else f"{self._label} {text}\n"
        with contextlib.suppress(OSError):  # a terminal that was closed is no reason to stop the work
            self._out.write(line)
            self._out.flush()

    def _fitted(self, text: str) -> str:
        """One line that fits the terminal: the bar gives way to the text."""
        columns = min(self._columns() or LINE_COLUMNS, LINE_COLUMNS) - 1  # at the last one some terminals go on
        width = min(BAR_WIDTH, columns - len(f"{self._label} [] {text}"))
        if width < MIN_BAR_WIDTH:
            return f"{self._label} {text}"[:columns]
        filled = min(width, width * self._done // self._total)
        return f"{self._label} [{'#' * filled}{' ' * (width - filled)}] {text}"

    def _columns(self) -> int:
        try:
            return os.get_terminal_size(self._out.fileno()).columns
        except (OSError, ValueError):  # none, or one that does not tell
            return 0

    def describe(self, now: float) -> str:
        """``120 of 400 (30 %), 61.2 a second, 0:04 left``, with the monotonic time given."""
        passed = now - self._started
        rate = self._done / passed if passed > 0 else 0.0
        text = f"{self._done} of {self._total} ({100 * self._done // self._total} %)"
        if rate:
            left = _duration((self._total - self._done) / rate)
            text += f", {rate:.{1 if rate < FAST else 0}f} a second, {left} left"
        return text


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours >= MAX_HOURS:
        return f"{hours // 24} days"
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
