"""Being called: the TCP listener, and the address we tell others to call.

Source: p2p-and-sync reference, section 2.1.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from collections.abc import Awaitable, Callable, Iterable

import ifaddr

from pybytomd.codec.hostport import parse_ip, split_host_port
from pybytomd.errors import DecodeError
from pybytomd.p2p.errors import PeerError
from pybytomd.p2p.network_address import NetAddress
from pybytomd.p2p.transport.dial import READ_LIMIT, DialError, dial
from pybytomd.p2p.transport.handshake import close_stream

logger = logging.getLogger(__name__)

BACKLOG = 1024
"""Connections the system holds for us: a flood of silent ones must not fill it."""
ATTEMPTS = 5
"""How often a port in use is tried, a second apart: a node that restarts waits for itself to let go."""
WILDCARD_HOSTS = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - recognised here, not bound

OnConnection = Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]


class ListenError(PeerError):
    """The port cannot be listened on."""


class Listener:
    """A TCP server that hands each connection to ``on_connection`` at once, without waiting for the one before."""

    def __init__(self, server: asyncio.Server) -> None:
        self._server = server
        host, port = server.sockets[0].getsockname()[:2]
        self.address = NetAddress(str(parse_ip(host)), port)
        """Where it listens; the real port, if port 0 was asked for."""

    @classmethod
    async def open(
        cls,
        host: str,
        port: int,
        on_connection: OnConnection,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> Listener:
        """Listen on ``host`` and ``port``. Raises ListenError when that fails five times."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                server = await asyncio.start_server(
                    on_connection, host or None, port, backlog=BACKLOG, limit=READ_LIMIT
                )
            except OSError as error:
                if attempt == ATTEMPTS:
                    raise ListenError(f"cannot listen on {host}:{port}: {error.strerror or error}") from error
                logger.warning("cannot listen yet", extra={"address": f"{host}:{port}", "reason": str(error)})
                await pause(1.0)
            else:
                return cls(server)
        raise AssertionError("unreachable")

    async def close(self) -> None:
        """Stop listening. Connections handed out are not touched."""
        self._server.close()


def split_listen_address(text: str) -> tuple[str, int]:
    """Host and port of a setting such as ``tcp://0.0.0.0:46657``. Raises ListenError."""
    try:
        return split_host_port(text.rpartition("://")[2])
    except DecodeError as error:
        raise ListenError(f"p2p.laddr {text!r} is not of the form tcp://host:port: {error}") from error


def check_listen_address(text: str) -> None:
    """Try whether a setting names a place where this machine can listen at all. Raises ListenError.

    Whether the port is free is not looked at: who holds it may let go of it.
    """
    host, port = split_listen_address(text)
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        reasons = [reason for place in found if (reason := _cannot_bind(place)) is not None]
    except (OSError, UnicodeError) as error:  # no such name, or one that cannot be a name
        raise ListenError(f"p2p.laddr {text!r} names no place of this machine: {error}") from error
    if reasons and len(reasons) == len(found):
        raise ListenError(f"p2p.laddr {text!r} cannot be listened on: {reasons[0]}")


def _cannot_bind(place: tuple[int, int, int, str, tuple[object, ...]]) -> str | None:
    family, kind, protocol, _, address = place
    try:
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                trial.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            trial.bind(address)
    except OSError as error:
        return None if error.errno == errno.EADDRINUSE else error.strerror or str(error)
    return None


def interface_address(adapters: Iterable[ifaddr.Adapter] | None = None) -> str:
    """The first IPv4 address of this machine that others might reach, else the loopback address."""
    for adapter in ifaddr.get_adapters() if adapters is None else adapters:
        for address in adapter.ips:
            if address.is_IPv4 and not parse_ip(str(address.ip)).is_loopback:
                return str(address.ip)
    return "127.0.0.1"


async def advertised_address(listening: NetAddress, mapped: NetAddress | None = None) -> NetAddress:
    """What to tell peers: what the router maps, else an interface if it answers, else where we listen."""
    if mapped is not None:
        return mapped
    outside = NetAddress(interface_address(), listening.port)
    if outside == listening:
        return outside
    try:
        _, writer = await dial(outside)
    except DialError as error:
        logger.info("the interface's address does not answer", extra={"reason": str(error)})
        return listening
    await close_stream(writer)
    return outside
