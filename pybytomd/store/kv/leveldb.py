"""LevelDB through plyvel, the format of the reference's files."""

from __future__ import annotations

import logging
import os
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from itertools import islice, takewhile
from pathlib import Path
from typing import Any, Self

from pybytomd.errors import StoreError
from pybytomd.store.kv.binding import plyvel
from pybytomd.store.kv.directory import (
    LOG_SUFFIX,
    DirectoryGuard,
    cannot_open,
    damaged,
    holds_database,
    make_database,
    sync_logs,
)
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.kv.log_tail import cut_zero_tails
from pybytomd.store.kv.memory_release import release_tables
from pybytomd.store.kv.seal import Tables
from pybytomd.store.schema import SEAL

logger = logging.getLogger(__name__)

CHUNK, SMALL_ITEM = 64, 4096
"""How many entries a scan takes at once, as long as they are small: twice as fast as one by one."""
LONG_SCAN = 50_000
"""After so many entries of a scan the memory that was looked at is given back."""
CACHE_BYTES = 2 << 20
"""What was read last is kept unpacked, so much of each database. LevelDB's own 8 MiB, several times, are more than
a small machine has to spare, and of a large database hold as good as nothing, too."""
NO_KEY = b"\xff" * 64
"""Behind all keys."""
ROOM_BESIDE_LOGS = 128 * 1024
"""Bytes that opening takes besides what is in the logs: a new log, a new list of tables."""
READER_SECONDS = 0.0005
"""How long to wait for a look-up that is under way in another thread, each time."""


class LevelDBStore(KeyValueStore):
    """A ``KeyValueStore`` in a directory. Close it, or use it as a context manager.

    Two locks guard a directory: LevelDB's own in C++, an ``fcntl`` lock, and that of the reference's Go library,
    an ``flock``. They do not see each other, so both are taken here.

    **After a failed write** the database takes no further one before it was closed and opened again: LevelDB
    itself goes on in its log behind the part that was cut off, and when it is opened the next time it drops all of
    that; and a table that could not be written it holds against the database for ever. Until then it refuses to
    write, says so, and goes on reading; it is tried again with every write, and goes on by itself when there is
    room. A scan under way at that moment ends with StoreError.

    Checks are paranoid: a log with a flipped bit is refused when it is opened. One that was cut off, or ends with
    zeros, as after a power cut, is not.
    """

    def __init__(self, directory: Path, *, create: bool = True) -> None:
        """Open a directory; an absent or empty one is made if ``create``. Raises StoreError."""
        self.directory = directory
        self._changing = threading.RLock()
        self._reading: deque[None] = deque()
        """As many as there are threads in LevelDB's code for reading: it must not be closed meanwhile. To count
        in this way takes a fourth of the time of a lock, and look-ups do not wait for each other."""
        self._fault = ""
        self._is_closed = False
        self._syncing = threading.Lock()
        self._is_sealed = False
        self._seal_due: bytes | None = None
        """The seal of this opening, which is written with the next change, or at the end."""
        self._written = self._synced = 0
        """How many batches were written since it was opened, and how many of them are on the disk for sure."""
        try:
            if not holds_database(directory):
                if not create:
                    raise StoreError(f"there is no database at {directory}")
                make_database(directory, _create)
            self._guard = DirectoryGuard(directory)
        except (OSError, plyvel.Error) as error:
            raise cannot_open(directory, _text_of(error)) from error
        try:
            self._db: Any = self._opened()
        except StoreError:
            self._guard.release()
            raise

    def get(self, key: bytes) -> bytes | None:
        """See ``KeyValueStore``."""
        self._reading.append(None)
        try:
            database = self._db  # looked at once: it may be taken away now, but is not closed
            if database is not None:
                value: bytes | None = database.get(key, verify_checksums=True)
                return value
        except plyvel.Error as error:
            raise self._failure(error) from error
        finally:
            self._reading.pop()
        self._require_open()
        return self.get(key)

    def write(self, changes: Mapping[bytes, bytes | None]) -> None:
        """See ``KeyValueStore``."""
        with self._changing:
            if self._fault or self._db is None:
                self._open_again()
            try:
                with self._db.write_batch(transaction=True) as batch:
                    for key, value in changes.items():
                        if value is None:
                            batch.delete(key)
                        else:
                            batch.put(key, value)
                    if self._seal_due is not None:
                        batch.put(SEAL, self._seal_due)
            except plyvel.Error as error:
                self._fault = _text_of(error)
                raise self._failure(error) from error
            self._seal_due = None
            self._written += 1

    def sync(self) -> None:
        """See ``KeyValueStore``.

        LevelDB could sync with a write, but only the log it writes to, not the one before, of which a part may be
        in no table yet.
        """
        wanted = self._written
        with self._syncing:  # who waits here finds it done, all by one
            if self._synced >= wanted:
                return
            wanted = self._written
            try:
                if os.name == "posix":
                    sync_logs(self.directory)  # others may write meanwhile
                else:
                    self._sync_with_a_batch()
            except (plyvel.Error, OSError) as error:
                with self._changing:
                    self._fault = _text_of(error)
                raise self._failure(error) from error
            self._synced = wanted

    def iterate(
        self, prefix: bytes = b"", *, reverse: bool = False, after: bytes | None = None
    ) -> Iterator[tuple[bytes, bytes]]:
        """See ``KeyValueStore``."""
        items = self._iterator(**_bounds(prefix, reverse, after), reverse=reverse)
        try:
            size, count = 1, 0
            while chunk := self._take_from(items, size):
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
        finally:
            with _Marked(self._reading):
                items.close()

    def compact(self, start: bytes = b"", stop: bytes = NO_KEY) -> None:
        """Write the tables of these keys, by default of all, anew without what was deleted. Raises StoreError.

        Both ends are named, as plyvel takes None for an empty key, also as the last one. It may take minutes,
        and meanwhile as much room again. Nothing that is in the database changes.
        """
        with self._changing:
            self._open_again()
            try:
                self._db.compact_range(start=start, stop=stop)
            except plyvel.Error as error:
                raise self._failure(error) from error

    def close(self) -> None:
        """See ``KeyValueStore``.

        What only the log has goes into a table first. A log is begun while the one before it is still being put
        into a table, and when that is done LevelDB notes the last write of that moment. The Go library of the
        reference skips all that is older in the log, and would lose it. Compacting no keys at all does just this.
        """
        with self._changing:
            self._is_closed = True
            database = self._take()
            if database is not None:
                if not self._fault:
                    self._leave_seal(database)
                    database.compact_range(start=NO_KEY, stop=NO_KEY)
                database.close()
            self._guard.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- whether others were here ------------------------------------------------------------------------------

    @property
    def is_sealed(self) -> bool:
        """See ``KeyValueStore``."""
        return self._is_sealed

    def seal(self) -> None:
        """See ``KeyValueStore``."""
        with self._changing:
            if self._fault or self._db is None:
                self._open_again()
            tables = Tables.of(self.directory)
            if tables is not None:
                self._seal_due = tables.seal()
                self.write({})
                self._is_sealed = True

    def _look_for_others(self, database: Any, before: Tables | None) -> None:  # plyvel ships no types
        """Whether it was sealed, and ``before`` is the list of tables that it was left with."""
        try:
            seal = database.get(SEAL)
        except plyvel.Error as error:  # whoever reads it finds out
            logger.warning("cannot read from %s: %s", self.directory, _text_of(error))
            seal = None
        self._is_sealed = seal is not None and before is not None and before.has(seal)
        tables = Tables.of(self.directory) if self._is_sealed else None
        self._seal_due = None if tables is None else tables.seal()

    def _leave_seal(self, database: Any) -> None:  # see above
        """Nothing was changed, but there is another list of tables."""
        if self._seal_due is not None:
            try:
                database.put(SEAL, self._seal_due)
            except plyvel.Error as error:  # the next opening reckons with others then
                logger.warning("cannot write to %s: %s", self.directory, _text_of(error))

    # --- opening, also again ------------------------------------------------------------------------------------

    def _opened(self) -> Any:  # plyvel ships no types
        before = Tables.of(self.directory)
        database = self._opened_as_it_is()
        self._look_for_others(database, before)
        return database

    def _opened_as_it_is(self) -> Any:  # plyvel ships no types
        try:
            return _open(self.directory)
        except plyvel.CorruptionError as error:
            database = self._without_zero_tails()
            if database is None:
                raise damaged(self.directory, _text_of(error)) from error
            return database
        except (plyvel.Error, OSError) as error:
            raise cannot_open(self.directory, _text_of(error)) from error

    def _without_zero_tails(self) -> Any:  # see above
        """The database with logs that end before the zeros a power cut left; None if that is not all there is."""
        try:
            cut = cut_zero_tails(self.directory)
            if not cut:
                return None
            try:
                database = _open(self.directory)
            except plyvel.Error:
                for tail in cut:
                    tail.put_back()
                return None
        except OSError as error:
            raise cannot_open(self.directory, _text_of(error)) from error
        for tail in cut:
            logger.warning(
                "the log %s ended with zeros, as after a power cut: what was being written then is dropped",
                tail.log,
            )
        return database

    def _open_again(self) -> None:
        """Close what a write failed in, and open it anew. Raises StoreError; what there was stays readable."""
        if self._is_closed:
            raise StoreError(f"the database {self.directory} is closed")
        if self._db is not None and not self._fault:
            return  # another thread has done it
        if self._db is not None:
            self._require_room()
        database = self._take()
        if database is not None:
            database.close()
        try:
            self._db = self._opened()
        except StoreError as error:
            raise error.within(f"after a failed write ({self._fault})") from error
        logger.warning(
            "the database %s takes changes again; nothing that was confirmed is lost", self.directory,
            extra={"failed": self._fault},
        )  # fmt: skip
        self._fault = ""

    def _require_open(self) -> None:
        """Wait for the opening that is under way, or open it. Reading needs no room, whatever write has failed."""
        with self._changing:
            if self._db is None:
                self._open_again()

    def _sync_with_a_batch(self) -> None:
        with self._changing:
            if self._db is not None:  # else opening will put it all into tables
                self._db.write_batch(sync=True).write()

    def _take(self) -> Any:  # plyvel ships no types
        """The database, which nobody uses from now on."""
        database, self._db = self._db, None
        while self._reading:
            time.sleep(READER_SECONDS)
        return database

    def _require_room(self) -> None:
        """Raise StoreError if opening would surely fail: then it is better to go on with reading."""
        try:
            needed = ROOM_BESIDE_LOGS + sum(
                entry.stat().st_size for entry in os.scandir(self.directory) if entry.name.endswith(LOG_SUFFIX)
            )
            with tempfile.TemporaryFile(dir=self.directory) as probe:
                _occupy(probe.fileno(), needed)
        except OSError as error:
            raise StoreError(
                f"the database {self.directory} takes no changes since one failed ({self._fault}), and could not "
                f"write one now: {error.strerror or error}; it goes on by itself when that has been put right"
            ) from error

    # --- reading ------------------------------------------------------------------------------------------------

    def _iterator(self, **options: Any) -> Any:  # plyvel ships no types
        while True:
            with _Marked(self._reading):
                database = self._db
                if database is not None:  # what is read stays in the cache: pages are asked for again
                    return database.iterator(**options, verify_checksums=True)
            self._require_open()

    def _take_from(self, items: Any, count: int) -> list[tuple[bytes, bytes]]:  # see above
        """The next entries of a scan."""
        try:
            with _Marked(self._reading):
                return list(islice(items, count))
        except plyvel.Error as error:
            raise self._failure(error) from error
        except RuntimeError as error:  # what plyvel says of a closed one
            raise StoreError(
                f"the database {self.directory} was closed, or opened again after a failed write, while it was "
                "read; ask again"
            ) from error

    def _failure(self, error: Exception) -> StoreError:
        if isinstance(error, plyvel.CorruptionError):
            return damaged(self.directory, _text_of(error))
        after = "; it takes changes again as soon as they are possible" if self._fault else ""
        return StoreError(f"the database {self.directory} failed: {_text_of(error)}{after}")


class _Marked:
    """A thread marks itself as one that reads. A class, as a generator costs a microsecond more each time."""

    __slots__ = ("_reading",)

    def __init__(self, reading: deque[None]) -> None:
        self._reading = reading

    def __enter__(self) -> None:
        self._reading.append(None)

    def __exit__(self, *_: object) -> None:
        self._reading.pop()


def _open(directory: Path) -> Any:  # plyvel ships no types
    """A database that there is. Raises plyvel.Error and OSError."""
    return plyvel.DB(str(directory), create_if_missing=False, paranoid_checks=True, lru_cache_size=CACHE_BYTES)


def _create(directory: Path) -> None:
    """An empty database in a directory. Raises plyvel.Error and OSError."""
    plyvel.DB(str(directory), create_if_missing=True, error_if_exists=True).close()


def _occupy(descriptor: int, size: int) -> None:
    """Take up room on the disk. Raises OSError when there is none."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, 0, size)
        return
    while size > 0:
        size -= os.write(descriptor, bytes(min(size, 1 << 16)))


def _text_of(error: Exception) -> str:
    """What the system says, or the library, which gives it as bytes."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    said = error.args[0] if error.args else ""
    return said.decode(errors="replace") if isinstance(said, bytes) else str(error)


def _bounds(prefix: bytes, reverse: bool, after: bytes | None) -> dict[str, Any]:
    """What an iterator is given. Backwards, plyvel overlooks a key that is all of the prefix when it is the only
    one, so only the end is named, and whoever reads stops where the prefix does.
    """
    stop = _after(prefix)
    if after is None:
        return {"stop": stop} if reverse else {"start": prefix, "stop": stop}
    if reverse:
        return {"stop": after if stop is None else min(after, stop)}
    if after < prefix:
        return {"start": prefix, "stop": stop}
    return {"start": after, "include_start": False, "stop": stop}


def _after(prefix: bytes) -> bytes | None:
    """The least key above all that begin with a prefix; None if there is none."""
    kept = prefix.rstrip(b"\xff")
    return kept[:-1] + bytes((kept[-1] + 1,)) if kept else None
