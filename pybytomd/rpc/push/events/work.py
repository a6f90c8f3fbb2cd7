"""New work for miners, as soon as there is some: told to subscriptions, and waited for by ``wait-work``.

Work is new when it is on another block, or has other transactions or another receiver of the reward; a later time
alone makes it no other. Miners that are not told ask every few seconds, and search in vain in between.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from pybytomd.chain.following.walk import Position
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import RequestError
from pybytomd.mining.search import Work
from pybytomd.rpc.push.events.event_hub import EventHub, PoolNews
from pybytomd.rpc.push.events.subscription import Cursor, Event
from pybytomd.rpc.push.events.topics import NEW_WORK

MAX_WAITING = 256
"""Requests that may wait for work at the same time; a thousand connections are the most there can be."""


class TooManyWaiting(RequestError):
    """There is no place left to wait in."""

    message = f"{MAX_WAITING} requests wait for new work already: use get-work, or a WebSocket"


class WorkSubscription:
    """Work for a miner, once and then whenever there is other work. See ``Source``."""

    def __init__(self, hub: EventHub, get_work: Callable[[], Work]) -> None:
        """Raises NoWork when there is none."""
        self._hub = hub
        self._get_work = get_work
        self._told = ""
        self._asked_at: Position | None = None
        self._get_work()

    @property
    def is_over(self) -> bool:
        """See ``Source``."""
        return False

    @property
    def has_lost(self) -> bool:
        """See ``Source``. What is not told in time is told of the next block."""
        return False

    def notice(self, news: PoolNews) -> None:
        """See ``Source``. Work changes with the best block alone."""

    def take(self) -> Event | None:
        """See ``Source``. Raises NoWork."""
        goal = self._hub.goal
        if self._asked_at == goal:
            return None
        work = self._get_work()
        self._asked_at = goal
        if work.id == self._told:
            return None
        self._told = work.id
        data: JsonValue = {"work_id": work.id, "block_header": work.header.to_hex(), "seed": work.seed.hex()}
        return self.event(NEW_WORK, data)

    def event(self, name: str, data: JsonValue = None) -> Event:
        """An event at the best block."""
        goal = self._hub.goal
        return Event(name, goal, Cursor(goal), data)


class _Waiter:
    """A ``Follower`` that only wants to know when the chain changes."""

    def __init__(self) -> None:
        self.woken = asyncio.Event()

    def wake(self) -> None:
        self.woken.set()

    def notice(self, news: PoolNews) -> None:
        pass

    def lose_news(self) -> None:
        pass


async def wait_for_work(hub: EventHub, get_work: Callable[[], Work], known: str, seconds: float) -> Work:
    """Work other than the ``known`` one, as soon as there is some, or after some seconds what there is.

    Raises NoWork and TooManyWaiting.
    """
    if hub.waiting_count >= MAX_WAITING:
        raise TooManyWaiting
    waiter = _Waiter()
    hub.add(waiter)
    hub.waiting_count += 1
    try:
        async with asyncio.timeout(seconds):
            while True:
                waiter.woken.clear()
                work = await asyncio.to_thread(get_work)
                if hub.is_stopping or work.id != known:
                    return work
                await waiter.woken.wait()
    except TimeoutError:
        return await asyncio.to_thread(get_work)
    finally:
        hub.waiting_count -= 1
        hub.remove(waiter)
