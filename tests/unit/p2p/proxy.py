"""A SOCKS5 proxy for tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.unit.p2p.network import LOOPBACK


class Proxy:
    """A SOCKS5 proxy that writes down what it is sent."""

    def __init__(self, *, user: bytes = b"", status: int = 0) -> None:
        self.user, self.status = user, status
        self.transcript: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        greeting = await reader.readexactly(2)
        greeting += await reader.readexactly(greeting[1])
        self.transcript.append(greeting)
        method = 2 if self.user else 0
        writer.write(bytes((5, method)))
        if self.user:
            head = await reader.readexactly(2)
            rest = await reader.readexactly(head[1] + 1)
            password = await reader.readexactly(rest[-1])
            self.transcript.append(head + rest + password)
            writer.write(b"\x01\x00")
        request = await reader.readexactly(5)
        host = await reader.readexactly(request[4])
        port = await reader.readexactly(2)
        self.transcript.append(request + host + port)
        writer.write(bytes((5, self.status, 0, 1)) + bytes(6))
        if self.status == 0:
            peer_reader, peer_writer = await asyncio.open_connection(host.decode(), int.from_bytes(port, "big"))
            await asyncio.gather(pipe(reader, peer_writer), pipe(peer_reader, writer))
        writer.close()


async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
    writer.close()


@asynccontextmanager
async def proxy_server(proxy: Proxy) -> AsyncIterator[int]:
    server = await asyncio.start_server(proxy.serve, LOOPBACK, 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
