"""What the switch needs from others: somebody who talks to peers."""

from __future__ import annotations

from typing import Protocol

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
