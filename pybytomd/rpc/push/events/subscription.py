"""One subscription to something about the chain: where it stands, and the events that come next.

Each event has a cursor. Whoever gives the cursor of the last event that it has handled gets all that follow: the
way back if the block has left the main chain meanwhile, and then on. Several events of one block have the cursor
of the block before, but for the last one, so that after an interruption they come again rather than never.

What is in the pool is told when the best block is reached, and from then on as it comes and goes; only what still
waits is told as added, and only what is gone as dropped.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from pybytomd.chain.events import AnyJudgedBlock
from pybytomd.chain.following.walk import Position, Step, fork_below, is_on_main_chain, position_of
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import BytomError
from pybytomd.ledger.constants import ZERO_HASH
from pybytomd.rpc.push.events.event_hub import EventHub, PoolNews
from pybytomd.rpc.push.events.seen import SeenBlock, SeenTransaction
from pybytomd.rpc.push.events.tellers import Teller, Told
from pybytomd.rpc.push.events.topics import BadSubscription

MAX_NEWS = 10_000
"""News of the pool that may wait for one subscription: as many transactions as the pool holds."""
CAUGHT_UP, REORGANISATION = "caught_up", "reorganisation"
_CURSOR = re.compile(r"(-1|[0-9]{1,18})-([0-9a-f]{64})(?:-([0-9]{1,18}))?")


class Cursor(NamedTuple):
    """How far a subscription has come: the last block that was told in full, and the teller's state."""

    position: Position
    state: str = ""

    def __str__(self) -> str:
        height, block_hash = self.position
        return f"{height}-{block_hash.hex()}" + (f"-{self.state}" if self.state else "")

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """Read one. Raises BadSubscription."""
        found = _CURSOR.fullmatch(text)
        if found is None:
            raise BadSubscription.because("cursor is none that an event had")
        return cls(Position(int(found[1]), bytes.fromhex(found[2])), found[3] or "")


class Event(NamedTuple):
    """What is told, with the block that it is about, or that is the last one before it."""

    name: str
    position: Position
    cursor: Cursor
    data: JsonValue = None
    is_partial: bool = False
    """Whether more is to be told of the same block, so that the cursor is that of the block before."""

    def to_json(self, name: str, topic: str) -> dict[str, JsonValue]:
        """The JSON object of an event, for the subscription or hook of this name to a topic."""
        value: dict[str, JsonValue] = {
            "event": self.name,
            "id": name,
            "topic": topic,
            "height": self.position.height,
            "block_hash": self.position.hash.hex(),
            "cursor": str(self.cursor),
        }
        if self.data is not None:
            value["data"] = self.data
        return value


class TooManyNews(BytomError):
    """More happened in the pool than may wait for one who reads slowly."""

    message = f"more than {MAX_NEWS} news of the pool wait for a subscription"


class ChainSubscription:
    """A subscription. ``replays`` says that it begins in the past; then it tells when it has caught up.

    ``take`` is called from one thread at a time, ``notice`` on the event loop.
    """

    def __init__(self, hub: EventHub, teller: Teller, cursor: Cursor, *, replays: bool) -> None:
        self.position = cursor.position
        self.has_lost = False
        """Whether news of the pool could not be kept."""
        self._hub = hub
        self._teller = teller
        self._teller.state = cursor.state
        self._before = cursor
        self._events: Iterator[Event] = iter(())
        self._is_listening = self._has_caught_up = not replays
        self._news: deque[PoolNews] = deque()
        self._told_up_to = -1
        self._was_connected = True

    @property
    def cursor(self) -> Cursor:
        """How far it has come, if all events that were taken so far have been handled."""
        return self._before

    @property
    def is_over(self) -> bool:
        """Whether there will be nothing more."""
        return self._teller.is_over

    def notice(self, news: PoolNews) -> None:
        """The pool has changed."""
        if not self._is_listening or not self._teller.is_about(news.seen):
            return
        if len(self._news) >= MAX_NEWS:
            self.has_lost = True
        else:
            self._news.append(news)

    def take(self) -> Event | None:
        """The next event, None if there is none now. Raises ChainError and StoreError."""
        while True:
            for event in self._events:
                return event
            if self.is_over:
                return None
            found = self._hub.step_from(self.position)
            if found is not None:
                self._events = self._of_step(*found)
            elif not self._hub.is_settled_at(self.position):
                return None
            elif not self._has_caught_up:
                self._has_caught_up = True
                self._events = self._of_arrival()
            elif self._news:
                self._events = self._of_news(self._news.popleft())
            else:
                return None

    # --- blocks -----------------------------------------------------------------------------------------------

    def _of_step(self, step: Step[AnyJudgedBlock], seen: SeenBlock) -> Iterator[Event]:
        """The events of a block. The position is its end at once: what was begun is finished first."""
        if step.is_connected:
            told: Iterable[Told] = self._teller.connected(seen, self._hub.goal.height)
        else:
            if self._was_connected:
                yield self._reorganisation()
            told = self._teller.disconnected(seen)
        self._was_connected = step.is_connected
        about = Position.at(step.judged.block.header)
        before = self._before
        last: Told | None = None
        for event in told:
            if last is not None:
                yield Event(last.event, about, before, last.data, is_partial=True)
            last = event
        self.position = step.position
        self._before = Cursor(step.position, self._teller.state)
        if last is not None:
            yield Event(last.event, about, self._before, last.data)

    def _reorganisation(self) -> Event:
        position = self.position
        fork = fork_below(self._hub.chain, position)
        data: JsonValue = {
            "depth": position.height - fork.height,
            "fork_height": fork.height,
            "fork_hash": fork.hash.hex(),
        }
        return Event(REORGANISATION, position, self._before, data, is_partial=True)

    # --- the pool -----------------------------------------------------------------------------------------------

    def _of_arrival(self) -> Iterator[Event]:
        """The best block is reached: what waits, and that this is so."""
        self._is_listening = True
        for entry in self._hub.waiting():
            self._told_up_to = entry.sequence
            seen = SeenTransaction.waiting(entry)
            if self._teller.is_about(seen):
                yield self._now(self._teller.added(seen))
        yield Event(CAUGHT_UP, self.position, self._before)

    def _of_news(self, news: PoolNews) -> Iterator[Event]:
        waits = news.entry.transaction.id in self._hub.chain.pool
        if news.is_added and waits and news.entry.sequence > self._told_up_to:
            yield self._now(self._teller.added(news.seen))
        elif not news.is_added and not waits:
            yield self._now(self._teller.dropped(news.seen))

    def _now(self, told: Told) -> Event:
        return Event(told.event, self.position, self._before, told.data)


def beginning(
    hub: EventHub, from_height: int | None, cursor: str, *, otherwise: Callable[[], int | None] = lambda: None
) -> tuple[Cursor, bool]:
    """Where a subscription begins, and whether that is in the past: at a cursor, or with the blocks from a height.

    ``otherwise`` gives the height to begin with when neither is said; None is the end of the chain. Raises
    BadSubscription.
    """
    chain, goal = hub.chain, hub.goal
    if cursor:
        if from_height is not None:
            raise BadSubscription.because("either from_height or cursor may be given")
        found = Cursor.parse(cursor)
        try:
            position_of(chain, *found.position)
        except BytomError as error:
            raise BadSubscription.because("the chain has no such block as the cursor's") from error
        return found, True
    if from_height is None:
        from_height = otherwise()
        if from_height is None:
            return Cursor(goal if is_on_main_chain(chain, goal) else Position.at(chain.best_header)), False
    if not 0 <= from_height <= goal.height + 1:
        raise BadSubscription.because(f"from_height is from 0 to {goal.height + 1}, the height of the next block")
    before = chain.hash_at(from_height - 1) if from_height else ZERO_HASH
    if before is None:
        raise BadSubscription.because("the chain is being reorganised; try again")
    return Cursor(Position(from_height - 1, before)), True
