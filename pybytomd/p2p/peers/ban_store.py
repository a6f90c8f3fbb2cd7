"""The ban list as the reference stores it: one JSON object under one key of ``data/blacklist.db``.

``{"127.0.0.2":"2026-11-23T18:19:21.305211364Z"}``: end of the ban by address. Source: p2p-and-sync reference,
section 6.10; ``p2p/security/blacklist.go``.
"""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime

from pybytomd.codec import gojson
from pybytomd.codec.hostport import parse_ip
from pybytomd.errors import DecodeError

logger = logging.getLogger(__name__)

BANS_KEY = b"BlacklistPeers"

_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)", re.ASCII)


def encode_bans(banned_until: dict[str, float]) -> bytes:
    """The stored form of bans given as Unix seconds by address; as a Go map, in the order of addresses."""
    return gojson.dumps({ip: _format_time(banned_until[ip]) for ip in sorted(banned_until)})


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
            bans[str(parse_ip(ip))] = _parse_time(text)
        except ValueError as error:
            logger.warning("a stored ban is damaged", extra={"peer": ip, "reason": str(error)})
    return bans


def _format_time(seconds: float) -> str:
    """RFC 3339 in UTC with as many digits after the second as there are, as Go writes it."""
    moment = datetime.fromtimestamp(seconds, UTC)
    fraction = f"{moment.microsecond:06d}".rstrip("0")
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + (f".{fraction}" if fraction else "") + "Z"


def _parse_time(text: object) -> float:
    match = _TIME.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"{text!r} is not a time")
    whole, fraction, zone = match.groups()
    return datetime.fromisoformat(whole + zone.replace("Z", "+00:00")).timestamp() + float(f"0.{fraction or 0}")
