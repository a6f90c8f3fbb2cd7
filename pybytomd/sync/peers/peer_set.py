"""The peers that told us their best block, and what offences cost them."""

from __future__ import annotations

from cachetools import LRUCache

from pybytomd.p2p.peers.peer import Peer
from pybytomd.sync.peers.answers_due import AnswersDue
from pybytomd.sync.peers.judged_peers import JudgedPeers
from pybytomd.sync.peers.peer_state import PeerState, best_peer

MAX_FORMER_PEERS = 256
"""Peers that are gone and of which is remembered what they were asked for."""


class PeerSet(JudgedPeers[PeerState]):
    """Those of 1.x, and what former ones were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self._former_dues: LRUCache[str, AnswersDue] = LRUCache(MAX_FORMER_PEERS)

    def add(self, state: PeerState) -> None:
        """A peer told its best block for the first time.

        What a former connection of the same node was asked for may be answered over this one: a Go node looks up
        the peer by its id when it has the answer.
        """
        former = self._states.get(state.id)
        due = former.due if former is not None else self._former_dues.pop(state.id, None)
        if due is not None:
            state.due = due
        self._states[state.id] = state

    def remove(self, peer: Peer) -> PeerState | None:
        """See ``JudgedPeers``; what it was asked for is remembered."""
        state = super().remove(peer)
        if state is not None:
            self._former_dues[peer.node_id] = state.due
        return state

    @property
    def best(self) -> PeerState | None:
        """The full node that claims the highest chain."""
        return best_peer(self)

    @property
    def highest(self) -> int:
        """The height it claims, 0 without peers."""
        best = self.best
        return 0 if best is None else best.height
