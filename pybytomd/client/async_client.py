"""The client that lets others work meanwhile: every method of the API as a coroutine, and events as they come."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from functools import partial
from types import TracebackType
from typing import Any, Self

import aiohttp

from pybytomd.client.asking import DEFAULT_RETRIES, DEFAULT_SECONDS
from pybytomd.client.async_methods import AsyncMethods
from pybytomd.client.errors import AnswerLost, NoAnswer, NotReached
from pybytomd.client.event_stream import Event, EventStream, told_by_log
from pybytomd.client.http_client import (
    HEADERS,
    MAX_ANSWER_BYTES,
    NOBODY_THERE,
    NOT_KNOWN,
    is_unreached,
    target_of,
    turned_away,
)
from pybytomd.client.place import Place
from pybytomd.errors import ConfigError

IDLE_SECONDS = 5.0
"""How long a connection is kept for the next request: less than the node keeps it, which would lose a request."""
CONNECT_SECONDS = 30.0
OK = 200


class AsyncClient(AsyncMethods):
    """A node, asked from coroutines: ``async with AsyncClient() as node: await node.get_block_count()``.

    What it is given, and what its methods raise, is as for ``Client``. Connections are kept and used again; many
    requests may be on their way at once. It belongs to the event loop it was first used on.
    """

    def __init__(
        self, url: str = "", token: str = "", *, home: str = "", cacert: str = "",
        seconds: float = DEFAULT_SECONDS, retries: int = DEFAULT_RETRIES,
    ) -> None:  # fmt: skip
        self._find = partial(Place.of, url, token, home=home, cacert=cacert)
        self._seconds = seconds
        self._retries = retries
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections; another request opens them again."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    @property
    def url(self) -> str:
        """Where the node answers. Raises ConfigError."""
        return self._find().url

    async def call(self, method: str, arguments: Mapping[str, Any] | None = None) -> Any:
        """The data of an answer as it came, also of a method that is not known here."""
        return await self._ask(method, arguments or {}, object)

    async def events(
        self, topic: str, filter: Mapping[str, Any] | None = None, *,  # noqa: A002 - as the protocol calls it
        from_height: int | None = None, cursor: str = "",
    ) -> AsyncGenerator[Event]:  # fmt: skip
        """What happens, as it happens; ``/docs`` of the node lists topics and filters.

        With ``from_height`` the chain is told from that block on; with the ``cursor`` of an event, what follows:
        whoever keeps the cursor of the last event that was dealt with misses nothing. A connection that is lost is
        made again, and goes on behind the last event. Raises Refused for what is no topic or filter, and NoAnswer
        if there was never a connection. Use ``contextlib.aclosing`` to stop early.
        """
        stream = EventStream(self._find, topic, filter, say=told_by_log, from_height=from_height, cursor=cursor)
        async for event in stream.events():
            yield event

    async def _send(self, method: str, body: bytes) -> bytes:
        place, url, tls = self._way(method)
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(keepalive_timeout=IDLE_SECONDS, limit=0),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=self._seconds),
            )
        headers = {**HEADERS, **({"Authorization": place.authorization} if place.authorization else {})}
        try:
            async with self._session.post(
                url, data=body, headers=headers, ssl=tls, allow_redirects=False
            ) as response:
                answer = await _read(response, place)
                if response.status != OK:
                    raise turned_away(place, response.status, answer)
                return answer
        except (aiohttp.ClientError, OSError) as error:
            raise _told(error, place) from error

    def _way(self, method: str) -> tuple[Place, str, Any]:
        try:
            place = self._find()
            return place, target_of(place, f"/{method}"), place.tls() or True
        except ConfigError as error:
            raise NoAnswer.because(str(error)) from error


async def _read(response: aiohttp.ClientResponse, place: Place) -> bytes:
    parts, size = [], 0
    async for part in response.content.iter_any():
        size += len(part)
        if size > MAX_ANSWER_BYTES:
            raise NoAnswer.because(f"{place.url}: the answer is too long")
        parts.append(part)
    return b"".join(parts)


def _told(error: Exception, place: Place) -> NoAnswer:
    """The error for one of the connection."""
    hint = NOBODY_THERE
    kind: type[NoAnswer] = AnswerLost
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        kind, hint = NotReached, NOT_KNOWN
    elif isinstance(error, aiohttp.ClientConnectorError) or is_unreached(error):
        kind = NotReached
    elif isinstance(error, aiohttp.ClientPayloadError):
        hint = ""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return kind.because(f"{place.url}: {text}{hint}")
