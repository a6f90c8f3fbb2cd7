"""A client that sends bytes as they are, and what it most often asks."""

from __future__ import annotations

import asyncio

from pybytomd.rpc.transport.server import ApiServer

COUNT = b'{"status":"success","data":{"block_count":3}}\n'


class Raw:
    """A connection on which bytes are sent as they are."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def to(cls, server: ApiServer) -> Raw:
        return cls(*await asyncio.open_connection(*server.address))

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def answer(self, *, has_body: bool = True) -> tuple[int, dict[str, str], bytes]:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        lines = head.split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines[1:-2])
        body = await self.reader.readexactly(int(headers["Content-Length"])) if has_body else b""
        return int(lines[0].split()[1]), headers, body

    async def ask(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        self.send(request)
        return await self.answer()


def get(path: str, *headers: str) -> bytes:
    return "\r\n".join((f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *headers, "", "")).encode()


def post(path: str, body: bytes) -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


class FakeTransport(asyncio.Transport):
    """Keeps what is written; comes from ``remote``."""

    def __init__(self, remote: str = "127.0.0.1") -> None:
        super().__init__()
        self.remote = remote
        self.written = b""
        self.is_reading_ = True

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)

    def get_write_buffer_size(self) -> int:
        return len(self.written)

    def get_extra_info(self, name: str, default: object = None) -> object:
        return (self.remote, 1) if name == "peername" else default

    def is_closing(self) -> bool:
        return False

    def pause_reading(self) -> None:
        self.is_reading_ = False

    def resume_reading(self) -> None:
        self.is_reading_ = True
