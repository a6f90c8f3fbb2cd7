"""Mining in the node itself, in threads that leave the processor to everything else."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from pybytomd.chain.events import BestBlockChanged, BlockMined, TransactionAdded
from pybytomd.clock import Clock
from pybytomd.errors import BytomError
from pybytomd.events import EventDispatcher
from pybytomd.ledger.block import Block
from pybytomd.mining.errors import MinedOnDemand
from pybytomd.mining.hash_meter import HashMeter
from pybytomd.mining.proposer import BlockProposer
from pybytomd.mining.search import NonceSearch
from pybytomd.pow.rule import ProofRule

if TYPE_CHECKING:
    from pybytomd.chain.chain import Chain

logger = logging.getLogger(__name__)

POOL_REFRESH_SECONDS = 2.0
"""A template lives at least this long when only the pool changes: to make one may take a tenth of a second."""
TEMPLATE_SECONDS = 60.0
"""A template lives at most this long, for its timestamp to be about right."""
RETRY_SECONDS = 5.0
"""How long to wait after a failure, unless something happens that may mend it."""


class MiningHeld(BytomError):
    """There is a reason not to mine now, which the text tells."""


class CPUMiner:
    """Finds blocks from ``start`` to ``stop``. Its methods may be called from any thread.

    ``threads``, which may be set at any time, search together, on top of the best block, for the transactions in
    the pool and the address that is paid: when any of these changes they go on with a new template. What is found
    goes to the chain and is announced as ``BlockMined``.
    """

    def __init__(
        self, chain: Chain, proposer: BlockProposer, clock: Clock, events: EventDispatcher, *, threads: int = 1
    ) -> None:
        self.threads = threads
        self.blocks_found = 0
        self._chain = chain
        self._proposer = proposer
        self._clock = clock
        self._events = events
        self._meter = HashMeter(clock)
        self._lock = threading.Lock()
        self._shift: _Shift | None = None
        self._held = ""
        self._goes_on = False
        """Whether it mines again when it is let go."""

    @property
    def is_mining(self) -> bool:
        """Whether it was started, and not stopped since."""
        return self._shift is not None

    @property
    def hash_rate(self) -> float:
        """Hashes a second over the last minute, or since the start; 0 while not mining."""
        return self._meter.rate if self.is_mining else 0.0

    def start(self) -> None:
        """Begin to mine; nothing happens if it does already.

        Raises MinedOnDemand where no proof of work is wanted, NoMiningProgram when nobody can be paid, MiningHeld
        while there is a reason not to; it begins by itself then, when that is gone.
        """
        if self._chain.params.proof is ProofRule.ANY_NONCE:
            raise MinedOnDemand
        with self._lock:
            if self._shift is not None:
                return
            if self._held:
                self._goes_on = True
                raise MiningHeld(self._held)
            if self._proposer.reward_is_free():
                logger.warning("there is no account to pay for mining: anyone can spend what is mined")
            self._meter.reset()
            self._shift = _Shift(self._events)
            thread = threading.Thread(target=self._work, args=(self._shift,), name="cpu-miner", daemon=True)
            self._shift.thread = thread
            thread.start()
        logger.info("mining started", extra={"threads": self.threads})

    def stop(self, *, wait: bool = True) -> None:
        """Stop within one hash, and ``wait`` for it; nothing happens if it is not mining."""
        with self._lock:
            self._goes_on = False
        self._end_shift(wait=wait)

    def hold(self, reason: str) -> None:
        """Stop, and do not start, before ``release``."""
        with self._lock:
            self._held = reason
            self._goes_on = self._goes_on or self._shift is not None
        self._end_shift(wait=True)

    def release(self) -> None:
        """Nothing is in the way any more: mine again if it did, or was to."""
        with self._lock:
            self._held, goes_on, self._goes_on = "", self._goes_on, False
        if not goes_on:
            return
        try:
            self.start()
        except BytomError as error:
            logger.warning("mining is not started again", extra={"reason": str(error)})

    def _end_shift(self, *, wait: bool) -> None:
        with self._lock:
            shift, self._shift = self._shift, None
        if shift is None:
            return
        shift.stop()
        if wait and shift.thread is not None and shift.thread is not threading.current_thread():
            shift.thread.join()
        logger.info("mining stopped", extra={"blocks_found": self.blocks_found})

    def _work(self, shift: _Shift) -> None:
        try:
            while not shift.stopped:
                with NonceSearch(self.threads, low_priority=True) as search:
                    while not shift.stopped and search.threads == self.threads:
                        self._try_block(shift, search)
        finally:
            shift.close()

    def _try_block(self, shift: _Shift, search: NonceSearch) -> None:
        try:
            self._mine_block(shift, search)
        except BytomError as error:
            logger.warning("mining failed", extra={"reason": str(error)})
        except Exception:
            logger.exception("mining failed")
        else:
            return
        shift.wait(RETRY_SECONDS)

    def _mine_block(self, shift: _Shift, search: NonceSearch) -> None:
        """Search on one template until a block is found or the template is to be replaced."""
        shift.forget_news()
        block = self._proposer.propose()
        made = self._clock.monotonic()

        def go_on() -> bool:
            age = self._clock.monotonic() - made
            if (
                shift.is_outdated
                or search.threads != self.threads
                or age >= TEMPLATE_SECONDS
                or (shift.pool_changed and age >= POOL_REFRESH_SECONDS)
                or not self._proposer.pays_as_set(block)
            ):
                return False
            self._meter.count()
            return True

        header = search.search(self._proposer.work_for(block.header), go_on)
        if header is None:
            return
        found = Block(header, block.transactions)
        self._chain.process_block(found, proof=True)
        self.blocks_found += 1
        logger.info(
            "Miner processed block",
            extra={"height": found.height, "hash": found.hash.hex(), "tx": len(found.transactions)},
        )
        self._events.post(BlockMined(found))


class _Shift:
    """One time of mining, from start to stop, and the news that arrive meanwhile."""

    def __init__(self, events: EventDispatcher) -> None:
        self.thread: threading.Thread | None = None
        self.stopped = False
        self._events = events
        self._news = threading.Event()
        self._lock = threading.Lock()
        self.is_outdated = False
        """Whether to end the search at once: on stop, and when the best block has changed."""
        self.pool_changed = False
        self._tips = events.subscribe(BestBlockChanged, wake=self._tip_changed)
        self._arrivals = events.subscribe(TransactionAdded, wake=self._pool_grew)

    def stop(self) -> None:
        """End the search, and do not begin another."""
        with self._lock:
            self.stopped = self.is_outdated = True
        self._news.set()

    def forget_news(self) -> None:
        """What has happened up to now will be in the next template."""
        self._news.clear()
        self._tips.drain()
        self._arrivals.drain()
        with self._lock:
            self.is_outdated = self.stopped
            self.pool_changed = False

    def wait(self, seconds: float) -> None:
        """Until something happens, but not longer than this."""
        self._news.wait(seconds)

    def close(self) -> None:
        """Want no more news."""
        self._events.unsubscribe(self._tips)
        self._events.unsubscribe(self._arrivals)

    def _tip_changed(self) -> None:
        with self._lock:
            self.is_outdated = True
        self._news.set()

    def _pool_grew(self) -> None:
        self.pool_changed = True
        self._news.set()
