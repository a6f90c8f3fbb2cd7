"""The lock of a data directory: one node at a time.

It is the reference's: an ``flock`` on the file ``LOCK``. The reference loses its own when its garbage collector
runs, so a running Go node is found by the locks of its databases instead (``store/leveldb.py``); ours is held for
life, and a Go node started later sees it. The file holds the process id, for the message.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import Self

from pybytomd.errors import ConfigError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK_NAME = "LOCK"
MAX_PID_DIGITS = 20
WINDOWS_LOCKED_BYTE = 1 << 30
"""Windows locks bytes against reading too: one far behind the process id."""


class DirectoryInUse(ConfigError):
    """Another node runs in this directory. The text names both."""


class DirectoryLock:
    """The lock, held until ``release``. Use as a context manager."""

    def __init__(self, home: Path) -> None:
        """Take the lock. Raises DirectoryInUse, or ConfigError when the directory cannot be used."""
        path = home / LOCK_NAME
        try:
            self._descriptor: int | None = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise ConfigError(f"cannot use the data directory {home}: {error.strerror}") from error
        try:
            _lock(self._descriptor)
        except OSError as error:
            holder = _read_pid(self._descriptor)
            self.release()
            if not isinstance(error, BlockingIOError | PermissionError):
                raise ConfigError(f"cannot lock {path}: {error.strerror}") from error
            by = f" (process {holder})" if holder else ""
            raise DirectoryInUse(
                f"datadir already used by another process: {home} is in use by another node{by}; "
                "stop that one first, or choose another directory with --home"
            ) from error
        self._write_pid(str(os.getpid()))

    def release(self) -> None:
        """Give the directory free. The file stays, as the reference leaves it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _write_pid(self, text: str) -> None:
        if self._descriptor is not None:
            with contextlib.suppress(OSError):  # a full disk: the lock is held, only the message will say less
                os.ftruncate(self._descriptor, 0)
                os.lseek(self._descriptor, 0, os.SEEK_SET)
                os.write(self._descriptor, f"{text}\n".encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        os.lseek(descriptor, WINDOWS_LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _read_pid(descriptor: int) -> str:
    try:
        os.lseek(descriptor, 0, os.SEEK_SET)
        text = os.read(descriptor, MAX_PID_DIGITS).decode("ascii", "replace").strip()
    except OSError:
        return ""
    return text if text.isdigit() else ""
