"""One connection of the API, on top of aiohttp's HTTP machinery."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web_protocol import RequestHandler

from pybytomd.rpc.http import TEXT_TYPE, HttpResponse

if TYPE_CHECKING:
    from pybytomd.rpc.fast_path import FastPath

logger = logging.getLogger(__name__)

READ_AT_ONCE = 64 << 10
LINGER_SECONDS = 2.0
"""How long what is left of a refused body is read and thrown away, so that the client sees the answer."""


class RawResponse(web.StreamResponse):
    """A response that is written as it was made, without the headers aiohttp would add."""

    def __init__(self, response: HttpResponse, date: str, *, closes: bool = False) -> None:
        super().__init__(status=response.status)
        self._response = response
        self._date_text = date
        if closes:
            self.force_close()

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Write everything. Raises ConnectionError when the client is gone."""
        if self._keep_alive is None:
            self._keep_alive = request.keep_alive
        transport = request.transport
        if transport is None:
            raise ConnectionResetError("the client is gone")
        version = f"{request.version.major}.{request.version.minor}"
        connection = ""
        if not self._keep_alive:
            connection = "close"
        elif version == "1.0":
            connection = "keep-alive"
        head = self._response.head(self._date_text, version=version, connection=connection)
        transport.write(head if request.method == "HEAD" else head + self._response.body)
        await request.protocol._drain_helper()
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """Everything is written."""


class ApiConnection(RequestHandler):
    """A client's connection. Requests it repeats are answered by ``FastPath`` before aiohttp sees them."""

    __slots__ = ("_at_boundary", "_fast_path", "_is_trusted")

    def __init__(
        self, manager: web.Server, fast_path: FastPath, *, keepalive_timeout: float, max_line_size: int
    ) -> None:
        super().__init__(
            manager,
            loop=asyncio.get_running_loop(),
            access_log=None,  # type: ignore[arg-type] # None means no log of every request
            logger=logger,
            keepalive_timeout=keepalive_timeout,
            max_line_size=max_line_size,
            max_field_size=max_line_size,
            lingering_time=LINGER_SECONDS,
            read_bufsize=READ_AT_ONCE,
            auto_decompress=False,
        )
        self._fast_path = fast_path
        self._is_trusted = False
        self._at_boundary = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The client is there."""
        super().connection_made(transport)
        peer = transport.get_extra_info("peername")
        self._is_trusted = self._fast_path.trusts(str(peer[0]) if peer else "")

    def data_received(self, data: bytes) -> None:
        """Answer at once if this is a request that can be, else hand it to aiohttp.

        The fast path is for bytes that begin at the start of a request, which is known as long as everything
        before came in whole requests, and for times when no earlier request is still being answered.
        """
        if data and self._at_boundary and self._is_trusted:  # aiohttp calls it without data to go on reading
            is_idle = self._waiter is not None and not self._messages and not self._waiter.done()
            if is_idle and not self._paused and not self._close:
                answer = self._fast_path.answer(data)
                if answer is not None:
                    self._next_keepalive_close_time = self._loop.time() + self._keepalive_timeout
                    self.transport.write(answer)  # type: ignore[union-attr] # there is one until it is lost
                    return
            self._at_boundary = self._fast_path.is_whole(data)
        super().data_received(data)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The answer to what is no HTTP. Method failures do not get here."""
        if not isinstance(exc, HttpProcessingError):
            logger.error("request failed outside of its method", exc_info=exc)
        logger.debug("no HTTP: %s", message, extra={"err": message})
        if request.writer.output_size > 0:
            raise ConnectionError("an answer was begun already")
        text = b"400 Bad Request" if status == 400 else b"%d" % status
        return RawResponse(
            HttpResponse(status, text, TEXT_TYPE, varies=False), self._fast_path.date(), closes=True
        )
