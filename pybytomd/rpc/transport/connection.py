"""A client's connection: HTTP/1.0 and 1.1, one request answered after another, in their order.

Requests that come before their predecessors are answered wait in a queue; no more is read while there are many, or
while the client does not read its answers. Who may ask for what is ``dispatch``'s matter, what a request is
``reading``'s; this module knows turns and times. A WebSocket goes on as a connection of aiohttp's, beginning with
the request for it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Coroutine
from typing import Any, Protocol, cast

from pybytomd.rpc.dispatch import NO_UPGRADE, Dispatcher, Outcome
from pybytomd.rpc.http_messages import HttpRequest, HttpResponse, ResponseWriter
from pybytomd.rpc.transport.limits import BodyRoom
from pybytomd.rpc.transport.reading import Exchange, KnownHeads, RequestReader
from pybytomd.tasks import TaskSet

MAX_WAITING = 16
"""Requests that wait behind the one that is being answered before reading pauses."""
MAX_IN_TURN = 64
"""Requests of one connection that are answered before others get their turn."""
HEAVY_BODY = 128 << 10
"""Bytes of a body after which freed memory is given back: what it was read into is many times as large."""
LINGER_SECONDS = 2.0
"""How long what is left of a refused request is read and thrown away, so that the client sees the answer."""
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Owner(Protocol):
    """What connections share, and who keeps account of them."""

    dispatcher: Dispatcher
    writer: ResponseWriter
    heads: KnownHeads
    room: BodyRoom
    tasks: TaskSet
    read_seconds: float
    """For a whole request to arrive, and for the next one."""

    def opened(self, connection: ApiConnection, remote: str, file: int) -> None:
        """Count a connection; it, or another one for it, may be closed. ``file`` is the number of its file."""

    def answered(self, connection: ApiConnection) -> None:
        """It was of use just now."""

    def ended(self, connection: ApiConnection) -> None:
        """No longer count it."""

    def upgrade(self, transport: asyncio.Transport, data: bytes, request: HttpRequest) -> None:
        """Let the WebSocket that a request asked for have a transport, and the bytes that have come for it."""


class ApiConnection(asyncio.Protocol):
    """See the module."""

    __slots__ = (
        "_deadline",
        "_in_turn",
        "_is_busy",
        "_is_finished",
        "_is_lost",
        "_is_paused",
        "_is_reading",
        "_loop",
        "_owner",
        "_reader",
        "_timer",
        "_transport",
        "_unsent",
        "_waiting",
    )

    _transport: asyncio.Transport
    _reader: RequestReader
    _timer: asyncio.TimerHandle

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[Exchange] = deque()
        self._in_turn = 0
        self._deadline = 0.0
        self._is_busy = False
        """Whether an answer is being made."""
        self._is_finished = False
        """Whether there will be no other answer after the one in hand."""
        self._is_lost = False
        self._is_paused = False
        """Whether the client does not read its answers."""
        self._is_reading = True
        self._unsent = 0

    # --- asyncio ---------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The client is there."""
        owner = self._owner
        self._transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        remote = str(peer[0]) if peer else ""
        self._reader = RequestReader(self, remote, owner.dispatcher, owner.heads, owner.room)
        self.put_off()
        self._timer = self._loop.call_at(self._deadline, self._look)
        socket = transport.get_extra_info("socket")
        owner.opened(self, remote, 0 if socket is None else socket.fileno())

    def data_received(self, data: bytes) -> None:
        """Read it, and answer what is complete."""
        self._reader.feed(data)
        if self._waiting or self._reader.wants_room or not self._is_reading:
            self.resume()

    def eof_received(self) -> bool:
        """The client sends no more. What it has asked for is still answered, but over TLS: it has no half ends."""
        self._reader.is_deaf = True
        return not (self.is_free or self._is_encrypted)

    def pause_writing(self) -> None:
        """The client does not read its answers."""
        self._is_paused = True
        self._unsent = self._transport.get_write_buffer_size()

    def resume_writing(self) -> None:
        """It reads them again."""
        self._is_paused = False
        self.put_off()
        self._advance()

    def connection_lost(self, _: Exception | None) -> None:
        """The client is gone."""
        self._is_lost = True
        self._leave()

    # --- what the owner asks of it ---------------------------------------------------------------------------

    @property
    def _is_encrypted(self) -> bool:
        return self._transport.get_extra_info("ssl_object") is not None

    @property
    def is_idle(self) -> bool:
        """Whether no answer is being made."""
        return not self._is_busy

    def close(self) -> None:
        """End it when the request in hand is answered. What was answered is still sent."""
        self._reader.is_deaf = self._is_finished = True
        self._waiting.clear()
        if not self._is_busy:
            self._transport.close()

    def abort(self) -> None:
        """End it at once."""
        self._transport.abort()

    # --- what the reader tells: see ``reading.Taker`` --------------------------------------------------------

    @property
    def is_free(self) -> bool:
        """Whether every request that was taken is answered."""
        return not (self._is_busy or self._waiting)

    def take(self, exchange: Exchange) -> None:
        """A request is there: answer it, when it is its turn."""
        self._waiting.append(exchange)
        self._advance()

    def invite(self) -> None:
        """Tell the client that its body may come."""
        self._transport.write(CONTINUE)

    def hand_over(self, data: bytes, request: HttpRequest) -> None:
        """This is a WebSocket's from now on."""
        self._leave()
        self._owner.upgrade(self._transport, data, request)

    def put_off(self) -> None:
        """The client has its time from now on."""
        self._deadline = self._loop.time() + self._owner.read_seconds

    def resume(self) -> None:
        """Read on, unless there is enough to do, or no room."""
        reader = self._reader
        has_enough = len(self._waiting) > MAX_WAITING or (self._is_paused and not reader.is_deaf)
        wanted = not (has_enough or reader.wants_room)
        if wanted is not self._is_reading and not self._is_lost and not self._transport.is_closing():
            self._is_reading = wanted
            if wanted:
                self._transport.resume_reading()
            else:
                self._transport.pause_reading()

    # --- answers ---------------------------------------------------------------------------------------------

    def _advance(self) -> None:
        """Answer what waits, in order, one after another."""
        while self._waiting and not (self._is_busy or self._is_paused or self._is_lost):
            if self._in_turn >= MAX_IN_TURN:
                break
            self._in_turn += 1
            if self._in_turn == MAX_IN_TURN:
                self._loop.call_soon(self._begin_turn)
            exchange = self._waiting.popleft()
            outcome = self._outcome(exchange)
            if isinstance(outcome, HttpResponse):
                self._finish(exchange, outcome)
            else:
                self._is_busy = True
                self._owner.tasks.start(self._answer(exchange, outcome), "answer")
        if not self._is_reading:
            self.resume()

    def _begin_turn(self) -> None:
        self._in_turn = 0
        self._advance()

    def _outcome(self, exchange: Exchange) -> Outcome:
        dispatcher, body = self._owner.dispatcher, exchange.body
        exchange.body = b""
        if exchange.response is None and exchange.method is not None:
            return dispatcher.call(exchange.method, exchange.request, body)
        return dispatcher.packed(exchange.request, exchange.response or NO_UPGRADE)

    async def _answer(self, exchange: Exchange, work: Coroutine[Any, Any, HttpResponse]) -> None:
        try:
            response = await work
            self._is_busy = False
            self._finish(exchange, response)
            if exchange.received > HEAVY_BODY:
                await self._owner.dispatcher.give_back_memory()
        finally:
            self._is_busy = False
            self._owner.room.leave(exchange)
        self._advance()

    def _finish(self, exchange: Exchange, response: HttpResponse) -> None:
        """Send an answer."""
        if self._is_lost:
            return
        if exchange.request.origin:
            response = response.readable_by(exchange.request.origin)
        verb, version = exchange.request.verb, exchange.version
        closes = not exchange.keep_alive or self._is_finished
        self._transport.write(self._owner.writer(response, verb=verb, version=version, closes=closes))
        self.put_off()
        self._owner.answered(self)
        if closes:
            self._end()

    def _end(self) -> None:
        """Close, but if the client may still be sending, only when it has had time to see the answer."""
        lingers = self._reader.is_deaf and not self._is_finished
        self._reader.is_deaf = self._is_finished = True
        self._waiting.clear()
        if lingers:
            self._timer.cancel()
            self._timer = self._loop.call_later(LINGER_SECONDS, self._transport.close)
        else:
            self._transport.close()

    # --- time ------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """When the time may be up."""
        now = self._loop.time()
        if self._is_paused and self._transport.get_write_buffer_size() < self._unsent:
            self._unsent = self._transport.get_write_buffer_size()
            self.put_off()
        elif self._is_paused and now >= self._deadline:
            self._transport.abort()
        elif self._reader.wants_room or not self.is_free:
            self.put_off()
        elif now >= self._deadline and not self._reader.give_up():
            self._transport.close()
        if not (self._is_finished or self._is_lost or self._transport.is_closing()):
            self._timer = self._loop.call_at(self._deadline, self._look)

    def _leave(self) -> None:
        """No longer of interest to anybody."""
        self._is_finished = True
        self._timer.cancel()
        self._reader.leave()
        for exchange in self._waiting:
            self._owner.room.leave(exchange)
        self._waiting.clear()
        self._owner.ended(self)
