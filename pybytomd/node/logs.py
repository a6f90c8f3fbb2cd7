"""Logging of a running node: one file a module and day, and warnings on the console.

Records are handed to a thread of their own through a queue: writing them must not hold up the event loop. Source:
rpc-and-cli reference, section 1.9.
"""

from __future__ import annotations

import contextlib
import logging
import logging.handlers
import queue
import sys
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self

from pybytomd.errors import ConfigError
from pybytomd.node.log_records import fields_of, format_record, module_of

KEPT_SECONDS = 7 * 24 * 3600
QUEUE_LIMIT = 10_000
"""Records waiting to be written; beyond, they are counted and dropped."""
REPEAT_SECONDS = 600.0
REMEMBERED_LINES = 64

LEVELS: Mapping[str, int] = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warn": logging.WARNING,
    "error": logging.ERROR,
    "fatal": logging.CRITICAL,
}
OWN_LOGGER = "pybytomd"


def level_of(text: str) -> int:
    """The level of a setting; what is no level means info, as in the reference."""
    return LEVELS.get(text.lower(), logging.INFO)


class ModuleFiles(logging.Handler):
    """Writes each record to ``<directory>/<module>.<YYYYMMDD>``, and deletes files after seven days."""

    def __init__(self, directory: Path, *, debug: bool = False, today: Callable[[], date] = date.today) -> None:
        super().__init__()
        self._directory = directory
        self._debug = debug
        self._today = today
        self._day: date | None = None
        self._complained = False

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record. A full disk or a lost directory is said once, on standard error."""
        try:
            today = self._today()
            if today != self._day:
                self._day = today
                self._forget_old()
            path = self._directory / f"{module_of(record.name)}.{today:%Y%m%d}"
            line = format_record(record, debug=self._debug) + "\n"
            self._append(path, line.encode("utf-8", "backslashreplace"))
            self._complained = False
        except OSError as error:
            if not self._complained:
                self._complained = True
                print(f"cannot write the log: {error}", file=sys.stderr)  # noqa: T201 - the log itself failed

    def _append(self, path: Path, line: bytes) -> None:
        """Opened for each record, as the reference does: a file moved away is made anew."""
        try:
            stream = path.open("ab")
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            stream = path.open("ab")
        with stream:
            stream.write(line)

    def _forget_old(self) -> None:
        oldest = time.time() - KEPT_SECONDS
        for path in self._directory.rglob("*.[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]"):
            with contextlib.suppress(FileNotFoundError):  # somebody else was quicker
                if path.is_file() and path.stat().st_mtime < oldest:
                    path.unlink()


class ConsoleWarnings(logging.Handler):
    """Shows warnings and errors to whoever watches, one line each, the same one not again for ten minutes."""

    def __init__(self, write: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._write = write
        self._shown: OrderedDict[str, float] = OrderedDict()

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line. What ends the program is said by whoever ends it."""
        if record.levelno >= logging.CRITICAL:
            return
        word = "warning" if record.levelno < logging.ERROR else "error"
        fields = ", ".join(f"{name} {text}" for name, text in fields_of(record).items())
        text = f"{word}: {record.getMessage()}" + (f" ({fields})" if fields else "")
        if record.exc_info and record.exc_info[1] is not None:
            text += f": {record.exc_info[1]}"
        line = " ".join(text.split())
        if record.created - self._shown.get(line, -REPEAT_SECONDS) >= REPEAT_SECONDS:
            self._write(line)
            self._shown[line] = record.created
            if len(self._shown) > REMEMBERED_LINES:
                self._shown.popitem(last=False)


class _Queueing(logging.handlers.QueueHandler):
    """Queues records as they are; never waits."""

    def __init__(self, records: queue.Queue[logging.LogRecord]) -> None:
        super().__init__(records)
        self.dropped = 0

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        record.msg, record.args = record.getMessage(), None
        return record

    def enqueue(self, record: logging.LogRecord) -> None:
        try:
            self.queue.put_nowait(record)
        except queue.Full:
            self.dropped += 1


class Logging:
    """The logging of a node while it runs. Use as a context manager: on leaving, everything is on disk."""

    def __init__(
        self, directory: Path, level: str, console: Callable[[str], None], *, debug: bool = False
    ) -> None:
        """``level`` is the setting, ``console`` writes a line. Raises ConfigError for a directory of no use."""
        _prepare(directory)
        self._level = level_of(level)
        records: queue.Queue[logging.LogRecord] = queue.Queue(QUEUE_LIMIT)
        self._queueing = _Queueing(records)
        files = ModuleFiles(directory, debug=debug)
        self._listener = logging.handlers.QueueListener(
            records, files, ConsoleWarnings(console), respect_handler_level=True
        )
        self._before: tuple[int, int] = (logging.NOTSET, logging.NOTSET)

    def __enter__(self) -> Self:
        root, own = logging.getLogger(), logging.getLogger(OWN_LOGGER)
        self._before = (root.level, own.level)
        root.setLevel(max(self._level, logging.WARNING))  # libraries say little below that an operator can use
        own.setLevel(self._level)
        root.addHandler(self._queueing)
        self._listener.start()
        return self

    def flush(self) -> None:
        """Write what waits, and nothing afterwards: for a process that is about to end at once."""
        self._listener.stop()

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        root, own = logging.getLogger(), logging.getLogger(OWN_LOGGER)
        root.removeHandler(self._queueing)
        root.setLevel(self._before[0])
        own.setLevel(self._before[1])
        self._listener.stop()


def _prepare(directory: Path) -> None:
    try:
        directory.mkdir(mode=0o755, parents=True, exist_ok=True)
        for leftover in directory.glob("*_lock"):  # the reference's, of a rotation that was cut short
            leftover.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(
            f"InitLogFile failed: cannot use the log directory {directory}: {error.strerror}"
        ) from error
