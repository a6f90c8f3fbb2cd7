"""The server over real sockets: HTTP as clients see it, limits, and requests that come again."""

from __future__ import annotations

import asyncio
import errno
import gc
import json
import re
import resource
from collections.abc import AsyncIterator
from types import FunctionType, ModuleType

import aiohttp
import pytest

from pybytomd.rpc.http_messages import HttpRequest
from pybytomd.rpc.push.feeds import FeedStore
from pybytomd.rpc.schema.registry import BLOCK_BODY
from pybytomd.rpc.transport.connection import MAX_IN_TURN, ApiConnection
from pybytomd.rpc.transport.limits import ConnectionTable
from pybytomd.rpc.transport.reading import RequestReader
from pybytomd.rpc.transport.server import ApiServer
from pybytomd.store.kv.memory_db import MemoryStore
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


async def test_a_connection_is_used_again(server: ApiServer) -> None:
    raw = await Raw.to(server)
    for _ in range(5):
        assert (await raw.ask(get("/get-block-count")))[2] == COUNT
        assert (await raw.ask(post("/get-block", b'{"block_height":1}')))[0] == 200
        assert (await raw.ask(post("/get-block", b"{")))[0] == 400
        assert (await raw.ask(get("/nope")))[0] == 500
        assert (await raw.ask(get("/get-block-count", "Connection: keep-alive")))[2] == COUNT


async def test_answers_are_the_same_with_any_headers(server: ApiServer) -> None:
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


async def test_answers_change_with_what_they_are_about(server: ApiServer) -> None:
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
    size = 3 * BLOCK_BODY.size

    async def body() -> AsyncIterator[bytes]:
        for _ in range(size >> 20):
            yield bytes(1 << 20)

    url = "http://{}:{}/submit-block".format(*server.address)
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
    assert (after - before) * 1024 < 2 * BLOCK_BODY.size + (32 << 20)


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
    for path in ("/docs", "/openapi.json"):  # rendered once
        request = HttpRequest("GET", path, {"host": "localhost"}, "127.0.0.1")
        assert server.dispatcher.open(request) is server.dispatcher.open(request)
    document = json.loads((await raw.ask(get("/openapi.json")))[2])
    assert document["openapi"] == "3.1.0"
    assert "/get-block" in document["paths"]


async def test_requests_are_counted(server: ApiServer) -> None:
    raw = await Raw.to(server)
    for _ in range(3):
        await raw.ask(get("/get-block-count"))
    await raw.ask(post("/list-transaction-feeds", b"x" * 5000))
    status, headers, body = await raw.ask(get("/metrics"))
    assert (status, headers["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert b"\nbytom_api_requests_total 5\n" in body


async def test_any_verb_and_any_client_comes_to_the_same_method(server: ApiServer) -> None:
    raw = await Raw.to(server)
    for headers in ((), ("Connection: keep-alive",), ("User-Agent: x", "Accept: */*", "X-Own: 1")):
        for _ in range(3):
            assert (await raw.ask(get("/get-block-count", *headers)))[2] == COUNT


async def test_a_request_seen_before_needs_no_parsing(server: ApiServer, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = await Raw.to(server)
    known = post("/get-difficulty", b'{"block_height":2}')
    first = await raw.ask(known)

    def unreachable(reader: RequestReader, data: bytes) -> bytes:
        raise AssertionError(data)

    monkeypatch.setattr(RequestReader, "_parse", unreachable)
    assert await raw.ask(known) == first
    assert await raw.ask(post("/get-difficulty", b'{"block_height":1}')) != first
    raw.send(known[:-18])  # the head alone: many clients send the body apart
    await raw.writer.drain()
    await asyncio.sleep(0.01)
    assert await raw.ask(known[-18:]) == first


async def test_a_body_that_does_not_come_after_a_known_head_is_missed() -> None:
    chain = recorded_chain(0)
    async with ApiServer(make_api(chain), port=0, read_seconds=0.2) as server:
        raw = await Raw.to(server)
        request = post("/get-difficulty", b"{}")
        await raw.ask(request)
        raw.send(request[:-2])
        status, _, body = await raw.answer()
        assert (status, json.loads(body)["code"]) == (408, "BTM001")
    chain.close()


SECRET = "a-secret-0123456789"


@pytest.mark.parametrize(
    "request_",
    [
        post("/check-access-token", json.dumps({"id": "x", "secret": SECRET}).encode()),
        get("/get-block-count", f"Authorization: Basic {SECRET}"),
        get("/get-block-count", f"Cookie: {SECRET}"),
        get("/get-block-count", f"X-Api-Key: {SECRET}"),
        get(f"/get-block-count?key={SECRET}"),
        post("/create-key", json.dumps({"alias": "x", "password": SECRET}).encode()),
        post("/get-block", json.dumps({"password": SECRET}).encode()),
        get(f"/{SECRET}"),
    ],
)
async def test_no_secret_outlives_its_request(server: ApiServer, request_: bytes) -> None:
    """Whatever the server can still reach is looked through, for the connection stays open."""
    raw = await Raw.to(server)
    for _ in range(2):
        await raw.ask(request_)
    del request_
    seen: set[int] = set()
    found = []
    pending: list[object] = [server]
    while pending:
        item = pending.pop()
        if id(item) in seen or isinstance(item, type | ModuleType | FunctionType):
            continue
        seen.add(id(item))
        text = item if isinstance(item, str | bytes | bytearray) else b""
        if SECRET.encode() in (text.encode("utf-8", "replace") if isinstance(text, str) else bytes(text)):
            found.append(item)
        pending += gc.get_referents(item)
    assert any(isinstance(item, ApiConnection) for item in gc.get_objects() if id(item) in seen)
    assert found == []


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("GET /get-block-count HTTP/1.1", 400),
        ("GET /get-block-count HTTP/1.1\r\nHost:", 400),
        ("GET /get-block-count HTTP/1.1\r\nHost: localhost\r\nHost: localhost", 400),
        ("GET /get-block-count HTTP/1.0\r\nHost: localhost\r\nHost: localhost", 400),
        ("GET /get-block-count HTTP/1.1\r\nHost: localhost\r\nHOST: evil.example", 400),
        ("GET /get-block-count HTTP/1.1\r\nHost: evil.example", 403),
        ("GET /get-block-count HTTP/1.0\r\nHost: evil.example", 403),
        ("GET http://localhost/get-block-count HTTP/1.1\r\nHost: evil.example", 400),
        ("GET http://evil.example/get-block-count HTTP/1.1\r\nHost: localhost", 400),
        ("GET http://localhost/get-block-count HTTP/1.1\r\nHost: localhost", 200),
        ("GET http://[/ HTTP/1.1\r\nHost: localhost", 400),
        ("CONNECT localhost:80 HTTP/1.1\r\nHost: localhost", 400),
        ("GET /get-block-count HTTP/1.2\r\nHost: localhost", 400),
        ("GET /get-block-count HTTP/2.0\r\nHost: localhost", 505),
        ("GET /get-block-count HTTP/0.9\r\nHost: localhost", 505),
        ("GET /get-block-count\r\nHost: localhost", 505),
        ("GET /get-block-count HTTP/1.0", 200),
        ("GET /get-block-count HTTP/1.1\r\nHost: localhost\r\nX-Odd: \xff\xfe", 200),
        ("GET /get-block-count HTTP/1.1\r\nHost: \xff\xfe", 403),
        ("GET /%ff%fe HTTP/1.1\r\nHost: localhost", 500),
        ("GET /rescan-wallet HTTP/1.1\r\nHost: localhost\r\nUser-Agent: Mozilla/5.0", 405),
        ("GET /get-block-count HTTP/1.1\r\nHost: localhost\r\nUser-Agent: Mozilla/5.0", 200),
        ("GET /get-block-count HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2", 400),
        ("GET /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked", 400),
        ("GET /x HTTP/1.1\r\nHost: localhost\r\nLong: " + "x" * (70 << 10), 431),
        ("POST /get-block HTTP/1.1\r\nHost: localhost\r\nUpgrade: h2c\r\nConnection: Upgrade", 400),
    ],
)
async def test_heads(server: ApiServer, head: str, status: int, caplog: pytest.LogCaptureFixture) -> None:
    """Twice, on both ways: a head that is not answered is not one that is remembered."""
    for _ in range(2):
        raw = await Raw.to(server)
        raw.send(head.encode("latin-1") + b"\r\n\r\n")
        assert (await raw.answer())[0] == status
        raw.writer.close()
    assert [record for record in caplog.records if record.exc_info] == []


async def test_a_head_without_end_is_refused(server: ApiServer) -> None:
    raw = await Raw.to(server)
    raw.send(b"GET /get-block-count HTTP/1.1\r\nHost: localhost\r\nLong: ")
    for _ in range(80):
        raw.send(b"x" * 1024)
    assert (await raw.answer())[0] == 431


async def test_after_an_offer_of_another_protocol_it_is_http_as_before(server: ApiServer) -> None:
    raw = await Raw.to(server)
    offer = get("/get-block-count", "Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: x")
    raw.send(offer + get("/get-block-hash") + offer)
    assert (await raw.answer())[2] == COUNT
    assert b"block_hash" in (await raw.answer())[2]
    assert (await raw.answer())[2] == COUNT


async def test_blanks_before_a_request_are_no_request(server: ApiServer) -> None:
    """Nor are they remembered as the head of the one behind them."""
    for _ in range(2):
        raw = await Raw.to(server)
        raw.send(b"\r\n\r\n")
        await raw.writer.drain()
        await asyncio.sleep(0.01)
        assert b"block_hash" in (await raw.ask(get("/get-block-hash")))[2]
        assert (await raw.ask(b"\r\n\r\n" + get("/get-block-count")))[2] == COUNT


async def test_many_at_once_are_answered_in_order_and_others_get_their_turn(server: ApiServer) -> None:
    greedy, modest = await Raw.to(server), await Raw.to(server)
    heights = [number % 4 for number in range(300)]
    greedy.send(b"".join(post("/get-raw-block", b'{"block_height":%d}' % height) for height in heights))
    assert (await modest.ask(get("/get-block-count")))[2] == COUNT
    one = [(await modest.ask(post("/get-raw-block", b'{"block_height":%d}' % height)))[2] for height in range(4)]
    assert [(await greedy.answer())[2] for _ in heights] == [one[height] for height in heights]


async def test_the_last_request_of_a_client_that_sends_no_more_is_answered(server: ApiServer) -> None:
    raw = await Raw.to(server)
    raw.send(post("/get-raw-block", b'{"block_height":1}') * 2)
    raw.writer.write_eof()
    assert [(await raw.answer())[0] for _ in range(2)] == [200, 200]


async def test_a_body_nobody_wants_is_not_waited_for(server: ApiServer) -> None:
    raw = await Raw.to(server)
    raw.send(b"POST /get-block-count HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\n")
    status, headers, body = await raw.answer()
    assert (status, headers["Connection"], body) == (200, "close", COUNT)


async def test_a_body_that_is_refused_is_not_invited(server: ApiServer) -> None:
    for path, length, status in (("/nope", 9, 500), ("/get-block", BLOCK_BODY.size, 400)):
        raw = await Raw.to(server)
        head = (
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\nExpect: 100-continue\r\n\r\n"
        )
        raw.send(head.encode())
        assert (await raw.answer())[0] == status


async def test_large_bodies_take_turns(server: ApiServer) -> None:
    size = 12 << 20
    request = post("/submit-block", b'{"raw_block":"' + b"0" * size + b'"}')
    raws = [await Raw.to(server) for _ in range(5)]
    for raw in raws:
        raw.send(request)
    statuses = [(await raw.answer())[0] for raw in raws]
    assert statuses == [400] * 5
    given = asyncio.Event()
    if not server.room.ask("all", 1 << 30, given.set):
        await asyncio.wait_for(given.wait(), 30)  # all is given back, when freed memory is


async def test_a_body_of_too_many_values_is_refused(server: ApiServer) -> None:
    raw = await Raw.to(server)
    status, _, body = await raw.ask(post("/get-merkle-proof", b'{"tx_ids":[' + b"[]," * 300_000 + b"0]}"))
    assert (status, json.loads(body)["code"]) == (400, "BTM002")
    assert "values" in json.loads(body)["detail"]


async def test_new_connections_find_room_where_others_idle() -> None:
    chain = recorded_chain(3)
    async with ApiServer(make_api(chain), port=0, connections=ConnectionTable(2)) as server:
        first, second = await Raw.to(server), await Raw.to(server)
        for raw in (second, first):
            await raw.ask(get("/get-block-count"))
        third = await Raw.to(server)
        assert (await third.ask(get("/get-block-count")))[2] == COUNT
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await second.ask(get("/get-block-count"))
        assert (await first.ask(get("/get-block-count")))[2] == COUNT
    chain.close()


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


async def test_requests_of_one_client_leave_the_loop_to_others(server: ApiServer) -> None:
    connection, transport = ApiConnection(server), FakeTransport()
    connection.connection_made(transport)
    count = 3 * MAX_IN_TURN + 1
    connection.data_received(get("/get-block-count") * count)
    assert transport.written.count(COUNT) == MAX_IN_TURN
    assert not transport.is_reading_
    for turns in (2, 3, 4):
        await asyncio.sleep(0)
        assert transport.written.count(COUNT) == min(turns * MAX_IN_TURN, count)
    assert transport.is_reading_
    connection.connection_lost(None)


async def test_a_client_that_does_not_read_is_not_written_to() -> None:
    chain = recorded_chain(3)
    async with ApiServer(make_api(chain), port=0) as server:
        connection, transport = ApiConnection(server), FakeTransport()
        connection.connection_made(transport)
        connection.data_received(get("/get-block-count"))
        assert transport.written.endswith(COUNT)
        before = transport.written
        connection.pause_writing()
        for _ in range(3):
            connection.data_received(get("/get-block-count"))
        assert transport.written == before
        assert not transport.is_reading_
        connection.resume_writing()
        assert transport.written.count(COUNT) == 4
        assert transport.is_reading_
        connection.connection_lost(None)
    chain.close()


async def test_a_head_that_is_known_is_known_for_this_machine_only(server: ApiServer) -> None:
    """Another machine that sends the same bytes is asked for its token all the same."""

    await (await Raw.to(server)).ask(get("/get-block-count"))
    connection, transport = ApiConnection(server), FakeTransport("10.0.0.1")
    connection.connection_made(transport)
    connection.data_received(get("/get-block-count"))
    assert transport.written.startswith(b"HTTP/1.1 401 ")
    connection.connection_lost(None)


async def test_when_files_run_out_idle_connections_are_closed(
    server: ApiServer, caplog: pytest.LogCaptureFixture
) -> None:
    """As asyncio reports it, for each connection that waits, again and again."""
    raw = await Raw.to(server)
    await raw.ask(get("/get-block-count"))
    loop = asyncio.get_running_loop()
    for _ in range(3):
        loop.call_exception_handler(
            {"message": "accept", "exception": OSError(errno.EMFILE, "too many open files")}
        )
    assert await raw.reader.read() == b""
    assert len([record for record in caplog.records if record.levelname == "WARNING"]) == 1
    assert [record for record in caplog.records if record.exc_info] == []
    assert (await (await Raw.to(server)).ask(get("/get-block-count")))[2] == COUNT
    loop.call_exception_handler({"message": "something else", "exception": ValueError("x")})
    assert "something else" in caplog.text
