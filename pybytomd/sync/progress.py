"""How fast blocks come in and how long the rest will take."""

from __future__ import annotations

from collections import deque

from pybytomd.clock import Clock

WINDOW_SECONDS = 30.0
SAMPLE_SECONDS = 1.0


class Progress:
    """Counts blocks over the last half minute."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._samples: deque[tuple[float, int]] = deque()
        self._started: float | None = None
        self._count = 0
        self.last_block = clock.monotonic()
        """When the last block came in, on the monotonic clock."""

    def add(self, count: int = 1) -> None:
        """Blocks came into the chain."""
        now = self._clock.monotonic()
        if self._started is None:
            self._started = now
        self.last_block = now
        self._count += count
        if self._samples and now - self._samples[-1][0] < SAMPLE_SECONDS:
            self._samples[-1] = (self._samples[-1][0], self._samples[-1][1] + count)
        else:
            self._samples.append((now, count))
        self._forget(now)

    def begin(self) -> None:
        """A synchronisation begins: what came in before it does not count for its rate."""
        self._samples.clear()
        self._started = self.last_block = self._clock.monotonic()

    def _forget(self, now: float) -> None:
        while self._samples and now - self._samples[0][0] > WINDOW_SECONDS:
            self._samples.popleft()

    @property
    def idle(self) -> float:
        """Seconds since the last block."""
        return self._clock.monotonic() - self.last_block

    @property
    def rate(self) -> float:
        """Blocks a second lately."""
        now = self._clock.monotonic()
        self._forget(now)
        if self._started is None or not self._samples:
            return 0.0
        elapsed = min(WINDOW_SECONDS, now - self._started)
        return sum(count for _, count in self._samples) / max(elapsed, SAMPLE_SECONDS)

    def remaining(self, blocks: int) -> float | None:
        """Seconds ``blocks`` more will take at this rate; None while that cannot be told."""
        rate = self.rate
        return blocks / rate if rate > 0 else None


def duration_text(seconds: float) -> str:
    """A duration for people: ``45 s``, ``12 min``, ``3 h 20 min``, ``2 d 4 h``."""
    whole = round(seconds)
    if whole < 90:
        return f"{whole} s"
    minutes = round(whole / 60)
    if minutes < 90:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min"
    return f"{hours // 24} d {hours % 24} h"
