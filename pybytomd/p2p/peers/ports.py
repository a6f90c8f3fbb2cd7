"""What the switch needs from others: somebody who talks to peers, and somebody who knows addresses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pybytomd.p2p.network_address import NetAddress
from pybytomd.p2p.peers.peer import Peer


class Reactor(Protocol):
    """Who is told of peers and gets their messages.

    For each peer: ``on_peer`` once, then ``on_message`` one after the other, then ``on_disconnect`` once. A slow
    ``on_message`` slows down its peer only; ``on_peer`` must not wait for the peer. A ``PeerError`` raised by
    either ends the connection with its text as reason.
    """

    async def on_peer(self, peer: Peer) -> None:
        """A peer is connected."""

    async def on_message(self, peer: Peer, message: bytes) -> None:
        """A peer sent a message."""

    async def on_disconnect(self, peer: Peer, reason: str) -> None:
        """A peer is gone."""


class PeerSource(Protocol):
    """Somebody who knows addresses of nodes, and what they are worth."""

    def merit(self, address: NetAddress) -> float:
        """The proven service of whoever is at the address; 0 when nothing is known, less after calls in vain."""

    def node_id(self, address: NetAddress) -> str | None:
        """Who answered at the address last time, as far back as is known."""

    def anchors(self) -> Sequence[NetAddress]:
        """The good outbound peers of the last run."""

    def best(self) -> Sequence[NetAddress]:
        """Addresses that answered before, those of most merit first."""

    def drawn(self) -> Sequence[NetAddress]:
        """Addresses that answered before, and such that were only heard of, as chance has it."""

    def rumoured(self) -> Sequence[NetAddress]:
        """Addresses that were only heard of."""

    def rest(self) -> Sequence[NetAddress]:
        """Whom to call when nobody else is left."""


class CallLog(Protocol):
    """Somebody who wants to know how calls went, such as an address book."""

    def answered(self, address: NetAddress, node_id: str) -> None:
        """A node answered at the address."""

    def failed(self, address: NetAddress) -> None:
        """Nobody of use answered, or the connection was broken off within a minute."""

    def served(self, address: NetAddress, node_id: str, seconds: float, blocks: int) -> None:
        """The node gave so many blocks of use, over so many seconds of being connected, since last told."""

    def lasted(self, address: NetAddress) -> None:
        """A connection has held for a minute."""

    def holds(self, addresses: Sequence[NetAddress]) -> None:
        """These are the good outbound peers now, the best first."""
