"""A typed event dispatcher: publishers post dataclass events, subscribers get them from bounded queues.

A full queue drops the event for that subscriber and counts it, as the reference does; a slow subscriber never
holds up the chain. Posting and reading are thread-safe.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

logger = logging.getLogger(__name__)

QUEUE_LIMIT = 65_536
"""Events a subscriber may fall behind, the reference's ``maxEventChSize`` (event/event.go)."""

E = TypeVar("E")


class Subscription(Generic[E]):
    """One subscriber's queue of events of one type."""

    def __init__(self, event_type: type[E], limit: int, wake: Callable[[], None] | None) -> None:
        self.event_type = event_type
        self.dropped = 0
        self._queue: queue.Queue[E] = queue.Queue(limit)
        self._wake = wake

    def offer(self, event: E) -> None:
        """Queue an event, or count it as dropped when the subscriber is too far behind."""
        try:
            self._queue.put_nowait(event)
        except queue.Full:
            self.dropped += 1
            logger.warning("event queue full, event dropped", extra={"event": self.event_type.__name__})
            return
        if self._wake is not None:
            self._wake()

    def get(self, timeout: float | None = None) -> E | None:
        """The next event; waits up to ``timeout`` seconds (None: for ever) and returns None when it ends."""
        try:
            return self._queue.get(timeout=timeout)
        except queue.Empty:
            return None

    def drain(self) -> list[E]:
        """All events queued now, oldest first, without waiting."""
        events: list[E] = []
        while not self._queue.empty():  # asked first: nearly always there is nothing, and an exception is slow
            try:
                events.append(self._queue.get_nowait())
            except queue.Empty:  # another thread took it
                break
        return events


@dataclass(frozen=True, slots=True)
class Call(Generic[E]):
    """One who is called with each event, and keeps of it what it wants."""

    event_type: type[E]
    offer: Callable[[E], None]


class EventDispatcher:
    """Hands each posted event to every subscription of its exact type."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscriptions: dict[type[object], list[Subscription[object] | Call[object]]] = {}

    def subscribe(
        self, event_type: type[E], *, limit: int = QUEUE_LIMIT, wake: Callable[[], None] | None = None
    ) -> Subscription[E]:
        """A new queue of ``event_type``; ``wake`` is called, from the poster's thread, after each event."""
        subscription = Subscription(event_type, limit, wake)
        self._add(subscription)
        return subscription

    def call(self, event_type: type[E], listener: Callable[[E], None]) -> Call[E]:
        """Have a function called with each event, from the poster's thread. It is quick, and raises nothing."""
        subscription = Call(event_type, listener)
        self._add(subscription)
        return subscription

    def _add(self, subscription: Subscription[E] | Call[E]) -> None:
        with self._lock:
            listeners = self._subscriptions.get(subscription.event_type, [])
            self._subscriptions[subscription.event_type] = [*listeners, subscription]  # type: ignore[list-item]

    def unsubscribe(self, subscription: Subscription[E] | Call[E]) -> None:
        """Stop delivering to ``subscription``; unknown ones are ignored."""
        with self._lock:
            listeners = self._subscriptions.get(subscription.event_type, [])
            self._subscriptions[subscription.event_type] = [s for s in listeners if s is not subscription]

    def post(self, event: object) -> None:
        """Offer ``event`` to every subscriber of its type. Never blocks."""
        for subscription in self._subscriptions.get(type(event), ()):
            subscription.offer(event)
