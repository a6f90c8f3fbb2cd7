"""Files that are written whole: after a crash or a power cut there is the old one or the new one, never a part.

A file is written under a temporary name in its own directory, put on the disk, given its name, and then the
directory is put on the disk as well. Everything this program writes at once goes through here; what grows, logs
and databases, does not.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

PRIVATE = 0o600
"""The mode of a file that only its owner may read."""
ANYBODY = 0o666
"""The mode of any other new file, of which the user's ``umask`` takes away."""
MAX_NAME_KEPT = 200
"""Bytes of the name that the temporary one repeats; systems allow 255 in all."""


def write_whole(path: Path, data: bytes, *, mode: int | None = None, new: bool = False) -> None:
    """Write a file as one step; see ``writing_whole``. Raises OSError."""
    with writing_whole(path, mode=mode, new=new) as file:
        file.write(data)


@contextmanager
def writing_whole(path: Path, *, mode: int | None = None, new: bool = False) -> Iterator[BinaryIO]:
    """A file to write to, which gets its name when the block ends; after an error there is no trace of it.

    It has the permissions ``mode``, or else those of the file it replaces. ``new``: it must not replace any.
    A link is followed. Raises OSError, FileExistsError among them.
    """
    place = path if new else path.resolve()
    kept = None if new else _mode_of(place)
    temporary = place.with_name(f".{_beginning(place.name)}.tmp{secrets.token_hex(6)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    descriptor = os.open(temporary, flags, ANYBODY if mode is None else mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            wanted = kept if mode is None else mode
            if wanted is not None:
                temporary.chmod(wanted)  # whatever the umask took away
            yield file
            file.flush()
            os.fsync(file.fileno())
        if new:
            _give_new_name(temporary, place)
        else:
            temporary.replace(place)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    sync_directory(place.parent)


def sync_directory(directory: Path) -> None:
    """Put the names in a directory on the disk. Does nothing on Windows, which opens no directories."""
    if os.name != "posix":
        return
    descriptor = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _give_new_name(temporary: Path, place: Path) -> None:
    """Unlike renaming on POSIX, linking fails when the name is taken, also by whoever was quicker just now."""
    if os.name != "posix":
        temporary.rename(place)  # which fails there
        return
    try:
        os.link(temporary, place)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if place.exists() or place.is_symlink():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(place)) from None
        temporary.replace(place)
    else:
        temporary.unlink()


def _mode_of(path: Path) -> int | None:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return None


def _beginning(name: str) -> str:
    return os.fsencode(name)[:MAX_NAME_KEPT].decode("utf-8", "ignore")
