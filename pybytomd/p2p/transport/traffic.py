"""How much travels over a connection and how fast, in the figures ``list-peers`` shows.

The current rate is a moving average of samples of a tenth of a second, weighted towards the last second, as the
reference's flow-rate meter computes it (``tmlibs/flowrate``). Sampling happens when the meter is fed or read, so
an idle connection costs nothing.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable

from pybytomd.clock import Clock

SAMPLE_SECONDS = 0.1
WINDOW_SECONDS = 1.0


class TrafficMeter:
    """Bytes in one direction of one connection."""

    __slots__ = ("_clock", "_last_byte", "_rate", "_sample_bytes", "_sample_start", "_started", "total")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._started = self._sample_start = self._last_byte = clock.monotonic()
        self._sample_bytes = 0
        self._rate = 0.0
        self.total = 0

    def add(self, count: int) -> None:
        """Count ``count`` bytes."""
        now = self._clock.monotonic()
        self._close_sample(now)
        self.total += count
        self._sample_bytes += count
        self._last_byte = now

    @property
    def duration(self) -> float:
        """Seconds since the connection was set up."""
        return self._clock.monotonic() - self._started

    @property
    def idle(self) -> float:
        """Seconds since the last byte."""
        return self._clock.monotonic() - self._last_byte

    @property
    def average_rate(self) -> int:
        """Bytes a second since the connection was set up."""
        duration = self.duration
        return round(self.total / duration) if duration > 0 else 0

    @property
    def current_rate(self) -> int:
        """Bytes a second lately."""
        self._close_sample(self._clock.monotonic())
        return round(self._rate)

    def _close_sample(self, now: float) -> None:
        elapsed = now - self._sample_start
        if elapsed < SAMPLE_SECONDS:
            return
        weight = math.exp(-elapsed / WINDOW_SECONDS)
        self._rate = weight * self._rate + (1 - weight) * self._sample_bytes / elapsed
        self._sample_bytes = 0
        self._sample_start = now


class RateLimit:
    """How long to wait so that traffic stays below ``rate`` bytes a second, but for ``burst`` bytes."""

    __slots__ = ("_burst", "_clock", "_level", "_rate", "_updated")

    def __init__(self, rate: float, burst: float, clock: Clock) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._level = 0.0
        self._updated = clock.monotonic()

    def charge(self, count: int) -> float:
        """Count ``count`` bytes; seconds to wait before taking more."""
        now = self._clock.monotonic()
        self._level = max(0.0, self._level - (now - self._updated) * self._rate) + count
        self._updated = now
        return max(0.0, (self._level - self._burst) / self._rate)


LEAST_BATCH, LARGEST_BATCH = 1024, 65_536
BATCHES_A_SECOND = 4


class UploadLimit:
    """Keeps what is sent to all peers together below ``rate`` bytes a second (token bucket).

    A second's worth may be sent at once. The peers share it, and each waits for its own part before it sends
    another one.
    """

    __slots__ = ("_limit", "_sleep", "batch")

    def __init__(
        self, rate: int, clock: Clock, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    ) -> None:
        self._limit = RateLimit(rate, rate, clock)
        self._sleep = sleep
        self.batch = min(LARGEST_BATCH, max(LEAST_BATCH, rate // BATCHES_A_SECOND))
        """Bytes that a peer sends at a time, so that others get their turn."""

    async def sent(self, count: int) -> None:
        """Count what was sent, and wait until more may be."""
        delay = self._limit.charge(count)
        if delay > 0:
            await self._sleep(delay)
