"""How a node of Bytom 2 stands among its peers. Source: bytom2-network-wallet-api reference, section 5.3."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.rpc.bytom2.api import Bytom2Api
from pybytomd.rpc.errors import NotAvailable
from pybytomd.rpc.methods.node.network import (
    ConnectRequest,
    DisconnectRequest,
    InvalidIp,
    NoSuchPeer,
    VersionReply,
)
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.registry import method

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


@method("net-info", role=Role.READ, reads=True, kinds=KINDS)
def net_info(api: Bytom2Api) -> NetInfoReply:
    """How the node stands among its peers. Without a network it neither listens nor has any."""
    return NetInfoReply(
        listening=False,
        syncing=False,
        mining=api.producer.is_running,
        node_xpub=api.key,
        peer_count=0,
        highest_height=api.chain.best_height,
        network_id=api.chain.params.chain_id,
        version_info=VersionReply(api.version, 0, api.version),
    )


@method("list-peers", role=Role.READ, reads=True, kinds=KINDS)
def list_peers(api: Bytom2Api) -> list[PeerReply]:  # noqa: ARG001 - every method is given the node's parts
    """Connected peers: as yet none."""
    return []


@method("connect-peer", role=Role.ADMIN, kinds=KINDS)
def connect_peer(api: Bytom2Api, request: ConnectRequest) -> PeerReply:  # noqa: ARG001 - as all methods
    """Call a peer."""
    try:
        ipaddress.ip_address(request.ip)
    except ValueError as error:
        raise InvalidIp from error
    raise NotAvailable("can not connect to the address: this node has no network for Bytom 2")


@method("disconnect-peer", role=Role.ADMIN, kinds=KINDS)
def disconnect_peer(api: Bytom2Api, request: DisconnectRequest) -> None:  # noqa: ARG001 - as all methods
    """Part with a peer."""
    raise NoSuchPeer
