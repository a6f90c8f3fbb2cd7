"""Connections: how long one lives, whose turn it is, and which one goes when there is no room."""

from __future__ import annotations

import asyncio
import errno
import json

import pytest

from pybytomd.rpc.transport.connection import MAX_IN_TURN, ApiConnection
from pybytomd.rpc.transport.limits import ConnectionTable
from pybytomd.rpc.transport.server import ApiServer
from tests.unit.rpc.recorded import make_api, recorded_chain
from tests.unit.rpc.transport.raw_client import COUNT, FakeTransport, Raw, get, post


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
