"""LevelDB through plyvel, the format of the reference's files."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping
from itertools import islice, takewhile
from pathlib import Path
from types import TracebackType
from typing import Self

from pybytomd.errors import StoreError
from pybytomd.store.binding import plyvel
from pybytomd.store.mapped_pages import release_tables

if sys.platform != "win32":
    import fcntl

LOCK_FILE = "LOCK"
CHUNK, SMALL_ITEM = 64, 4096
"""How many entries a scan takes at once, as long as they are small: twice as fast as one by one."""
LONG_SCAN = 50_000
"""After so many entries of a scan the memory that was looked at is given back."""
NO_KEY = b"\xff" * 64
"""Behind all keys."""


class LevelDBStore:
    """A ``KeyValueStore`` in a directory. Close it, or use it as a context manager.

    Two locks guard a directory: LevelDB's own in C++, an ``fcntl`` lock, and that of the reference's Go library,
    an ``flock``. They do not see each other, so both are taken here.
    """

    def __init__(self, directory: Path, *, create: bool = True) -> None:
        """Open a directory, which is made if it is missing and ``create``. Raises StoreError."""
        self.directory = directory
        if not create and not (directory / "CURRENT").is_file():
            raise StoreError(f"there is no database at {directory}")
        try:
            directory.mkdir(parents=True, exist_ok=True)
            self._lock_file = self._flock()
        except OSError as error:
            raise StoreError(f"cannot open the database {directory}: {error.strerror or error}") from error
        try:
            self._db = plyvel.DB(str(directory), create_if_missing=create)
        except (plyvel.Error, OSError) as error:
            self._unlock()
            raise StoreError(self._opening_failed(error)) from error

    def get(self, key: bytes) -> bytes | None:
        """See ``KeyValueStore``."""
        try:  # not with ``_failures``: entering and leaving it takes as long as the look-up
            value: bytes | None = self._db.get(key, verify_checksums=True)
        except plyvel.Error as error:
            raise _failure(self.directory, error) from error
        return value

    def put(self, key: bytes, value: bytes) -> None:
        """See ``KeyValueStore``."""
        with self._failures():
            self._db.put(key, value)

    def delete(self, key: bytes) -> None:
        """See ``KeyValueStore``."""
        with self._failures():
            self._db.delete(key)

    def write(self, changes: Mapping[bytes, bytes | None]) -> None:
        """See ``KeyValueStore``."""
        with self._failures(), self._db.write_batch(transaction=True) as batch:
            for key, value in changes.items():
                if value is None:
                    batch.delete(key)
                else:
                    batch.put(key, value)

    def iterate(self, prefix: bytes = b"", *, reverse: bool = False) -> Iterator[tuple[bytes, bytes]]:
        """See ``KeyValueStore``."""
        # Backwards, plyvel overlooks a key that is all of the prefix when it is the only one.
        stop = _after(prefix)
        bounds = {"stop": stop} if reverse else {"start": prefix, "stop": stop}
        with (
            self._failures(),
            self._db.iterator(**bounds, reverse=reverse, fill_cache=False, verify_checksums=True) as items,
        ):
            size, count = 1, 0
            while chunk := list(islice(items, size)):
                if reverse and not chunk[-1][0].startswith(prefix):
                    yield from takewhile(lambda item: item[0].startswith(prefix), chunk)
                    return
                yield from chunk
                is_small = sum(map(len, chunk[-1])) < SMALL_ITEM
                size = min(2 * size, CHUNK) if is_small else 1
                count += len(chunk)
                if count >= LONG_SCAN:
                    count = 0
                    release_tables(self.directory)

    def close(self) -> None:
        """See ``KeyValueStore``.

        What only the log has goes into a table first. A log is begun while the one before it is still being put
        into a table, and when that is done LevelDB notes the last write of that moment. The Go library of the
        reference skips all that is older in the log, and would lose it. Compacting no keys at all does just this.
        """
        if not self._db.closed:
            with self._failures():
                self._db.compact_range(start=NO_KEY, stop=NO_KEY)
        self._db.close()
        self._unlock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _failures(self) -> _Failures:
        return _Failures(self.directory)

    def _flock(self) -> int | None:
        """Take the Go library's lock. Closing any descriptor of the file would end LevelDB's own: it is kept."""
        if sys.platform == "win32":
            return None
        descriptor = os.open(self.directory / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise StoreError(
                f"the database {self.directory} is in use by another process; stop that one first"
            ) from None
        except OSError:
            os.close(descriptor)
            raise
        return descriptor

    def _unlock(self) -> None:
        if self._lock_file is not None:
            with contextlib.suppress(OSError):  # the lock is gone with the descriptor either way
                os.close(self._lock_file)

    def _opening_failed(self, error: Exception) -> str:
        if isinstance(error, plyvel.CorruptionError):
            return (
                f"the database {self.directory} is damaged ({_text_of(error)}); restore it from a backup, "
                "or move it away and let the node fetch the chain again"
            )
        return f"cannot open the database {self.directory}: {_text_of(error)}"


def _text_of(error: Exception) -> str:
    """What the library says, which gives it as bytes."""
    said = error.args[0] if error.args else ""
    return said.decode(errors="replace") if isinstance(said, bytes) else str(error)


def _failure(directory: Path, error: plyvel.Error) -> StoreError:
    happened = "is damaged" if isinstance(error, plyvel.CorruptionError) else "failed"
    return StoreError(f"the database {directory} {happened}: {_text_of(error)}")


def _after(prefix: bytes) -> bytes | None:
    """The least key above all that begin with a prefix; None if there is none."""
    kept = prefix.rstrip(b"\xff")
    return kept[:-1] + bytes((kept[-1] + 1,)) if kept else None


class _Failures:
    """Turns the library's errors into StoreError. A class, as a generator costs a microsecond more each time."""

    __slots__ = ("_directory",)

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        if isinstance(error, plyvel.Error):
            raise _failure(self._directory, error) from error
