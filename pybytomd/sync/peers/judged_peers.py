"""States of the connected peers of either chain, and what offences cost them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

from pybytomd.p2p.peers.bans import Offence
from pybytomd.p2p.peers.peer import Peer
from pybytomd.p2p.peers.switch import Switch
from pybytomd.sync.peers.any_peer import AnyPeerState

S = TypeVar("S", bound=AnyPeerState, covariant=True)


class JudgedPeers(Generic[S]):
    """States of peers by node id, in the order in which they came."""

    def __init__(self) -> None:
        self._states: dict[str, S] = {}
        self._judge: Switch | None = None

    def judged_by(self, judge: Switch) -> None:
        """Say who counts offences. The switch needs its reactor first, so this comes later than the rest."""
        self._judge = judge

    def __len__(self) -> int:
        return len(self._states)

    def __iter__(self) -> Iterator[S]:
        return iter(tuple(self._states.values()))

    def get(self, node_id: str) -> S | None:
        """The state of a peer that is connected and has introduced itself."""
        return self._states.get(node_id)

    def remove(self, peer: Peer) -> S | None:
        """A peer is gone: its state, if it had any. A later connection of the same node is not touched."""
        state = self._states.get(peer.node_id)
        if state is None or state.peer is not peer:
            return None
        del self._states[peer.node_id]
        return state

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
