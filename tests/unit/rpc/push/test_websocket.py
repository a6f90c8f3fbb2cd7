"""WebSocket notifications, over real sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from pybytomd.chain.chain import Chain
from pybytomd.ledger.block import Block
from pybytomd.rpc.push import websocket
from pybytomd.rpc.push.notifications import NotificationManager
from pybytomd.rpc.transport.server import ApiServer
from tests.unit.rpc.recorded import DATA, make_api, recorded_chain, recording

OK = {"notification_type": "request_status", "data": None}


@pytest.fixture
def chain() -> Chain:
    return recorded_chain(3)


@pytest.fixture
async def notifications(chain: Chain) -> AsyncIterator[NotificationManager]:
    async with NotificationManager(chain, chain.events, max_clients=2, max_requests=2) as manager:
        yield manager
    chain.close()


@pytest.fixture
async def server(chain: Chain, notifications: NotificationManager) -> AsyncIterator[ApiServer]:
    async with ApiServer(make_api(chain, notifications=notifications), port=0) as running:
        yield running


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as running:
        yield running


def url(server: ApiServer) -> str:
    return "http://{}:{}/websocket-subscribe".format(*server.address)


async def ask(socket: aiohttp.ClientWebSocketResponse, topic: str) -> Any:
    await socket.send_str(json.dumps({"topic": topic}))
    return await socket.receive_json()


def block(height: int) -> Block:
    return Block.from_hex(recording("chain")["blocks"][height])


async def test_requests_are_answered(server: ApiServer, session: aiohttp.ClientSession) -> None:
    async with session.ws_connect(url(server)) as socket:
        for topic in (*websocket.TOPICS, "notify_raw_blocks", "notify_raw_blocks"):
            await socket.send_str(json.dumps({"topic": topic}))
            assert await socket.receive_str() == '{"notification_type":"request_status","data":null}'
        assert (await ask(socket, "nope"))["error_detail"] == (
            "Websocket Internal error: There is not this topic: nope"
        )
        await socket.send_bytes(b'{"topic":"notify_raw_blocks"}')
        assert await socket.receive_json() == OK


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("not json", "invalid character 'o' in literal null (expecting 'u')"),
        ("", "unexpected end of JSON input"),
        ("{} {}", "invalid character '{' after top-level value"),
        ('{"topic":5}', "json: cannot unmarshal number into Go struct field WSRequest.topic of type string"),
        ("[]", "json: cannot unmarshal array into Go value of type websocket.WSRequest"),
    ],
)
async def test_what_is_no_request(
    server: ApiServer, session: aiohttp.ClientSession, text: str, expected: str
) -> None:
    async with session.ws_connect(url(server)) as socket:
        await socket.send_str(text)
        answer = await socket.receive_json()
        assert answer["error_detail"] == f"Websocket request parsing error: {expected}"
        assert await ask(socket, "notify_raw_blocks") == OK


async def test_blocks_are_told_in_order(server: ApiServer, session: aiohttp.ClientSession, chain: Chain) -> None:
    async with session.ws_connect(url(server)) as socket:
        await ask(socket, "notify_raw_blocks")
        for height in range(4, 10):
            await asyncio.to_thread(chain.process_block, block(height), True)
        for height in range(4, 10):
            expected = {"notification_type": "raw_blocks_connected", "data": block(height).to_hex()}
            assert await socket.receive_json() == expected
        await ask(socket, "stop_notify_raw_blocks")
        await asyncio.to_thread(chain.process_block, block(10), True)
        assert await ask(socket, "notify_new_transactions") == OK


async def test_a_new_client_hears_of_later_blocks_only(
    server: ApiServer, session: aiohttp.ClientSession, chain: Chain
) -> None:
    await asyncio.to_thread(chain.process_block, block(4), True)
    async with session.ws_connect(url(server)) as socket:
        await ask(socket, "notify_raw_blocks")
        await asyncio.to_thread(chain.process_block, block(5), True)
        assert (await socket.receive_json())["data"] == block(5).to_hex()


async def test_a_reorganisation_goes_back_and_forth() -> None:
    """Of recorded branches: B1 and B2 leave, A1 to A3 come, or the other way round."""
    document = json.loads((DATA / "reorg.json").read_text())
    blocks = {name: Block.from_hex(raw) for name, raw in document["blocks"].items()}
    common = [blocks[name] for name in sorted((n for n in blocks if n[0] == "G"), key=lambda n: int(n[1:] or 0))]
    chain = recorded_chain(0)
    for found in common:
        if found.height:
            chain.process_block(found, True)
    first = [found for name, found in sorted(blocks.items()) if name in ("A1", "A2")]
    second = [found for name, found in sorted(blocks.items()) if name in ("B1", "B2", "B3")]
    heard: list[tuple[str, str]] = []

    class Listener:
        topics = frozenset({"raw_blocks"})

        def offer(self, text: str) -> None:
            value = json.loads(text)
            heard.append((value["notification_type"], value["data"]))

        def hang_up(self) -> None:
            pass

    async with NotificationManager(chain, chain.events) as manager:
        manager.add(Listener())
        for found in (*first, *second):
            await asyncio.to_thread(chain.process_block, found, True)
            await manager._tell_blocks()
    assert chain.best_hash == second[-1].hash
    expected = [("raw_blocks_connected", found.to_hex()) for found in first]
    expected += [("raw_blocks_disconnected", found.to_hex()) for found in reversed(first)]
    expected += [("raw_blocks_connected", found.to_hex()) for found in second]
    assert heard == expected
    chain.close()


async def test_transactions_are_told(session: aiohttp.ClientSession) -> None:
    blocks = [Block.from_hex(raw) for raw in recording("chain")["blocks"]]
    height, spend = next((b.height, tx) for b in blocks for tx in b.transactions[1:])
    chain = recorded_chain(height - 1)
    async with (
        NotificationManager(chain, chain.events) as manager,
        ApiServer(make_api(chain, notifications=manager), port=0) as server,
        session.ws_connect(url(server)) as socket,
    ):
        await ask(socket, "notify_new_transactions")
        await chain.add_transaction(spend)
        assert await socket.receive_json() == {
            "notification_type": "new_transaction",
            "data": {"transaction": spend.to_hex(), "status_fail": False},
        }
    chain.close()


async def test_there_is_a_limit_of_clients(server: ApiServer, session: aiohttp.ClientSession) -> None:
    async with session.ws_connect(url(server)) as first:
        async with session.ws_connect(url(server)):
            async with session.get(url(server), headers={"Upgrade": "websocket"}) as refused:
                assert refused.status == 400
            with pytest.raises(aiohttp.WSServerHandshakeError) as raised:
                await session.ws_connect(url(server))
            assert raised.value.status == 400
            assert await ask(first, "notify_raw_blocks") == OK
        for _ in range(100):
            if server._api.notifications is not None and server._api.notifications.has_room:
                break
            await asyncio.sleep(0.01)
        async with session.ws_connect(url(server)) as again:
            assert await ask(again, "notify_raw_blocks") == OK


async def test_what_is_no_upgrade_is_refused(server: ApiServer, session: aiohttp.ClientSession) -> None:
    async with session.get(url(server)) as response:
        assert (response.status, await response.read()) == (400, b"400 Bad Request.\n")
        assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    async with session.get(url(server), headers={"Sec-Fetch-Site": "cross-site"}) as response:
        assert response.status == 403


async def test_a_client_that_does_not_read_is_cut_off(
    server: ApiServer,
    session: aiohttp.ClientSession,
    monkeypatch: pytest.MonkeyPatch,
    notifications: NotificationManager,
) -> None:
    monkeypatch.setattr(websocket, "MAX_UNSENT", 3)
    async with session.ws_connect(url(server)) as socket:
        await ask(socket, "notify_raw_blocks")
        for _ in range(5):
            notifications._tell("raw_blocks", "{}")
        received = [await socket.receive() for _ in range(6)]
        assert received[-1].type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.ERROR)


async def test_too_long_requests_close_the_connection(server: ApiServer, session: aiohttp.ClientSession) -> None:
    async with session.ws_connect(url(server)) as socket:
        await socket.send_str("x" * (websocket.MAX_MESSAGE + 1))
        assert (await socket.receive()).type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)


async def test_stopping_closes_connections(chain: Chain, session: aiohttp.ClientSession) -> None:
    async with NotificationManager(chain, chain.events) as manager:
        async with ApiServer(make_api(chain, notifications=manager), port=0) as server:
            socket = await session.ws_connect(url(server))
            await ask(socket, "notify_raw_blocks")
        received = await socket.receive()
        assert received.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)
    chain.close()
