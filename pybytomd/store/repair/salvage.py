"""Making what is left of a damaged database usable. The damaged files are kept beside it."""

from __future__ import annotations

import contextlib
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pybytomd.errors import StoreError
from pybytomd.files import sync_directory
from pybytomd.store.errors import DamagedDatabase
from pybytomd.store.kv.binding import plyvel
from pybytomd.store.kv.directory import CURRENT_FILE, DirectoryGuard
from pybytomd.store.kv.leveldb import LevelDBStore
from pybytomd.store.repair.expendable import free_name

KIND_SEPARATOR = b":"


@dataclass(frozen=True, slots=True)
class Repaired:
    """What is in the repaired database, by the beginning of its keys, and where the damaged one is now."""

    aside: Path
    entries: Counter[str]


def repair(directory: Path) -> Repaired:
    """Repair a copy of a database, and let the two change places. What cannot be read is not in it any more.

    Raises StoreError: nothing is changed then. One that can be read to its end is refused, as it needs no repair.
    """
    if not directory.is_dir():
        raise StoreError(f"there is no database at {directory}")
    try:
        with LevelDBStore(directory, create=False) as database:
            _count(database)
    except DamagedDatabase:
        pass
    else:
        raise StoreError(f"the database {directory} can be read to its end: there is nothing to repair")
    copy = directory.with_name(f".{directory.name}.repaired")
    shutil.rmtree(copy, ignore_errors=True)
    try:
        guard = DirectoryGuard(directory)
        try:
            shutil.copytree(directory, copy)
            _mend(copy)
            with LevelDBStore(copy, create=False) as database:
                entries = _count(database)
            aside = free_name(directory)
        finally:
            guard.release()
        directory.rename(aside)
        copy.rename(directory)
        sync_directory(directory.parent)
    except (OSError, plyvel.Error) as error:
        raise StoreError(f"the database {directory} cannot be repaired: {error}") from error
    finally:
        shutil.rmtree(copy, ignore_errors=True)
    return Repaired(aside, entries)


def _mend(copy: Path) -> None:
    """First by passing over what is wrong in the logs; if more is wrong, by making the list of tables anew."""
    if (copy / CURRENT_FILE).is_file():
        with contextlib.suppress(plyvel.Error):  # then it is made anew
            database = plyvel.DB(str(copy), create_if_missing=False, paranoid_checks=False)
            try:
                for _ in database.iterator(verify_checksums=True):
                    pass
            finally:
                database.close()
            return
    plyvel.repair_db(str(copy))
    plyvel.DB(str(copy), create_if_missing=False).close()  # which begins a log


def _count(database: LevelDBStore) -> Counter[str]:
    return Counter(key.partition(KIND_SEPARATOR)[0].decode("ascii", "replace") for key, _ in database.iterate())
