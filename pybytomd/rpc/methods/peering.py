"""Calling peers, by address or name, and parting with them, the same on either chain.

Source: rpc-and-cli reference, section 4.10; ``api/nodeinfo.go``.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pybytomd.codec.hostport import split_host_port
from pybytomd.errors import BytomError, DecodeError, RequestError
from pybytomd.rpc.api import ApiParts
from pybytomd.rpc.errors import NotAvailable
from pybytomd.rpc.schema.field_types import Flag, Text, Uint16

if TYPE_CHECKING:
    from pybytomd.sync.network_side import NetworkSide
    from pybytomd.sync.report.status import PeerInfo, SyncStatus


class InvalidIp(RequestError):
    """Not the text of an IP address. Names are not looked up."""

    message = "invalid ip address"


class Vault(RequestError):
    """The node keeps to itself."""

    message = "can't dial peer in vault mode"


class NoSuchPeer(RequestError):
    """No connected peer has this id."""

    message = "peerId not exist"


class BadPeerAddress(RequestError):
    """Not where a node could listen."""

    message = "a peer is given as host:port, the host by name or address"


@dataclass(frozen=True, slots=True)
class VersionReply:
    """The version of this node, and what its peers have: ``update`` is 1 for a newer one, 2 for a newer major."""

    version: str
    update: int
    new_version: str


@dataclass(frozen=True, slots=True)
class ConnectRequest:
    """Where a peer listens."""

    ip: Text = ""
    port: Uint16 = 0


@dataclass(frozen=True, slots=True)
class DisconnectRequest:
    """The id of a peer."""

    peer_id: Text = ""


@dataclass(frozen=True, slots=True)
class AddPeerRequest:
    """Where a node listens, ``host:port``. With ``keep`` it is called again whenever it is gone."""

    address: Text = ""
    keep: Flag = False


def version_reply(api: ApiParts, status: SyncStatus | None) -> VersionReply:
    """What to show of versions; ``status`` is None in vault mode."""
    if status is None:
        return VersionReply(api.version, 0, api.version)
    return VersionReply(api.version, status.update, status.new_version)


async def call_peer(network: NetworkSide | None, request: ConnectRequest) -> PeerInfo:
    """Call a peer, and wait until it is connected. Raises BytomError."""
    try:
        address = ipaddress.ip_address(request.ip)
    except ValueError as error:
        raise InvalidIp from error
    host = f"[{address}]" if address.version == 6 else str(address)
    try:
        if network is None:
            raise Vault
        return await network.connect(f"{host}:{request.port}")
    except BytomError as error:
        raise error.within("can not connect to the address")  # noqa: B904 - the same error, with more to say


def part_with_peer(network: NetworkSide | None, request: DisconnectRequest) -> None:
    """Hang up on a peer. Raises BytomError when there is none with this id."""
    if network is None:
        raise NoSuchPeer
    network.disconnect(request.peer_id)


def network_of(api: ApiParts) -> NetworkSide:
    """The network side of a node. Raises NotAvailable."""
    if api.network is None:
        raise NotAvailable("this node has no network: it runs in vault mode")
    return api.network


async def add_named_peer(api: ApiParts, request: AddPeerRequest) -> PeerInfo:
    """Call a node by name or address, and wait until it is connected. Raises BytomError."""
    try:
        host, port = split_host_port(request.address.removeprefix("tcp://"), with_bare_ipv6=True)
    except DecodeError as error:
        raise BadPeerAddress.because(str(error)) from error
    if not host or not port:
        raise BadPeerAddress
    try:
        return await network_of(api).add(host, port, keep=request.keep)
    except BytomError as error:
        raise error.within("can not connect to the address")  # noqa: B904 - the same error, with more to say
