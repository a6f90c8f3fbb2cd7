"""Logging of a running node: one file a module and day, and warnings on the console.

Records are handed to a thread of their own through a queue: writing them must not hold up the event loop. What
repeats is folded, and files are bounded in size as well as in days: no peer can fill the disk with what is said
about it. Source: rpc-and-cli reference, section 1.9.
"""

from __future__ import annotations

import contextlib
import logging
import logging.handlers
import queue
import stat
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import BinaryIO, Self

from pybytomd.errors import ConfigError
from pybytomd.node.console.folded import FOLDED, Folded
from pybytomd.node.console.log_folding import Folding
from pybytomd.node.console.log_levels import OWN_LOGGER, LogLevels, level_of
from pybytomd.node.console.log_records import TEMPLATE, fields_of, format_json, format_record, kind_of, module_of
from pybytomd.node.console.log_tail import LogTail

KEPT_SECONDS = 7 * 24 * 3600
QUEUE_LIMIT = 10_000
"""Records waiting to be written; beyond, they are counted and dropped."""
MAX_FILE_BYTES = 16 * 1024 * 1024
"""A file that is full is kept once, with ``.1`` at its end, until the next one is full."""
MAX_TOTAL_BYTES = 512 * 1024 * 1024
"""All files together; the oldest are deleted first."""
LOOK_BYTES = 16 * 1024 * 1024
"""After so many bytes written it is looked whether there are too many."""
CONSOLE_REPEAT_SECONDS, CONSOLE_BURST, CONSOLE_RATE = 600.0, 64, 0.1
"""What the console takes, which a person reads, as ``folded`` says it of the files."""
DATED = "*.[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]"


class _Lines(Folded):
    """Writes each record as a line."""

    def __init__(self, *, debug: bool, is_json: bool) -> None:
        super().__init__()
        self._debug = debug
        self._format = format_json if is_json else format_record

    def _line(self, record: logging.LogRecord) -> bytes:
        return (self._format(record, debug=self._debug) + "\n").encode("utf-8", "backslashreplace")


class StreamLines(_Lines):
    """Writes each record to a stream, such as standard output. One that is closed is no reason to stop a node."""

    def __init__(self, out: BinaryIO, *, debug: bool = False, is_json: bool = False) -> None:
        super().__init__(debug=debug, is_json=is_json)
        self._out = out

    def _write(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._out.write(self._line(record))
            self._out.flush()


class ModuleFiles(_Lines):
    """Writes each record to ``<directory>/<module>.<YYYYMMDD>``, and deletes files after seven days.

    A full disk or a lost directory is said once, on standard error.
    """

    def __init__(
        self,
        directory: Path,
        *,
        debug: bool = False,
        is_json: bool = False,
        today: Callable[[], date] = date.today,
    ) -> None:
        super().__init__(debug=debug, is_json=is_json)
        self._directory = directory
        self._today = today
        self._day: date | None = None
        self._complained = False
        self._written = 0

    def _write(self, record: logging.LogRecord) -> None:
        try:
            today = self._today()
            if today != self._day:
                self._day = today
                self._forget_old()
            path = self._directory / f"{module_of(record.name)}.{today:%Y%m%d}"
            self._append(path, self._line(record))
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
            is_full = stream.tell() + len(line) > MAX_FILE_BYTES and stream.tell() > 0
            if not is_full:
                stream.write(line)
        if is_full:
            path.replace(path.with_name(path.name + ".1"))
            path.write_bytes(line)
        self._written += len(line)
        if self._written > LOOK_BYTES:
            self._forget_old()

    def _forget_old(self) -> None:
        """Delete what is older than a week, and the oldest of what is too much."""
        self._written = 0
        oldest = time.time() - KEPT_SECONDS
        found: list[tuple[float, int, Path]] = []
        for path in (*self._directory.rglob(DATED), *self._directory.rglob(DATED + ".1")):
            with contextlib.suppress(FileNotFoundError):  # somebody else was quicker
                status = path.stat()
                if stat.S_ISREG(status.st_mode):
                    found.append((status.st_mtime, status.st_size, path))
        total = sum(size for _, size, _ in found)
        for changed, size, path in sorted(found):
            if changed >= oldest and total <= MAX_TOTAL_BYTES:
                break
            path.unlink(missing_ok=True)
            total -= size


class ConsoleWarnings(logging.Handler):
    """Shows warnings and errors to whoever watches, one line each, the same one not again for ten minutes."""

    def __init__(self, write: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._put = write
        self._folding = Folding(CONSOLE_REPEAT_SECONDS, CONSOLE_BURST, CONSOLE_RATE)

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line. What ends the program is said by whoever ends it."""
        if record.levelno >= logging.CRITICAL:
            return
        word = "warning" if record.levelno < logging.ERROR else "error"
        fields = ", ".join(f"{name} {text}" for name, text in fields_of(record).items() if name != FOLDED)
        text = f"{word}: {record.getMessage()}" + (f" ({fields})" if fields else "")
        if record.exc_info and record.exc_info[1] is not None:
            text += f": {record.exc_info[1]}"
        line = " ".join(text.split())
        left_out = self._folding.admit(kind_of(record), line, record.created)
        if left_out is not None:
            self._put(f"{line} [{left_out} like it left out]" if left_out else line)


class _Queueing(logging.handlers.QueueHandler):
    """Queues records as they are; never waits."""

    def __init__(self, records: queue.Queue[logging.LogRecord]) -> None:
        super().__init__(records)
        self.dropped = 0

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        record.__dict__[TEMPLATE] = record.msg
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
        self,
        directory: Path | None,
        level: str,
        console: Callable[[str], None],
        *,
        debug: bool = False,
        is_json: bool = False,
        out: BinaryIO | None = None,
    ) -> None:
        """``level`` is the setting, ``console`` writes a line. Raises ConfigError for a directory of no use.

        Records go to files in ``directory`` and to the stream ``out``, or to one of them if the other is None.
        """
        self._level = level_of(level)
        self.levels = LogLevels(level)
        """How much each part tells, which may be changed."""
        records: queue.Queue[logging.LogRecord] = queue.Queue(QUEUE_LIMIT)
        self._queueing = _Queueing(records)
        self.tail = LogTail()
        """The last records, to be looked at."""
        self._kept: list[logging.Handler] = [self.tail]
        if directory is not None:
            _prepare(directory)
            self._kept.append(ModuleFiles(directory, debug=debug, is_json=is_json))
        if out is not None:
            self._kept.append(StreamLines(out, debug=debug, is_json=is_json))
        self._listener = logging.handlers.QueueListener(
            records, *self._kept, ConsoleWarnings(console), respect_handler_level=True
        )
        self._before: tuple[int, int] = (logging.NOTSET, logging.NOTSET)

    def __enter__(self) -> Self:
        root, own = logging.getLogger(), logging.getLogger(OWN_LOGGER)
        self._before = (root.level, own.level)
        root.setLevel(max(self._level, logging.WARNING))  # libraries say little below that an operator can use
        self.levels.apply()
        root.addHandler(self._queueing)
        self._listener.start()
        return self

    def flush(self) -> None:
        """Write what waits, and nothing afterwards: for a process that is about to end at once."""
        self._listener.stop()
        for handler in self._kept:
            handler.close()

    def __exit__(self, *_: object) -> None:
        root, own = logging.getLogger(), logging.getLogger(OWN_LOGGER)
        root.removeHandler(self._queueing)
        self.levels.reset()
        root.setLevel(self._before[0])
        own.setLevel(self._before[1])
        self._listener.stop()
        for handler in self._kept:
            handler.close()


def _prepare(directory: Path) -> None:
    try:
        directory.mkdir(mode=0o755, parents=True, exist_ok=True)
        for leftover in directory.glob("*_lock"):  # the reference's, of a rotation that was cut short
            leftover.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(
            f"InitLogFile failed: cannot use the log directory {directory}: {error.strerror}"
        ) from error
