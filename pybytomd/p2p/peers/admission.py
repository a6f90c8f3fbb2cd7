"""Who may come in: limits by origin, and which waiting handshake gives way when too many wait.

The reference takes handshakes one at a time, so two silent connections hold up everybody for a minute. Here they
run at once, up to a bound; beyond it the oldest one of the busiest neighbourhood is dropped, which a flood from
one place does to itself.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field

from pybytomd.codec.hostport import is_loopback
from pybytomd.p2p.network_address import subnet


@dataclass(frozen=True, slots=True)
class OriginLimits:
    """Most connections, set up and waiting, from one address and one neighbourhood; loopback is exempt."""

    per_address: int = 8
    per_subnet: int = 24


@dataclass(eq=False, slots=True)
class Waiting:
    """A connection whose handshake goes on."""

    ip: str
    deadline: float
    """On the monotonic clock, in seconds."""
    may_be_evicted: bool = True
    give_up: asyncio.Event = field(default_factory=asyncio.Event)
    because: str = "the handshake took too long"


class WaitingRoom:
    """The handshakes that go on, at most ``capacity`` of them."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._waiting: dict[Waiting, None] = {}  # in order of arrival

    def __len__(self) -> int:
        return len(self._waiting)

    def enter(self, ip: str, deadline: float, *, may_be_evicted: bool = True) -> Waiting:
        """Add a handshake; when the room is full, one of the busiest neighbourhood is told to give up.

        Calls we make ourselves are few and never evicted.
        """
        if len(self._waiting) >= self._capacity:
            self._evict()
        entry = Waiting(ip, deadline, may_be_evicted)
        self._waiting[entry] = None
        return entry

    def leave(self, entry: Waiting) -> None:
        """The handshake ended, one way or the other."""
        self._waiting.pop(entry, None)

    def expire(self, now: float) -> None:
        """Tell those past their deadline to give up."""
        for entry in self._waiting:
            if now > entry.deadline:
                entry.give_up.set()

    def addresses(self) -> list[str]:
        """Where the waiting connections come from."""
        return [entry.ip for entry in self._waiting]

    def _evict(self) -> None:
        guests = [entry for entry in self._waiting if entry.may_be_evicted]
        if not guests:
            return
        neighbourhoods = Counter(subnet(entry.ip) for entry in guests)
        busiest, _ = neighbourhoods.most_common(1)[0]
        victim = next(entry for entry in guests if subnet(entry.ip) == busiest)
        victim.because = "too many handshakes at once"
        victim.give_up.set()
        self.leave(victim)


def refusal(ip: str, present: list[str], limits: OriginLimits) -> str | None:
    """Why one more connection from ``ip`` is too many beside those ``present``, or None."""
    if is_loopback(ip):
        return None
    if present.count(ip) >= limits.per_address:
        return f"already {limits.per_address} connections from {ip}"
    neighbourhood = subnet(ip)
    if sum(subnet(other) == neighbourhood for other in present) >= limits.per_subnet:
        return f"already {limits.per_subnet} connections from {neighbourhood}"
    return None
