"""The HTTP server of the API: sockets, limits, and reading bodies. What is answered is ``dispatch``'s matter."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from pybytomd.rpc import websocket
from pybytomd.rpc.api import Api
from pybytomd.rpc.auth import Authenticator
from pybytomd.rpc.connection import ApiConnection, RawResponse
from pybytomd.rpc.dispatch import Dispatcher
from pybytomd.rpc.errors import BodyTooLarge, IncompleteBody
from pybytomd.rpc.fast_path import FastPath
from pybytomd.rpc.http import DateHeader, HttpRequest
from pybytomd.rpc.origin import OriginPolicy

logger = logging.getLogger(__name__)

READ_SECONDS = 120.0
"""For a whole request to arrive, and for the next one on the same connection, as in the reference."""
STOP_SECONDS = 3.0
"""For requests in hand to be answered when the server stops."""
MAX_BODY = 32 << 20
"""Bytes of a request's body. The largest block the rules allow has 10 MB, 20 in hex."""
LARGE_BODY = 1 << 20
LARGE_BODIES_AT_ONCE = 4
"""How many bodies above ``LARGE_BODY`` bytes are held at the same time, so that memory stays bounded."""
MAX_HEADER = 64 << 10
"""Bytes of one line of a request's head. The reference allows a million for all of it."""
BACKLOG = 512
MAX_CONNECTIONS = 1000
"""Open connections; more are closed as they come. An idle one takes some 50 kB."""


class ApiServer:
    """The API on a TCP port, from entering to leaving the context. Port 0 takes a free one: see ``address``.

    ``auth_disabled`` lets other machines ask without a token.
    """

    def __init__(
        self,
        api: Api,
        *,
        host: str = "127.0.0.1",
        port: int = 9888,
        auth_disabled: bool = False,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        self._api = api
        self._host = host
        self._port = port
        self._read_seconds = read_seconds
        self._date = DateHeader(api.clock)
        self.dispatcher = Dispatcher(api, Authenticator(api.tokens, disabled=auth_disabled), OriginPolicy(host))
        self._large_bodies = asyncio.Semaphore(LARGE_BODIES_AT_ONCE)
        self._fast_path = FastPath(self.dispatcher, self._date)
        self._closing = AsyncExitStack()
        self._server: asyncio.Server | None = None

    @property
    def address(self) -> tuple[str, int]:
        """The host and port it listens at. Raises RuntimeError while it does not."""
        if self._server is None or not self._server.sockets:
            raise RuntimeError("the API server is not running")
        host, port = self._server.sockets[0].getsockname()[:2]
        return host, port

    async def __aenter__(self) -> Self:
        """Begin to listen. Raises OSError when the address is taken."""
        manager = ConnectionManager(self)
        self._server = await asyncio.get_running_loop().create_server(
            manager, self._host or None, self._port, backlog=BACKLOG, reuse_address=True
        )
        self._closing.push_async_callback(self._server.wait_closed)
        self._closing.push_async_callback(manager.shutdown, STOP_SECONDS)
        self._closing.callback(manager.pre_shutdown)
        if self._api.notifications is not None:
            self._closing.callback(self._api.notifications.hang_up_all)
        self._closing.callback(self._server.close)
        logger.info("Rpc listen", extra={"api address": ":".join(map(str, self.address))})
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take no more requests, answer those in hand, and close the connections."""
        await self._closing.aclose()

    def connection(self, manager: web.Server) -> ApiConnection:
        """A new connection."""
        return ApiConnection(
            manager, self._fast_path, keepalive_timeout=self._read_seconds, max_line_size=MAX_HEADER
        )

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        target = request.raw_path if request.raw_path.startswith("/") else request.rel_url.raw_path_qs
        wrapped = HttpRequest(
            request.method,
            target,
            request.headers,
            request.remote or "",
            lambda: self._body(request),
        )
        notifications = self._api.notifications
        if wrapped.path == websocket.PATH and notifications is not None:
            response = self.dispatcher.admit(wrapped)
            if response is None:
                upgraded = await websocket.serve(request, notifications)
                if upgraded is not None:
                    return upgraded
                response = websocket.REFUSED
        else:
            response = await self.dispatcher.answer(wrapped)
        return RawResponse(response, self._date())

    async def _body(self, request: web.BaseRequest) -> bytes:
        """The body, if it is not too large and comes in time. Raises BodyTooLarge or IncompleteBody."""
        length = request.content_length
        if length is not None and length > MAX_BODY:
            raise BodyTooLarge
        if request.headers.get("Expect", "").lower() == "100-continue" and request.transport is not None:
            request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        try:
            async with asyncio.timeout(self._read_seconds):
                if length is not None and length <= LARGE_BODY:
                    return await request.content.read()
                async with self._large_bodies:
                    return await _read_up_to(request, MAX_BODY)
        except TimeoutError as error:
            raise IncompleteBody from error


async def _read_up_to(request: web.BaseRequest, limit: int) -> bytes:
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > limit:
            raise BodyTooLarge
    return bytes(body)


class ConnectionManager(web.Server):
    """Makes connections of our kind."""

    def __init__(self, server: ApiServer) -> None:
        super().__init__(server.handle)
        self._api_server = server

    def __call__(self) -> ApiConnection:
        """A connection that was just accepted."""
        return self._api_server.connection(self)

    def connection_made(self, handler: RequestHandler, transport: asyncio.Transport) -> None:
        """Keep account of it, and close it at once if there are too many."""
        super().connection_made(handler, transport)
        if len(self._connections) > MAX_CONNECTIONS:
            logger.warning("more than %d API connections, one is closed", MAX_CONNECTIONS)
            transport.abort()
