"""Subscriptions over real sockets: requests and answers, limits, and who is too slow."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from pybytomd.chain.chain import Chain
from pybytomd.clock import ManualClock
from pybytomd.mining.coinbase import NoAccount
from pybytomd.mining.pool import MiningPool
from pybytomd.mining.proposer import BlockProposer
from pybytomd.rpc.access.check import AccessRules
from pybytomd.rpc.dispatch import MAX_METHODS_AT_ONCE
from pybytomd.rpc.push import websocket
from pybytomd.rpc.push.events import subscriber as subscriber_module
from pybytomd.rpc.push.events import work as work_module
from pybytomd.rpc.push.events.event_hub import EventHub
from pybytomd.rpc.push.events.subscriber import Subscriber
from pybytomd.rpc.push.events.topics import TOPICS
from pybytomd.rpc.push.events.work import wait_for_work
from pybytomd.rpc.push.notifications import NotificationManager
from pybytomd.rpc.roles import EVERY_ROLE, Role, with_included
from pybytomd.rpc.transport.server import ApiServer
from tests.unit.rpc.push.worlds import first_payment, hub_of, recorded_block
from tests.unit.rpc.recorded import Client, make_api, recorded_chain


@pytest.fixture
def chain() -> Chain:
    return recorded_chain(3)


@pytest.fixture
def work(chain: Chain) -> MiningPool:
    clock = ManualClock(now=2_000_000_000.0)
    return MiningPool(chain, BlockProposer(chain, NoAccount(chain.params), clock), clock, chain.events)


@pytest.fixture
async def hub(chain: Chain) -> AsyncIterator[EventHub]:
    async with hub_of(chain) as running:
        yield running
    chain.close()


@pytest.fixture
async def socket(chain: Chain, hub: EventHub, work: MiningPool) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    async with (
        NotificationManager(chain, chain.events, hub=hub, get_work=work.get_work) as manager,
        ApiServer(make_api(chain, notifications=manager), port=0) as server,
        aiohttp.ClientSession() as session,
        session.ws_connect("http://{}:{}/websocket-subscribe".format(*server.address)) as connected,
    ):
        yield connected


async def ask(socket: aiohttp.ClientWebSocketResponse, **request: object) -> Any:
    await socket.send_str(json.dumps(request))
    return await socket.receive_json(timeout=20)


async def test_a_subscription_is_answered_and_told(socket: aiohttp.ClientWebSocketResponse, chain: Chain) -> None:
    answer = await ask(socket, action="subscribe", id="mine", topic="blocks", filter={"detail": "summary"})
    assert answer == {
        "event": "subscribed",
        "id": "mine",
        "topic": "blocks",
        "height": 3,
        "block_hash": chain.best_hash.hex(),
        "cursor": f"3-{chain.best_hash.hex()}",
    }
    await chain.add_block(recorded_block(4), True)
    event = await socket.receive_json(timeout=20)
    assert (event["event"], event["id"], event["height"]) == ("block_connected", "mine", 4)
    assert event["data"]["transaction_count"] == len(recorded_block(4).transactions)
    assert await ask(socket, action="unsubscribe", id="mine") == {"event": "unsubscribed", "id": "mine"}
    await chain.add_block(recorded_block(5), True)
    assert (await ask(socket, topic="notify_raw_blocks"))["notification_type"] == "request_status"


async def test_both_protocols_go_over_one_connection(
    socket: aiohttp.ClientWebSocketResponse, chain: Chain
) -> None:
    await ask(socket, topic="notify_raw_blocks")
    await ask(socket, action="subscribe", id="b", topic="blocks")
    await chain.add_block(recorded_block(4), True)
    first, second = [await socket.receive_str(timeout=20) for _ in range(2)]
    raw = f'{{"notification_type":"raw_blocks_connected","data":"{recorded_block(4).to_hex()}"}}'
    assert raw in (first, second)
    assert "block_connected" in {json.loads(text).get("event") for text in (first, second)}


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        ({"action": "listen", "id": "a"}, "action is subscribe or unsubscribe, not 'listen'"),
        ({"action": 5, "id": "a"}, "action is a text, not of type number"),
        ({"action": "subscribe", "topic": "blocks"}, "id is a text of 1 to 64 letters"),
        ({"action": "subscribe", "id": "x" * 65, "topic": "blocks"}, "id is a text of 1 to 64 letters"),
        ({"action": "subscribe", "id": ["a"], "topic": "blocks"}, "id is a text, not of type array"),
        ({"action": "subscribe", "id": "a"}, "there is no topic ''"),
        ({"action": "subscribe", "id": "a", "topic": "blocks", "from": 1}, "subscribe takes action, cursor"),
        ({"action": "subscribe", "id": "a", "topic": "blocks", "from_height": -1}, "whole number from 0"),
        ({"action": "subscribe", "id": "a", "topic": "blocks", "from_height": 1.5}, "whole number from 0"),
        ({"action": "subscribe", "id": "a", "topic": "blocks", "from_height": True}, "whole number from 0"),
        ({"action": "subscribe", "id": "a", "topic": "blocks", "from_height": 10**30}, "whole number from 0"),
        ({"action": "subscribe", "id": "a", "topic": "blocks", "from_height": 99}, "from_height is from 0 to 4"),
        ({"action": "subscribe", "id": "a", "topic": "new_work", "from_height": 1}, "work is told from now on"),
        ({"action": "unsubscribe", "id": "a"}, "there is no subscription with the id 'a'"),
    ],
)
async def test_what_cannot_be_done_is_answered(
    socket: aiohttp.ClientWebSocketResponse, request_: dict[str, object], reason: str
) -> None:
    answer = await ask(socket, **request_)
    assert answer["event"] == "error"
    assert answer["id"] == (request_.get("id") if isinstance(request_.get("id"), str) else "")
    assert reason in answer["error"]
    assert (await ask(socket, action="subscribe", id="a", topic="blocks"))["event"] == "subscribed"


async def test_a_connection_has_a_limit_of_subscriptions(
    socket: aiohttp.ClientWebSocketResponse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriber_module, "MAX_SUBSCRIPTIONS", 2)
    for name in ("a", "b"):
        assert (await ask(socket, action="subscribe", id=name, topic="blocks"))["event"] == "subscribed"
    assert "already" in (await ask(socket, action="subscribe", id="a", topic="blocks"))["error"]
    assert "2 subscriptions" in (await ask(socket, action="subscribe", id="c", topic="blocks"))["error"]
    await ask(socket, action="unsubscribe", id="a")
    assert (await ask(socket, action="subscribe", id="c", topic="blocks"))["event"] == "subscribed"


async def test_what_is_over_is_ended(socket: aiohttp.ClientWebSocketResponse, chain: Chain) -> None:
    height, tx = first_payment()
    for number in range(4, height + 1):
        await chain.add_block(recorded_block(number), True)
    wanted = {"tx_id": tx.id.hex(), "confirmations": 1}
    answer = await ask(
        socket, action="subscribe", id="c", topic="confirmations", filter=wanted, from_height=height
    )
    assert answer["event"] == "subscribed"
    assert [(await socket.receive_json(timeout=20))["event"] for _ in range(2)] == ["confirmation", "ended"]
    assert (await ask(socket, action="subscribe", id="c", topic="blocks"))["event"] == "subscribed"


async def test_new_work_is_told_when_it_is_other_work(
    socket: aiohttp.ClientWebSocketResponse, chain: Chain
) -> None:
    assert (await ask(socket, action="subscribe", id="w", topic="new_work"))["event"] == "subscribed"
    seen = []
    for height in (4, 5):
        event = await socket.receive_json(timeout=20)
        assert event["event"] == "new_work"
        seen.append(event["data"]["work_id"])
        await chain.add_block(recorded_block(height), True)
    assert seen[0] != seen[1]


async def test_a_role_is_asked_for(hub: EventHub) -> None:
    async def send(_: str) -> None:
        raise AssertionError

    reader = Subscriber(hub, send, roles=with_included([Role.READ]))
    for topic in TOPICS.values():
        request = {"action": "subscribe", "id": topic.name, "topic": topic.name}
        refused = f"{topic.name} takes the role {topic.role}" in await reader.answer(request)
        assert refused == (topic.role is not Role.READ)


async def test_the_roles_are_those_of_the_token(chain: Chain, hub: EventHub, work: MiningPool) -> None:
    """Over a socket: what the access check found is what the subscriptions know."""
    async with NotificationManager(chain, chain.events, hub=hub, get_work=work.get_work) as manager:
        api = make_api(chain, notifications=manager)
        token = api.tokens.create("reader", "read").token.partition(":")[2]
        async with ApiServer(api, port=0) as server, aiohttp.ClientSession() as session:
            url = "http://{}:{}/websocket-subscribe".format(*server.address)
            limited = {"Authorization": "Basic " + b64encode(f"reader:{token}".encode()).decode()}
            for headers, answer in (({}, "subscribed"), (limited, "error")):
                async with session.ws_connect(url, headers=headers) as connected:
                    told = await ask(connected, action="subscribe", id="w", topic="new_work")
                    assert told["event"] == answer, told
                    assert (await ask(connected, action="subscribe", id="b", topic="blocks"))["event"] != "error"


async def test_a_connection_ends_with_its_token(chain: Chain, hub: EventHub) -> None:
    async with NotificationManager(chain, chain.events, hub=hub) as manager:
        api = make_api(chain, notifications=manager)
        secret = api.tokens.create("reader", "read").token.partition(":")[2]
        headers = {"Authorization": "Basic " + b64encode(f"reader:{secret}".encode()).decode()}
        rules = AccessRules(asks_local=True)
        async with ApiServer(api, port=0, rules=rules) as server, aiohttp.ClientSession() as session:
            url = "http://{}:{}/websocket-subscribe".format(*server.address)
            async with session.ws_connect(url, headers=headers) as connected:
                server.check_again()
                assert (await ask(connected, action="subscribe", id="b", topic="blocks"))["event"] == "subscribed"
                api.tokens.delete("reader")
                server.check_again()
                assert (await connected.receive(timeout=20)).type in (
                    aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.ERROR
                )  # fmt: skip
            server.check_again()
            assert server._upgraded == {}


async def test_one_that_replays_holds_up_no_other(hub: EventHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscriber_module, "EVENTS_AT_ONCE", 2)
    sent: list[tuple[str, str]] = []
    done = asyncio.Event()

    async def send(text: str) -> None:
        value = json.loads(text)
        sent.append((value["id"], value["event"]))
        if [event for _, event in sent].count("caught_up") == 2:
            done.set()

    subscriber = Subscriber(hub, send, roles=EVERY_ROLE)
    for name in ("a", "b"):
        await subscriber.answer({"action": "subscribe", "id": name, "topic": "blocks", "from_height": 0})
    running = asyncio.ensure_future(subscriber.run())
    await asyncio.wait_for(done.wait(), 20)
    running.cancel()
    assert [name for name, _ in sent] == ["a", "a", "b", "b", "a", "a", "b", "b", "a", "b"]


async def test_who_does_not_read_is_told_why_he_is_cut_off(chain: Chain, hub: EventHub) -> None:
    """Events are made when there is room; when there is none for long, the client goes."""

    class Socket:
        """Takes one message, and then no more."""

        async def send_str(self, text: str) -> None:
            await asyncio.Event().wait()

        def __aiter__(self) -> Any:
            return self

        async def __anext__(self) -> Any:
            await asyncio.Event().wait()

    async with NotificationManager(chain, chain.events, hub=hub) as manager:
        client = websocket.WebSocketClient(Socket(), manager, roles=EVERY_ROLE, slow_seconds=0.01)  # type: ignore[arg-type]
        assert client._subscriber is not None
        await client._subscriber.answer({"action": "subscribe", "id": "a", "topic": "blocks", "from_height": 0})
        client.offer("x" * (websocket.MAX_WAITING_BYTES + 1))
        await asyncio.wait_for(client.run(), 20)
        assert client.reason == "nothing was read for 0 seconds; subscribe with the last cursor"
        assert client._unsent.qsize() <= 1
        client.leave()


async def test_work_is_waited_for(hub: EventHub, chain: Chain, work: MiningPool) -> None:
    known = work.get_work().id
    assert (await wait_for_work(hub, work.get_work, "", 20.0)).id == known, "other than none"
    assert (await wait_for_work(hub, work.get_work, known, 0.01)).id == known, "there is no other"
    waiting = asyncio.ensure_future(wait_for_work(hub, work.get_work, known, 20.0))
    await asyncio.sleep(0)
    await chain.add_block(recorded_block(4), True)
    assert (await waiting).header.height == 5
    hub.stop_waiting()
    known = work.get_work().id
    assert (await wait_for_work(hub, work.get_work, known, 600.0)).header.height == 5, "the node stops"
    assert not hub._followers


async def test_the_method_waits_and_has_limits(
    hub: EventHub, chain: Chain, work: MiningPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(make_api(chain, events=hub, mining_pool=work))
    first = (await client.call("wait-work"))["data"]
    assert list(first) == ["work_id", "block_header", "seed"]
    assert (await client.call("wait-work", {"work_id": first["work_id"], "seconds": 0}))["data"] == first
    answer = await client.call("wait-work", {"seconds": 61})
    assert answer["error_detail"] == "seconds must be from 0 to 60"
    monkeypatch.setattr(work_module, "MAX_WAITING", 0)
    assert "use get-work, or a WebSocket" in (await client.call("wait-work"))["error_detail"]


async def test_a_full_disk_leaves_no_work_however_it_is_asked_for(
    socket: aiohttp.ClientWebSocketResponse, hub: EventHub, chain: Chain, work: MiningPool
) -> None:
    client = Client(make_api(chain, events=hub, mining_pool=work))
    await ask(socket, action="subscribe", id="before", topic="new_work")
    assert (await socket.receive_json(timeout=20))["event"] == "new_work"
    known = (await client.call("wait-work"))["data"]["work_id"]
    waiting = asyncio.ensure_future(client.call("wait-work", {"work_id": known, "seconds": 60}))
    work.hold("the disk is nearly full")
    reason = "the disk is nearly full: no block is ready for mining"
    for method in ("get-work", "get-work-json", "wait-work"):
        assert (await client.call(method))["error_detail"].startswith(reason)
    assert (await ask(socket, action="subscribe", id="later", topic="new_work"))["error"] == reason
    await chain.add_block(recorded_block(4), True)
    assert (await waiting)["error_detail"].startswith(reason)
    ended = await socket.receive_json(timeout=20)
    assert (ended["event"], ended["id"], ended["error"]) == ("ended", "before", reason)
    work.release()
    assert (await ask(socket, action="subscribe", id="later", topic="new_work"))["event"] == "subscribed"


async def test_those_who_wait_take_no_turn_of_others(hub: EventHub, chain: Chain, work: MiningPool) -> None:
    client = Client(make_api(chain, events=hub, mining_pool=work))
    known = (await client.call("wait-work"))["data"]["work_id"]
    waiting = [
        asyncio.ensure_future(client.call("wait-work", {"work_id": known, "seconds": 60}))
        for _ in range(MAX_METHODS_AT_ONCE + 1)
    ]
    assert (await client.call("get-work"))["status"] == "success"
    await chain.add_block(recorded_block(4), True)
    assert {(await one)["status"] for one in waiting} == {"success"}
    assert hub.waiting_count == 0
