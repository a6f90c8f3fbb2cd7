"""A connection of the API for as long as the fast path answers all that it is asked.

Clients that ask one plain thing, as most scripts do, need no more than this: bytes in, bytes out.
"""

from __future__ import annotations

import asyncio
from typing import Protocol, cast

from pybytomd.rpc.fast_path import FastPath

BODY_SECONDS = 0.2
"""How long the body of a request may be behind its head before aiohttp waits for it."""


class Owner(Protocol):
    """Keeps account of connections, and has better ones."""

    def opened(self, connection: QuickConnection) -> bool:
        """Count a connection; False when there are too many."""
        ...

    def ended(self, connection: QuickConnection) -> None:
        """No longer count it."""
        ...

    def full_connection(self) -> asyncio.Protocol:
        """A connection that knows all of HTTP."""
        ...


class QuickConnection(asyncio.Protocol):
    """A client's connection from its beginning on. It is given up at the first request that is not plain."""

    __slots__ = (
        "_begun",
        "_busy_until",
        "_fast_path",
        "_idle_seconds",
        "_is_paused",
        "_loop",
        "_owner",
        "_timer",
        "_transport",
    )

    _transport: asyncio.Transport
    _timer: asyncio.TimerHandle

    def __init__(self, owner: Owner, fast_path: FastPath, idle_seconds: float) -> None:
        """``idle_seconds`` after the last answer it is closed."""
        self._owner = owner
        self._fast_path: FastPath | None = fast_path
        self._idle_seconds = idle_seconds
        self._loop = asyncio.get_running_loop()
        self._busy_until = self._loop.time() + idle_seconds
        self._begun = b""
        """The head of a request whose body is still to come."""
        self._is_paused = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The client is there."""
        self._transport = cast(asyncio.Transport, transport)
        self._timer = self._loop.call_at(self._busy_until, self._look)
        peer = transport.get_extra_info("peername")
        if self._fast_path is not None and not self._fast_path.trusts(str(peer[0]) if peer else ""):
            self._fast_path = None
        if not self._owner.opened(self):
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Answer at once, or hand the connection over."""
        data, self._begun = self._begun + data, b""
        fast_path = None if self._is_paused else self._fast_path
        answer = None if fast_path is None else fast_path.answer(data)
        if answer is not None:
            self._busy_until = self._loop.time() + self._idle_seconds
            self._transport.write(answer)
        elif fast_path is not None and fast_path.is_unfinished(data):
            self._begun = data
            self._look_again(self._loop.time() + BODY_SECONDS)
        else:
            self._hand_over(data)

    def _hand_over(self, data: bytes) -> None:
        """All that was asked before is answered, so the other one begins at the start of a request."""
        self._leave()
        full = self._owner.full_connection()
        self._transport.set_protocol(full)
        full.connection_made(self._transport)
        if self._is_paused:
            full.pause_writing()
        full.data_received(data)

    def pause_writing(self) -> None:
        """The client does not read its answers."""
        self._is_paused = True

    def resume_writing(self) -> None:
        """It reads them again."""
        self._is_paused = False

    def connection_lost(self, _: Exception | None) -> None:
        """The client is gone."""
        self._leave()

    def close(self) -> None:
        """End it; what was answered is still sent."""
        self._transport.close()

    def _leave(self) -> None:
        self._timer.cancel()
        self._owner.ended(self)

    def _look_again(self, time: float) -> None:
        self._timer.cancel()
        self._timer = self._loop.call_at(time, self._look)

    def _look(self) -> None:
        if self._begun:
            self._hand_over(self._begun)
        elif self._loop.time() >= self._busy_until:
            self._transport.close()
        else:
            self._look_again(self._busy_until)
