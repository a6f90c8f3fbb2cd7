"""Spans of time as Go's ``time.ParseDuration`` reads them: ``1h30m``, ``-1.5h``, ``300ms``."""

from __future__ import annotations

import re
from fractions import Fraction

from pybytomd.codec.goquote import quote
from pybytomd.errors import DecodeError

NANOSECONDS = {
    "ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9,
}  # fmt: skip
"""The units there are; of the two letters for micro both are good."""

_PART = re.compile(r"([0-9]*)(?:\.([0-9]*))?([^0-9.]+)")
_MAX_DIGITS = 20
"""Digits of a number that may still be in range."""
_MAX_NANOSECONDS = (1 << 63) - 1


def parse_duration(text: str) -> int:
    """A span of time in nanoseconds, which may be negative. Raises DecodeError."""
    sign = -1 if text[:1] == "-" else 1
    rest = text[1:] if text[:1] in ("-", "+") else text
    if rest == "0":
        return 0
    total = position = 0
    while position < len(rest):
        part = _PART.match(rest, position)
        if part is None or not (part[1] or part[2]) or part[3] not in NANOSECONDS or len(part[1]) > _MAX_DIGITS:
            raise DecodeError(f"time: invalid duration {quote(text)}")
        unit = NANOSECONDS[part[3]]
        digits = (part[2] or "")[:_MAX_DIGITS]
        total += int(part[1] or "0") * unit + int(Fraction(int(digits or "0"), 10 ** len(digits)) * unit)
        position = part.end()
    if not rest or total > _MAX_NANOSECONDS:
        raise DecodeError(f"time: invalid duration {quote(text)}")
    return sign * total
