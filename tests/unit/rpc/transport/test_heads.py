"""Heads of requests: which are answered, which are remembered, and what of them is not."""

from __future__ import annotations

import asyncio
import gc
import json
from types import FunctionType, ModuleType

import pytest

from pybytomd.rpc.transport.connection import ApiConnection
from pybytomd.rpc.transport.reading import RequestReader
from pybytomd.rpc.transport.server import ApiServer
from tests.unit.rpc.recorded import make_api, recorded_chain
from tests.unit.rpc.transport.raw_client import COUNT, FakeTransport, Raw, get, post


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


async def test_blanks_before_a_request_are_no_request(server: ApiServer) -> None:
    """Nor are they remembered as the head of the one behind them."""
    for _ in range(2):
        raw = await Raw.to(server)
        raw.send(b"\r\n\r\n")
        await raw.writer.drain()
        await asyncio.sleep(0.01)
        assert b"block_hash" in (await raw.ask(get("/get-block-hash")))[2]
        assert (await raw.ask(b"\r\n\r\n" + get("/get-block-count")))[2] == COUNT


async def test_a_head_that_is_known_is_known_for_this_machine_only(server: ApiServer) -> None:
    """Another machine that sends the same bytes is asked for its token all the same."""

    await (await Raw.to(server)).ask(get("/get-block-count"))
    connection, transport = ApiConnection(server), FakeTransport("10.0.0.1")
    connection.connection_made(transport)
    connection.data_received(get("/get-block-count"))
    assert transport.written.startswith(b"HTTP/1.1 401 ")
    connection.connection_lost(None)
