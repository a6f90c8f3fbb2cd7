"""hooks.db: the hooks that were made over the API, and how far each hook has come, configured ones too."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from pybytomd.codec.json import gojson
from pybytomd.codec.json.gofields import Fields
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import DecodeError
from pybytomd.rpc.hooks.hook import BadHook, Hook
from pybytomd.store import schema
from pybytomd.store.format import require_format
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.records.json_records import damaged

MAX_HOOKS = 64
"""Each looks at every block and has a request of its own on the way."""
NAME = "hooks"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a hook has come.

    ``cursor`` is that of a subscription; of the block that follows it ``partly`` events are told already, if its
    hash is still ``block``. ``sequence`` counts all events that were told.
    """

    cursor: str
    sequence: int = 0
    block: str = ""
    partly: int = 0

    def to_json(self) -> bytes:
        """The stored form."""
        value: JsonValue = {
            "cursor": self.cursor,
            "sequence": self.sequence,
            "block": self.block,
            "partly": self.partly,
        }
        return gojson.dumps(value)

    @classmethod
    def from_json(cls, data: bytes) -> Progress:
        """Read the stored form. Raises DecodeError."""
        fields = Fields(gojson.loads(data), "Progress")
        return cls(
            fields.text("cursor"),
            fields.integer("sequence", "uint64"),
            fields.text("block"),
            fields.integer("partly", "uint64"),
        )


class HookRecords:
    """The database. Safe to use from several threads; every method raises StoreError when it fails.

    A hook that was made or removed is on the disk before anybody is told. How far one has come may be written
    again after a power cut: then some events are told twice.
    """

    def __init__(self, database: KeyValueStore) -> None:
        require_format(database, NAME)
        self._database = database
        self._lock = threading.Lock()

    def hooks(self) -> list[Hook]:
        """Those made over the API, by name."""
        found = []
        for key, data in self._database.iterate(schema.HOOK_PREFIX):
            try:
                found.append(Hook.from_json(data))
            except DecodeError as error:
                raise damaged(key, error, NAME) from error
        return found

    def add(self, hook: Hook, progress: Progress) -> None:
        """Keep a hook. Raises BadHook if there is one of this name, or as many as there may be."""
        key = schema.hook_key(hook.name)
        with self._lock:
            known = [found.name for found in self.hooks()]
            if hook.name in known:
                raise BadHook.because(f"there is a hook {hook.name} already")
            if len(known) >= MAX_HOOKS:
                raise BadHook.because(f"there are {MAX_HOOKS} hooks already")
            self._database.write({key: hook.to_json(), schema.hook_progress_key(hook.name): progress.to_json()})
        self._database.sync()

    def remove(self, name: str) -> None:
        """Forget a hook. Raises BadHook if there is none of this name."""
        with self._lock:
            if self._database.get(schema.hook_key(name)) is None:
                raise BadHook.because(f"there is no hook {name[:100]!r} that was made over the API")
            self._database.write({schema.hook_key(name): None, schema.hook_progress_key(name): None})
        self._database.sync()

    def progress(self, name: str) -> Progress | None:
        """How far a hook has come, None for one that never began."""
        key = schema.hook_progress_key(name)
        data = self._database.get(key)
        if data is None:
            return None
        try:
            return Progress.from_json(data)
        except DecodeError as error:
            raise damaged(key, error, NAME) from error

    def begin(self, name: str, progress: Progress) -> None:
        """Note where a hook of the configuration begins."""
        self._database.put(schema.hook_progress_key(name), progress.to_json())

    def save(self, name: str, progress: Progress) -> None:
        """Note how far a hook has come, unless it was removed meanwhile."""
        key = schema.hook_progress_key(name)
        with self._lock:
            if self._database.get(key) is not None:
                self._database.put(key, progress.to_json())
