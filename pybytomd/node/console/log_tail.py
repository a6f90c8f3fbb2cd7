"""The last records of the log, kept in memory for who looks at them over the API, wherever else they go."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from pybytomd.node.console.folded import Folded
from pybytomd.node.console.log_records import LEVEL_NAMES, all_fields, module_of

KEPT = 1_000
"""Records; some 400 kB of the usual ones, 4 MB of the longest."""
MAX_TEXT = 1_000
"""Letters of a message or field that are kept: the beginning, but of a stack the end, which says what happened."""
MAX_FIELDS = 16
CUT = "…"


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A record: its number since the start, when it was made (Unix seconds), level, part, and what it says.

    The names of levels and parts are those in the log files.
    """

    number: int
    time: float
    level: str
    part: str
    message: str
    fields: Mapping[str, str]


class LogTail(Folded):
    """Keeps the last records, without what repeats. They may be read from any thread."""

    def __init__(self) -> None:
        super().__init__()
        self._entries: deque[LogEntry] = deque(maxlen=KEPT)
        self._count = 0
        self._reading = threading.Lock()

    @property
    def newest(self) -> int:
        """The number of the last record, 0 before the first."""
        return self._count

    def since(self, number: int) -> list[LogEntry]:
        """The records after that of this number, as far as they are kept, the oldest first."""
        with self._reading:
            return [entry for entry in self._entries if entry.number > number]

    def _write(self, record: logging.LogRecord) -> None:
        fields = sorted(all_fields(record).items())[:MAX_FIELDS]
        with self._reading:
            self._count += 1
            self._entries.append(
                LogEntry(
                    self._count,
                    record.created,
                    LEVEL_NAMES.get(record.levelno, LEVEL_NAMES[logging.INFO]),
                    module_of(record.name),
                    _beginning(record.getMessage()),
                    {name: _end(text) if name == "stack" else _beginning(text) for name, text in fields},
                )
            )


def _beginning(text: str) -> str:
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + CUT


def _end(text: str) -> str:
    return text if len(text) <= MAX_TEXT else CUT + text[1 - MAX_TEXT :]
