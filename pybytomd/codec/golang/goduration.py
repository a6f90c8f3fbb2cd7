"""Spans of time as Go reads and writes them: ``1h30m``, ``-1.5h``, ``300ms``."""

from __future__ import annotations

import re
from fractions import Fraction

from pybytomd.codec.golang.goquote import quote
from pybytomd.errors import DecodeError

NANOSECONDS = {
    "ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9,
}  # fmt: skip
"""The units there are; of the two letters for micro both are good."""

_PART = re.compile(r"([0-9]*)(?:\.([0-9]*))?([^0-9.]+)")
_MAX_DIGITS = 20
"""Digits of a number that may still be in range."""
_MAX_NANOSECONDS = (1 << 63) - 1
_SECOND = NANOSECONDS["s"]
_SMALL_UNITS = ((1_000_000, "ms"), (1_000, "µs"), (1, "ns"))


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


def format_duration(seconds: float) -> str:
    """A duration as Go writes it: ``1h2m3.5s``, ``200ms``, ``0s``. Not for negative ones."""
    total = round(seconds * _SECOND)
    if total == 0:
        return "0s"
    if total < _SECOND:
        size, unit = next(row for row in _SMALL_UNITS if total >= row[0])
        return f"{_fraction(total, size)}{unit}"
    minutes, rest = divmod(total, 60 * _SECOND)
    hours, minutes = divmod(minutes, 60)
    text = f"{hours}h" if hours else ""
    if hours or minutes:
        text += f"{minutes}m"
    return f"{text}{_fraction(rest, _SECOND)}s"


def _fraction(value: int, unit: int) -> str:
    whole, rest = divmod(value, unit)
    digits = str(rest).rjust(len(str(unit)) - 1, "0").rstrip("0")
    return f"{whole}.{digits}" if digits and rest else str(whole)
