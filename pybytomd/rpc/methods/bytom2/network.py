"""How a node of Bytom 2 stands among its peers. Source: bytom2-network-wallet-api reference, section 5.3."""

from __future__ import annotations

from dataclasses import dataclass

from pybytomd.codec.golang.goduration import format_duration
from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.rpc.bytom2.api import Bytom2Api
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
from pybytomd.sync.report.status import PeerInfo

KINDS = (ChainKind.BYTOM2,)


@dataclass(frozen=True, slots=True)
class NetInfoReply:
    """The state of the node in short. ``node_xpub`` is its key, ``highest_height`` its own or its best peer's."""

    listening: bool
    syncing: bool
    mining: bool
    node_xpub: str
    peer_count: int
    highest_height: int
    network_id: str
    version_info: VersionReply


@dataclass(frozen=True, slots=True)
class PeerReply:
    """A connected peer."""

    peer_id: str
    moniker: str
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
            peer_id=peer.peer_id.lower(),
            moniker=peer.moniker,
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


@method("net-info", role=Role.READ, reads=True, kinds=KINDS)
def net_info(api: Bytom2Api) -> NetInfoReply:
    """How the node stands among its peers; in vault mode it neither listens nor has any."""
    status = None if api.network is None else api.network.status()
    height = api.chain.best_height
    return NetInfoReply(
        listening=status is not None and status.listening,
        syncing=status is not None and status.syncing,
        mining=api.producer.is_running,
        node_xpub=api.key,
        peer_count=0 if status is None else status.peer_count,
        highest_height=height if status is None else max(height, status.highest_block),
        network_id=api.chain.params.chain_id,
        version_info=version_reply(api, status),
    )


@method("list-peers", role=Role.READ, reads=True, kinds=KINDS)
def list_peers(api: Bytom2Api) -> list[PeerReply]:
    """Connected peers."""
    return [] if api.network is None else [PeerReply.of(peer) for peer in api.network.peers()]


@method("connect-peer", role=Role.ADMIN, kinds=KINDS)
async def connect_peer(api: Bytom2Api, request: ConnectRequest) -> PeerReply:
    """Call a peer, and wait until it is connected."""
    return PeerReply.of(await call_peer(api.network, request))


@method("disconnect-peer", role=Role.ADMIN, kinds=KINDS)
def disconnect_peer(api: Bytom2Api, request: DisconnectRequest) -> None:
    """Part with a peer."""
    part_with_peer(api.network, request)


@method("add-peer", role=Role.ADMIN, in_reference=False, kinds=KINDS)
async def add_peer(api: Bytom2Api, request: AddPeerRequest) -> PeerReply:
    """Call a node by name or address, and wait until it is connected."""
    return PeerReply.of(await add_named_peer(api, request))
