"""The databases of a node, opened by name and closed together.

They are ``core``, ``accesstoken``, ``txfeeds``, ``hooks``, ``watch``, ``wallet``, ``blacklist``, ``discover``,
``fastsync`` and, if contracts are followed, ``trace``, if there is an index of everything, ``index``, each in its
own directory under ``db_dir``, or all in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.kv.leveldb import LevelDBStore
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.store.repair.expendable import (
    ExpendableStore,
    open_large_or_begin_anew,
    open_or_begin_anew,
    remove_set_aside,
    set_aside,
)

MEMORY = "memdb"


class Databases:
    """Opens databases and closes them together, the last one first. Use as a context manager."""

    def __init__(self, directory: Path, backend: str) -> None:
        self._directory = directory
        self._backend = backend
        self._opened = ExitStack()

    def open(self, name: str) -> KeyValueStore:
        """The database of this name, made if there is none. Raises StoreError."""
        return self._open(name, LevelDBStore)

    def open_expendable(self, name: str) -> KeyValueStore:
        """One that never fails, as the node can do without it. Raises DatabaseInUse."""
        return self._open(name, ExpendableStore)

    def open_or_begin_anew(self, name: str) -> KeyValueStore:
        """One that is set aside and begun anew if it is damaged, but may fail later on. Raises StoreError."""
        return self._open(name, open_or_begin_anew)

    def open_large(self, name: str) -> KeyValueStore:
        """As ``open_or_begin_anew``, but it is not read through, which may take minutes. Raises StoreError."""
        return self._open(name, open_large_or_begin_anew)

    def begin_anew(self, name: str, database: KeyValueStore, *, keep: int | None = None) -> KeyValueStore:
        """Set a database aside that was opened, but holds something that does not parse. Raises StoreError.

        With ``keep`` only so many of those that were set aside stay, the latest ones.
        """
        database.close()
        directory = self._directory / f"{name}.db"
        if self._backend != MEMORY and directory.exists():  # it does not where this was tried before, and failed
            aside = set_aside(directory)
            if keep is not None:
                remove_set_aside(aside, keep)
        return self.open(name)

    def _open(self, name: str, opened: Callable[[Path], KeyValueStore]) -> KeyValueStore:
        database = MemoryStore() if self._backend == MEMORY else opened(self._directory / f"{name}.db")
        self._opened.callback(database.close)
        return database

    def close(self) -> None:
        """Close all of them."""
        self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
