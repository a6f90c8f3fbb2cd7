"""Spans of time as people type them: ``90s``, ``12h``, ``30d``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pybytomd.errors import ConfigError

UNITS: Mapping[str, int] = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
"""Seconds."""
_SPAN = re.compile(r"([0-9]{1,10})([smhdw]?)")


def seconds_of(typed: str) -> int:
    """A span of time such as ``90s``, ``12h``, ``30d`` or ``2w``; a bare number is seconds. Raises ConfigError."""
    found = _SPAN.fullmatch(typed.strip().lower())
    if found is None:
        raise ConfigError(f"{typed!r} is no span of time; write 90s, 15m, 12h, 30d or 2w")
    return int(found[1]) * UNITS[found[2]]
