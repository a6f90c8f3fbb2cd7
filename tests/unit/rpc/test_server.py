"""The server over real sockets: HTTP as clients see it, limits, and requests that come again."""

from __future__ import annotations

import asyncio
import json
import re
import resource
from collections.abc import AsyncIterator

import aiohttp
import pytest

from pybytomd.rpc import http_server
from pybytomd.rpc import server as server_module
from pybytomd.rpc.connection import ApiConnection
from pybytomd.rpc.http_server import MAX_BODY
from pybytomd.rpc.push.feeds import FeedStore
from pybytomd.rpc.quick_connection import QuickConnection
from pybytomd.rpc.server import ApiServer
from pybytomd.store.memory_db import MemoryStore
from tests.unit.rpc.recorded import NoPrograms, make_api, recorded_chain

COUNT = b'{"status":"success","data":{"block_count":3}}\n'


@pytest.fixture
async def server() -> AsyncIterator[ApiServer]:
    chain = recorded_chain(3)
    api = make_api(chain, wallet=NoPrograms(), feeds=FeedStore(MemoryStore()))
    async with ApiServer(api, port=0, read_seconds=30) as running:
        yield running
    chain.close()


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


async def test_headers(server: ApiServer) -> None:
    status, headers, body = await (await Raw.to(server)).ask(get("/get-block-count"))
    assert (status, body) == (200, COUNT)
    assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", headers.pop("Date"))
    assert headers == {
        "Content-Type": "application/json; charset=utf-8",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Xss-Protection": "1",
        "Content-Length": str(len(COUNT)),
    }


async def test_a_connection_is_used_again_on_both_paths(server: ApiServer) -> None:
    raw = await Raw.to(server)
    for _ in range(5):
        assert (await raw.ask(get("/get-block-count")))[2] == COUNT
        assert (await raw.ask(post("/get-block", b'{"block_height":1}')))[0] == 200
        assert (await raw.ask(post("/get-block", b"{")))[0] == 400
        assert (await raw.ask(get("/nope")))[0] == 500
        assert (await raw.ask(get("/get-block-count", "Connection: keep-alive")))[2] == COUNT


async def test_answers_are_the_same_on_both_paths(server: ApiServer) -> None:
    raw = await Raw.to(server)
    for request in (
        get("/get-block-count"),
        get("/get-block-hash?x", "Accept-Encoding: gzip"),
        post("/get-difficulty", b'{"block_height":2}'),
        post("/get-difficulty", b'{"block_height":200}'),
        post("/check-access-token", b'{"id":"a b"}'),
    ):
        long_way = await raw.ask(request.replace(b"\r\n\r\n", b"\r\nConnection: keep-alive\r\n\r\n", 1))
        first, again = await raw.ask(request), await raw.ask(request)
        assert long_way == first == again


async def test_the_fast_path_is_taken(server: ApiServer, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = await Raw.to(server)
    for request in (get("/get-block-count"), post("/get-block", b'{"block_height":1}'), get("/nope")):
        await raw.ask(request)

    async def unreachable(request: object) -> object:
        raise AssertionError

    monkeypatch.setattr(server.dispatcher, "answer", unreachable)
    assert (await raw.ask(get("/get-block-count")))[2] == COUNT
    assert (await raw.ask(post("/get-difficulty", b"{}")))[0] == 200
    assert (await raw.ask(post("/get-block", b'{"block_height":1}')))[0] == 200


async def test_plain_requests_need_no_aiohttp(server: ApiServer) -> None:
    raw = await Raw.to(server)
    request = post("/get-difficulty", b'{"block_height":2}')
    for _ in range(2):
        assert (await raw.ask(get("/get-block-count")))[2] == COUNT
        raw.send(request[:-5])
        await raw.writer.drain()
        await asyncio.sleep(0.01)
        assert (await raw.ask(request[-5:]))[0] == 200
    assert server._http is None
    assert (await raw.ask(get("/nope")))[0] == 500
    assert server._http is not None
    assert (await raw.ask(get("/get-block-count")))[2] == COUNT


async def test_a_client_that_does_not_read_is_handed_over(server: ApiServer) -> None:
    class Transport(asyncio.Transport):
        def write(self, data: bytes | bytearray | memoryview) -> None:
            raise AssertionError

        def get_extra_info(self, name: str, default: object = None) -> object:
            return ("127.0.0.1", 1) if name == "peername" else default

        def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
            self.protocol = protocol

        def pause_reading(self) -> None:
            pass

        def close(self) -> None:
            pass

    connection, transport = QuickConnection(server, server._fast_path, 30.0), Transport()
    connection.connection_made(transport)
    connection.pause_writing()
    connection.data_received(get("/get-block-count"))
    assert isinstance(transport.protocol, ApiConnection)
    transport.protocol.connection_lost(None)


async def test_kept_answers_change_with_the_chain(server: ApiServer) -> None:
    raw = await Raw.to(server)
    request = post("/create-access-token", b'{"id":"x"}')
    answers = [(await raw.ask(request))[2] for _ in range(3)]
    assert b"success" in answers[0]
    assert b"already in use" in answers[1]
    listed = [(await raw.ask(get("/list-access-tokens")))[2] for _ in range(2)]
    assert listed[0] == listed[1]
    await raw.ask(post("/create-access-token", b'{"id":"y"}'))
    assert (await raw.ask(get("/list-access-tokens")))[2] != listed[0]


async def test_requests_in_pieces_and_several_at_once(server: ApiServer) -> None:
    raw = await Raw.to(server)
    request = post("/get-difficulty", b'{"block_height":2}')
    await raw.ask(request)
    for cut in (5, 30, len(request) - 3):
        raw.send(request[:cut])
        await raw.writer.drain()
        await asyncio.sleep(0)
        assert (await raw.ask(request[cut:]))[0] == 200
    raw = await Raw.to(server)
    raw.send(request * 5 + get("/get-block-count"))
    assert [(await raw.answer())[0] for _ in range(5)] == [200] * 5
    assert (await raw.answer())[2] == COUNT


async def test_a_request_hidden_in_a_body_is_a_body(server: ApiServer) -> None:
    raw = await Raw.to(server)
    hidden = get("/get-block-count")
    for _ in range(2):
        await raw.ask(hidden)
    raw.send(f"POST /get-block HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(hidden)}\r\n\r\n".encode())
    await raw.writer.drain()
    await asyncio.sleep(0.01)
    status, _, body = await raw.ask(hidden)
    assert status == 400
    assert b"invalid character 'G'" in body


async def test_head_has_no_body(server: ApiServer) -> None:
    raw = await Raw.to(server)
    raw.send(get("/get-block-count").replace(b"GET", b"HEAD", 1))
    status, headers, _ = await raw.answer(has_body=False)
    assert (status, headers["Content-Length"]) == (200, str(len(COUNT)))
    assert (await raw.ask(get("/get-block-count")))[2] == COUNT


async def test_old_http_and_closing(server: ApiServer) -> None:
    raw = await Raw.to(server)
    raw.send(b"GET /get-block-count HTTP/1.0\r\n\r\n")
    assert (await raw.answer())[2] == COUNT
    assert await raw.reader.read() == b""
    raw = await Raw.to(server)
    _, headers, _ = await raw.ask(get("/get-block-count", "Connection: close"))
    assert headers["Connection"] == "close"
    assert await raw.reader.read() == b""


async def test_chunked_bodies(server: ApiServer) -> None:
    raw = await Raw.to(server)
    head = b"POST /get-difficulty HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    status, _, body = await raw.ask(head + b'5\r\n{"blo\r\nd\r\nck_height":1}\r\n0\r\n\r\n')
    assert (status, json.loads(body)["data"]["height"]) == (200, 1)


async def test_clients_that_ask_before_they_send(server: ApiServer) -> None:
    raw = await Raw.to(server)
    raw.send(
        b"POST /get-difficulty HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    )
    assert await raw.reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert (await raw.ask(b"{}"))[0] == 200


@pytest.mark.parametrize("is_chunked", [False, True])
async def test_a_body_that_is_too_large_takes_no_memory(server: ApiServer, is_chunked: bool) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    size = 3 * MAX_BODY

    async def body() -> AsyncIterator[bytes]:
        for _ in range(size >> 20):
            yield bytes(1 << 20)

    url = "http://{}:{}/get-block".format(*server.address)
    headers = {} if is_chunked else {"Content-Length": str(size)}
    async with aiohttp.ClientSession() as session:
        try:
            async with session.post(url, data=body(), headers=headers) as response:
                assert response.status == 400
                assert "too large" in (await response.json())["detail"]
        except aiohttp.ClientConnectionError:
            pass  # it went on sending for longer than the server listens
        async with session.get("http://{}:{}/get-block-count".format(*server.address)) as response:
            assert await response.read() == COUNT
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert (after - before) * 1024 < 2 * MAX_BODY + (32 << 20)


@pytest.mark.parametrize(
    "garbage",
    [b"garbage\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01", b"GET / HTTP/1.1\r\nbad\r\n\r\n"],
)
async def test_what_is_no_http_is_refused_in_one_line(server: ApiServer, garbage: bytes) -> None:
    raw = await Raw.to(server)
    raw.send(garbage + b"\r\n")
    raw.writer.write_eof()
    data = await raw.reader.read()
    assert data == b"" or data.startswith((b"HTTP/1.1 400 ", b"HTTP/1.0 400 "))
    assert b"Traceback" not in data
    assert (await (await Raw.to(server)).ask(get("/get-block-count")))[2] == COUNT


async def test_slow_clients_are_closed() -> None:
    chain = recorded_chain(0)
    async with ApiServer(make_api(chain), port=0, read_seconds=0.2) as server:
        silent, slow_head, slow_body = [await Raw.to(server) for _ in range(3)]
        slow_head.send(b"GET /get-block-count HTTP/1.1\r\nHos")
        slow_body.send(b"POST /get-block HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{")
        status, _, body = await slow_body.answer()
        assert (status, json.loads(body)["code"]) == (408, "BTM001")
        assert await silent.reader.read() == b""
        assert await slow_head.reader.read() == b""
    chain.close()


async def test_large_bodies_take_turns(server: ApiServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_server, "LARGE_BODY", 10)
    raws = [await Raw.to(server) for _ in range(8)]
    request = post("/get-difficulty", b'{"block_height":2}')
    for raw in raws:
        raw.send(request[:-1])
    for raw in raws[4:]:
        raw.send(request[-1:])
    for raw in raws[:4]:
        raw.send(request[-1:])
    assert [(await raw.answer())[0] for raw in raws] == [200] * 8


async def test_connections_are_bounded(server: ApiServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "MAX_CONNECTIONS", 2)
    kept = [await Raw.to(server) for _ in range(2)]
    for raw in kept:
        await raw.ask(get("/get-block-count"))
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await (await Raw.to(server)).ask(get("/get-block-count"))
    assert (await kept[0].ask(get("/get-block-count")))[2] == COUNT
    kept[1].writer.close()
    await kept[1].writer.wait_closed()
    await kept[0].ask(get("/get-block-count"))
    assert (await (await Raw.to(server)).ask(get("/get-block-count")))[2] == COUNT


async def test_a_port_in_use_is_an_error(server: ApiServer) -> None:
    with pytest.raises(OSError, match="in use"):
        async with ApiServer(server._api, port=server.address[1]):
            pass


async def test_stopping_ends_connections_and_answers_what_is_in_hand() -> None:
    chain = recorded_chain(0)
    async with ApiServer(make_api(chain), port=0) as server:
        idle = await Raw.to(server)
        await idle.ask(get("/get-block-count"))
        address = server.address
    assert await idle.reader.read() == b""
    with pytest.raises(OSError):
        await asyncio.open_connection(*address)
    with pytest.raises(RuntimeError):
        _ = server.address
    chain.close()


async def test_pages(server: ApiServer) -> None:
    raw = await Raw.to(server)
    status, headers, body = await raw.ask(get("/dashboard/any/where"))
    assert (status, headers["X-Frame-Options"]) == (200, "SAMEORIGIN")
    assert b"pybytomd" in body
    status, headers, body = await raw.ask(get("/docs"))
    assert headers["Content-Type"].startswith("text/html")
    assert b"get-block-count" in body
    assert not re.search(rb'(?:src|href)="(?:https?:)?//', body)
    document = json.loads((await raw.ask(get("/openapi.json")))[2])
    assert document["openapi"] == "3.1.0"
    assert "/get-block" in document["paths"]


async def test_requests_are_counted_on_both_paths(server: ApiServer) -> None:
    raw = await Raw.to(server)
    for _ in range(3):
        await raw.ask(get("/get-block-count"))
    await raw.ask(post("/list-transaction-feeds", b"x" * 5000))
    status, headers, body = await raw.ask(get("/metrics"))
    assert (status, headers["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert b"\nbytom_api_requests_total 5\n" in body
