"""How much the parts of the node log, while it runs. Not in the reference."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pybytomd.codec.golang.goquote import quote
from pybytomd.errors import RequestError
from pybytomd.rpc.api import ApiParts, LogLevels
from pybytomd.rpc.errors import NotAvailable
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.field_types import Text
from pybytomd.rpc.schema.registry import BOTH, method

ALL = "all"
"""In the place of a part: each of them."""
MAX_SHOWN = 40
"""Letters of a wrong word that are shown."""


class NoLogPart(RequestError):
    """A part that the log does not have."""

    message = "there is no such part of the log"


class NoLogLevel(RequestError):
    """A word that is no level."""

    message = "there is no such level"


@dataclass(frozen=True, slots=True)
class LogLevelReply:
    """A part of the node, by the name of its log file, and the least level that it logs."""

    part: str
    level: str


@dataclass(frozen=True, slots=True)
class SetLogLevelRequest:
    """The ``part``, or ``all`` for each of them, and its ``level``: debug, info, warn, error or fatal."""

    part: Text = ""
    level: Text = ""


@method("list-log-levels", role=Role.READ, in_reference=False, reads=True, kinds=BOTH)
def list_log_levels(api: ApiParts) -> list[LogLevelReply]:
    """How much each part of the node logs now."""
    return _listed(_levels(api))


@method("set-log-level", role=Role.ADMIN, in_reference=False, kinds=BOTH)
def set_log_level(api: ApiParts, request: SetLogLevelRequest) -> list[LogLevelReply]:
    """Have a part of the node log more or less, until it is set again or the node ends; what is in force then."""
    levels = _levels(api)
    parts, level = levels.levels(), request.level.lower()
    if request.part != ALL and request.part not in parts:
        raise NoLogPart(f"{NoLogPart.message}: {_wrong(request.part, (ALL, *parts))}")
    if level not in levels.names:
        raise NoLogLevel(f"{NoLogLevel.message}: {_wrong(request.level, levels.names)}")
    for part in parts if request.part == ALL else (request.part,):
        levels.set_level(part, level)
    return _listed(levels)


def _levels(api: ApiParts) -> LogLevels:
    if api.log_levels is None:
        raise NotAvailable("this node keeps no log")
    return api.log_levels


def _listed(levels: LogLevels) -> list[LogLevelReply]:
    return [LogLevelReply(part, level) for part, level in levels.levels().items()]


def _wrong(word: str, known: Iterable[str]) -> str:
    """What was given, and what is known, or the nearest of it."""
    from difflib import get_close_matches  # slow to import, seldom needed

    words = list(known)
    near = get_close_matches(word[:MAX_SHOWN].lower(), words, 1)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(words)}"
    return f"{quote(word[:MAX_SHOWN])}; {hint}"
