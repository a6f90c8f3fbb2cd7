"""The ban list as the reference stores it: one JSON object under one key of ``data/blacklist.db``.

``{"127.0.0.2":"2026-11-23T18:19:21.305211364Z"}``: end of the ban by address. Source: p2p-and-sync reference,
section 6.10; ``p2p/security/blacklist.go``.
"""

from __future__ import annotations

import logging

from pybytomd.codec.golang.gotime import NANOSECONDS, format_moment, parse_moment
from pybytomd.codec.hostport import parse_ip
from pybytomd.codec.json import gojson
from pybytomd.errors import DecodeError

logger = logging.getLogger(__name__)

BANS_KEY = b"BlacklistPeers"
MICROSECONDS = 1_000_000
"""Of a second: what a float of our time holds."""


def encode_bans(banned_until: dict[str, float]) -> bytes:
    """The stored form of bans given as Unix seconds by address; as a Go map, in the order of addresses."""
    return gojson.dumps(
        {ip: format_moment(round(banned_until[ip] * MICROSECONDS) * 1000) for ip in sorted(banned_until)}
    )


def decode_bans(value: bytes | None) -> dict[str, float]:
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
            bans[str(parse_ip(ip))] = parse_moment(str(text)) / NANOSECONDS
        except (ValueError, DecodeError) as error:
            logger.warning("a stored ban is damaged", extra={"peer": ip, "reason": str(error)})
    return bans
