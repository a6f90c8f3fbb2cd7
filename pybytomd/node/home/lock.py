"""The lock of a data directory: one node at a time.

It is the reference's: an ``flock`` on the file ``LOCK``. The reference loses its own when its garbage collector
runs, so a running Go node is found by the locks of its databases instead (``store/kv/directory.py``); ours is held
for life, and a Go node started later sees it. The file holds the process id, for the message.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import Self

from filelock import FileLock, Timeout

from pybytomd.errors import ConfigError

if sys.platform != "win32":
    import fcntl

LOCK_NAME = "LOCK"
MAX_PID_DIGITS = 20
LOOK_SECONDS = 0.1
"""Whoever only looks whether the lock is held (``is_locked``) holds it for much less."""


class DirectoryInUse(ConfigError):
    """Another node runs in this directory. The text names both."""


class DirectoryLock:
    """The lock, held until ``release``. Use as a context manager."""

    def __init__(self, home: Path) -> None:
        """Take the lock. Raises DirectoryInUse, or ConfigError when the directory cannot be used."""
        if not home.is_dir():
            raise ConfigError(f"cannot use the data directory {home}: Not a directory")
        path = home / LOCK_NAME
        holder = _read_pid(path)
        self._lock = FileLock(path, timeout=LOOK_SECONDS, mode=0o644, thread_local=False)
        try:
            self._lock.acquire()
        except Timeout as error:
            by = f" (process {holder})" if holder else ""
            raise DirectoryInUse(
                f"datadir already used by another process: {home} is in use by another node{by}; "
                "stop that one first, or choose another directory with --home"
            ) from error
        except OSError as error:
            raise ConfigError(f"cannot use the data directory {home}: {error.strerror or error}") from error
        with contextlib.suppress(OSError):  # a full disk: the lock is held, only the message will say less
            path.write_text(f"{os.getpid()}\n")

    def release(self) -> None:
        """Give the directory free. The file stays, as the reference leaves it."""
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def is_locked(home: Path) -> bool:
    """Whether a node runs in a home, as far as this user can see.

    A node that starts in that moment waits for it. On Windows it cannot be asked so, and the answer is yes.
    """
    if sys.platform == "win32":
        return True
    try:
        with (home / LOCK_NAME).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # there is no such file, or no such lock on this file system
        return False
    return False


def _read_pid(path: Path) -> str:
    try:
        with path.open("rb") as file:
            text = file.read(MAX_PID_DIGITS).decode("ascii", "replace").strip()
    except OSError:
        return ""
    return text if text.isdigit() else ""
