"""Which addresses to call now: pauses that double after each failure (backoff), and what earlier calls taught."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from cachetools import FIFOCache

from pybytomd.clock import Clock
from pybytomd.p2p.network_address import NetAddress

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 120.0
"""Seconds between calls to an address that never answers."""
JITTER = 0.3
"""Share by which pauses vary, so that two nodes do not call each other at the same moments for ever."""
PARTED_PAUSE = 600.0
"""Seconds before a node that the operator disconnected is called without being told to."""
REMEMBERED = 4096
"""Addresses kept in mind; the one least recently called is forgotten first."""


@dataclass(slots=True)
class _History:
    failures: int = 0
    not_before: float = 0.0
    node_id: str | None = None


class DialPlan:
    """What is known about addresses we called. Times are seconds on the monotonic clock."""

    def __init__(self, clock: Clock, random: Random) -> None:
        self._clock = clock
        self._random = random
        self._histories: FIFOCache[NetAddress, _History] = FIFOCache(REMEMBERED)
        self._ours: set[NetAddress] = set()

    def _history(self, address: NetAddress) -> _History:
        """For a change, which makes it the last to be forgotten."""
        self._histories[address] = history = self._histories.get(address) or _History()
        return history

    def is_due(self, address: NetAddress) -> bool:
        """Whether the address may be called now: it is not ours and its pause is over."""
        if address in self._ours:
            return False
        history = self._histories.get(address)
        return history is None or self._clock.monotonic() >= history.not_before

    def node_id(self, address: NetAddress) -> str | None:
        """Who answered at the address last time."""
        history = self._histories.get(address)
        return None if history is None else history.node_id

    def answered(self, address: NetAddress, node_id: str) -> None:
        """A call succeeded. Whether it led to anything ``lasted`` or ``failed`` will say."""
        history = self._history(address)
        history.node_id = node_id
        history.not_before = self._clock.monotonic() + self._vary(FIRST_PAUSE)

    def lasted(self, address: NetAddress) -> None:
        """The connection has held for a while: should it end, the next call comes after the shortest pause."""
        self._history(address).failures = 0

    def failed(self, address: NetAddress) -> None:
        """A call failed, or what came of it soon ended: the pause doubles."""
        history = self._history(address)
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(history.failures, 16))
        history.failures += 1
        history.not_before = self._clock.monotonic() + self._vary(pause)

    def parted(self, address: NetAddress) -> None:
        """The operator does not want the node at the address: leave it alone for a while."""
        self._history(address).not_before = self._clock.monotonic() + PARTED_PAUSE

    def is_ours(self, address: NetAddress) -> None:
        """The address turned out to be our own: never call it again."""
        self._ours.add(address)

    def _vary(self, pause: float) -> float:
        return pause * self._random.uniform(1 - JITTER, 1 + JITTER)
