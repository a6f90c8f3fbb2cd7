"""What all handlers of the log that keep records have in common: they leave out what repeats."""

from __future__ import annotations

import logging
import time
from abc import ABC, abstractmethod
from copy import copy

from pybytomd.node.console.log_folding import Folding
from pybytomd.node.console.log_records import fields_of, kind_of

REPEAT_SECONDS, BURST, RATE = 60.0, 1000, 10.0
"""What is kept: the same line once a minute, of a kind a thousand at once and ten a second."""
FOLDED = "folded"
"""The field that tells how many lines of a kind were left out since the last one."""


class Folded(logging.Handler, ABC):
    """Writes records somewhere, but not what repeats."""

    def __init__(self) -> None:
        super().__init__()
        self._folding = Folding(REPEAT_SECONDS, BURST, RATE)

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record, unless it repeats."""
        self._tell_untold(record.created)
        if record.levelno > logging.DEBUG:  # who asks for those wants them all
            left_out = self._folding.admit(kind_of(record), without_time(record), record.created)
            if left_out is None:
                return
            if left_out:
                record = copy(record)  # other handlers count by themselves
                record.__dict__[FOLDED] = left_out
        self._write(record)

    def close(self) -> None:
        """Say what was left out and not said yet."""
        self._tell_untold(time.time(), at_once=True)
        super().close()

    def _tell_untold(self, now: float, *, at_once: bool = False) -> None:
        for (name, level, message), left_out in self._folding.untold(now, at_once=at_once):
            fields = {"name": name, "levelno": level, "msg": message, "created": now, FOLDED: left_out}
            self._write(logging.makeLogRecord(fields))

    @abstractmethod
    def _write(self, record: logging.LogRecord) -> None:
        """Write a record that is to be seen."""


def without_time(record: logging.LogRecord) -> str:
    """What makes two records the same."""
    fields = " ".join(f"{name}={text}" for name, text in fields_of(record).items())
    error = record.exc_info[1] if record.exc_info else None
    return f"{record.name} {record.levelno} {record.getMessage()} {fields} {error!r}"
