"""The index of everything: follows the chain in a thread of its own, and keeps index.db.

It goes on where it was after a restart, however the process ended: blocks are taken in some at a time, each time
in one atomic step with the cursor. Where the database turns out to be damaged, or to be of another chain, it is
made anew from the first block.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from pybytomd.chain.events import AnyJudgedBlock, BestBlockChanged
from pybytomd.chain.following.follower import ChainFollower
from pybytomd.chain.ports import ServedChain
from pybytomd.clock import Clock
from pybytomd.errors import BytomError, ChainError, StoreError
from pybytomd.indexing import keys
from pybytomd.indexing.errors import of_chain
from pybytomd.indexing.forms import IndexForms
from pybytomd.indexing.indexer import Indexer
from pybytomd.indexing.records import Cursor, Partial
from pybytomd.store.errors import DamagedDatabase
from pybytomd.store.format import require_format
from pybytomd.store.kv.batch import Batch
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.worker import Worker

logger = logging.getLogger(__name__)

NAME = "index"
"""Of the database."""
CHANGES_AT_ONCE = 20_000
"""Changes of keys that are gathered before they are written, some thousand payments: 10 MB of memory. What a
transaction changes is gathered whole."""
BLOCKS_TO_COMPACT = 1_000
"""After so many blocks, some two days, the order of holders is rid of what was deleted, in a second or so."""
TIMES_ANEW = 3
"""How often the database is made anew before the node gives up: what damages it is there still."""
LOG_SECONDS = 30.0
"""How often it is logged how far the index is, while it is behind."""


_Where = tuple[Cursor | None, Partial | None]
"""The last block that is whole in the index, and the one after it if that is there in part."""


class OtherChain(StoreError):
    """The index was made from blocks that this chain does not have."""

    message = "the index is of another chain"


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """How far the index is. ``failure`` is why it does not get on, empty while it does."""

    height: int
    """Of the last block that was taken in; -1 before the first."""
    chain_height: int
    blocks_per_second: float
    """While it is behind, else 0."""
    failure: str = ""

    @property
    def lag(self) -> int:
        """How many blocks of the chain are not taken in yet."""
        return max(0, self.chain_height - self.height)

    @property
    def seconds_left(self) -> float | None:
        """How long it will take to catch up; None if that cannot be told."""
        return self.lag / self.blocks_per_second if self.blocks_per_second else None


class IndexService(ChainFollower[AnyJudgedBlock]):
    """Keeps the index. Use as a context manager, or call ``start`` and ``stop``.

    Without the thread, ``catch_up`` does its work. Every method is safe to use from several threads.
    """

    def __init__(
        self,
        database: KeyValueStore,
        chain: ServedChain,
        clock: Clock,
        *,
        forms: IndexForms,
        begin_anew: Callable[[KeyValueStore], KeyValueStore],
    ) -> None:
        """``begin_anew`` closes a database that is of no use and gives an empty one in its place.

        Raises NewerFormat, and StoreError when the database fails.
        """
        require_format(database, NAME)
        self._database = database
        self._chain = chain
        self._clock = clock
        self.forms = forms
        """Those of the ledger of the chain."""
        self._begin_anew = begin_anew
        self._lock = threading.Lock()
        self._failure = ""
        self._useless: StoreError | None = None
        """Why the database has to be made anew, None as long as it is of use."""
        self._times_anew = 0
        self._in_hand: AnyJudgedBlock | None = None
        self._cursor, self._partial = self._load()
        self._compacted_at = self._height
        self._pace = _Pace(clock, self._height)
        super().__init__(chain, Worker("index", self.step, self._note_failure, self._note_success))
        self._best_blocks = chain.events.subscribe(BestBlockChanged, wake=self._worker.wake)
        self._subscriptions.append(self._best_blocks)

    @property
    def database(self) -> KeyValueStore:
        """Where the index is, at the moment: another one after it had to be made anew."""
        return self._database

    @property
    def chain(self) -> ServedChain:
        """What is followed."""
        return self._chain

    @property
    def _height(self) -> int:
        return -1 if self._cursor is None else self._cursor.height

    def status(self) -> IndexStatus:
        """How far the index is."""
        height = self._height
        rate = self._pace.rate if self._chain.best_height > height else 0.0
        return IndexStatus(height, self._chain.best_height, rate, self._failure)

    def distrust(self, error: DamagedDatabase) -> None:
        """Who asked the index has found it damaged: it is made anew."""
        self._useless = error
        self._worker.wake()

    # --- following the chain ------------------------------------------------------------------------------------

    def step(self) -> bool:
        """Take in some blocks, or undo some, in one atomic step. False: there was nothing to do."""
        self._best_blocks.drain()
        with self._lock:
            try:
                if self._useless is None:
                    return self._follow()
            except (DamagedDatabase, OtherChain) as error:
                self._useless = error
            self._make_anew()
            return True

    def _follow(self) -> bool:
        batch = Batch(self._database)
        indexer = Indexer(batch, CHANGES_AT_ONCE, self.forms)
        cursor, partial = self._detach_some(indexer, self._cursor, self._partial)
        if not len(batch):
            cursor, partial = self._attach_some(indexer, cursor, partial)
        if not len(batch):
            self._compact_holders()
            return False
        indexer.finish()
        batch.write()
        self._cursor, self._partial = cursor, partial
        self._pace.note(self._height, self._chain.best_height)
        return True

    def _compact_holders(self) -> None:
        """A balance that changes has another place among the holders; who reads passes over all it has had."""
        if self._height - self._compacted_at >= BLOCKS_TO_COMPACT:
            self._database.compact(keys.HOLDERS, keys.TRANSFERS)
            self._compacted_at = self._height

    def _detach_some(self, indexer: Indexer, cursor: Cursor | None, partial: Partial | None) -> _Where:
        """Take back what is not of the main chain, as much as there is room for."""
        while not indexer.is_full:
            if partial is not None:
                if of_chain(self._chain.hash_at, partial.height) == partial.block_hash:
                    break
                judged = self._judged_before(partial.block_hash)
                partial = indexer.detach(judged, partial.transactions)
                self._in_hand = None if partial is None else judged
            elif cursor is not None and not of_chain(self._chain.is_in_main_chain, cursor.block_hash):
                cursor, partial = indexer.begin_detach(self._judged_before(cursor.block_hash))
            else:
                break
        return cursor, partial

    def _attach_some(self, indexer: Indexer, cursor: Cursor | None, partial: Partial | None) -> _Where:
        """Take in what follows in the main chain, as much as there is room for."""
        while not indexer.is_full:
            following = of_chain(self._chain.hash_at, 0 if cursor is None else cursor.height + 1)
            if following is None or (partial is not None and partial.block_hash != following):
                break
            judged = self._of_hand(following) or of_chain(self._feed.take, following)
            if cursor is not None and judged.block.header.previous_block_hash != cursor.block_hash:
                break  # the chain was reorganised just now
            done = indexer.attach(judged, 0 if partial is None else partial.transactions)
            if isinstance(done, Partial):
                self._in_hand = judged
                return cursor, done
            cursor, partial, self._in_hand = done, None, None
        return cursor, partial

    def _judged_before(self, block_hash: bytes) -> AnyJudgedBlock:
        """A block that was taken in. Raises OtherChain if the chain has never had it."""
        try:
            return self._of_hand(block_hash) or of_chain(self._chain.judged, block_hash)
        except ChainError as error:
            raise OtherChain from error

    def _of_hand(self, block_hash: bytes) -> AnyJudgedBlock | None:
        """The block that is taken in or back in several steps, so that it is not read again for each."""
        judged = self._in_hand
        return judged if judged is not None and judged.block.hash == block_hash else None

    # --- the database -------------------------------------------------------------------------------------------

    def _load(self) -> _Where:
        try:
            cursor, partial = self._database.get(keys.CURSOR), self._database.get(keys.PARTIAL)
            return (
                None if cursor is None else Cursor.from_bytes(cursor),
                None if partial is None else Partial.from_bytes(partial),
            )
        except DamagedDatabase as error:
            self._useless = error
            return None, None

    def _make_anew(self) -> None:
        """Begin with an empty database. Raises StoreError, also when that has not helped before."""
        if self._times_anew == TIMES_ANEW:
            raise StoreError(
                f"index.db was made anew {TIMES_ANEW} times since the node started, and is of no use again: "
                f"{self._useless}; is the disk sound? The next start tries again"
            )
        logger.warning("index.db is made anew from the first block: %s", self._useless)
        self._database = self._begin_anew(self._database)
        require_format(self._database, NAME)
        self._times_anew += 1
        self._useless = None
        self._cursor = self._partial = None
        self._compacted_at = -1
        self._pace = _Pace(self._clock, -1)

    # --- the thread ---------------------------------------------------------------------------------------------

    def _note_failure(self, error: Exception) -> None:
        self._failure = str(error) or type(error).__name__
        if isinstance(error, BytomError):
            logger.warning("the index cannot go on", extra={"height": self._height, "err": str(error)})
        else:
            logger.error("the index cannot go on", exc_info=error)

    def _note_success(self) -> None:
        self._failure = ""


class _Pace:
    """How many blocks a second are taken in, over the last half minute or so."""

    def __init__(self, clock: Clock, height: int) -> None:
        self._clock = clock
        self._since, self._from = clock.monotonic(), height
        self.rate = 0.0

    def note(self, height: int, goal: int) -> None:
        """So far it is now."""
        now = self._clock.monotonic()
        passed = now - self._since
        if passed > 0:
            self.rate = max(0.0, (height - self._from) / passed)
        if passed >= LOG_SECONDS:
            logger.info("indexing", extra={"height": height, "of": goal, "blocks_per_second": round(self.rate, 1)})
            self._since, self._from = now, height
