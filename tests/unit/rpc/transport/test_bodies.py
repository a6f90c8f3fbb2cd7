"""Bodies of requests: in pieces, in chunks, too large, unwanted."""

from __future__ import annotations

import asyncio
import json
import resource
from collections.abc import AsyncIterator

import aiohttp
import pytest

from pybytomd.rpc.schema.body_limits import BLOCK_BODY
from pybytomd.rpc.transport.server import ApiServer
from tests.unit.rpc.transport.raw_client import COUNT, Raw, get, post


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
