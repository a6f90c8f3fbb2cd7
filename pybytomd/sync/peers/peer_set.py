"""The peers that told us their best block, and what offences cost them."""

from __future__ import annotations

from collections.abc import Iterator

from cachetools import LRUCache

from pybytomd.p2p.peers.bans import Offence
from pybytomd.p2p.peers.peer import Peer
from pybytomd.p2p.peers.switch import Switch
from pybytomd.sync.peers.answers_due import AnswersDue
from pybytomd.sync.peers.peer_state import PeerState, best_peer

MAX_FORMER_PEERS = 256
"""Peers that are gone and of which is remembered what they were asked for."""


class PeerSet:
    """States of peers by node id, in the order in which they came."""

    def __init__(self) -> None:
        self._states: dict[str, PeerState] = {}
        self._former_dues: LRUCache[str, AnswersDue] = LRUCache(MAX_FORMER_PEERS)
        self._judge: Switch | None = None

    def judged_by(self, judge: Switch) -> None:
        """Say who counts offences. The switch needs its reactor first, so this comes later than the rest."""
        self._judge = judge

    def __len__(self) -> int:
        return len(self._states)

    def __iter__(self) -> Iterator[PeerState]:
        return iter(tuple(self._states.values()))

    def get(self, node_id: str) -> PeerState | None:
        """The state of a peer that is connected and has introduced itself."""
        return self._states.get(node_id)

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
        """A peer is gone. A later connection of the same node is not touched."""
        state = self._states.get(peer.node_id)
        if state is None or state.peer is not peer:
            return None
        del self._states[peer.node_id]
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

    def punish(self, node_id: str, offence: Offence, reason: str) -> None:
        """Count an offence against a peer, if it is still connected."""
        state = self._states.get(node_id)
        if state is not None:
            self.punish_peer(state.peer, offence, reason)

    def punish_peer(self, peer: Peer, offence: Offence, reason: str) -> None:
        """Count an offence against a peer that may not have introduced itself yet, or be gone again.

        One that is banned already has paid.
        """
        if self._judge is not None and not peer.is_banned:
            self._judge.punish(peer, offence, reason)
