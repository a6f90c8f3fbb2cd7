"""The undo log: what instances were before each of the last blocks, so that blocks are undone exactly.

The reference works it out from the block that is undone, and then knows neither the transaction nor outputs that
the contract had besides. Its databases have no such records, and a node that does not know them loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from pybytomd.store import schema
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.records.json_records import Changes
from pybytomd.tracing.instance import Instance, decode_instance


class Journal:
    """Records by height and instance. Changes are given back, to be written together with what they go with."""

    def __init__(self, database: KeyValueStore) -> None:
        self._database = database

    def before(self, height: int) -> dict[str, Instance]:
        """The instances that the block of this height changed, as they were, by id. Raises StoreError."""
        found = self._database.iterate(schema.trace_journal_prefix(height))
        instances = [decode_instance(key, data) for key, data in found]
        return {instance.trace_id: instance for instance in instances}

    def note(self, height: int, instances: Iterable[Instance]) -> Changes:
        """Keep instances as they were before the block of this height."""
        return {
            schema.trace_journal_key(height, instance.trace_id): instance.settled().to_json()
            for instance in instances
        }

    def forget(self, height: int) -> Changes:
        """The block of this height is undone."""
        return dict.fromkeys((key for key, _ in self._database.iterate(schema.trace_journal_prefix(height))), None)

    def forget_up_to(self, height: int) -> Changes:
        """Blocks up to this height will not be undone any more."""
        changes: Changes = {}
        for key, _ in self._database.iterate(schema.TRACE_JOURNAL_PREFIX):
            if key >= schema.trace_journal_prefix(height + 1):
                break
            changes[key] = None
        return changes
