"""WebSocket notifications: blocks as they join and leave the main chain, transactions as they enter the pool.

Source: rpc-and-cli reference, section 6; ``net/websocket``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, Self

from pybytomd.chain.annotated import JsonObject
from pybytomd.chain.events import AnyJudgedBlock, BestBlockChanged, TransactionAdded
from pybytomd.chain.following.block_feed import BlockFeed
from pybytomd.chain.following.walk import Position, next_step
from pybytomd.chain.mempool.pool_entry import Waiting
from pybytomd.codec.json import gojson
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import BytomError
from pybytomd.events import EventDispatcher
from pybytomd.mining.search import Work
from pybytomd.rpc.push.events.event_hub import EventHub
from pybytomd.rpc.push.events.subscriber import Send, Subscriber
from pybytomd.rpc.roles import Role
from pybytomd.tasks import TaskSet

if TYPE_CHECKING:
    from pybytomd.chain.ports import ServedChain

logger = logging.getLogger(__name__)

PATH = "/websocket-subscribe"
BLOCKS, TRANSACTIONS = "raw_blocks", "new_transactions"
MAX_CLIENTS = 25
"""Default of ``ws.max_num_websockets``."""
MAX_REQUESTS = 20
"""Default of ``ws.max_num_concurrent_reqs``."""


class Listener(Protocol):
    """A client that may have subscribed to something."""

    @property
    def topics(self) -> frozenset[str]:
        """What it wants to hear of."""

    def offer(self, message: str) -> None:
        """Send it a message, as soon as those before it are sent."""

    def hang_up(self) -> None:
        """Close the connection at once."""


def message(kind: str, data: JsonValue, error: str = "") -> str:
    """What the server sends: a notification, or the answer to a request."""
    value: dict[str, JsonValue] = {"notification_type": kind, "data": data}
    if error:
        value["error_detail"] = error
    return gojson.dumps(value).decode()


def with_status(entry: Waiting[Any]) -> JsonObject:
    """What is told of a transaction that enters the pool: it, and whether it will be in a block as failed."""
    return {"transaction": entry.transaction.to_hex(), "status_fail": entry.status_fail}


class NotificationManager:
    """Follows the chain and the pool for the clients that listen. Use it as an async context manager.

    ``max_clients`` may be connected at a time, ``max_requests`` of each be waiting for their answers. With a
    ``hub`` they may have subscriptions, too, for which ``get_work`` gives work for miners. ``arrival`` says what
    they are told of a transaction that enters the pool.
    """

    def __init__(
        self,
        chain: ServedChain,
        events: EventDispatcher,
        *,
        max_clients: int = MAX_CLIENTS,
        max_requests: int = MAX_REQUESTS,
        hub: EventHub | None = None,
        get_work: Callable[[], Work] | None = None,
        arrival: Callable[[Waiting[Any]], JsonObject] = with_status,
    ) -> None:
        self.hub = hub
        self._arrival = arrival
        self._get_work = get_work
        self.max_requests = max_requests
        self._max_clients = max_clients
        self._chain = chain
        self._events = events
        self._listeners: set[Listener] = set()
        self._tasks = TaskSet("notifications")
        self._news = asyncio.Event()
        self._cursor = Position.at(chain.best_header)
        """The last block that clients were told of, or would have been."""
        self._stop: list[Callable[[], None]] = []

    async def __aenter__(self) -> Self:
        """Begin to follow."""
        loop = asyncio.get_running_loop()

        def wake() -> None:
            loop.call_soon_threadsafe(self._news.set)

        feed: BlockFeed[AnyJudgedBlock] = BlockFeed(self._chain)
        self._feed = feed
        best = self._events.subscribe(BestBlockChanged, wake=wake)
        added = self._events.subscribe(TransactionAdded, wake=wake)
        self._stop = [lambda: self._events.unsubscribe(best), lambda: self._events.unsubscribe(added), feed.close]

        async def follow() -> None:
            while True:
                await self._news.wait()
                self._news.clear()
                best.drain()
                for event in added.drain():
                    self._tell_transaction(event)
                await self._tell_blocks()

        self._tasks.start(follow(), "follow the chain")
        return self

    async def __aexit__(self, *_: object) -> None:
        """Follow no longer, and close all connections."""
        for stop in self._stop:
            stop()
        await self._tasks.close()
        self.hang_up_all()

    @property
    def has_room(self) -> bool:
        """Whether one more client may connect."""
        return len(self._listeners) < self._max_clients

    def add(self, listener: Listener) -> None:
        """A client connected."""
        self._listeners.add(listener)

    def remove(self, listener: Listener) -> None:
        """A client is gone."""
        self._listeners.discard(listener)

    def subscriber(self, send: Send, roles: frozenset[Role]) -> Subscriber | None:
        """The subscriptions of a new client with these roles, None if there can be none."""
        return None if self.hub is None else Subscriber(self.hub, send, roles=roles, get_work=self._get_work)

    def hang_up_all(self) -> None:
        """Close the connections of all clients, and answer those who wait for something."""
        if self.hub is not None:
            self.hub.stop_waiting()
        for listener in tuple(self._listeners):
            listener.hang_up()

    def _tell(self, topic: str, text: str) -> None:
        for listener in tuple(self._listeners):
            if topic in listener.topics:
                listener.offer(text)

    def _has_listeners(self, topic: str) -> bool:
        return any(topic in listener.topics for listener in self._listeners)

    def _tell_transaction(self, event: TransactionAdded[Any]) -> None:
        if self._has_listeners(TRANSACTIONS):
            self._tell(TRANSACTIONS, message("new_transaction", self._arrival(event.entry)))

    async def _tell_blocks(self) -> None:
        """Go from the last block told of to the best one: back to the main chain, then along it."""
        while self._has_listeners(BLOCKS):
            try:
                step = await asyncio.to_thread(self._next_step)
            except BytomError:
                logger.exception("blocks are left out of the notifications")
                break
            if step is None:
                return
            self._tell(BLOCKS, step)
        self._cursor = Position.at(self._chain.best_header)
        self._feed.clear()

    def _next_step(self) -> str | None:
        """Move by one block; the message about it, None at the best block."""
        step = next_step(self._chain, self._cursor, self._feed.take)
        if step is None:
            return None
        self._cursor = step.position
        kind = "raw_blocks_connected" if step.is_connected else "raw_blocks_disconnected"
        return message(kind, step.judged.block.to_bytes().hex())
