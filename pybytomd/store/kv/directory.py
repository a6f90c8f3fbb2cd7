"""The directory of a LevelDB database: whether there is one in it, how one is made, and its second lock.

Left alone, LevelDB makes a new database where the file ``CURRENT`` is missing, and deletes what there was. Here
only an absent or empty directory is made into one, in one step; all else that is not whole is refused as it is.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from pybytomd.errors import StoreError
from pybytomd.files import sync_directory
from pybytomd.store.errors import DamagedDatabase, DatabaseInUse
from pybytomd.store.remedies import remedy_for

if sys.platform != "win32":
    import fcntl

LOCK_FILE = "LOCK"
CURRENT_FILE = "CURRENT"
LOG_SUFFIX = ".log"
"""Of the write-ahead logs. There is always one, also right after a start and after closing."""
MAX_CURRENT = 100


def damaged(directory: Path, reason: str) -> DamagedDatabase:
    """The error for a database that is not whole."""
    wrong = f"the database {directory} is damaged: {reason}"
    error = DamagedDatabase(f"{wrong}; {remedy_for(directory.name)}")
    error.reason = wrong
    return error


def holds_database(directory: Path) -> bool:
    """Whether there is a database; False for an absent or empty directory. Changes nothing.

    Raises DamagedDatabase for anything else, and OSError when it cannot be looked at.
    """
    try:
        names = {entry.name for entry in directory.iterdir()}
    except FileNotFoundError:
        return False
    if not names:
        return False
    if CURRENT_FILE not in names:
        raise damaged(directory, f"there are files in it, but {CURRENT_FILE} is missing")
    with (directory / CURRENT_FILE).open("rb") as file:
        manifest = file.read(MAX_CURRENT).decode("ascii", "replace")
    if not manifest.endswith("\n") or not manifest.startswith("MANIFEST-"):
        raise damaged(directory, f"{CURRENT_FILE} does not name a file")
    if manifest.strip() not in names:
        raise damaged(directory, f"the file {manifest.strip()} is missing")
    if not any(name.endswith(LOG_SUFFIX) for name in names):
        raise damaged(directory, f"its last write-ahead log (*{LOG_SUFFIX}) is missing")
    return True


def make_database(directory: Path, create: Callable[[Path], None]) -> None:
    """Make a new database: ``create`` does so beside its place, and it is moved there. Raises OSError.

    So one that was begun and not finished is never found in its place.
    """
    directory.parent.mkdir(parents=True, exist_ok=True)
    beside = directory.with_name(f".{directory.name}.new")
    shutil.rmtree(beside, ignore_errors=True)  # of a start that was killed
    beside.mkdir()
    try:
        create(beside)
        if os.name == "nt":
            with contextlib.suppress(FileNotFoundError):
                directory.rmdir()  # a directory does not take the place of an empty one there
        beside.replace(directory)
        sync_directory(directory.parent)
    except OSError:
        # The place is the root of a file system of its own, or somebody was quicker.
        if not directory.is_dir() or any(directory.iterdir()):
            raise
        create(directory)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def sync_logs(directory: Path) -> None:
    """Put the write-ahead logs on the disk as far as they are written, the oldest first. Raises OSError.

    For POSIX: elsewhere a file that another has open for writing cannot be put there.
    """
    for log in sorted(directory.glob(f"*{LOG_SUFFIX}")):
        with contextlib.suppress(FileNotFoundError):  # it went into a table meanwhile, which was synced
            descriptor = os.open(log, os.O_RDONLY | os.O_CLOEXEC)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


class DirectoryGuard:
    """The lock that the reference's Go library takes, an ``flock``, which LevelDB in C++ does not see.

    Closing any descriptor of the file would end LevelDB's own lock of it, so it is kept to the end.
    """

    def __init__(self, directory: Path) -> None:
        """Take the lock. Raises DatabaseInUse, and OSError when the file cannot be opened."""
        self._descriptor: int | None = None
        if sys.platform == "win32":
            return
        descriptor = os.open(directory / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise DatabaseInUse(
                f"the database {directory} is in use by another process; stop that one first"
            ) from None
        except OSError:
            os.close(descriptor)
            raise
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the lock back. Nothing happens the second time."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with contextlib.suppress(OSError):  # the lock is gone with the descriptor either way
                os.close(descriptor)


def cannot_open(directory: Path, reason: str) -> StoreError:
    """The error for a database that cannot be opened, whole or not."""
    return StoreError(f"cannot open the database {directory}: {reason}")
