"""Who is connected: one connection a node, each served until it ends, all of them within bounds of memory."""

from __future__ import annotations

import asyncio
import logging

from pybytomd.p2p.errors import IncompatiblePeer, PeerError
from pybytomd.p2p.peers.peer import OnMessage, Peer
from pybytomd.p2p.peers.ports import Reactor
from pybytomd.p2p.transport.node_info import Service
from pybytomd.tasks import TaskSet, run_unless

logger = logging.getLogger(__name__)

DUPLICATE = "Duplicate peer"
MAX_HELD_BYTES = 256 * 1024 * 1024
"""Memory for messages under way, of all peers together; beyond it the peer with most is dropped."""
YOUNG_SECONDS = 10.0
"""Two nodes that call each other within this time keep the call of the one with the lower key."""
CROSSING_SECONDS = 2.0
"""How long it is watched which of two calls that cross the other end keeps, where it may not go by the keys."""


class Switchboard:
    """The connected peers by node id, and the tasks that serve them."""

    def __init__(
        self,
        own_id: str,
        max_inbound_total: int,
        reactor: Reactor,
        tasks: TaskSet,
        on_side_message: OnMessage | None = None,
        *,
        first_stays: bool = False,
    ) -> None:
        """Peers that called us are taken while there are fewer than ``max_inbound_total`` peers of any kind.

        ``first_stays``: nodes of the reference refuse every further connection of a node that is connected.
        """
        self._own_id = own_id
        self._max_peers = max_inbound_total
        self._reactor = reactor
        self._on_side_message = on_side_message
        self._tasks = tasks
        self._first_stays = first_stays
        self._peers: dict[str, Peer] = {}
        self._crossing: dict[Peer, asyncio.Event] = {}
        """Later calls of two that cross, and what is set when they have waited long enough."""
        self._serving: dict[Peer, asyncio.Task[object]] = {}
        self._sent = self._received = 0
        """Bytes of connections that have ended."""

    @property
    def bytes_sent(self) -> int:
        """To all peers there have been."""
        return self._sent + sum(peer.sent.total for peer in self._serving)

    @property
    def bytes_received(self) -> int:
        """From all peers there have been."""
        return self._received + sum(peer.received.total for peer in self._serving)

    def __len__(self) -> int:
        return len(self._peers)

    @property
    def peers(self) -> tuple[Peer, ...]:
        """Everybody connected and not about to go."""
        return tuple(peer for peer in self._peers.values() if not peer.is_closed)

    def peer(self, node_id: str) -> Peer | None:
        """The connected peer with this id (upper-case hex)."""
        found = self._peers.get(node_id)
        return None if found is None or found.is_closed else found

    async def take(self, peer: Peer) -> None:
        """Take a peer whose handshake is done and start serving it. Raises IncompatiblePeer for one too many.

        Waits while two calls have crossed and it is open which of them stays.
        """
        self._check(peer)
        former = self.peer(peer.node_id)
        if former is not None:
            if not self._are_crossing(peer, former):
                raise IncompatiblePeer(DUPLICATE)
            if self._first_stays:
                await self._see_which_stays(peer, former)
            elif not self._is_called_by_lower(peer):
                raise IncompatiblePeer(DUPLICATE)
            former.release("both nodes called each other; the other connection stays")
        former = self._peers.get(peer.node_id)
        self._peers[peer.node_id] = peer
        self._serving[peer] = self._tasks.start(self._serve(peer, former), f"serve {peer.remote_address}")

    def _check(self, peer: Peer) -> None:
        """Raise IncompatiblePeer for one that cannot be taken now, whoever else is connected."""
        called = peer.origin.dialed is not None
        if called and Service.FULL_NODE not in peer.services:
            raise IncompatiblePeer("Outbound connect spv peer")
        if not called and len(self._peers) >= self._max_peers:
            raise IncompatiblePeer(f"there are {self._max_peers} peers already")

    def _are_crossing(self, peer: Peer, former: Peer) -> bool:
        """Whether two nodes called each other at the same time."""
        called, called_before = peer.origin.dialed is not None, former.origin.dialed is not None
        if any(other.node_id == peer.node_id for other in self._crossing):
            return False
        return called != called_before and former.received.duration <= YOUNG_SECONDS

    def _is_called_by_lower(self, peer: Peer) -> bool:
        """Whether the node with the lower key made a call: both ends keep that one."""
        called = peer.origin.dialed is not None
        caller, callee = (self._own_id, peer.node_id) if called else (peer.node_id, self._own_id)
        return caller < callee

    async def _see_which_stays(self, peer: Peer, former: Peer) -> None:
        """Wait for what the other end does with two calls that crossed. Raises IncompatiblePeer if this one goes.

        A node of the reference ends at once whichever came later there, and that may be the one that came first
        here: with both ends going by their own order, none would be left. It says something over the other one.
        One of ours waits as we do, and then both go by the keys.
        """
        waited = self._crossing[peer] = asyncio.Event()
        try:
            await run_unless(waited, former.wait_closed())
        finally:
            del self._crossing[peer]
        self._check(peer)
        if self.peer(peer.node_id) not in (None, former):
            raise IncompatiblePeer(DUPLICATE)
        if former.is_closed:
            stays = former.hung_up
        else:
            stays = not (peer.has_hung_up or former.received.total) and self._is_called_by_lower(peer)
        if not stays:
            raise IncompatiblePeer(DUPLICATE)

    async def _serve(self, peer: Peer, former: Peer | None) -> None:
        """Everything between the handshake and the end of a connection."""
        try:
            if former in self._serving:
                await asyncio.wait([self._serving[former]])
            logger.info("peer connected", extra=_fields(peer))
            try:
                await self._reactor.on_peer(peer)
            except PeerError as error:
                peer.close(str(error))
            except Exception:
                logger.exception("greeting a peer failed", extra=_fields(peer))
                peer.close("internal error")
            await peer.run(self._reactor.on_message, self._on_side_message)
        finally:
            peer.close("the node is stopping")
            if self._peers.get(peer.node_id) is peer:
                del self._peers[peer.node_id]
            if self._serving.pop(peer, None) is not None:
                self._sent += peer.sent.total
                self._received += peer.received.total
            logger.info("peer gone", extra={**_fields(peer), "reason": peer.closed_because})
            await self._reactor.on_disconnect(peer, peer.closed_because or "")

    def tick(self) -> None:
        """Let every peer look at the time, and keep the memory for messages within bounds."""
        for peer in self._peers.values():
            peer.tick()
        for peer, waited in self._crossing.items():
            if peer.received.duration >= CROSSING_SECONDS:
                waited.set()
        held = sum(peer.held_bytes for peer in self._peers.values())
        if held > MAX_HELD_BYTES:
            largest = max(self._peers.values(), key=lambda peer: peer.held_bytes)
            largest.close(f"{largest.held_bytes} bytes of messages under way, more than any other peer")

    async def close(self) -> None:
        """Close every connection and wait until the reactor was told of each."""
        for peer in self._peers.values():
            peer.close("the node is stopping")
        while self._serving:
            await asyncio.wait(list(self._serving.values()))


def _fields(peer: Peer) -> dict[str, object]:
    return {
        "peer": peer.remote_address,
        "node_id": peer.node_id,
        "outbound": peer.is_outbound,
        "version": peer.node_info.version,
    }
