"""A connection of the API for as long as the fast path answers all that it is asked.

Clients that ask one plain thing, as most scripts do, need no more than this: bytes in, bytes out.
"""

from __future__ import annotations

import asyncio
from typing import Protocol, cast

from pybytomd.rpc.fast_path import FastPath


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
        self._is_paused = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The client is there."""
        self._transport = cast(asyncio.Transport, transport)
        self._timer = self._loop.call_at(self._busy_until, self._check_idle)
        peer = transport.get_extra_info("peername")
        if self._fast_path is not None and not self._fast_path.trusts(str(peer[0]) if peer else ""):
            self._fast_path = None
        if not self._owner.opened(self):
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Answer at once, or hand the connection over."""
        answer = None if self._fast_path is None or self._is_paused else self._fast_path.answer(data)
        if answer is None:
            self._hand_over(data)
            return
        self._busy_until = self._loop.time() + self._idle_seconds
        self._transport.write(answer)

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

    def _check_idle(self) -> None:
        if self._loop.time() >= self._busy_until:
            self._transport.close()
        else:
            self._timer = self._loop.call_at(self._busy_until, self._check_idle)
