"""How much is taken of each peer, or sent to it, in the long run."""

from __future__ import annotations

from pybytomd.clock import Clock
from pybytomd.p2p.peers.peer import Peer
from pybytomd.p2p.transport.traffic import RateLimit

ORPHAN_RATE = 1.0
ORPHAN_BURST = 64.0
"""Orphans a second taken from one peer, and at once: nothing about an orphan can be checked."""


class PeerLimits:
    """A limit of ``rate`` a second, but for ``burst`` at once, for each peer by itself."""

    def __init__(self, rate: float, burst: float, clock: Clock) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._limits: dict[Peer, RateLimit] = {}

    def charge(self, peer: Peer, count: int) -> float:
        """Count something of a peer; seconds to wait before there may be more."""
        limit = self._limits.get(peer)
        if limit is None:
            limit = self._limits[peer] = RateLimit(self._rate, self._burst, self._clock)
        return limit.charge(count)

    def forget(self, peer: Peer) -> None:
        """A peer is gone."""
        self._limits.pop(peer, None)
