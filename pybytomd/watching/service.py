"""Follows the chain for watched addresses, in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping

from pybytomd.chain.events import AnyHeader, AnyJudgedBlock, BestBlockChanged
from pybytomd.chain.following.follower import ChainFollower
from pybytomd.chain.following.walk import Position, next_step
from pybytomd.chain.ports import ServedChain
from pybytomd.crypto.hashes import sha3_256
from pybytomd.errors import BytomError
from pybytomd.ledger.constants import ZERO_HASH
from pybytomd.store import schema
from pybytomd.store.format import require_format
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.records.json_records import Changes
from pybytomd.watching.errors import AlreadyWatched, BadBeginning, NotWatched, TooManyWatched
from pybytomd.watching.forms import OutputForms
from pybytomd.watching.ledger import Ledger
from pybytomd.watching.records import NAME, Watched, place_bytes, read_place, read_watched
from pybytomd.worker import Worker

logger = logging.getLogger(__name__)

MAX_WATCHED = 10_000
"""More are better served by the index of every address."""
BLOCKS_AT_ONCE = 64
"""Blocks that an address which is behind is followed up in one step, so that requests need not wait long."""


class WatchService(ChainFollower[AnyJudgedBlock]):
    """The watched addresses. Use it as a context manager, or call ``start`` and ``stop``.

    Without the thread, ``catch_up`` does its work. Safe to use from several threads; every method raises
    StoreError when the database fails. What was asked for is on the disk before anybody is told.
    """

    def __init__(self, database: KeyValueStore, chain: ServedChain, forms: OutputForms) -> None:
        require_format(database, NAME)
        self._database = database
        self._chain = chain
        self.forms = forms
        """Those of the ledger of the chain."""
        self._lock = threading.RLock()
        self._watched = {found.program: found for found in read_watched(database)}
        self._place = read_place(database) or Position.at(chain.best_header)
        self.programs = frozenset(self._watched)
        """The control programs of all of them. It is replaced, never changed."""
        self.failure = ""
        """Why they cannot be followed, empty while they can."""
        super().__init__(chain, Worker("watch", self.step, self._note_failure, self._note_success))
        self._subscriptions.append(chain.events.call(BestBlockChanged, self._notice))

    # --- requests -----------------------------------------------------------------------------------------------

    def watch(self, program: bytes, label: str, from_height: int | None) -> Watched:
        """Watch a control program, from the next block on, or from an earlier one.

        Raises AlreadyWatched, TooManyWatched, BadBeginning.
        """
        with self._lock:
            if program in self._watched:
                raise AlreadyWatched
            if len(self._watched) >= MAX_WATCHED:
                raise TooManyWatched
            new = Watched(program, label)
            changes: Changes = {}
            if not self._watched:
                self._feed.clear()
                self._place = Position.at(self._chain.best_header)
                changes[schema.WATCH_STATUS] = place_bytes(self._place)
            if from_height is None:
                new.from_height = self._place.height + 1
            else:
                new.from_height, new.place = from_height, self._before(from_height)
            self._database.write({**changes, new.key: new.to_json()})
            self._watched[program] = new
            self.programs = frozenset(self._watched)
        self._database.sync()
        self._worker.wake()
        return new

    def _before(self, height: int) -> Position:
        if not 0 <= height <= self._chain.best_height:
            raise BadBeginning
        if height == 0:
            return Position(-1, ZERO_HASH)
        before = self._chain.hash_at(height - 1)
        if before is None:
            raise BadBeginning
        return Position(height - 1, before)

    def unwatch(self, program: bytes) -> None:
        """Watch a control program no longer, and forget what is known of it. Raises NotWatched."""
        with self._lock:
            gone = self._watched.get(program)
            if gone is None:
                raise NotWatched
            outputs = self._database.iterate(schema.watched_output_prefix(sha3_256(program)))
            self._database.write({**{key: None for key, _ in outputs}, gone.key: None})
            del self._watched[program]
            self.programs = frozenset(self._watched)
        self._database.sync()

    def list(self) -> list[tuple[Watched, int]]:
        """All of them as they are now, in the order of their records, each with the height that it stands at."""
        with self._lock:
            return [
                (one.copy(), (one.place or self._place).height)
                for one in sorted(self._watched.values(), key=lambda one: one.key)
            ]

    def _notice(self, _: BestBlockChanged[AnyHeader]) -> None:
        """The chain has another best block, says who changed it: while nothing is watched, it costs nothing."""
        if self._watched:
            self._worker.wake()
        else:
            self._feed.clear()

    # --- following the chain ------------------------------------------------------------------------------------

    def step(self) -> bool:
        """Follow the chain by a block, or lead an address that is behind to the others; False: all is done."""
        with self._lock:
            if not self._watched:
                self._feed.clear()
                return False
            if self._follow():
                return True
            behind = next((one for one in self._watched.values() if one.place is not None), None)
            if behind is None:
                return False
            self._lead(behind)
            return True

    def _follow(self) -> bool:
        """The next block, for all that stand where the service does."""
        step = next_step(self._chain, self._place, self._feed.take)
        if step is None:
            return False
        together = {program: one for program, one in self._watched.items() if one.place is None}
        self._apply(together, step.judged, is_connected=step.is_connected)
        self._place = step.position
        return True

    def _apply(self, watched: Mapping[bytes, Watched], judged: AnyJudgedBlock, *, is_connected: bool) -> None:
        ledger = Ledger(self._database, watched, self.forms)
        position = Position.at(judged.block.header) if is_connected else Position.before(judged.block.header)
        try:
            if is_connected:
                ledger.attach(judged)
            else:
                ledger.detach(judged)
            self._database.write({**ledger.finish(), schema.WATCH_STATUS: place_bytes(position)})
        except BytomError:
            self._reread()  # the balances in memory are ahead of what is written
            raise

    def _lead(self, behind: Watched) -> None:
        """Some blocks for an address that is behind; it stands with the others when it has come to their block."""
        ledger = Ledger(self._database, {behind.program: behind}, self.forms)
        place = behind.place or self._place

        try:
            for _ in range(BLOCKS_AT_ONCE):
                if place == self._place:
                    break
                step = next_step(self._chain, place, self._chain.judged, self._place.height)
                if step is None:
                    break  # the chain was reorganised just now: the others go first
                if step.is_connected:
                    ledger.attach(step.judged)
                else:
                    ledger.detach(step.judged)
                place = step.position
            behind.place = None if place == self._place else place
            self._database.write({**ledger.finish(), behind.key: behind.to_json()})
        except BytomError:
            self._reread()
            raise

    def _reread(self) -> None:
        self._watched = {found.program: found for found in read_watched(self._database)}
        self._place = read_place(self._database) or self._place

    # --- the thread ---------------------------------------------------------------------------------------------

    def _note_success(self) -> None:
        if self.failure:
            logger.info("watched addresses are followed again", extra={"height": self._place.height})
            self.failure = ""

    def _note_failure(self, error: Exception) -> None:
        reason = str(error) if isinstance(error, BytomError) else f"{type(error).__name__}: {error}"
        logger.error(
            "watched addresses cannot be followed",
            exc_info=None if isinstance(error, BytomError) else error,
            extra={"height": self._place.height, "err": reason},
        )
        self.failure = reason
