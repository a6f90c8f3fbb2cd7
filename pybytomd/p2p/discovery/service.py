"""The UDP socket and the clock of discovery."""

from __future__ import annotations

import asyncio
import logging
from random import Random
from typing import Any, Self, cast

from pybytomd.clock import Clock
from pybytomd.codec.hostport import parse_ip
from pybytomd.p2p.discovery.engine import Engine
from pybytomd.p2p.discovery.node_db import NodeDatabase
from pybytomd.p2p.errors import PeerError
from pybytomd.p2p.identity import Identity
from pybytomd.p2p.network_address import NetAddress
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.tasks import TaskSet

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.2
MAX_UNSENT = 256 * 1024
"""Bytes the socket may have waiting; datagrams beyond are dropped, as the network may do anyway."""


class DiscoveryError(PeerError):
    """The UDP port cannot be used."""


class _Socket(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.engine: Engine | None = None
        self.transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, source: tuple[str | Any, int]) -> None:
        if self.engine is not None:
            self.engine.receive(data, str(parse_ip(str(source[0]))), source[1])

    def error_received(self, error: Exception) -> None:
        logger.debug("datagram not delivered", extra={"reason": str(error)})

    def send(self, data: bytes, ip: str, port: int) -> None:
        transport = self.transport
        if transport is None or transport.is_closing():
            return
        # Every datagram transport of asyncio has a write buffer; only the type hints do not know it.
        if cast(asyncio.WriteTransport, transport).get_write_buffer_size() < MAX_UNSENT:
            transport.sendto(data, (ip, port))


class Discovery:
    """The UDP table as a service, and a source of addresses for the switch. Use as ``async with``."""

    def __init__(self, engine: Engine, socket: _Socket) -> None:
        self._engine = engine
        self._socket = socket
        self._tasks = TaskSet("discovery")

    @classmethod
    async def open(
        cls,
        host: str,
        port: int,
        identity: Identity,
        database: KeyValueStore,
        clock: Clock,
        seeds: tuple[NetAddress, ...] = (),
        random: Random | None = None,
    ) -> Discovery:
        """Bind UDP ``port``, the same number as for TCP. Raises DiscoveryError."""
        loop = asyncio.get_running_loop()
        try:
            _, socket = await loop.create_datagram_endpoint(_Socket, local_addr=(host or "0.0.0.0", port))  # noqa: S104 - what the operator asks for
        except OSError as error:
            raise DiscoveryError(f"cannot use UDP port {host}:{port}: {error.strerror or error}") from error
        assigned = socket.transport.get_extra_info("sockname")[1] if socket.transport else port
        chance = random or Random()  # noqa: S311 - spreads questions, protects nothing
        engine = Engine(identity, assigned, NodeDatabase(database), clock, chance, socket.send)
        engine.set_fallback(seeds)
        socket.engine = engine
        return cls(engine, socket)

    @property
    def nodes_known(self) -> int:
        """Nodes in the table."""
        return len(self._engine.table)

    def candidates(self, count: int) -> list[NetAddress]:
        """Up to ``count`` known nodes to call."""
        return self._engine.candidates(count)

    def set_seeds(self, seeds: tuple[NetAddress, ...]) -> None:
        """Where to begin when no node is known, for instance what a DNS seed answered."""
        self._engine.set_fallback(seeds)

    async def __aenter__(self) -> Self:
        self._engine.tick()
        self._tasks.every(TICK_SECONDS, self._engine.tick, "tick")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._tasks.close()
        if self._socket.transport is not None:
            self._socket.transport.close()
