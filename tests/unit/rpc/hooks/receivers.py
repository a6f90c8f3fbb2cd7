"""Receivers of hooks that take what they are told, or not, and a hub to be told by."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from pybytomd.clock import ManualClock
from pybytomd.rpc.hooks.delivery import Delivery, NotDelivered
from pybytomd.rpc.hooks.hook import Hook

SECRET = "0123456789abcdef"


def webhook(name: str = "shop", topic: str = "blocks", **more: Any) -> Hook:
    return Hook(name, topic, **{"url": "https://shop.example/paid", "secret": SECRET, "created": 5, **more})


class Receiver:
    """A ``Carrier``. ``fails`` says of which tries, counted from 1, it does not take what it is told."""

    def __init__(self, *fails: int) -> None:
        self.fails = set(fails)
        self.tries: list[Delivery] = []
        self.taken: list[Any] = []
        self.at_once = 0
        self._changed = asyncio.Event()

    async def carry(self, delivery: Delivery) -> None:
        self.at_once += 1
        assert self.at_once == 1, "never two at the same time"
        await asyncio.sleep(0)
        self.at_once -= 1
        self.tries.append(delivery)
        if len(self.tries) in self.fails:
            raise NotDelivered("not now")
        self.taken += delivery.events
        self._changed.set()

    async def has_taken(self, count: int) -> list[Any]:
        """Wait until it has so many events."""
        async with asyncio.timeout(20):
            while len(self.taken) < count:
                self._changed.clear()
                await self._changed.wait()
        return self.taken


class Pauses:
    """Lets time pass at once, and remembers how much."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self.clock.advance(seconds)
        await asyncio.sleep(0)


def kinds(events: list[Any]) -> list[tuple[str, int]]:
    return [(event["event"], event["height"]) for event in events]


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for what nothing tells of."""
    async with asyncio.timeout(20):
        while not is_so():  # noqa: ASYNC110
            await asyncio.sleep(0.001)
