"""Events of a node as they come, over its WebSocket: after an interruption from the last one on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

import aiohttp
import msgspec

from pybytomd.client.errors import NoAnswer, NoNode, Refused
from pybytomd.client.http_client import HINTS, NOBODY_THERE
from pybytomd.client.place import Place

logger = logging.getLogger(__name__)

PATH = "/websocket-subscribe"
NAME = "client"
RETRY_SECONDS = 5.0
CONNECT_SECONDS = 30.0
HEARTBEAT_SECONDS = 30.0
"""How often the node is asked whether it is still there; a connection may end without anybody's saying so."""
MAX_MESSAGE = 256 << 20
"""More than a decoded block of the largest size takes."""
NOT_EVENTS = frozenset({"subscribed", "unsubscribed"})
ENDED, FAILED = "ended", "error"
NEW_WORK = "new_work"
"""A topic whose events are not gone back to."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened; ``/docs`` of the node lists topics and events.

    ``cursor`` stands for its place: who has dealt with it goes on behind it. ``data`` is what the event is about.
    """

    event: str
    """What happened: ``block_connected``, ``transaction_added``, ``reorganisation`` and so on."""
    id: str = ""
    """The name of the subscription."""
    topic: str = ""
    """The topic of the subscription."""
    height: int = 0
    """The height of the block that it is about or comes after."""
    block_hash: str = ""
    """The hash of that block."""
    cursor: str = ""
    """What to go on with behind this event."""
    data: Any = None
    """What it is about: a block, a transaction, or what the event has."""
    error: str = ""
    """Why it ended, if it should not have."""


class EventStream:
    """One subscription. ``say`` is told when the connection was lost and is looked for again.

    The place is looked for with ``find`` at every connection: a node that was started anew has another cookie, and
    maybe another port.
    """

    def __init__(
        self,
        find: Callable[[], Place],
        topic: str,
        wanted: object,
        *,
        say: Callable[[str], None],
        from_height: int | None = None,
        cursor: str = "",
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        self._find = find
        self._say = say
        self._retry_seconds = retry_seconds
        self._request: dict[str, object] = {"action": "subscribe", "id": NAME, "topic": topic}
        if wanted is not None:
            self._request["filter"] = wanted
        if from_height is not None:
            self._request["from_height"] = from_height
        if cursor:
            self._request["cursor"] = cursor
        self._was_connected = False

    async def events(self) -> AsyncGenerator[Event]:
        """The events, until there are no more. Raises Refused, and NoAnswer if there was never a connection."""
        async with aclosing(self.messages()) as messages:
            async for event, _text in messages:
                yield event

    async def messages(self) -> AsyncGenerator[tuple[Event, str]]:
        """The events and their texts, as they came; see ``events``."""
        while True:
            try:
                place = self._find()
                async with aclosing(self._connected(place)) as messages:
                    async for event, text in messages:
                        yield event, text
                        if event.event == ENDED:
                            return
                reason = "the node has ended the connection"
            except NoNode as error:
                reason = str(error)
                if not self._was_connected:
                    raise NoAnswer.because(reason) from error
            except (aiohttp.ClientError, OSError) as error:
                reason = _reason(error)
                if not self._was_connected:
                    raise NoAnswer.because(f"{place.url}{reason}") from error
            self._say(f"{reason}; trying again every {self._retry_seconds:.0f} seconds")
            await asyncio.sleep(self._retry_seconds)

    async def _connected(self, place: Place) -> AsyncGenerator[tuple[Event, str]]:
        """The events of one connection."""
        headers = {"Authorization": place.authorization} if place.authorization else {}
        tls: Any = place.tls() or True
        timeout = aiohttp.ClientTimeout(total=None, connect=CONNECT_SECONDS)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.ws_connect(
                place.url + PATH, headers=headers, ssl=tls, max_msg_size=MAX_MESSAGE, heartbeat=HEARTBEAT_SECONDS
            ) as socket,
        ):
            self._was_connected = True
            await socket.send_str(msgspec.json.encode(self._request).decode())
            async for message in socket:
                if message.type is not aiohttp.WSMsgType.TEXT:
                    break
                event = self._noted(message.data)
                if event.event not in NOT_EVENTS:
                    yield event, message.data

    def _noted(self, text: str) -> Event:
        """An event; the next connection goes on behind it. Raises Refused, NoAnswer."""
        try:
            event = _EVENTS.decode(text)
        except msgspec.ValidationError as error:
            raise NoAnswer.because(
                "the node knows no subscriptions: it is of the reference, or of an earlier version"
            ) from error
        except msgspec.DecodeError as error:
            raise NoAnswer.because("an event is not JSON") from error
        if event.event == FAILED:
            raise Refused(event.error)
        if event.cursor and self._request["topic"] != NEW_WORK:
            self._request["cursor"] = event.cursor
            self._request.pop("from_height", None)
        return event


_EVENTS = msgspec.json.Decoder(Event)


def told_by_log(what: str) -> None:
    """Note an interruption of the connection."""
    logger.info("events: %s", what)


def _reason(error: Exception) -> str:
    if isinstance(error, aiohttp.WSServerHandshakeError):
        return f" answers with HTTP status {error.status}{HINTS.get(error.status, '')}"
    return f": {error}{NOBODY_THERE}"
