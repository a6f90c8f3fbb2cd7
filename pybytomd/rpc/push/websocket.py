"""A client of the WebSocket endpoint: reads what it asks for, writes what happens.

A request with an ``action`` is for its ``Subscriber``, any other one is of the reference's protocol, whose
messages are the reference's byte for byte. Source: rpc-and-cli reference, section 6.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import NamedTuple

from aiohttp import WSCloseCode, WSMsgType, web

from pybytomd.codec.json.gofields import Fields
from pybytomd.codec.json.gosyntax import loads_whole
from pybytomd.errors import BytomError
from pybytomd.rpc.push.events.subscriber import Subscriber
from pybytomd.rpc.push.events.subscription import TooManyNews
from pybytomd.rpc.push.notifications import BLOCKS, PATH, TRANSACTIONS, NotificationManager, message
from pybytomd.rpc.roles import CLIENT_ROLES, Role
from pybytomd.tasks import TaskSet

logger = logging.getLogger(__name__)

MAX_MESSAGE = 64 << 10
"""Bytes of a request; a topic has 30. The reference has no limit."""
MAX_UNSENT = 16_384
MAX_UNSENT_BYTES = 64 << 20
"""What may wait for a client that does not read; one that falls further behind is cut off. The reference waits
without limit. Clients share the messages, so this is also about what all of them together can hold."""
MAX_WAITING_BYTES = 256 << 10
"""Of events of subscriptions, which are not made before there is room for them."""
SLOW_SECONDS = 60.0
"""A client that makes no room for an event for so long is cut off."""
CLOSE_SECONDS = 2.0
"""For a client to be told why it is cut off."""

Topics = frozenset[str]
TOPICS: Mapping[str, Callable[[Topics], Topics]] = {
    "notify_raw_blocks": lambda topics: topics | {BLOCKS},
    "stop_notify_raw_blocks": lambda topics: topics - {BLOCKS},
    "notify_new_transactions": lambda topics: topics | {TRANSACTIONS},
    "stop_notify_new_transactions": lambda topics: topics - {TRANSACTIONS},
}
"""What a client can ask for, and what it listens to afterwards."""


class _Unsent(NamedTuple):
    """A message that waits to be sent; an answer gives back the client's turn."""

    text: str
    is_answer: bool


class WebSocketClient:
    """One connection. It counts as one from construction until ``leave``."""

    def __init__(
        self,
        socket: web.WebSocketResponse,
        manager: NotificationManager,
        *,
        roles: frozenset[Role],
        slow_seconds: float = SLOW_SECONDS,
    ) -> None:
        self.topics: Topics = frozenset()
        self.reason = ""
        """Why it was cut off, empty for a client of the reference's protocol: it is not told."""
        self._socket = socket
        self._manager = manager
        self._slow_seconds = slow_seconds
        self._unsent: asyncio.Queue[_Unsent] = asyncio.Queue()
        self._unsent_bytes = 0
        self._room = asyncio.Event()
        self._room.set()
        self._turns = asyncio.Semaphore(manager.max_requests)
        self._gone = asyncio.Event()
        self._subscriber = manager.subscriber(self._send_event, roles)
        manager.add(self)

    def leave(self) -> None:
        """No longer count."""
        self._manager.remove(self)

    def offer(self, text: str) -> None:
        """See ``Listener``."""
        self._offer(_Unsent(text, is_answer=False))

    def _offer(self, unsent: _Unsent) -> None:
        size = len(unsent.text)
        is_full = self._unsent_bytes > 0 and self._unsent_bytes + size > MAX_UNSENT_BYTES
        if is_full or self._unsent.qsize() >= MAX_UNSENT:
            logger.warning("a WebSocket client does not read its notifications and is cut off")
            self.hang_up()
            return
        self._unsent_bytes += size
        if self._unsent_bytes > MAX_WAITING_BYTES:
            self._room.clear()
        self._unsent.put_nowait(unsent)

    def hang_up(self) -> None:
        """See ``Listener``."""
        self._gone.set()

    async def run(self) -> None:
        """Serve the client until it goes, or is hung up on."""
        async with TaskSet("websocket client") as tasks:
            works = [tasks.start(self._read(), "read"), tasks.start(self._write(), "write")]
            works.append(tasks.start(self._gone.wait(), "wait"))
            if self._subscriber is not None:
                works.append(tasks.start(self._tell(self._subscriber), "tell"))
            await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)

    async def _tell(self, subscriber: Subscriber) -> None:
        """Tell what was subscribed to, as long as the client reads it."""
        try:
            await subscriber.run()
        except TooManyNews as error:
            self.reason = f"{error}; subscribe again"
        except TimeoutError:
            self.reason = f"nothing was read for {self._slow_seconds:.0f} seconds; subscribe with the last cursor"
        logger.warning("a WebSocket client is cut off", extra={"reason": self.reason})

    async def _send_event(self, text: str) -> None:
        """Send an event when there is room. Raises TimeoutError when there is none for long."""
        async with asyncio.timeout(self._slow_seconds):
            await self._room.wait()
        self.offer(text)

    async def _read(self) -> None:
        async for received in self._socket:
            if received.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return
            await self._turns.acquire()  # given back when the answer is sent
            data = received.data.encode() if isinstance(received.data, str) else received.data
            self._offer(_Unsent(await self._answer(data), is_answer=True))

    async def _answer(self, data: bytes) -> str:
        try:
            request = loads_whole(data)
            if self._subscriber is not None and isinstance(request, Mapping) and "action" in request:
                return await self._subscriber.answer(request)
            topic = Fields(request, "WSRequest", go_type="websocket.WSRequest").text("topic")
        except BytomError as error:
            return message("request_status", None, f"Websocket request parsing error: {error}")
        change = TOPICS.get(topic)
        if change is None:
            return message("request_status", None, f"Websocket Internal error: There is not this topic: {topic}")
        self.topics = change(self.topics)
        return message("request_status", None)

    async def _write(self) -> None:
        while True:
            text, is_answer = await self._unsent.get()
            try:
                await self._socket.send_str(text)
            except ConnectionError:
                return
            self._unsent_bytes -= len(text)
            if self._unsent_bytes <= MAX_WAITING_BYTES:
                self._room.set()
            if is_answer:
                self._turns.release()


async def serve(request: web.Request, manager: NotificationManager) -> web.StreamResponse:
    """Upgrade a request and serve it, unless it is no upgrade or there are too many clients."""
    socket = web.WebSocketResponse(compress=False, max_msg_size=MAX_MESSAGE)
    if not manager.has_room or not socket.can_prepare(request).ok:
        refusal = web.Response(status=400, text="400 Bad Request.\n")
        refusal.force_close()
        return refusal
    client = WebSocketClient(socket, manager, roles=CLIENT_ROLES.get())
    try:
        await socket.prepare(request)
        logger.debug("WebSocket client connected", extra={"remote": request.remote})
        await client.run()
        if client.reason:
            await _say_why(socket, client.reason)
    finally:
        client.leave()
    if request.transport is not None:
        request.transport.close()
    return socket


async def _say_why(socket: web.WebSocketResponse, reason: str) -> None:
    """Close a connection with a reason, if the client takes it."""
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await socket.close(code=WSCloseCode.TRY_AGAIN_LATER, message=reason.encode())
    except (TimeoutError, ConnectionError):
        logger.debug("a WebSocket client does not even take why it is cut off")


def runner(manager: NotificationManager, stop_seconds: float) -> web.AppRunner:
    """What makes connections that upgrade, and serves them. Access was checked before they get here."""

    async def answer(request: web.Request) -> web.StreamResponse:
        return await serve(request, manager)

    async def without_name(_: web.Request, response: web.StreamResponse) -> None:
        """As the reference does, say nothing of what serves."""
        response.headers.popall("Server", None)

    application = web.Application()
    application.router.add_route("*", PATH, answer)
    application.on_response_prepare.append(without_name)
    return web.AppRunner(application, access_log=None, shutdown_timeout=stop_seconds)
