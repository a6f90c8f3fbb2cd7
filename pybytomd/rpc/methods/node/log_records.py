"""The last records of the log, for who looks at them from elsewhere. Not in the reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pybytomd.codec.golang.goquote import quote
from pybytomd.codec.golang.gotime import NANOSECONDS, format_moment
from pybytomd.errors import RequestError
from pybytomd.rpc.api import ApiParts, LogEntry
from pybytomd.rpc.errors import NotAvailable
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.field_types import Text, Uint64
from pybytomd.rpc.schema.registry import BOTH, method

LEVELS = ("debug", "info", "warning", "error", "fatal")
"""As records have them, that which says least in front."""
USUAL, MOST = 200, 1_000
MILLISECONDS = 1_000
MAX_SHOWN = 40
"""Letters of a wrong word that are shown."""


class BadLogLevel(RequestError):
    """A word that is no level."""

    message = f"the levels of the log are {', '.join(LEVELS)}"


class TooManyRecords(RequestError):
    """More than are kept."""

    message = f"count must be from 1 to {MOST} records"


@dataclass(frozen=True, slots=True)
class ListLogRecordsRequest:
    """The last ``count`` of those after number ``after``, from a ``level`` on and of a ``part``, if named."""

    after: Uint64 = 0
    level: Text = ""
    part: Text = ""
    count: Uint64 = USUAL


@dataclass(frozen=True, slots=True)
class LogRecordReply:
    """A record: its ``number`` since the start, and what it says; ``part`` is the name of its log file."""

    number: int
    time: str
    level: str
    part: str
    message: str
    fields: Mapping[str, str]

    @classmethod
    def of(cls, entry: LogEntry) -> LogRecordReply:
        """What to show of a record."""
        moment = format_moment(round(entry.time * MILLISECONDS) * (NANOSECONDS // MILLISECONDS))
        return cls(entry.number, moment, entry.level, entry.part, entry.message, entry.fields)


@dataclass(frozen=True, slots=True)
class LogRecordsReply:
    """The records, the oldest first, and the number of the newest of all, to go on ``after``."""

    records: list[LogRecordReply]
    newest: int


@method("list-log-records", role=Role.ADMIN, in_reference=False, reads=True, kinds=BOTH)
def list_log_records(api: ApiParts, request: ListLogRecordsRequest) -> LogRecordsReply:
    """The last records of the log, as far as they are kept in memory: a thousand."""
    if api.log_tail is None:
        raise NotAvailable("this node keeps no log")
    if not 1 <= request.count <= MOST:
        raise TooManyRecords
    fitting = LEVELS[_rank(request.level) :]
    newest = api.log_tail.newest
    found = [
        entry
        for entry in api.log_tail.since(request.after)
        if entry.number <= newest and entry.level in fitting and request.part in ("", entry.part)
    ]
    return LogRecordsReply([LogRecordReply.of(entry) for entry in found[-request.count :]], newest)


def _rank(level: str) -> int:
    """Where a level stands, the least for none; ``warn`` of the settings is ``warning``. Raises BadLogLevel."""
    word = {"": LEVELS[0], "warn": "warning"}.get(level.lower(), level.lower())
    if word not in LEVELS:
        raise BadLogLevel.because(f"{quote(level[:MAX_SHOWN])} is none")
    return LEVELS.index(word)
