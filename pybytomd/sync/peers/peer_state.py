"""What is known of a peer beyond its connection: how far its chain goes, what it has, what it wants to hear of."""

from __future__ import annotations

from collections.abc import Iterable

from pybytomd.ledger.inputs import SpendInput
from pybytomd.p2p.peers.peer import Peer
from pybytomd.p2p.transport.node_info import Service
from pybytomd.sync.messages import AnyMessage, encode
from pybytomd.sync.peers.answers_due import AnswersDue
from pybytomd.sync.peers.any_peer import AnyPeerState


class PeerState(AnyPeerState):
    """One peer that told us its best block."""

    __slots__ = ("bodies_rest_until", "due", "probe", "rests_until")
    SPENDS = SpendInput

    def __init__(self, peer: Peer, height: int, best_hash: bytes) -> None:
        super().__init__(peer, height, best_hash)
        self.due = AnswersDue()
        """What it was asked for and has not answered yet; no other headers and blocks are taken of it."""
        self.probe: bytes | None = None
        """The block it was asked for to find out whether it is of use; empty once it has come."""
        self.rests_until = 0.0
        """On the monotonic clock: not asked for headers before, because the last ones were no use."""
        self.bodies_rest_until = 0.0
        """The same for bodies."""

    @property
    def serves_headers(self) -> bool:
        """Whether it says that it answers requests for many headers and blocks at once.

        All versions of the reference do; the flag tells whom to choose for the part below checkpoints.
        """
        return Service.FAST_SYNC in self.peer.services

    def claims(self, height: int, best_hash: bytes) -> None:
        """It told its best block, or announced one. Quirk: the height may go down as well as up."""
        self.height = height
        self.best_hash = best_hash

    def send(self, message: AnyMessage) -> bool:
        """Send at once, or not at all: False when the peer is gone or far behind with reading."""
        return self.peer.send(encode(message))


def best_peer(peers: Iterable[PeerState]) -> PeerState | None:
    """The full node that claims the highest chain; of equals one on the local network, else the first."""
    best: PeerState | None = None
    for state in peers:
        if not state.is_full_node:
            continue
        if best is None or (state.height, state.peer.is_lan) > (best.height, best.peer.is_lan):
            best = state
    return best
