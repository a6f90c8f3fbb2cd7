"""The subscriptions of one connection: what it asks for, and what it is sent.

A request is a JSON object with an ``action``; what has none is of the reference's protocol. Each answer and event
is one object with ``event``, the ``id`` that the client gave the subscription, and its ``topic``::

    {"action": "subscribe", "id": "a", "topic": "blocks", "filter": {"detail": "summary"}, "from_height": 100}
    {"event": "subscribed", "id": "a", "topic": "blocks", "height": 99, "block_hash": "..", "cursor": "99-.."}
    {"event": "block_connected", "id": "a", "topic": "blocks", "height": 100, ..., "data": {...}}

Events are made when the connection has room for them, a few at a time and of all subscriptions in turn, so that
one that replays the chain holds up no other, and nothing piles up.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple, Protocol

from pybytomd.codec.json import gojson
from pybytomd.codec.json.gofields import kind_of
from pybytomd.codec.json.gojson import JsonValue, Number
from pybytomd.errors import BytomError
from pybytomd.mining.search import Work
from pybytomd.rpc.push.events.event_hub import EventHub, PoolNews
from pybytomd.rpc.push.events.subscription import ChainSubscription, Event, TooManyNews, beginning
from pybytomd.rpc.push.events.tellers import ConfirmationTeller
from pybytomd.rpc.push.events.topics import NEW_WORK, BadSubscription, Topic, find_topic
from pybytomd.rpc.push.events.work import WorkSubscription
from pybytomd.rpc.roles import Role

logger = logging.getLogger(__name__)

MAX_SUBSCRIPTIONS = 64
"""Of one connection. Each looks at every block."""
MAX_DIGITS = 19
MAX_ID = 64
"""Letters."""
EVENTS_AT_ONCE, BYTES_AT_ONCE = 64, 256 << 10
"""What is made of one subscription before it is the turn of the next."""
SUBSCRIBED, UNSUBSCRIBED, ENDED, ERROR = "subscribed", "unsubscribed", "ended", "error"
MEMBERS: Mapping[str, frozenset[str]] = {
    "subscribe": frozenset({"action", "id", "topic", "filter", "from_height", "cursor"}),
    "unsubscribe": frozenset({"action", "id"}),
}
"""What there is to ask for, and the members of such a request."""

Send = Callable[[str], Awaitable[None]]
"""Sends a message when there is room for it."""


class NotAllowed(BytomError):
    """The client's access token lacks the role that a topic takes."""

    message = "the access token has no role for this topic"


class Source(Protocol):
    """What events come from, one after the other: ``ChainSubscription``, ``WorkSubscription``."""

    @property
    def is_over(self) -> bool:
        """Whether there will be nothing more."""

    @property
    def has_lost(self) -> bool:
        """Whether the client was too slow to be told everything."""

    def notice(self, news: PoolNews) -> None:
        """The pool has changed."""

    def take(self) -> Event | None:
        """The next event, None if there is none now. Raises BytomError."""


class Subscribed(NamedTuple):
    """A subscription by the name that the client gave it."""

    name: str
    topic: Topic
    source: Source

    def ending(self, error: str = "") -> str:
        """What is sent when there will be nothing more of it, and why if it should not be so."""
        value: dict[str, JsonValue] = {"event": ENDED, "id": self.name, "topic": self.topic.name}
        if error:
            value["error"] = error
        return gojson.dumps(value).decode()

    def message(self, event: Event) -> str:
        """An event as it is sent."""
        return gojson.dumps(event.to_json(self.name, self.topic.name)).decode()


class Subscriber:
    """The subscriptions of a connection: a ``Follower`` of the hub while ``run`` runs.

    ``send`` sends a message when there is room, ``get_work`` gives work for miners, ``roles`` are the client's.
    """

    def __init__(
        self,
        hub: EventHub,
        send: Send,
        *,
        get_work: Callable[[], Work] | None = None,
        roles: frozenset[Role],
    ) -> None:
        self._hub = hub
        self._send = send
        self._get_work = get_work
        self._roles = roles
        self._subscribed: dict[str, Subscribed] = {}
        self._woken = asyncio.Event()

    # --- what the hub tells ------------------------------------------------------------------------------------

    def wake(self) -> None:
        """See ``Follower``."""
        self._woken.set()

    def notice(self, news: PoolNews) -> None:
        """See ``Follower``."""
        for subscribed in self._subscribed.values():
            subscribed.source.notice(news)

    def lose_news(self) -> None:
        """See ``Follower``."""
        for subscribed in self._subscribed.values():
            if isinstance(subscribed.source, ChainSubscription):
                subscribed.source.has_lost = True

    # --- what the client asks ----------------------------------------------------------------------------------

    async def answer(self, request: Mapping[str, JsonValue]) -> str:
        """The answer to a request with an ``action``; a failure is an answer, too."""
        name = request.get("id")
        try:
            return await self._answer(request)
        except BytomError as error:
            value = {"event": ERROR, "id": name if isinstance(name, str) else "", "error": str(error)}
            return gojson.dumps(value).decode()

    async def _answer(self, request: Mapping[str, JsonValue]) -> str:
        action = _text(request, "action")
        members = MEMBERS.get(action)
        if members is None:
            raise BadSubscription.because(f"action is {' or '.join(MEMBERS)}, not {action[:40]!r}")
        unknown = sorted(set(request) - members)
        if unknown:
            raise BadSubscription.because(f"{action} takes {', '.join(sorted(members))}, not {unknown[0][:40]!r}")
        name = _text(request, "id")
        if not 0 < len(name) <= MAX_ID:
            raise BadSubscription.because(f"id is a text of 1 to {MAX_ID} letters, to know the subscription by")
        if action == "unsubscribe":
            if self._subscribed.pop(name, None) is None:
                raise BadSubscription.because(f"there is no subscription with the id {name!r}")
            return gojson.dumps({"event": UNSUBSCRIBED, "id": name}).decode()
        return await self._subscribe(name, request)

    async def _subscribe(self, name: str, request: Mapping[str, JsonValue]) -> str:
        if name in self._subscribed:
            raise BadSubscription.because(f"there is a subscription with the id {name!r} already")
        if len(self._subscribed) >= MAX_SUBSCRIPTIONS:
            raise BadSubscription.because(f"a connection may have {MAX_SUBSCRIPTIONS} subscriptions")
        topic = find_topic(_text(request, "topic"))
        if topic.role not in self._roles:
            raise NotAllowed.because(f"{topic.name} takes the role {topic.role}")
        source, begins = await asyncio.to_thread(self._source_of, topic, request)
        subscribed = self._subscribed[name] = Subscribed(name, topic, source)
        self._woken.set()
        return subscribed.message(begins)

    def _source_of(self, topic: Topic, request: Mapping[str, JsonValue]) -> tuple[Source, Event]:
        """What a subscription draws on, and the event that says where it begins."""
        value, hub = request.get("filter"), self._hub
        from_height, cursor_text = _height(request), _text(request, "cursor")
        if topic.name == NEW_WORK:
            topic.read(value)
            if self._get_work is None:
                raise BadSubscription.because("this node has no work for miners")
            if from_height is not None or cursor_text:
                raise BadSubscription.because("work is told from now on: from_height and cursor are not for it")
            work = WorkSubscription(hub, self._get_work)
            return work, work.event(SUBSCRIBED)
        teller = topic.teller(hub.sources, value)

        def known_height() -> int | None:
            return hub.sources.height_of(teller.tx_id) if isinstance(teller, ConfirmationTeller) else None

        cursor, replays = beginning(hub, from_height, cursor_text, otherwise=known_height)
        source = ChainSubscription(hub, teller, cursor, replays=replays)
        return source, Event(SUBSCRIBED, cursor.position, cursor)

    # --- what the client is sent -------------------------------------------------------------------------------

    async def run(self) -> None:
        """Send what happens, until cancelled. Raises TooManyNews when the client is too slow."""
        self._hub.add(self)
        try:
            while True:
                await self._woken.wait()
                self._woken.clear()
                while await self._send_some():
                    pass
        finally:
            self._hub.remove(self)

    async def _send_some(self) -> bool:
        """Send a few events of each subscription; whether there were any."""
        if not self._subscribed:
            return False
        turns = tuple(self._subscribed.values())
        messages = await asyncio.to_thread(_collect, turns)
        for subscribed, message, is_last in messages:
            if self._subscribed.get(subscribed.name) is not subscribed:
                continue  # it was ended meanwhile
            if is_last:
                del self._subscribed[subscribed.name]
            await self._send(message)
        if any(subscribed.source.has_lost for subscribed in turns):
            raise TooManyNews
        return bool(messages)


Message = tuple[Subscribed, str, bool]
"""What is sent of a subscription, and whether it is the last of it."""


def _collect(turns: tuple[Subscribed, ...]) -> list[Message]:
    return [message for subscribed in turns for message in _some_of(subscribed)]


def _some_of(subscribed: Subscribed) -> list[Message]:
    """The next events of a subscription, in JSON, a bounded number of bytes of them but for the last one."""
    messages: list[Message] = []
    size = 0
    while len(messages) < EVENTS_AT_ONCE and size < BYTES_AT_ONCE:
        try:
            event = subscribed.source.take()
        except BytomError as error:
            logger.warning("a subscription ends: %s", error, extra={"topic": subscribed.topic.name})
            messages.append((subscribed, subscribed.ending(str(error)), True))
            break
        if event is None:
            if subscribed.source.is_over:
                messages.append((subscribed, subscribed.ending(), True))
            break
        text = subscribed.message(event)
        size += len(text)
        messages.append((subscribed, text, False))
    return messages


def _text(request: Mapping[str, JsonValue], name: str) -> str:
    value = request.get(name, "")
    if not isinstance(value, str):
        raise BadSubscription.because(f"{name} is a text, not of type {kind_of(value)}")
    return value


def _height(request: Mapping[str, JsonValue]) -> int | None:
    value = request.get("from_height")
    if value is None:
        return None
    text = value.text if isinstance(value, Number) else str(value)
    if isinstance(value, bool) or not (text.isdecimal() and text.isascii() and len(text) < MAX_DIGITS):
        raise BadSubscription.because("from_height is a whole number from 0 on")
    return int(text)
