"""Events that the client prints: over real sockets, and over the end of a connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from pybytomd.chain.chain import Chain
from pybytomd.client.errors import NoAnswer, NoNode, Refused
from pybytomd.client.event_stream import EventStream
from pybytomd.client.place import Place
from pybytomd.rpc.push.notifications import NotificationManager
from pybytomd.rpc.transport.server import ApiServer
from tests.unit.rpc.push.worlds import first_payment, hub_of, recorded_block
from tests.unit.rpc.recorded import make_api, recorded_chain


@pytest.fixture
def chain() -> Any:
    found = recorded_chain(4)
    yield found
    found.close()


@asynccontextmanager
async def node(chain: Chain, port: int = 0) -> AsyncIterator[ApiServer]:
    async with (
        hub_of(chain) as hub,
        NotificationManager(chain, chain.events, hub=hub) as manager,
        ApiServer(make_api(chain, notifications=manager), port=port) as server,
    ):
        yield server


def url(server: ApiServer) -> str:
    return "http://{}:{}".format(*server.address)


async def test_events_go_on_where_the_connection_was_lost(chain: Chain) -> None:
    said: list[str] = []
    heard: list[tuple[object, object]] = []

    async def hear(stream: EventStream, enough: int, news: asyncio.Queue[int]) -> None:
        async with aclosing(stream.events()) as events:
            async for event in events:
                heard.append((event.event, event.cursor.partition("-")[0]))
                news.put_nowait(len(heard))
                if len(heard) == enough:
                    return

    news: asyncio.Queue[int] = asyncio.Queue()
    async with node(chain) as first:
        place, port = Place(url(first)), first.address[1]
        stream = EventStream(
            lambda: place, "blocks", {"detail": "summary"}, say=said.append, from_height=3,
            retry_seconds=0.05,
        )  # fmt: skip
        hearing = asyncio.ensure_future(hear(stream, 5, news))
        while await news.get() < 3:
            pass
    await chain.add_block(recorded_block(5), True)
    async with node(chain, port):
        await asyncio.wait_for(hearing, 20)
    assert heard == [
        ("block_connected", "3"), ("block_connected", "4"), ("caught_up", "4"), ("block_connected", "5"),
        ("caught_up", "5"),
    ]  # fmt: skip
    assert said[0] == "the node has ended the connection; trying again every 0 seconds"


async def test_a_node_that_is_started_anew_may_be_elsewhere(chain: Chain) -> None:
    """It may have another cookie, another port, and for a while be nowhere."""
    places: list[Place] = []
    said: asyncio.Queue[str] = asyncio.Queue()

    def find() -> Place:
        if not places:
            raise NoNode("no node of this user runs in /home")
        return places[-1]

    with pytest.raises(NoAnswer, match="no node of this user runs"):
        await anext(EventStream(find, "blocks", None, say=str).events())
    stream = EventStream(
        find, "blocks", {"detail": "summary"}, say=said.put_nowait, from_height=4, retry_seconds=0.01
    )
    async with aclosing(stream.events()) as events:
        async with node(chain) as server:
            places.append(Place(url(server)))
            assert (await anext(events)).event == "block_connected"
            assert (await anext(events)).event == "caught_up"
            places.clear()
        going_on = asyncio.ensure_future(anext(events))
        assert (await said.get()).startswith("the node has ended the connection; trying again")
        assert (await said.get()).startswith("no node of this user runs in /home; trying again")
        async with node(chain) as server:
            places.append(Place(url(server)))
            assert (await asyncio.wait_for(going_on, 20)).event == "caught_up"


async def test_what_is_over_ends(chain: Chain) -> None:
    height, tx = first_payment()
    for number in range(5, height + 1):
        await chain.add_block(recorded_block(number), True)
    wanted = {"tx_id": tx.id.hex(), "confirmations": 1}
    async with node(chain) as server:
        stream = EventStream(lambda: Place(url(server)), "confirmations", wanted, say=str, from_height=height)
        assert [event.event async for event in stream.events()] == ["confirmation", "ended"]


async def test_refusals_are_told(chain: Chain) -> None:
    async with node(chain) as server:
        with pytest.raises(Refused, match="there is no topic 'nope'"):
            await anext(EventStream(lambda: Place(url(server)), "nope", None, say=str).events())
        with pytest.raises(Refused, match="from_height is from 0 to 5"):
            await anext(EventStream(lambda: Place(url(server)), "blocks", None, say=str, from_height=99).events())


async def test_nobody_there() -> None:
    with pytest.raises(NoAnswer, match="is the node running"):
        await anext(EventStream(lambda: Place("http://127.0.0.1:1"), "blocks", None, say=str).events())


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ('{"notification_type":"request_status","data":null}', "the node knows no subscriptions"),
        ("[]", "the node knows no subscriptions"),
        ("no json", "an event is not JSON"),
    ],
)
async def test_other_servers_are_recognised(answer: str, reason: str) -> None:
    async def serve(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.receive()
        await socket.send_str(answer)
        return socket

    application = web.Application()
    application.router.add_get("/websocket-subscribe", serve)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    place = Place("http://{}:{}".format(*runner.addresses[0][:2]))
    with pytest.raises(NoAnswer, match=reason):
        await anext(EventStream(lambda: place, "blocks", None, say=str).events())
    await runner.cleanup()
