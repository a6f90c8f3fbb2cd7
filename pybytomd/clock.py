"""Time, injected: production code asks a ``Clock``, tests give it one they turn by hand."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Where time comes from."""

    def now(self) -> float:
        """Seconds since the Unix epoch."""

    def monotonic(self) -> float:
        """Seconds from an arbitrary start, never going back; for intervals and expiry."""


class SystemClock:
    """The machine's clock."""

    __slots__ = ()

    def now(self) -> float:
        """Seconds since the Unix epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds from an arbitrary start, never going back."""
        return time.monotonic()


class ManualClock:
    """A clock that stands still until ``advance`` is called."""

    __slots__ = ("_now", "_started")

    def __init__(self, now: float = 1_528_945_000.0) -> None:
        self._now = now
        self._started = now

    def now(self) -> float:
        """Seconds since the Unix epoch, as last set."""
        return self._now

    def monotonic(self) -> float:
        """Seconds advanced since construction."""
        return self._now - self._started

    def advance(self, seconds: float) -> None:
        """Move time forward."""
        self._now += seconds
