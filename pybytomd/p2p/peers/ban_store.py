"""The ban list as the reference stores it: one JSON object under one key of ``data/blacklist.db``.

``{"127.0.0.2":"2026-11-23T18:19:21.305211364Z"}``: end of the ban by address. Bans of nodes by their ids, which
the reference has not, stand in the same form under a key of their own. Source: p2p-and-sync reference, section
6.10; ``p2p/security/blacklist.go``.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

from pybytomd.codec.golang.gotime import NANOSECONDS, format_moment, parse_moment
from pybytomd.codec.hostport import parse_ip
from pybytomd.codec.json import gojson
from pybytomd.errors import DecodeError

logger = logging.getLogger(__name__)

BANS_KEY = b"BlacklistPeers"
NODES_KEY = b"BlacklistNodes"
_NODE_ID = re.compile(r"[0-9A-F]{64}")
MICROSECONDS = 1_000_000
"""Of a second: what a float of our time holds."""


def encode_bans(banned_until: dict[str, float]) -> bytes:
    """The stored form of bans given as Unix seconds by address; as a Go map, in the order of addresses."""
    return gojson.dumps(
        {ip: format_moment(round(banned_until[ip] * MICROSECONDS) * 1000) for ip in sorted(banned_until)}
    )


def is_node_id(text: str) -> bool:
    """Whether this is the id of a node, as bans have it."""
    return _NODE_ID.fullmatch(text) is not None


def _node_id(text: str) -> str:
    """Raises DecodeError for what is none."""
    if not is_node_id(text):
        raise DecodeError(f"{text!r} is no id of a node")
    return text


def _ip(text: str) -> str:
    """Raises ValueError for what is none."""
    return str(parse_ip(text))


def decode_node_bans(value: bytes | None) -> dict[str, float]:
    """The same for bans of nodes, by their ids."""
    return decode_bans(value, _node_id)


def decode_bans(value: bytes | None, read: Callable[[str], str] = _ip) -> dict[str, float]:
    """Unix seconds by address. What cannot be read is dropped with a warning: no reason not to start."""
    if value is None:
        return {}
    try:
        stored = gojson.loads(value)
    except DecodeError as error:
        logger.warning("the stored ban list is damaged", extra={"reason": str(error)})
        return {}
    bans: dict[str, float] = {}
    for ip, text in stored.items() if isinstance(stored, dict) else ():
        try:
            bans[read(ip)] = parse_moment(str(text)) / NANOSECONDS
        except (ValueError, DecodeError) as error:
            logger.warning("a stored ban is damaged", extra={"peer": ip, "reason": str(error)})
    return bans
