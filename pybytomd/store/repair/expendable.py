"""Databases that a node can do without: they never fail, whatever becomes of their files."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pybytomd.errors import StoreError
from pybytomd.files import sync_directory
from pybytomd.store.errors import DamagedDatabase, DatabaseInUse
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.kv.leveldb import LevelDBStore
from pybytomd.store.kv.memory_db import MemoryStore

logger = logging.getLogger(__name__)


class ExpendableStore(KeyValueStore):
    """A ``KeyValueStore`` in a directory. What is damaged is set aside, and the database begins anew, empty.

    What cannot be read is as if it were not there, what cannot be written is dropped, and a line says so, once
    until it works again. Where no database can be opened at all there is one in memory.
    """

    def __init__(self, directory: Path) -> None:
        """Open a directory, which is made if it is missing. Raises DatabaseInUse."""
        self._directory = directory
        self._lock = threading.Lock()
        self._is_failing = False
        self._database = self._opened()

    def get(self, key: bytes) -> bytes | None:
        """See ``KeyValueStore``. Never raises."""
        with self._coping() as database:
            return database.get(key)
        return None  # type: ignore[unreachable] # it failed

    def write(self, changes: Mapping[bytes, bytes | None]) -> None:
        """See ``KeyValueStore``. Never raises."""
        with self._coping() as database:
            database.write(changes)
            self._is_failing = False

    def sync(self) -> None:
        """See ``KeyValueStore``. Never raises."""
        with self._coping() as database:
            database.sync()

    def iterate(
        self, prefix: bytes = b"", *, reverse: bool = False, after: bytes | None = None
    ) -> Iterator[tuple[bytes, bytes]]:
        """See ``KeyValueStore``. Never raises; it ends where the database is damaged."""
        with self._coping() as database:
            yield from database.iterate(prefix, reverse=reverse, after=after)

    def compact(self, start: bytes, stop: bytes) -> None:
        """See ``KeyValueStore``. Never raises."""
        with self._coping() as database:
            database.compact(start, stop)

    def close(self) -> None:
        """See ``KeyValueStore``."""
        self._database.close()

    def _opened(self) -> KeyValueStore:
        try:
            return open_or_begin_anew(self._directory)
        except DatabaseInUse:
            raise
        except StoreError as error:
            logger.warning("%s; what would be in it is kept in memory until the next start", error)
            return MemoryStore()

    @contextmanager
    def _coping(self) -> Iterator[KeyValueStore]:
        """The database. If it fails, and still is the one in use then, it is begun anew or a line says so."""
        database = self._database
        try:
            yield database
        except StoreError as error:
            with self._lock:
                if database is not self._database:
                    return
                if isinstance(error, DamagedDatabase):
                    database.close()
                    self._database = self._opened()
                elif not self._is_failing:
                    self._is_failing = True
                    logger.warning("%s; the node goes on without what should be in it", error)


def open_or_begin_anew(directory: Path) -> LevelDBStore:
    """Open a database and read it through; a damaged one is set aside, and a new one made. Raises StoreError."""
    return _begun_anew_if_damaged(directory, _sound)


def open_large_or_begin_anew(directory: Path) -> LevelDBStore:
    """Open a database; one that cannot be is set aside, and a new one made. Raises StoreError.

    What is damaged inside of it shows when it is read.
    """
    return _begun_anew_if_damaged(directory, LevelDBStore)


def _begun_anew_if_damaged(directory: Path, opened: Callable[[Path], LevelDBStore]) -> LevelDBStore:
    try:
        return opened(directory)
    except DamagedDatabase as error:
        aside = set_aside(directory)
        logger.warning("%s: it is set aside as %s, and begun anew", error.reason, aside.name)
        return LevelDBStore(directory)


def set_aside(directory: Path) -> Path:
    """Give a database another name, beside its own; returns that. Raises StoreError."""
    aside = free_name(directory)
    try:
        directory.rename(aside)
        sync_directory(directory.parent)
    except OSError as error:
        raise StoreError(f"cannot set the damaged database {directory} aside: {error.strerror}") from error
    return aside


def remove_set_aside(latest: Path, keep: int) -> None:
    """Of the databases that were set aside under the name of ``latest`` leave so many, those with the highest
    numbers. What cannot be removed stays, and the log says so.
    """
    name = latest.name.rpartition("-")[0]
    found = [path for path in latest.parent.glob(f"{name}-*") if path.name[len(name) + 1 :].isdigit()]
    for path in sorted(found, key=lambda one: int(one.name[len(name) + 1 :]), reverse=True)[keep:]:
        try:
            shutil.rmtree(path)
        except OSError as error:
            logger.warning("cannot remove %s: %s", path, error.strerror)


def free_name(directory: Path) -> Path:
    """The name that a damaged database is set aside under."""
    number = 1
    while (aside := directory.with_name(f"{directory.name}.damaged-{number}")).exists():
        number += 1
    return aside


def _sound(directory: Path) -> LevelDBStore:
    database = LevelDBStore(directory)
    try:
        for _ in database.iterate():
            pass
    except StoreError:
        database.close()
        raise
    return database
