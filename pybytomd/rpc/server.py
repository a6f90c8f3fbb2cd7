"""The API on a TCP port: who may connect, and when connections end.

A connection begins as a ``QuickConnection``, and goes on as one of aiohttp's when a request asks for more. aiohttp
is imported when the first client has come: that takes a quarter of a second, and the node is up before.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack
from importlib import import_module
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Self

from pybytomd.rpc.api import Api
from pybytomd.rpc.auth import Authenticator
from pybytomd.rpc.dispatch import Dispatcher
from pybytomd.rpc.fast_path import FastPath
from pybytomd.rpc.http import DateHeader
from pybytomd.rpc.origin import OriginPolicy
from pybytomd.rpc.quick_connection import QuickConnection

if TYPE_CHECKING:
    from pybytomd.rpc.http_server import HttpServer

logger = logging.getLogger(__name__)

HTTP_SERVER = "pybytomd.rpc.http_server"
READ_SECONDS = 120.0
"""For a whole request to arrive, and for the next one on the same connection, as in the reference."""
STOP_SECONDS = 3.0
"""For requests in hand to be answered when the server stops."""
BACKLOG = 512
MAX_CONNECTIONS = 1000
"""Open connections; more are closed as they come. An idle one takes up to 50 kB."""


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
        self._fast_path = FastPath(self.dispatcher, self._date)
        self._quick: set[QuickConnection] = set()
        self._http: HttpServer | None = None
        self._loading: asyncio.Future[ModuleType] | None = None
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
        self._server = await asyncio.get_running_loop().create_server(
            lambda: QuickConnection(self, self._fast_path, self._read_seconds),
            self._host or None,
            self._port,
            backlog=BACKLOG,
            reuse_address=True,
        )
        self._closing.push_async_callback(self._server.wait_closed)
        self._closing.push_async_callback(self._end_connections)
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

    # --- connections: see ``quick_connection.Owner`` -------------------------------------------------------------

    def opened(self, connection: QuickConnection) -> bool:
        """Count a connection; False when there are too many. The first one has the rest of HTTP imported."""
        self._quick.add(connection)
        if self._loading is None:
            self._loading = asyncio.get_running_loop().run_in_executor(None, import_module, HTTP_SERVER)
        if len(self._quick) + (0 if self._http is None else len(self._http.connections)) <= MAX_CONNECTIONS:
            return True
        logger.warning("more than %d API connections, one is closed", MAX_CONNECTIONS)
        return False

    def ended(self, connection: QuickConnection) -> None:
        """No longer count it."""
        self._quick.discard(connection)

    def full_connection(self) -> asyncio.Protocol:
        """A connection of aiohttp's."""
        if self._http is None:
            from pybytomd.rpc.http_server import HttpServer

            self._http = HttpServer(self.dispatcher, self._fast_path, self._date, self._read_seconds)
        return self._http()

    async def _end_connections(self) -> None:
        for connection in tuple(self._quick):
            connection.close()
        if self._http is not None:
            self._http.pre_shutdown()
            await self._http.shutdown(STOP_SECONDS)
        if self._loading is not None:
            await self._loading
