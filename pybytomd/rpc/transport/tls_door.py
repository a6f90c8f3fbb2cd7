"""A TCP connection until it speaks TLS: it counts as one from its first moment, and has a short time for it.

asyncio can listen for TLS by itself, but tells of a connection only after the handshake: whoever connects and says
nothing would be in nobody's account. So the socket is taken over before anything is read, and shakes hands here.
(``loop.start_tls`` would not do: uvloop may have read some of the handshake by then.)
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import ssl
from collections.abc import Callable
from typing import Protocol, cast

from pybytomd.rpc.transport.limits import Connection
from pybytomd.tasks import TaskSet

logger = logging.getLogger(__name__)

HANDSHAKE_SECONDS = 10.0


class Doorkeeper(Protocol):
    """Who keeps account of connections."""

    tasks: TaskSet

    def opened(self, connection: Connection, remote: str, file: int) -> None:
        """Count a connection; it, or another one for it, may be closed."""

    def ended(self, connection: Connection) -> None:
        """No longer count it."""


class TlsDoor(asyncio.Protocol):
    """Shakes hands, and leaves the connection to the protocol that ``inside`` makes."""

    is_idle = True
    """See ``limits.Connection``: it goes before those that are answered."""

    def __init__(
        self,
        keeper: Doorkeeper,
        context: ssl.SSLContext,
        inside: Callable[[], asyncio.Protocol],
        seconds: float = HANDSHAKE_SECONDS,
    ) -> None:
        """``seconds`` is the time for the handshake."""
        self._keeper = keeper
        self._context = context
        self._inside = inside
        self._seconds = seconds
        self._socket: socket.socket | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The client is there."""
        try:
            taken = self._socket = transport.get_extra_info("socket").dup()
        except OSError as error:  # no files are left, or it is gone again
            logger.debug("no TLS connection", extra={"err": str(error)})
            return
        finally:
            cast(asyncio.Transport, transport).abort()  # closes its own file of the two
        peer = transport.get_extra_info("peername")
        self._keeper.opened(self, str(peer[0]) if peer else "", taken.fileno())
        self._keeper.tasks.start(self._shake_hands(taken), "handshake")

    def close(self) -> None:
        """See ``limits.Connection``."""
        self.abort()

    def abort(self) -> None:
        """See ``limits.Connection``."""
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    async def _shake_hands(self, taken: socket.socket) -> None:
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                self._inside, taken, ssl=self._context, ssl_handshake_timeout=self._seconds
            )
        except OSError as error:  # of TLS, of time, of the line
            logger.debug("no TLS connection", extra={"err": str(error)})
            with contextlib.suppress(OSError):
                taken.close()
        finally:
            self._socket = None
            self._keeper.ended(self)
