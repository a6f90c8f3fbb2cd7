"""The service that follows contracts over the main chain, in a thread of its own.

Source: contracts-and-tracing reference, sections A2.3 to A2.6 and part B. Formats are the reference's, the inner
life is not: one thread does what an updater and a scheduler do there, failures are retried, and nothing is lost
when several instances start at different heights, when one is removed, or when blocks are undone.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Iterable

from pybytomd.chain.events import AnyJudgedBlock, BestBlockChanged
from pybytomd.chain.following.follower import ChainFollower
from pybytomd.chain.ports import ServedChain
from pybytomd.codec.json import gojson
from pybytomd.errors import BytomError, DecodeError
from pybytomd.store import schema
from pybytomd.store.format import require_format
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.records.json_records import Changes, damaged, parse_record
from pybytomd.tracing.errors import (
    BlockTooOld,
    InstanceNotFound,
    NoContractInTransaction,
    TooManyLagging,
    TransactionNotInBlock,
)
from pybytomd.tracing.forms import TraceForms
from pybytomd.tracing.instance import Instance, Status, decode_instance
from pybytomd.tracing.journal import Journal
from pybytomd.tracing.tracer import Tracer
from pybytomd.tracing.transfer import Transfer, block_transfers, transfers_of
from pybytomd.worker import Worker

logger = logging.getLogger(__name__)

MAX_BLOCKS_BEHIND = 3600
"""How old a block may be that an instance is made from: six days."""
MAX_LAGGING = 1000
"""Instances that may be followed up at the same time."""
BLOCKS_AT_ONCE = 64
"""Blocks that lagging instances are followed up in one step, so that requests need not wait long."""


class TraceService(ChainFollower[AnyJudgedBlock]):
    """Follows contracts. Use as a context manager, or call ``start`` and ``stop``.

    Without the thread, ``catch_up`` does its work. Every method is safe to use from several threads, and raises
    StoreError when the database fails.
    """

    def __init__(
        self,
        database: KeyValueStore,
        chain: ServedChain,
        forms: TraceForms,
        *,
        new_id: Callable[[], str] = lambda: str(uuid.uuid4()),
    ) -> None:
        require_format(database, "trace")
        self._database = database
        self._chain = chain
        self._forms = forms
        self._new_id = new_id
        self._lock = threading.RLock()
        self._journal = Journal(database)
        self._followed = Tracer()
        self._lagging: dict[str, Instance] = {}
        self._height, self._hash = self._load_status()
        self._load_instances()
        super().__init__(chain, Worker("trace", self.step, _tell_failure))
        self._best_blocks = chain.events.subscribe(BestBlockChanged, wake=self._worker.wake)
        self._subscriptions.append(self._best_blocks)

    # --- requests -----------------------------------------------------------------------------------------------

    def create(self, tx_id: bytes, block_hash: bytes) -> list[str]:
        """Begin to follow every contract in a transaction of a block; returns the ids of the instances.

        Raises TooManyLagging, BlockTooOld, TransactionNotInBlock, NoContractInTransaction, and ChainError for an
        unknown block. After an error there are no new instances.
        """
        judged = self._chain.judged(block_hash)
        block, fails = judged.block, judged.fails
        if not 0 <= self._chain.best_height - block.height <= MAX_BLOCKS_BEHIND:
            raise BlockTooOld
        found = next((index for index, tx in enumerate(block.transactions) if tx.id == tx_id), None)
        if found is None:
            raise TransactionNotInBlock
        transfers = transfers_of(block.transactions[found], fails[found], self._forms)
        if not transfers:
            raise NoContractInTransaction
        started = [Instance.start(self._new_id(), transfer, block_hash, block.height) for transfer in transfers]
        tracer = Tracer(one for one in started if one.status == Status.LAGGING)
        tracer.apply(block_transfers(block, fails, self._forms, first=found + 1), block.height)
        lagging = {one.trace_id: one.scanned(block_hash, block.height) for one in tracer}
        made = [lagging.get(one.trace_id, one) for one in started]
        with self._lock:
            if len(self._lagging) + len(lagging) > MAX_LAGGING:
                raise TooManyLagging
            self._save(made)
            self._lagging.update(lagging)
        self._database.sync()
        self._worker.wake()
        return [instance.trace_id for instance in made]

    def get(self, trace_id: str) -> Instance:
        """An instance, as it is stored. Raises InstanceNotFound."""
        key = schema.trace_key(trace_id)
        data = self._database.get(key)
        if data is None:
            raise InstanceNotFound
        return decode_instance(key, data)

    def instances(self) -> list[Instance]:
        """All instances that were not removed, whatever became of them, by id."""
        return [decode_instance(key, data) for key, data in self._database.iterate(schema.TRACE_PREFIX)]

    def remove(self, trace_id: str) -> None:
        """Forget an instance; unknown ones are passed over."""
        with self._lock:
            self._lagging.pop(trace_id, None)
            self._followed.remove(trace_id)
            self._database.delete(schema.trace_key(trace_id))
        self._database.sync()

    # --- following the chain ------------------------------------------------------------------------------------

    def step(self) -> bool:
        """Take in a block, or undo one, or follow up those that lag. False: there was nothing to do."""
        self._best_blocks.drain()
        with self._lock:
            if not self._lagging and not self._followed:
                return self._skip()
            if not self._chain.is_in_main_chain(self._hash):
                self._detach()
                return True
            following = self._chain.hash_at(self._height + 1)
            if following is not None:
                self._attach(following)
                return True
            return self._follow_up()

    def _skip(self) -> bool:
        """Nothing is followed: be at the best block, whatever is in those before it. There is no more to do."""
        self._feed.clear()
        height = self._chain.best_height
        block_hash = self._chain.hash_at(height)
        if block_hash is not None and block_hash != self._hash:
            self._move_to(height, block_hash, ())
        return False

    def _attach(self, block_hash: bytes) -> None:
        judged = self._feed.take(block_hash)
        block = judged.block
        if block.header.previous_block_hash != self._hash:
            return  # the chain was reorganised just now
        moves = self._followed.apply(self._transfers(judged), block.height)
        kept = self._journal.note(block.height, (move.before for move in moves))
        kept |= self._journal.forget_up_to(self._forms.final_height(block.height))
        self._move_to(block.height, block_hash, (move.after for move in moves), kept)

    def _detach(self) -> None:
        judged = self._chain.judged(self._hash)
        block = judged.block
        before = self._journal.before(block.height)
        restored = {key: instance for key, instance in before.items() if self._followed.get(key) is not None}
        changed = self._followed.undo(self._transfers(judged), but_for=restored)
        for instance in restored.values():
            self._followed.put(instance)
        self._move_to(
            block.height - 1,
            block.header.previous_block_hash,
            (*changed, *restored.values()),
            self._journal.forget(block.height),
        )

    def _move_to(
        self, height: int, block_hash: bytes, changed: Iterable[Instance], journal: Changes | None = None
    ) -> None:
        self._save(changed, {schema.TRACE_STATUS: _status_json(height, block_hash), **(journal or {})})
        self._height, self._hash = height, block_hash
        for instance in list(self._followed):
            if instance.status == Status.OFF_CHAIN or self._is_final(instance):
                self._followed.remove(instance.trace_id)

    def _is_final(self, instance: Instance) -> bool:
        height = min(self._height, self._chain.best_height)  # lower after a rollback, until its blocks are undone
        return instance.status == Status.ENDED and instance.ended_height <= self._forms.final_height(height)

    def _follow_up(self) -> bool:
        """Take the one that lags the furthest behind some blocks on. False: none does, or all have to wait."""
        waiting = [instance for instance in self._lagging.values() if instance.scanned_height <= self._height]
        if not waiting:
            return False
        instance = min(waiting, key=lambda one: one.scanned_height)
        if not self._chain.is_in_main_chain(instance.scanned_hash):
            self._begin_again(instance)
            return True
        tracer = Tracer([instance])
        height, block_hash = instance.scanned_height, instance.scanned_hash
        kept: Changes = {}
        for _ in range(BLOCKS_AT_ONCE):
            following = self._chain.hash_at(height + 1) if height < self._height else None
            if following is None:
                break
            judged = self._chain.judged(following)
            block = judged.block
            if block.header.previous_block_hash != block_hash:
                return True  # the chain was reorganised just now
            moves = tracer.apply(self._transfers(judged), block.height)
            kept |= self._journal.note(block.height, (move.before for move in moves))
            height, block_hash = block.height, following
        if kept:
            self._database.write(kept)
        (instance,) = tracer
        if block_hash == self._hash:
            self._catches_up(instance)
        elif height < self._height:
            self._lagging[instance.trace_id] = instance.scanned(block_hash, height)
        return True

    def _catches_up(self, instance: Instance) -> None:
        instance = instance.settled()
        self._save([instance])
        del self._lagging[instance.trace_id]
        if not self._is_final(instance):
            self._followed.put(instance)

    def _begin_again(self, instance: Instance) -> None:
        """The last block looked at was undone: back to the one it was made from, if that is still there."""
        start = self.get(instance.trace_id)
        if self._chain.is_in_main_chain(start.scanned_hash):
            self._lagging[instance.trace_id] = start
            return
        self._save([Instance(start.trace_id, start.utxos, start.transaction_id, Status.OFF_CHAIN)])
        del self._lagging[instance.trace_id]

    def _transfers(self, judged: AnyJudgedBlock) -> list[Transfer]:
        return block_transfers(judged.block, judged.fails, self._forms)

    # --- the database -------------------------------------------------------------------------------------------

    def _load_status(self) -> tuple[int, bytes]:
        """The best block that was taken in; the first time, and on another chain, the best there is."""
        data = self._database.get(schema.TRACE_STATUS)
        if data is not None:
            try:
                fields = parse_record(data, "ChainStatus")
                height, block_hash = fields.integer("block_height", "uint64"), fields.hash("block_hash")
            except DecodeError as error:
                raise damaged(schema.TRACE_STATUS, error, "trace") from error
            if block_hash is not None and self._chain.block_hex(block_hash) is not None:
                return height, block_hash
            logger.warning("contracts were followed on another chain; they are followed from its best block on")
        height = self._chain.best_height
        block_hash = self._chain.hash_at(height) or self._chain.best_hash
        self._database.put(schema.TRACE_STATUS, _status_json(height, block_hash))
        return height, block_hash

    def _load_instances(self) -> None:
        for instance in self.instances():
            if instance.is_behind:
                self._lagging[instance.trace_id] = instance
            elif instance.status == Status.IN_SYNC or (
                instance.status == Status.ENDED and instance.ended_height and not self._is_final(instance)
            ):
                self._followed.put(instance)

    def _save(self, instances: Iterable[Instance], also: Changes | None = None) -> None:
        changes: Changes = {schema.trace_key(one.trace_id): one.to_json() for one in instances}
        self._database.write({**changes, **(also or {})})


def _tell_failure(error: Exception) -> None:
    if isinstance(error, BytomError):
        logger.warning("contracts cannot be followed on", extra={"err": str(error)})
    else:
        logger.error("contracts cannot be followed on", exc_info=error)


def _status_json(height: int, block_hash: bytes) -> bytes:
    return gojson.dumps({"block_height": height, "block_hash": block_hash.hex()})
