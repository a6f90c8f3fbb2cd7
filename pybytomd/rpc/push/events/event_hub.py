"""Where subscriptions and hooks hear of the chain and the pool.

What happens comes from the threads that make it happen; here it is put in order and handed on, on the event loop.
Blocks are not handed on at all: whoever follows is woken, and goes through the chain by itself, up to ``goal``. So
nobody who is slow holds more than what it is just telling. What enters and leaves the pool is handed on, for it is
nowhere else.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, Protocol, Self

from pybytomd.chain.events import (
    AnyHeader,
    AnyJudgedBlock,
    BestBlockChanged,
    BlockConnected,
    TransactionAdded,
    TransactionRemoved,
)
from pybytomd.chain.following.walk import Position, Step, next_step
from pybytomd.chain.mempool.pool_entry import Waiting
from pybytomd.chain.ports import ServedChain
from pybytomd.rpc.push.events.seen import SeenBlock, SeenBlocks, SeenTransaction
from pybytomd.rpc.push.events.topics import Sources

logger = logging.getLogger(__name__)

MAX_NEWS = 65_536
"""News of the pool that may wait for the event loop; it holds 10,000 transactions."""


class PoolNews(NamedTuple):
    """A transaction entered the pool, or left it without being in a block."""

    entry: Waiting[Any]
    seen: SeenTransaction
    is_added: bool


class Follower(Protocol):
    """A connection's subscriptions, or a hook. Called on the event loop."""

    def wake(self) -> None:
        """The chain has changed."""

    def notice(self, news: PoolNews) -> None:
        """The pool has changed."""

    def lose_news(self) -> None:
        """The pool has changed so much that not everything could be told."""


class EventHub:
    """Follows chain and pool for those who follow it. Use it as an async context manager.

    ``goal`` is the last block after which everything was settled: the pool agrees with the chain up to there.
    """

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.chain: ServedChain = sources.chain
        self.blocks = SeenBlocks(sources.chain)
        self.goal = Position.at(sources.chain.best_header)
        self._followers: set[Follower] = set()
        self._lock = threading.Lock()
        self._news: deque[tuple[Waiting[Any], bool]] = deque()
        self._has_lost = False
        self._is_called = False
        self._joined: set[bytes] = set()
        """The transactions of blocks that are joining the main chain: they leave the pool for these."""
        self._wake: Callable[[], None] = lambda: None
        self._stop: list[Callable[[], None]] = []
        self.waiting_count = 0
        """Requests that wait for something to happen. Counted on the event loop alone."""
        self.is_stopping = False
        """Whether those who wait shall no longer."""

    async def __aenter__(self) -> Self:
        """Begin to follow."""
        loop = asyncio.get_running_loop()
        self._wake = lambda: self._call_on(loop)
        events = self.chain.events
        self._stop = [
            partial(events.unsubscribe, events.call(BlockConnected, self._connected)),
            partial(events.unsubscribe, events.call(TransactionAdded, self._added)),
            partial(events.unsubscribe, events.call(TransactionRemoved, self._removed)),
            partial(events.unsubscribe, events.call(BestBlockChanged, self._settled)),
            self.blocks.close,
        ]
        self.goal = Position.at(self.chain.best_header)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Follow no longer."""
        for stop in self._stop:
            stop()
        self._wake = lambda: None

    def add(self, follower: Follower) -> None:
        """From now on it is told."""
        self._followers.add(follower)

    def remove(self, follower: Follower) -> None:
        """It is told no more."""
        self._followers.discard(follower)

    @property
    def follower_count(self) -> int:
        """How many are told."""
        return len(self._followers)

    def stop_waiting(self) -> None:
        """The node stops: let go those who wait for something to happen."""
        self.is_stopping = True
        for follower in tuple(self._followers):
            follower.wake()

    # --- for followers, from any thread ------------------------------------------------------------------------

    def is_settled_at(self, position: Position) -> bool:
        """Whether there is nothing to go back or forth from here, and the pool is that of this block."""
        return position == self.goal and self.chain.is_in_main_chain(position.hash)

    def step_from(self, position: Position) -> tuple[Step[AnyJudgedBlock], SeenBlock] | None:
        """The next step towards ``goal``, None if there is none yet. Raises ChainError and StoreError."""
        goal = self.goal
        if position == goal or not self.chain.is_in_main_chain(goal.hash):
            return None  # while the chain changes: it is told when that is over
        taken: dict[bytes, SeenBlock] = {}

        def read(block_hash: bytes) -> AnyJudgedBlock:
            taken[block_hash] = self.blocks.take(block_hash)
            return taken[block_hash].judged

        step = next_step(self.chain, position, read, goal.height)
        return None if step is None else (step, taken[step.judged.block.hash])

    def waiting(self) -> list[Waiting[Any]]:
        """What is in the pool, in order of arrival."""
        return self.chain.pool.entries()

    # --- from the threads that change chain and pool -----------------------------------------------------------

    def _connected(self, event: BlockConnected[AnyJudgedBlock]) -> None:
        if self._followers:
            self._joined.update(tx.id for tx in event.judged.block.transactions)

    def _added(self, event: TransactionAdded[Any]) -> None:
        self._note(event.entry, is_added=True)

    def _removed(self, event: TransactionRemoved[Any]) -> None:
        if event.entry.transaction.id not in self._joined:
            self._note(event.entry, is_added=False)

    def _note(self, entry: Waiting[Any], *, is_added: bool) -> None:
        if not self._followers:
            return
        with self._lock:
            if len(self._news) < MAX_NEWS:
                self._news.append((entry, is_added))
            else:
                self._has_lost = True
        self._call()

    def _settled(self, event: BestBlockChanged[AnyHeader]) -> None:
        self._joined = set()
        self.goal = Position.at(event.header)
        if self._followers:
            self._call()
        else:
            self.blocks.clear()

    def _call(self) -> None:
        with self._lock:
            if self._is_called:
                return
            self._is_called = True
        self._wake()

    def _call_on(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.call_soon_threadsafe(self._hand_on)

    # --- on the event loop -------------------------------------------------------------------------------------

    def _hand_on(self) -> None:
        with self._lock:
            news, has_lost = list(self._news), self._has_lost
            self._news.clear()
            self._is_called = self._has_lost = False
        followers = tuple(self._followers)
        if has_lost:
            logger.warning("more news of the pool than can be told")
            for follower in followers:
                follower.lose_news()
        for entry, is_added in news:
            told = PoolNews(entry, SeenTransaction.waiting(entry), is_added)
            for follower in followers:
                follower.notice(told)
        for follower in followers:
            follower.wake()
