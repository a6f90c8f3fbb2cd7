"""The API on a TCP port: who may connect, and when connections end.

aiohttp is imported for the first WebSocket: that takes a quarter of a second, and most nodes never need it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, Self

from pybytomd.codec.hostport import join_host_port
from pybytomd.rpc.access.check import AccessCheck, AccessRules
from pybytomd.rpc.api import ApiParts
from pybytomd.rpc.dispatch import Dispatcher
from pybytomd.rpc.http_messages import HttpRequest, ResponseWriter
from pybytomd.rpc.roles import CLIENT_ROLES
from pybytomd.rpc.transport.connection import ApiConnection
from pybytomd.rpc.transport.limits import BodyRoom, Connection, ConnectionTable, is_out_of_files
from pybytomd.rpc.transport.reading import KnownHeads
from pybytomd.rpc.transport.tls import LOOK_SECONDS, ServerCertificate
from pybytomd.rpc.transport.tls_door import TlsDoor
from pybytomd.tasks import TaskSet

if TYPE_CHECKING:
    from aiohttp import web

logger = logging.getLogger(__name__)

WEBSOCKET_MODULE = "pybytomd.rpc.push.websocket"
READ_SECONDS = 120.0
"""For a whole request to arrive, and for the next one on the same connection, as in the reference."""
STOP_SECONDS = 3.0
"""For requests in hand to be answered when the server stops."""
CHECK_SECONDS = 15.0
"""How soon a WebSocket ends whose access token is no longer good."""
BACKLOG = 128
"""Connections that wait to be accepted; so many are accepted in one go."""
SPARED_AT_ONCE = 8
"""Idle connections that are closed when there are no more files to open."""


class ApiServer:
    """The API on a TCP port, from entering to leaving the context. Port 0 takes a free one: see ``address``.

    ``rules`` say who may ask. With ``certificate`` it speaks TLS.
    """

    def __init__(
        self,
        api: ApiParts,
        *,
        host: str = "127.0.0.1",
        port: int = 9888,
        rules: AccessRules | None = None,
        certificate: ServerCertificate | None = None,
        read_seconds: float = READ_SECONDS,
        connections: ConnectionTable | None = None,
    ) -> None:
        self._api = api
        self._host = host
        self._port = port
        self.read_seconds = read_seconds
        self._certificate = certificate
        self.dispatcher = Dispatcher(api, AccessCheck(api.tokens, host, rules or AccessRules()))
        self.writer = ResponseWriter(api.clock)
        self.heads = KnownHeads()
        self.room = BodyRoom()
        self.tasks = TaskSet("api")
        self._connections = ConnectionTable() if connections is None else connections
        self._websockets: web.AppRunner | None = None
        self._upgraded: dict[asyncio.Transport, HttpRequest] = {}
        """The WebSockets, with what they were asked for by."""
        self._closing = AsyncExitStack()
        self._server: asyncio.Server | None = None

    @property
    def address(self) -> tuple[str, int]:
        """The host and port it listens at. Raises RuntimeError while it does not."""
        if self._server is None or not self._server.sockets:
            raise RuntimeError("the API server is not running")
        host, port = self._server.sockets[0].getsockname()[:2]
        return host, port

    @property
    def url(self) -> str:
        """Where a client on this machine finds it. Raises RuntimeError while it does not listen."""
        host, port = self.address
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - not bound to, replaced
        return f"{'http' if self._certificate is None else 'https'}://{join_host_port(host, port)}"

    async def __aenter__(self) -> Self:
        """Begin to listen. Raises OSError when the address is taken."""
        certificate = self._certificate
        self._server = await asyncio.get_running_loop().create_server(
            self._entrance, self._host or None, self._port, backlog=BACKLOG, reuse_address=True
        )
        checking = await self._closing.enter_async_context(TaskSet("api credentials"))
        checking.every(CHECK_SECONDS, self.check_again, "check")
        if certificate is not None:
            looking = await self._closing.enter_async_context(TaskSet("api certificate"))
            looking.every(LOOK_SECONDS, certificate.read_again, "look")
        self._closing.enter_context(self._spare_files())
        self._closing.callback(self.dispatcher.close)
        self._closing.push_async_callback(self._server.wait_closed)
        self._closing.push_async_callback(self._end_websockets)
        self._closing.push_async_callback(self._end_connections)
        if self._api.notifications is not None:
            self._closing.callback(self._api.notifications.hang_up_all)
        self._closing.callback(self._server.close)
        logger.info("Rpc listen", extra={"api address": ":".join(map(str, self.address))})
        return self

    def _entrance(self) -> asyncio.Protocol:
        """What a new connection meets."""
        if self._certificate is None:
            return ApiConnection(self)
        return TlsDoor(self, self._certificate.context, lambda: ApiConnection(self))

    async def __aexit__(self, *_: object) -> None:
        """Take no more requests, answer those in hand, and close the connections."""
        await self._closing.aclose()

    @contextmanager
    def _spare_files(self) -> Iterator[None]:
        """Close idle connections when a listener of this loop, whoever's, cannot accept for want of files.

        asyncio reports that for each connection that waits, every second, and begins to listen again by itself.
        """
        loop = asyncio.get_running_loop()
        before = loop.get_exception_handler()

        def handle(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
            if is_out_of_files(context.get("exception")):
                for connection in self._connections.spare(SPARED_AT_ONCE):
                    connection.abort()
            elif before is not None:
                before(loop, context)
            else:
                loop.default_exception_handler(context)

        loop.set_exception_handler(handle)
        try:
            yield
        finally:
            loop.set_exception_handler(before)

    # --- connections: see ``connection.Owner`` ---------------------------------------------------------------

    def opened(self, connection: Connection, remote: str, file: int) -> None:
        """Count a connection. When there are too many, the idlest goes."""
        for leaving in self._connections.add(connection, remote, file):
            leaving.abort()

    def answered(self, connection: Connection) -> None:
        """It was of use just now."""
        self._connections.touch(connection)

    def ended(self, connection: Connection) -> None:
        """No longer count it."""
        self._connections.remove(connection)

    def upgrade(self, transport: asyncio.Transport, data: bytes, request: HttpRequest) -> None:
        """Let the WebSocket that a request asked for have a transport, and the bytes that have come for it."""
        transport.pause_reading()
        self.tasks.start(self._upgrade(transport, data, request), "upgrade")

    async def _upgrade(self, transport: asyncio.Transport, data: bytes, request: HttpRequest) -> None:
        CLIENT_ROLES.set(request.roles)  # for the task that aiohttp starts with this context, and for no other
        runner = await self._websocket_runner()
        if runner.server is None or transport.is_closing():
            transport.close()
            return
        protocol = runner.server()
        self._upgraded[transport] = request
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        transport.resume_reading()
        protocol.data_received(data)

    def check_again(self) -> None:
        """End the WebSockets of tokens that are deleted, or whose time is over, and forget those that ended."""
        for transport, request in tuple(self._upgraded.items()):
            if transport.is_closing():
                del self._upgraded[transport]
            elif not self.dispatcher.may_stay(request):
                logger.info("a WebSocket ends with its access token", extra={"remote": request.remote})
                transport.abort()

    async def _websocket_runner(self) -> web.AppRunner:
        module = await asyncio.get_running_loop().run_in_executor(None, import_module, WEBSOCKET_MODULE)
        if self._websockets is None:
            self._websockets = module.runner(self._api.notifications, STOP_SECONDS)
            await self._websockets.setup()
        return self._websockets

    async def _end_websockets(self) -> None:
        if self._websockets is not None:
            await self._websockets.cleanup()

    async def _end_connections(self) -> None:
        for connection in self._connections:
            connection.close()
        answers = self.tasks.running
        if answers:
            await asyncio.wait(answers, timeout=STOP_SECONDS)
        await self.tasks.close()
        for connection in self._connections:
            connection.abort()
