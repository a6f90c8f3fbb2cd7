"""The databases of a node, opened by name and closed together.

They are ``core``, ``accesstoken``, ``txfeeds``, ``wallet``, ``blacklist``, ``discover``, ``fastsync`` and, if
contracts are followed, ``trace``, each in its own directory under ``db_dir``, or all in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.kv.leveldb import LevelDBStore
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.store.repair.expendable import ExpendableStore, open_or_begin_anew, set_aside

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

    def begin_anew(self, name: str, database: KeyValueStore) -> KeyValueStore:
        """Set a database aside that was opened, but holds something that does not parse. Raises StoreError."""
        database.close()
        if self._backend != MEMORY:
            set_aside(self._directory / f"{name}.db")
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
