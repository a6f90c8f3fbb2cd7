"""Peers and how the node stands among them. Source: rpc-and-cli reference, section 4.10; ``api/nodeinfo.go``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pybytomd.codec.golang.goduration import format_duration
from pybytomd.rpc.api import Api
from pybytomd.rpc.methods.peering import (
    AddPeerRequest,
    ConnectRequest,
    DisconnectRequest,
    VersionReply,
    add_named_peer,
    call_peer,
    part_with_peer,
    version_reply,
)
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.registry import method

if TYPE_CHECKING:
    from pybytomd.sync.report.status import PeerInfo


@dataclass(frozen=True, slots=True)
class NetInfoReply:
    """How the node stands."""

    listening: bool
    syncing: bool
    mining: bool
    peer_count: int
    current_block: int
    highest_block: int
    network_id: str
    version_info: VersionReply


@dataclass(frozen=True, slots=True)
class PeerReply:
    """A peer as ``list-peers`` shows it."""

    peer_id: str
    remote_addr: str
    height: int
    ping: str
    duration: str
    total_sent: int
    total_received: int
    average_sent_rate: int
    average_received_rate: int
    current_sent_rate: int
    current_received_rate: int

    @classmethod
    def of(cls, peer: PeerInfo) -> PeerReply:
        """What to show of a peer."""
        return cls(
            peer_id=peer.peer_id,
            remote_addr=peer.remote_addr,
            height=peer.height,
            ping=format_duration(abs(peer.ping)),
            duration=format_duration(peer.duration),
            total_sent=peer.total_sent,
            total_received=peer.total_received,
            average_sent_rate=peer.average_sent_rate,
            average_received_rate=peer.average_received_rate,
            current_sent_rate=peer.current_sent_rate,
            current_received_rate=peer.current_received_rate,
        )


@method("net-info", role=Role.READ, reads=True)
def net_info(api: Api) -> NetInfoReply:
    """How the node stands among its peers."""
    status = None if api.network is None else api.network.status()
    height = api.chain.best_height
    return NetInfoReply(
        listening=status is not None and status.listening,
        syncing=status is not None and status.syncing,
        mining=api.miner is not None and api.miner.is_mining,
        peer_count=0 if status is None else status.peer_count,
        current_block=height,
        highest_block=height if status is None else max(height, status.highest_block),
        network_id=api.chain.params.chain_id,
        version_info=version_reply(api, status),
    )


@method("list-peers", role=Role.READ, reads=True)
def list_peers(api: Api) -> list[PeerReply]:
    """Connected peers."""
    return [] if api.network is None else [PeerReply.of(peer) for peer in api.network.peers()]


@method("connect-peer", role=Role.ADMIN)
async def connect_peer(api: Api, request: ConnectRequest) -> PeerReply:
    """Call a peer, and wait until it is connected."""
    return PeerReply.of(await call_peer(api.network, request))


@method("disconnect-peer", role=Role.ADMIN)
def disconnect_peer(api: Api, request: DisconnectRequest) -> None:
    """Part with a peer."""
    part_with_peer(api.network, request)


@method("add-peer", role=Role.ADMIN, in_reference=False)
async def add_peer(api: Api, request: AddPeerRequest) -> PeerReply:
    """Call a node by name or address, and wait until it is connected."""
    return PeerReply.of(await add_named_peer(api, request))
