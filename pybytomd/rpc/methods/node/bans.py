"""Peers that the operator keeps out. Not in the reference."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pybytomd.codec.golang.gotime import NANOSECONDS, format_moment
from pybytomd.codec.hostport import parse_ip
from pybytomd.errors import RequestError
from pybytomd.p2p.peers.bans import MAX_BAN_SECONDS
from pybytomd.rpc.api import ApiParts
from pybytomd.rpc.methods.peering import network_of
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.field_types import Text, Uint64
from pybytomd.rpc.schema.registry import BOTH, method

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


@dataclass(frozen=True, slots=True)
class BanReply:
    """A ban in force: of an IP address (of IPv6 the whole /64) or of a node, its end, and how long until then."""

    address: str
    peer_id: str
    banned_until: str
    seconds_left: int

    @classmethod
    def of(cls, api: ApiParts, who: str, until: float) -> BanReply:
        """What to show of a ban that ends at a time in seconds since 1970."""
        is_node = _NODE_ID.fullmatch(who) is not None
        end, left = format_moment(round(until) * NANOSECONDS), max(0, round(until - api.clock.now()))
        return cls("" if is_node else who, api.shown_node_id(who) if is_node else "", end, left)


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


@method("list-bans", role=Role.READ, in_reference=False, kinds=BOTH, reads=True)
def list_bans(api: ApiParts) -> list[BanReply]:
    """Bans in force, made by the node itself or by an operator, those that end first in front."""
    bans = {} if api.network is None else api.network.bans()
    return [BanReply.of(api, who, bans[who]) for who in sorted(bans, key=lambda one: (bans[one], one))]


@method("ban", role=Role.ADMIN, in_reference=False, kinds=BOTH)
async def ban(api: ApiParts, request: BanRequest) -> BanReply:
    """Keep an address or a node out for a time, and part with it if it is connected."""
    who = _who(request.address, request.peer_id)
    if not 1 <= request.seconds <= MAX_BAN_SECONDS:
        raise BadBanTime
    site, until = await network_of(api).ban(who, float(request.seconds))
    return BanReply.of(api, site, until)


@method("unban", role=Role.ADMIN, in_reference=False, kinds=BOTH)
async def unban(api: ApiParts, request: UnbanRequest) -> None:
    """End a ban; what was counted against the address is forgotten."""
    if not await network_of(api).unban(_who(request.address, request.peer_id)):
        raise NotBanned
