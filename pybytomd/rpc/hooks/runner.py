"""Tells one hook what happens: in order, one delivery at a time, each again until it is taken.

What was taken is noted before the next delivery, so after an interruption at most the last one comes twice; its
``delivery`` number is the same then. Pauses between tries grow.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pybytomd.clock import Clock
from pybytomd.codec.json import gojson
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import BytomError
from pybytomd.rpc.hooks.delivery import Carrier, Delivery
from pybytomd.rpc.hooks.hook import Hook
from pybytomd.rpc.hooks.records import HookRecords, Progress
from pybytomd.rpc.push.events.event_hub import EventHub, PoolNews
from pybytomd.rpc.push.events.subscription import ChainSubscription, Cursor, Event, beginning
from pybytomd.rpc.push.events.topics import find_topic

logger = logging.getLogger(__name__)

MAX_EVENTS, MAX_BYTES = 100, 1 << 20
"""Of one delivery; a single event may be larger."""
FIRST_PAUSE, LAST_PAUSE = 1.0, 3600.0
"""Seconds before the second try, and the most between two of them; twice as long after each."""
QUIET_BLOCKS = 1000
"""After so many blocks without an event it is noted how far the hook has come."""

TEST = "test"
T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]


def pause_after(failures: int) -> float:
    """How many seconds to wait after so many failures in a row."""
    return min(FIRST_PAUSE * 2.0 ** (min(failures, 32) - 1), LAST_PAUSE)


@dataclass(slots=True)
class Health:
    """How it goes with a hook. Times in Unix seconds, 0 for never."""

    failures: int = 0
    """In a row."""
    failure: str = ""
    next_try: int = 0
    delivered_at: int = 0
    is_over: bool = False


class HookRunner:
    """A ``Follower`` of the hub that delivers to one hook while ``run`` runs."""

    def __init__(
        self, hook: Hook, hub: EventHub, records: HookRecords, carrier: Carrier, clock: Clock, sleep: Sleep
    ) -> None:
        self.hook = hook
        self.health = Health()
        self.progress = Progress("")
        self._hub = hub
        self._records = records
        self._carrier = carrier
        self._clock = clock
        self._sleep = sleep
        self._woken = asyncio.Event()
        self._turn = asyncio.Lock()
        """There is one delivery at a time."""
        self._subscription: ChainSubscription | None = None
        self._skip = 0
        """Events of the block in hand that were delivered before an interruption."""

    # --- what the hub tells ------------------------------------------------------------------------------------

    def wake(self) -> None:
        """See ``Follower``."""
        self._woken.set()

    def notice(self, news: PoolNews) -> None:
        """See ``Follower``."""
        if self._subscription is not None:
            self._subscription.notice(news)

    def lose_news(self) -> None:
        """See ``Follower``."""
        if self._subscription is not None:
            self._subscription.has_lost = True

    # --- the work -----------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Deliver, until cancelled or until there is nothing more to come."""
        self._hub.add(self)
        try:
            while not self.health.is_over:
                self._woken.clear()
                events = await self._persevere(self._next_events)
                if events:
                    delivery = self._delivery(events)
                    await self._persevere(lambda: self._deliver(delivery))  # noqa: B023 - it is done in this turn
                    progress = self._after(events)
                    await self._persevere(lambda: asyncio.to_thread(self._save, progress))  # noqa: B023
                elif not self.health.is_over:
                    await self._woken.wait()
        finally:
            self._hub.remove(self)

    async def test(self) -> None:
        """Deliver an event that says that it is a test. Raises NotDelivered."""
        event: JsonValue = {"sequence": 0, "event": TEST, "id": self.hook.name, "topic": self.hook.topic}
        await self._deliver(Delivery(self.hook, 0, [event]))

    async def _deliver(self, delivery: Delivery) -> None:
        async with self._turn:
            await self._carrier.carry(delivery)
        self.health.delivered_at = int(self._clock.now())

    async def _persevere(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do some work, again and again until it succeeds, and after ever longer pauses."""
        while True:
            try:
                done = await work()
            except BytomError as error:
                await self._note_failure(str(error))
            else:
                self._note_success()
                return done

    async def _note_failure(self, reason: str) -> None:
        health = self.health
        health.failures += 1
        pause = pause_after(health.failures)
        if reason != health.failure:
            logger.warning("a hook is tried again", extra={"hook": self.hook.name, "err": reason})
        health.failure = reason
        health.next_try = int(self._clock.now() + pause)
        await self._sleep(pause)

    def _note_success(self) -> None:
        if self.health.failures:
            logger.info("a hook goes on", extra={"hook": self.hook.name})
        self.health.failures, self.health.failure, self.health.next_try = 0, "", 0

    def _delivery(self, events: Sequence[Event]) -> Delivery:
        first = self.progress.sequence + 1
        told: list[JsonValue] = [
            {"sequence": number, **event.to_json(self.hook.name, self.hook.topic)}
            for number, event in enumerate(events, first)
        ]
        return Delivery(self.hook, first, told)

    def _after(self, events: Sequence[Event]) -> Progress:
        """How far the hook is when these are delivered.

        Events before the last of a block have the cursor of the block before; how many of them there were is
        noted, too, for a block may have more than a delivery.
        """
        before = self.progress
        cursor, block, partly = before.cursor, before.block, before.partly
        for event in events:
            if str(event.cursor) != cursor:
                cursor, block, partly = str(event.cursor), "", 0
            if event.is_partial:
                partly = partly + 1 if block == event.position.hash.hex() else 1
                block = event.position.hash.hex()
        return Progress(cursor, before.sequence + len(events), block, partly)

    def _save(self, progress: Progress) -> None:
        self._records.save(self.hook.name, progress)
        self.progress = progress

    async def _next_events(self) -> list[Event]:
        try:
            return await asyncio.to_thread(self._collect)
        except BytomError:
            self._subscription = None  # begin again where the last delivery ended
            raise

    # --- in a thread ------------------------------------------------------------------------------------------

    def _collect(self) -> list[Event]:
        """The next events, some of them. Raises BytomError."""
        subscription = self._subscription
        if subscription is None or subscription.has_lost:
            subscription = self._subscription = self._begin()
        events: list[Event] = []
        size = 0
        while len(events) < MAX_EVENTS and size < MAX_BYTES:
            event = subscription.take()
            if event is None:
                break
            if self._is_told(event):
                continue
            events.append(event)
            size += len(gojson.dumps(event.data))
        if not events:
            self.health.is_over = subscription.is_over
            self._note_quiet(subscription.cursor)
        return events

    def _begin(self) -> ChainSubscription:
        """Subscribe where the hook stopped; a new one at the end of the chain."""
        teller = find_topic(self.hook.topic).teller(self._hub.sources, self.hook.wanted)
        stored = self._records.progress(self.hook.name)
        self.progress = stored or Progress("")
        cursor, replays = beginning(self._hub, None, self.progress.cursor)
        if stored is None:
            self.progress = Progress(str(cursor))
            if self.hook.is_configured:
                self._records.begin(self.hook.name, self.progress)
        self._skip = self.progress.partly
        return ChainSubscription(self._hub, teller, cursor, replays=replays)

    def _is_told(self, event: Event) -> bool:
        """Whether an event was delivered before an interruption in the middle of its block."""
        if self._skip == 0:
            return False
        progress = self.progress
        is_same = event.is_partial and event.position.hash.hex() == progress.block
        self._skip = self._skip - 1 if is_same else 0
        return is_same

    def _note_quiet(self, cursor: Cursor) -> None:
        """Nothing was to be told for long: do not look at all these blocks again after a restart."""
        told = Cursor.parse(self.progress.cursor).position.height
        if cursor.position.height - told >= QUIET_BLOCKS:
            self._save(Progress(str(cursor), self.progress.sequence))
