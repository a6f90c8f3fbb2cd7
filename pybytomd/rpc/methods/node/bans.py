"""Peers that the operator keeps out, and those that are called by name. None of it is in the reference."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pybytomd.codec.golang.gotime import NANOSECONDS, format_moment
from pybytomd.codec.hostport import parse_ip, split_host_port
from pybytomd.errors import BytomError, DecodeError, RequestError
from pybytomd.p2p.peers.bans import MAX_BAN_SECONDS
from pybytomd.rpc.api import Api
from pybytomd.rpc.errors import NotAvailable
from pybytomd.rpc.methods.node.network import PeerReply
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.field_types import Flag, Text, Uint64
from pybytomd.rpc.schema.registry import method
from pybytomd.sync.manager import SyncManager

DAY = 86_400
_NODE_ID = re.compile(r"[0-9A-Fa-f]{64}")


class NoBanTarget(RequestError):
    """A ban is of an address or a node."""

    message = "name an IP address, or a peer id of 64 hex digits, and not both"


class BadBanTime(RequestError):
    """How long a ban lasts has bounds."""

    message = f"a ban lasts from 1 second to {MAX_BAN_SECONDS // DAY} days"


class NotBanned(RequestError):
    """Nothing to pardon."""

    message = "there is no such ban"


class BadPeerAddress(RequestError):
    """Not where a node could listen."""

    message = "a peer is given as host:port, the host by name or address"


@dataclass(frozen=True, slots=True)
class BanReply:
    """A ban in force: of an IP address (of IPv6 the whole /64) or of a node, its end, and how long until then."""

    address: str
    peer_id: str
    banned_until: str
    seconds_left: int

    @classmethod
    def of(cls, who: str, until: float, now: float) -> BanReply:
        """What to show of a ban; times in seconds since 1970."""
        is_node = _NODE_ID.fullmatch(who) is not None
        end = format_moment(round(until) * NANOSECONDS)
        return cls("" if is_node else who, who if is_node else "", end, max(0, round(until - now)))


@dataclass(frozen=True, slots=True)
class BanRequest:
    """Whom to ban, by ``address`` (IP) or by ``peer_id``, and for how many seconds; by default a day."""

    address: Text = ""
    peer_id: Text = ""
    seconds: Uint64 = DAY


@dataclass(frozen=True, slots=True)
class UnbanRequest:
    """Whose ban is to end, by ``address`` (IP) or by ``peer_id``."""

    address: Text = ""
    peer_id: Text = ""


@dataclass(frozen=True, slots=True)
class AddPeerRequest:
    """Where a node listens, ``host:port``. With ``keep`` it is called again whenever it is gone."""

    address: Text = ""
    keep: Flag = False


def _network(api: Api) -> SyncManager:
    if api.network is None:
        raise NotAvailable("this node has no network: it runs in vault mode")
    return api.network


def _who(address: str, peer_id: str) -> str:
    """The address or node that a request names, as bans have it. Raises NoBanTarget."""
    if bool(address) == bool(peer_id):
        raise NoBanTarget
    if peer_id:
        if _NODE_ID.fullmatch(peer_id) is None:
            raise NoBanTarget
        return peer_id.upper()
    try:
        return str(parse_ip(address))
    except ValueError as error:
        raise NoBanTarget from error


@method("list-bans", role=Role.READ, in_reference=False, reads=True)
def list_bans(api: Api) -> list[BanReply]:
    """Bans in force, made by the node itself or by an operator, those that end first in front."""
    now = api.clock.now()
    bans = {} if api.network is None else api.network.bans()
    return [BanReply.of(who, bans[who], now) for who in sorted(bans, key=lambda one: (bans[one], one))]


@method("ban", role=Role.ADMIN, in_reference=False)
async def ban(api: Api, request: BanRequest) -> BanReply:
    """Keep an address or a node out for a time, and part with it if it is connected."""
    who = _who(request.address, request.peer_id)
    if not 1 <= request.seconds <= MAX_BAN_SECONDS:
        raise BadBanTime
    site, until = await _network(api).ban(who, float(request.seconds))
    return BanReply.of(site, until, api.clock.now())


@method("unban", role=Role.ADMIN, in_reference=False)
async def unban(api: Api, request: UnbanRequest) -> None:
    """End a ban; what was counted against the address is forgotten."""
    if not await _network(api).unban(_who(request.address, request.peer_id)):
        raise NotBanned


@method("add-peer", role=Role.ADMIN, in_reference=False)
async def add_peer(api: Api, request: AddPeerRequest) -> PeerReply:
    """Call a node by name or address, and wait until it is connected."""
    try:
        host, port = split_host_port(request.address.removeprefix("tcp://"), with_bare_ipv6=True)
    except DecodeError as error:
        raise BadPeerAddress.because(str(error)) from error
    if not host or not port:
        raise BadPeerAddress
    try:
        return PeerReply.of(await _network(api).add(host, port, keep=request.keep))
    except BytomError as error:
        raise error.within("can not connect to the address")  # noqa: B904 - the same error, with more to say
