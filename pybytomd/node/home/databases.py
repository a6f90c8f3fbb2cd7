"""The databases of a node: ``core``, ``accesstoken``, ``txfeeds``, ``wallet``, ``fastsync`` and, if contracts are
followed, ``trace``, each in its own directory under ``db_dir``, or in memory.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Self

from pybytomd.store.kv import KeyValueStore
from pybytomd.store.leveldb import LevelDBStore
from pybytomd.store.memory_db import MemoryStore

MEMORY = "memdb"


class Databases:
    """Opens databases and closes them together, the last one first. Use as a context manager."""

    def __init__(self, directory: Path, backend: str) -> None:
        self._directory = directory
        self._backend = backend
        self._opened = ExitStack()

    def open(self, name: str) -> KeyValueStore:
        """The database of this name, made if there is none. Raises StoreError."""
        database: KeyValueStore
        database = MemoryStore() if self._backend == MEMORY else LevelDBStore(self._directory / f"{name}.db")
        self._opened.callback(database.close)
        return database

    def close(self) -> None:
        """Close all of them."""
        self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
