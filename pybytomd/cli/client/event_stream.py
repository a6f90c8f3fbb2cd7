"""Events of a node as they come, over its WebSocket: after an interruption from the last one on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import aiohttp

from pybytomd.cli.client.http_client import HINTS, NOBODY_THERE, NoAnswer, NoNode, Place, Refused
from pybytomd.codec.json import gojson
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import DecodeError

PATH = "/websocket-subscribe"
NAME = "cli"
RETRY_SECONDS = 5.0
CONNECT_SECONDS = 30.0
MAX_MESSAGE = 256 << 20
"""More than a decoded block of the largest size takes."""
NOT_EVENTS = frozenset({"subscribed", "unsubscribed"})


class EventStream:
    """One subscription. ``say`` is told when the connection was lost and is looked for again.

    The place is looked for with ``find`` at every connection: a node that was started anew has another cookie, and
    maybe another port.
    """

    def __init__(
        self,
        find: Callable[[], Place],
        topic: str,
        wanted: JsonValue,
        *,
        say: Callable[[str], None],
        from_height: int | None = None,
        cursor: str = "",
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        self._find = find
        self._say = say
        self._retry_seconds = retry_seconds
        self._request: dict[str, JsonValue] = {"action": "subscribe", "id": NAME, "topic": topic}
        if wanted is not None:
            self._request["filter"] = wanted
        if from_height is not None:
            self._request["from_height"] = from_height
        if cursor:
            self._request["cursor"] = cursor
        self._was_connected = False

    async def events(self) -> AsyncIterator[Mapping[str, JsonValue]]:
        """The events, until there are no more. Raises Refused, and NoAnswer if there was never a connection."""
        while True:
            try:
                place = self._find()
                async for event in self._connected(place):
                    yield event
                    if event.get("event") == "ended":
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

    async def _connected(self, place: Place) -> AsyncIterator[Mapping[str, JsonValue]]:
        """The events of one connection."""
        headers = {"Authorization": place.authorization} if place.authorization else {}
        tls: Any = place.tls() or True
        timeout = aiohttp.ClientTimeout(total=None, connect=CONNECT_SECONDS)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.ws_connect(place.url + PATH, headers=headers, ssl=tls, max_msg_size=MAX_MESSAGE) as socket,
        ):
            self._was_connected = True
            await socket.send_str(gojson.dumps(self._request).decode())
            async for message in socket:
                if message.type is not aiohttp.WSMsgType.TEXT:
                    break
                event = self._noted(message.data)
                if event.get("event") not in NOT_EVENTS:
                    yield event

    def _noted(self, text: str) -> Mapping[str, JsonValue]:
        """An event; the next connection goes on behind it. Raises Refused, NoAnswer."""
        try:
            event = gojson.loads(text)
        except DecodeError as error:
            raise NoAnswer.because("an event is not JSON") from error
        if not isinstance(event, dict) or "event" not in event:
            raise NoAnswer.because(
                "the node knows no subscriptions: it is of the reference, or of an earlier version"
            )
        if event["event"] == "error":
            raise Refused(str(event.get("error", "")))
        cursor = event.get("cursor")
        if isinstance(cursor, str) and self._request["topic"] != "new_work":
            self._request["cursor"] = cursor
            self._request.pop("from_height", None)
        return event


def _reason(error: Exception) -> str:
    if isinstance(error, aiohttp.WSServerHandshakeError):
        return f" answers with HTTP status {error.status}{HINTS.get(error.status, '')}"
    return f": {error}{NOBODY_THERE}"
