"""Calling peers and parting with them, the same on either chain.

Source: rpc-and-cli reference, section 4.10; ``api/nodeinfo.go``.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pybytomd.errors import BytomError, RequestError
from pybytomd.rpc.api import AnyNetwork, ApiParts
from pybytomd.rpc.schema.field_types import Text, Uint16

if TYPE_CHECKING:
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


def version_reply(api: ApiParts, status: SyncStatus | None) -> VersionReply:
    """What to show of versions; ``status`` is None in vault mode."""
    if status is None:
        return VersionReply(api.version, 0, api.version)
    return VersionReply(api.version, status.update, status.new_version)


async def call_peer(network: AnyNetwork | None, request: ConnectRequest) -> PeerInfo:
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


def part_with_peer(network: AnyNetwork | None, request: DisconnectRequest) -> None:
    """Hang up on a peer. Raises BytomError when there is none with this id."""
    if network is None:
        raise NoSuchPeer
    network.disconnect(request.peer_id)
