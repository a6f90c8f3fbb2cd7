"""Looking after databases that are whole: what is in them, and making them as small as they can be."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from pybytomd.errors import StoreError
from pybytomd.store.kv.leveldb import NO_KEY, LevelDBStore

SUFFIX = ".db"
SLICE_ENTRIES = 50_000
"""So many entries are made compact at once: a second or two, after which it can be stopped."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One database: its files and their bytes, how many entries it has, and the bytes of keys and values."""

    name: str
    files: int
    disk_bytes: int
    entries: int
    key_bytes: int
    value_bytes: int


def databases_in(directory: Path) -> list[Path]:
    """The databases of a home, by name; none of those that were set aside."""
    return sorted(path for path in directory.glob(f"*{SUFFIX}") if path.is_dir())


def disk_bytes(directory: Path) -> int:
    """What the files of a database take."""
    return sum(path.stat().st_size for path in directory.iterdir() if path.is_file())


def figures_of(directory: Path) -> Figures:
    """Read one database through. Raises StoreError for one that is damaged."""
    entries = key_bytes = value_bytes = 0
    with LevelDBStore(directory, create=False) as database:
        for key, value in database.iterate():
            entries += 1
            key_bytes += len(key)
            value_bytes += len(value)
    files = sum(path.is_file() for path in directory.iterdir())
    return Figures(
        directory.name.removesuffix(SUFFIX), files, disk_bytes(directory), entries, key_bytes, value_bytes
    )


def check_room(directory: Path) -> None:
    """Raise StoreError if making a database compact may fill the disk: for a while there are old and new files."""
    needed, free = disk_bytes(directory), shutil.disk_usage(directory).free
    if free < needed:
        raise StoreError(
            f"making {directory} compact takes up to {needed} bytes for a while, and {free} are free; "
            "make room, and run the same command again"
        )


def slices_of(directory: Path) -> list[bytes]:
    """The first key of each part that is made compact at once.

    Reads all of the database: StoreError is raised for one that is damaged, before anything is changed.
    """
    with LevelDBStore(directory, create=False) as database:
        found = [key for place, (key, _) in enumerate(database.iterate()) if place % SLICE_ENTRIES == 0]
    return [
        b"",
        *found[1:],
    ]  # what was deleted before the first key is part of it, and of an empty one all there is


def compact(
    directory: Path, slices: Sequence[bytes], on_slice: Callable[[], None], go_on: Callable[[], bool]
) -> bool:
    """Make one database as small as it can be; whether it was done to its end.

    What is in it stays the same at every moment: new tables are complete before old ones are deleted, so it may be
    killed. Raises StoreError.
    """
    with LevelDBStore(directory, create=False) as database:
        for start, stop in pairwise([*slices, NO_KEY]):
            if not go_on():
                return False
            database.compact(start, stop)
            on_slice()
    return True
