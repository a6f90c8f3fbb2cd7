"""The transaction pool (mempool) of either chain: transactions that wait for a block, or for what they spend.

What may come in is for ``Chain.validate_transaction`` to say. The pool keeps order, limits and the outputs that
others may build on. Source: chain-and-storage reference, section 9; ``protocol/txpool.go``.

Quirk: transactions that spend the same output may wait side by side, and some may spend coinbase outputs before
their time. Whatever a block template has no use for is dropped when one is made, after every block.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import count
from typing import Generic, TypeVar

from pybytomd.chain.errors import PoolFull
from pybytomd.chain.mempool.pool_entry import Tx, Waiting
from pybytomd.clock import Clock
from pybytomd.events import EventDispatcher

Output = TypeVar("Output")

logger = logging.getLogger(__name__)

MAX_TRANSACTIONS = 10_000
MAX_POOL_BYTES = 256 << 20
"""Together. The reference counts only transactions; a thousand large ones may all spend the same output."""
MAX_ORPHANS = 2000
MAX_ORPHAN_BYTES = 32 << 20
"""Together. The reference counts only transactions, and an orphan costs nothing to make."""
ORPHAN_SECONDS = 10 * 60.0


@dataclass(frozen=True, slots=True)
class _Orphan(Generic[Tx]):
    entry: Waiting[Tx]
    expires: float
    missing: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Habits(Generic[Tx, Output]):
    """What differs between the pools of the two chains."""

    usable_outputs: Callable[[Tx, bool], Iterable[tuple[bytes, Output]]]
    """The outputs of a transaction that others in the pool may spend, with their ids, given whether it failed."""
    added: Callable[[Waiting[Tx]], object]
    """The event for a transaction that waits for a block now."""
    removed: Callable[[Waiting[Tx]], object]
    """The event for one that waits no longer."""


class Mempool(Generic[Tx, Output]):
    """The pool. Safe to use from several threads; events are posted in the order of what happened.

    ``unspent`` answers whether an output is in the chain and not spent there.
    """

    def __init__(
        self,
        clock: Clock,
        events: EventDispatcher,
        habits: Habits[Tx, Output],
        *,
        unspent: Callable[[bytes], bool],
    ) -> None:
        self._clock = clock
        self._events = events
        self._habits = habits
        self._unspent = unspent
        self._lock = threading.RLock()
        self._arrivals = count()
        self._entries: dict[bytes, Waiting[Tx]] = {}
        self._outputs: dict[bytes, Output] = {}
        self._bytes = 0
        self._orphans: dict[bytes, _Orphan[Tx]] = {}
        """The one to expire first stands first."""
        self._waiting: dict[bytes, dict[bytes, None]] = {}
        """Ids of orphans by the output they miss, in order of arrival."""
        self._orphan_bytes = 0

    def get(self, tx_id: bytes) -> Waiting[Tx] | None:
        """A waiting transaction; orphans are not found."""
        return self._entries.get(tx_id)

    def __contains__(self, tx_id: object) -> bool:
        return tx_id in self._entries

    def __len__(self) -> int:
        return len(self._entries)

    def entries(self) -> list[Waiting[Tx]]:
        """All that wait, in order of arrival."""
        with self._lock:
            return list(self._entries.values())

    def output(self, output_id: bytes) -> Output | None:
        """An output that a waiting transaction will make, spent or not."""
        return self._outputs.get(output_id)

    @property
    def orphan_count(self) -> int:
        """How many wait for what they spend."""
        with self._lock:
            self._expire_orphans()
            return len(self._orphans)

    def add(self, tx: Tx, *, status_fail: bool, height: int, fee: int) -> bool:
        """Let a transaction in that was found valid; True if it is an orphan, which is kept apart for a while.

        Raises PoolFull.
        """
        with self._lock:
            if tx.id in self._entries:
                return False
            entry = Waiting(
                tx, self._clock.now(), status_fail, height, tx.serialized_size, fee, next(self._arrivals)
            )
            self._expire_orphans()
            missing = self._missing(tx)
            if missing:
                self._add_orphan(entry, missing)
                return True
            self._drop_orphan(tx.id)
            self._admit(entry)
            self._promote_orphans(entry)
            return False

    def remove(self, tx_id: bytes) -> None:
        """Let a transaction go, but not those that spend its outputs; nothing happens if it is not here."""
        with self._lock:
            entry = self._entries.pop(tx_id, None)
            if entry is None:
                return
            self._bytes -= entry.weight
            for output_id in entry.transaction.result_ids:
                self._outputs.pop(output_id, None)
            self._events.post(self._habits.removed(entry))
        logger.debug("remove tx from mempool", extra={"tx_id": tx_id.hex()})

    def _admit(self, entry: Waiting[Tx]) -> None:
        tx = entry.transaction
        if len(self._entries) >= MAX_TRANSACTIONS or self._bytes + entry.weight > MAX_POOL_BYTES:
            raise PoolFull
        self._entries[tx.id] = entry
        self._bytes += entry.weight
        self._outputs.update(self._habits.usable_outputs(tx, entry.status_fail))
        self._events.post(self._habits.added(entry))
        logger.debug("Add tx to mempool", extra={"tx_id": tx.id.hex()})

    def missing(self, tx: Tx) -> tuple[bytes, ...]:
        """The outputs a transaction spends that neither the chain nor the pool has."""
        with self._lock:
            return self._missing(tx)

    def rivals(self, tx: Tx) -> tuple[bytes, ...]:
        """The ids of others that wait and spend the same output. Of all of them one will be in a block."""
        spent = set(tx.spent_output_ids)
        return tuple(
            tx_id
            for entry in self.entries()
            if (tx_id := entry.transaction.id) != tx.id
            and not spent.isdisjoint(entry.transaction.spent_output_ids)
        )

    def has_room(self, tx: Tx, *, is_orphan: bool) -> bool:
        """Whether one more would be let in, or kept apart."""
        size = tx.serialized_size
        with self._lock:
            if is_orphan:
                self._expire_orphans()
                return len(self._orphans) < MAX_ORPHANS and self._orphan_bytes + size <= MAX_ORPHAN_BYTES
            return len(self._entries) < MAX_TRANSACTIONS and self._bytes + size <= MAX_POOL_BYTES

    def _missing(self, tx: Tx) -> tuple[bytes, ...]:
        """The outputs it spends that neither the chain nor the pool has."""
        outputs, unspent = self._outputs, self._unspent
        return tuple(
            output_id for output_id in tx.spent_output_ids if output_id not in outputs and not unspent(output_id)
        )

    # --- orphans --------------------------------------------------------------------------------------------

    def _add_orphan(self, entry: Waiting[Tx], missing: tuple[bytes, ...]) -> None:
        """Keep an orphan. One that comes again begins its time anew."""
        tx_id = entry.transaction.id
        self._drop_orphan(tx_id)
        if len(self._orphans) >= MAX_ORPHANS or self._orphan_bytes + entry.weight > MAX_ORPHAN_BYTES:
            raise PoolFull
        self._orphans[tx_id] = _Orphan(entry, self._clock.monotonic() + ORPHAN_SECONDS, missing)
        self._orphan_bytes += entry.weight
        for output_id in missing:  # the reference knows it under one of them only, and may wait in vain
            self._waiting.setdefault(output_id, {})[tx_id] = None

    def _promote_orphans(self, parent: Waiting[Tx]) -> None:
        """Let in the orphans that a new transaction completes, and those that these complete in turn."""
        news = [parent]
        while news:
            for tx_id in self._waiting_for(news.pop(0).transaction.result_ids):
                orphan = self._orphans[tx_id]
                if self._missing(orphan.entry.transaction):
                    continue
                self._drop_orphan(tx_id)
                entry = self._arrived(orphan.entry)
                try:
                    self._admit(entry)
                except PoolFull:
                    logger.debug("orphan tx does not fit into mempool", extra={"tx_id": tx_id.hex()})
                    continue
                news.append(entry)

    def _waiting_for(self, output_ids: Iterable[bytes]) -> list[bytes]:
        found: dict[bytes, None] = {}
        for output_id in output_ids:
            found |= self._waiting.get(output_id, {})
        return list(found)

    def _arrived(self, entry: Waiting[Tx]) -> Waiting[Tx]:
        """The entry of an orphan that is one no longer."""
        return Waiting(
            entry.transaction,
            self._clock.now(),
            entry.status_fail,
            entry.height,
            entry.weight,
            entry.fee,
            next(self._arrivals),
        )

    def _expire_orphans(self) -> None:
        now = self._clock.monotonic()
        while self._orphans:
            tx_id, oldest = next(iter(self._orphans.items()))
            if oldest.expires > now:
                return
            self._drop_orphan(tx_id)

    def _drop_orphan(self, tx_id: bytes) -> None:
        orphan = self._orphans.pop(tx_id, None)
        if orphan is None:
            return
        self._orphan_bytes -= orphan.entry.weight
        for output_id in orphan.missing:
            waiting = self._waiting.get(output_id, {})
            waiting.pop(tx_id, None)
            if not waiting:
                self._waiting.pop(output_id, None)
