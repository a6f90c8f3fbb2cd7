"""Moments as Go writes them in JSON: RFC 3339, with as many digits of a second as there are.

Source: ``time.Time.MarshalJSON``.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from pybytomd.errors import DecodeError

NANOSECONDS = 1_000_000_000
"""Of a second."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)", re.ASCII)


def format_moment(nanoseconds: int) -> str:
    """Nanoseconds since the Unix epoch, in UTC."""
    seconds, rest = divmod(nanoseconds, NANOSECONDS)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}{_fraction(rest)}Z"


def format_local_moment(seconds: float) -> str:
    """Seconds since the Unix epoch to the microsecond, in the zone of this machine."""
    moment = datetime.fromtimestamp(seconds, UTC).astimezone()
    offset = f"{moment:%z}"
    zone = "Z" if offset == "+0000" else f"{offset[:3]}:{offset[3:]}"
    return f"{moment:%Y-%m-%dT%H:%M:%S}{_fraction(moment.microsecond * 1000)}{zone}"


def parse_moment(text: str) -> int:
    """Nanoseconds since the Unix epoch of a text with any offset from UTC. Raises DecodeError."""
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise DecodeError(f"{text!r} is not a time")
    whole, fraction, zone = match.groups()
    try:
        seconds = (datetime.fromisoformat(whole + zone.replace("Z", "+00:00")) - EPOCH) // timedelta(seconds=1)
    except (ValueError, OverflowError) as error:
        raise DecodeError(f"{text!r} is not a time: {error}") from error
    return seconds * NANOSECONDS + int((fraction or "").ljust(9, "0"))


def _fraction(nanoseconds: int) -> str:
    return f".{nanoseconds:09}".rstrip("0").rstrip(".")
