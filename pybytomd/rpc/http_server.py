"""All of HTTP, by aiohttp: reading heads and bodies within limits. What is answered is ``dispatch``'s matter."""

from __future__ import annotations

import asyncio

from aiohttp import web

from pybytomd.rpc.connection import ApiConnection, RawResponse
from pybytomd.rpc.dispatch import Dispatcher
from pybytomd.rpc.errors import BodyTooLarge, IncompleteBody
from pybytomd.rpc.fast_path import FastPath
from pybytomd.rpc.http import DateHeader, HttpRequest
from pybytomd.rpc.push import websocket
from pybytomd.rpc.push.notifications import PATH

MAX_BODY = 32 << 20
"""Bytes of a request's body. The largest block the rules allow has 10 MB, 20 in hex."""
LARGE_BODY = 1 << 20
LARGE_BODIES_AT_ONCE = 4
"""How many bodies above ``LARGE_BODY`` bytes are held at the same time, so that memory stays bounded."""
MAX_HEADER = 64 << 10
"""Bytes of one line of a request's head. The reference allows a million for all of it."""


class HttpServer(web.Server):
    """Makes connections, and answers their requests."""

    def __init__(self, dispatcher: Dispatcher, fast_path: FastPath, date: DateHeader, read_seconds: float) -> None:
        """``read_seconds`` is the time for a request to arrive, and for the next one."""
        super().__init__(self.handle)
        self._dispatcher = dispatcher
        self._fast_path = fast_path
        self._date = date
        self._read_seconds = read_seconds
        self._large_bodies = asyncio.Semaphore(LARGE_BODIES_AT_ONCE)

    def __call__(self) -> ApiConnection:
        """A new connection."""
        return ApiConnection(self, self._fast_path, keepalive_timeout=self._read_seconds, max_line_size=MAX_HEADER)

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
        notifications = self._dispatcher.api.notifications
        if wrapped.path == PATH and notifications is not None:
            response = self._dispatcher.admit(wrapped)
            if response is None:
                upgraded = await websocket.serve(request, notifications)
                if upgraded is not None:
                    return upgraded
                response = websocket.REFUSED
        else:
            response = await self._dispatcher.answer(wrapped)
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
