"""A client of the WebSocket endpoint: reads topics, writes what happens.

Source: rpc-and-cli reference, section 6.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping

from aiohttp import WSMsgType, web

from pybytomd.codec.gofields import Fields
from pybytomd.codec.gosyntax import loads_whole
from pybytomd.errors import BytomError
from pybytomd.rpc.push.notifications import BLOCKS, PATH, TRANSACTIONS, NotificationManager, message
from pybytomd.tasks import TaskSet

logger = logging.getLogger(__name__)

MAX_MESSAGE = 64 << 10
"""Bytes of a request; a topic has 30. The reference has no limit."""
MAX_UNSENT = 16_384
MAX_UNSENT_BYTES = 64 << 20
"""What may wait for a client that does not read; one that falls further behind is cut off. The reference waits
without limit. Clients share the messages, so this is also about what all of them together can hold."""

Topics = frozenset[str]
TOPICS: Mapping[str, Callable[[Topics], Topics]] = {
    "notify_raw_blocks": lambda topics: topics | {BLOCKS},
    "stop_notify_raw_blocks": lambda topics: topics - {BLOCKS},
    "notify_new_transactions": lambda topics: topics | {TRANSACTIONS},
    "stop_notify_new_transactions": lambda topics: topics - {TRANSACTIONS},
}
"""What a client can ask for, and what it listens to afterwards."""


class WebSocketClient:
    """One connection. It counts as one from construction until ``leave``."""

    def __init__(self, socket: web.WebSocketResponse, manager: NotificationManager) -> None:
        self.topics: Topics = frozenset()
        self._socket = socket
        self._manager = manager
        self._unsent: asyncio.Queue[str] = asyncio.Queue()
        self._unsent_bytes = 0
        self._turns = asyncio.Semaphore(manager.max_requests)
        self._gone = asyncio.Event()
        manager.add(self)

    def leave(self) -> None:
        """No longer count."""
        self._manager.remove(self)

    def offer(self, text: str) -> None:
        """See ``Listener``."""
        if self._unsent.qsize() >= MAX_UNSENT or self._unsent_bytes + len(text) > MAX_UNSENT_BYTES:
            logger.warning("a WebSocket client does not read its notifications and is cut off")
            self.hang_up()
            return
        self._unsent_bytes += len(text)
        self._unsent.put_nowait(text)

    def hang_up(self) -> None:
        """See ``Listener``."""
        self._gone.set()

    async def run(self) -> None:
        """Serve the client until it goes, or is hung up on."""
        async with TaskSet("websocket client") as tasks:
            works = [tasks.start(self._read(), "read"), tasks.start(self._write(), "write")]
            works.append(tasks.start(self._gone.wait(), "wait"))
            await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)

    async def _read(self) -> None:
        async for received in self._socket:
            if received.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return
            await self._turns.acquire()  # given back when the answer is sent
            data = received.data.encode() if isinstance(received.data, str) else received.data
            self.offer(self._answer(data))

    def _answer(self, data: bytes) -> str:
        try:
            topic = Fields(loads_whole(data), "WSRequest", go_type="websocket.WSRequest").text("topic")
        except BytomError as error:
            return message("request_status", None, f"Websocket request parsing error: {error}")
        change = TOPICS.get(topic)
        if change is None:
            return message("request_status", None, f"Websocket Internal error: There is not this topic: {topic}")
        self.topics = change(self.topics)
        return message("request_status", None)

    async def _write(self) -> None:
        while True:
            text = await self._unsent.get()
            try:
                await self._socket.send_str(text)
            except ConnectionError:
                return
            self._unsent_bytes -= len(text)
            if text.startswith('{"notification_type":"request_status"'):
                self._turns.release()


async def serve(request: web.Request, manager: NotificationManager) -> web.StreamResponse:
    """Upgrade a request and serve it, unless it is no upgrade or there are too many clients."""
    socket = web.WebSocketResponse(compress=False, max_msg_size=MAX_MESSAGE)
    if not manager.has_room or not socket.can_prepare(request).ok:
        refusal = web.Response(status=400, text="400 Bad Request.\n")
        refusal.force_close()
        return refusal
    client = WebSocketClient(socket, manager)
    try:
        await socket.prepare(request)
        logger.debug("WebSocket client connected", extra={"remote": request.remote})
        await client.run()
    finally:
        client.leave()
    if request.transport is not None:
        request.transport.close()
    return socket


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
