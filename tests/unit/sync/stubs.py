"""Peers without connections, for the parts that only look at what they say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from pybytomd.clock import ManualClock
from pybytomd.ledger.block import Block
from pybytomd.p2p.network_address import NetAddress
from pybytomd.p2p.peers.bans import Offence
from pybytomd.p2p.peers.peer import Origin, Peer
from pybytomd.p2p.transport.node_info import OWN_SERVICES, Service
from pybytomd.p2p.transport.traffic import TrafficMeter
from pybytomd.sync import messages
from pybytomd.sync.messages import AnyMessage
from pybytomd.sync.peers.peer_state import PeerState


class StubPeer:
    """Writes down what it is sent."""

    def __init__(self, name: str, services: Service = OWN_SERVICES, *, is_lan: bool = False) -> None:
        self.node_id = name
        self.services = services
        self.is_lan = is_lan
        self.is_closed = False
        self.remote_address = f"{name}:1"
        self.ip = name
        self.origin = Origin(NetAddress("10.0.0.1", 1), NetAddress("10.0.0.1", 1))
        self.service = 0
        self.sent: list[AnyMessage] = []
        self.accepts = True
        self.closed_because: str | None = None
        self.broke_framing = False
        self.hung_up = False
        self.is_banned = False
        self.called_us = True
        self.received = TrafficMeter(ManualClock())

    def send(self, data: bytes) -> bool:
        if self.accepts and not self.is_closed:
            self.sent.append(messages.decode(data))
        return self.accepts and not self.is_closed

    async def send_patiently(self, data: bytes) -> bool:
        return self.send(data)

    def served(self) -> None:
        self.service += 1

    def close(self, reason: str) -> None:
        self.is_closed = True
        self.closed_because = reason


def state_of(stub: StubPeer, best: Block | tuple[int, bytes]) -> PeerState:
    height, block_hash = best if isinstance(best, tuple) else (best.height, best.hash)
    return PeerState(cast(Peer, stub), height, block_hash)


class StubJudge:
    """Writes down offences."""

    def __init__(self) -> None:
        self.offences: list[tuple[str, Offence, str]] = []

    def punish(self, peer: Peer, offence: Offence, reason: str) -> bool:
        self.offences.append((peer.node_id, offence, reason))
        return False

    @property
    def reasons(self) -> Sequence[str]:
        return [reason for _, _, reason in self.offences]
