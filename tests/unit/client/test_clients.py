"""Both clients over real sockets: answers, refusals, and what happens to connections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any

import msgspec
import pytest

from pybytomd import client as package
from pybytomd.chain.chain import Chain
from pybytomd.client import AnswerLost, AsyncClient, Client, NoAnswer, NotReached, OddAnswer, Refused, TurnedAway
from pybytomd.rpc.push.notifications import NotificationManager
from pybytomd.rpc.transport.server import ApiServer
from tests.unit.rpc.push.worlds import hub_of
from tests.unit.rpc.recorded import make_api, recorded_chain


@pytest.fixture
def chain() -> Any:
    found = recorded_chain(4)
    yield found
    found.close()


@asynccontextmanager
async def node(chain: Chain) -> AsyncIterator[str]:
    async with (
        hub_of(chain) as hub,
        NotificationManager(chain, chain.events, hub=hub) as manager,
        ApiServer(make_api(chain, notifications=manager), port=0) as server,
    ):
        yield "http://{}:{}".format(*server.address)


async def by_either(url: str, ask: Callable[[Any], Any], **settings: Any) -> list[Any]:
    """What both clients say: the results, or the errors."""

    def at_once() -> Any:
        return ask(Client(url, **settings))

    async with AsyncClient(url, **settings) as client:
        return await asyncio.gather(asyncio.to_thread(at_once), ask(client), return_exceptions=True)


async def test_answers(chain: Chain) -> None:
    async with node(chain) as url:
        first, second = await by_either(url, lambda client: client.get_block(block_height=3))
        assert first == second
        assert first.hash == chain.header_at(3).hash.hex()
        assert first.transactions[0].outputs[0].amount == 41_250_000_000
        raw, _ = await by_either(url, lambda client: client.call("get-block", {"block_height": 3}))
        assert raw["nonce"] == first.nonce


async def test_many_questions_at_once(chain: Chain) -> None:
    async with node(chain) as url, AsyncClient(url) as client:
        blocks = await asyncio.gather(*(client.get_block_header(block_height=n % 5) for n in range(50)))
        assert len({block.block_header for block in blocks}) == 5
        await client.close()
        assert (await client.get_block_count()).block_count == 4


async def test_refusals(chain: Chain) -> None:
    async with node(chain) as url:
        for error in await by_either(url, lambda client: client.get_block(block_height=99)):
            assert isinstance(error, Refused)
            assert error.code == "BTM000"
            assert "99" in error.detail or error.detail


async def test_nobody_there() -> None:
    for error in await by_either("http://127.0.0.1:1", lambda client: client.get_block_count(), retries=1):
        assert isinstance(error, NotReached)
        assert "is the node running" in str(error)


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "http://127.0.0.1:port"])
async def test_no_address(url: str) -> None:
    for error in await by_either(url, lambda client: client.get_block_count()):
        assert isinstance(error, NoAnswer)
        assert "address" in str(error) or "port" in str(error)


@asynccontextmanager
async def odd_server(*answers: bytes) -> AsyncIterator[tuple[str, list[bytes]]]:
    """It answers each request with the next text, and ends the connection; what it was asked."""
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        asked.append(head.split(b" ")[1])
        writer.write(answers[min(len(asked), len(answers)) - 1])
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield "http://{}:{}".format(*server.sockets[0].getsockname()), asked


GOOD = b'HTTP/1.1 200 OK\r\nContent-Length: 45\r\n\r\n{"status":"success","data":{"block_count":7}}'
CUT = GOOD[:-9]


async def test_a_lost_answer_is_asked_for_again_where_that_does_no_harm() -> None:
    async with odd_server(b"", CUT, GOOD) as (url, asked), AsyncClient(url) as client:
        assert (await client.get_block_count()).block_count == 7
        assert len(asked) == 3
    async with odd_server(b"", CUT, GOOD) as (url, asked):
        assert (await asyncio.to_thread(Client(url).get_block_count)).block_count == 7
        assert len(asked) == 3


@pytest.mark.parametrize("answer", [b"", CUT])
async def test_and_not_where_it_may_do_harm(answer: bytes) -> None:
    async with odd_server(answer, GOOD) as (url, asked), AsyncClient(url) as client:
        with pytest.raises(AnswerLost):
            await client.submit_transaction(raw_transaction="07")
        assert asked == [b"/submit-transaction"]
    async with odd_server(answer, GOOD) as (url, asked):
        with pytest.raises(AnswerLost):
            await asyncio.to_thread(lambda: Client(url).submit_transaction(raw_transaction="07"))
        assert asked == [b"/submit-transaction"]


async def test_a_silent_node_is_given_up() -> None:
    async def hang(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    url = "http://{}:{}".format(*server.sockets[0].getsockname())
    for error in await by_either(url, lambda client: client.get_block_count(), seconds=0.05, retries=0):
        assert isinstance(error, AnswerLost)
    server.close()


REFUSAL = b'{"code":"BTM860","msg":"Request could not be authenticated","status":"fail","temporary":false}'


async def test_who_is_turned_away_is_told() -> None:
    head = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: %d\r\n\r\n" % len(REFUSAL)
    async with odd_server(head + REFUSAL) as (url, asked):
        for error in await by_either(url, lambda client: client.get_block_count()):
            assert isinstance(error, TurnedAway)
            assert (error.status, error.code) == (401, "BTM860")
            assert "wants an access token" in str(error)
        assert len(asked) == 2


@pytest.mark.parametrize(
    ("status", "detail", "told"),
    [
        (400, "json: cannot unmarshal string", "HTTP status 400: json: cannot unmarshal string"),
        (400, "", "HTTP status 400; it cannot read the request"),
        (401, "the token has expired", "HTTP status 401: the token has expired; it wants an access token"),
        (403, "needs the role spend", "HTTP status 403: needs the role spend"),
        (500, "not Found", "HTTP status 500: not Found; it knows no such request"),
        (500, "internal error, see the log", "HTTP status 500: internal error, see the log"),
    ],
)
async def test_what_the_node_says_of_a_refusal_is_kept(status: int, detail: str, told: str) -> None:
    """And the hint is left out where that says more, or something else."""
    body = msgspec.json.encode({"code": "BTM000", "detail": detail})
    head = b"HTTP/1.1 %d No\r\nContent-Length: %d\r\n\r\n" % (status, len(body))
    async with odd_server(head + body) as (url, _):
        for error in await by_either(url, lambda client: client.get_block_count()):
            assert isinstance(error, TurnedAway)
            assert (error.status, error.code, error.detail) == (status, "BTM000", detail)
            assert str(error).startswith(f"{url} answers with {told}")
            assert status == 401 or str(error) == f"{url} answers with {told}: {NoAnswer.message}"


async def test_credentials_stay_with_the_node() -> None:
    """They are not sent after a redirection."""
    async with odd_server(GOOD) as (elsewhere, asked):
        head = f"HTTP/1.1 302 Found\r\nLocation: {elsewhere}/get-block-count\r\nContent-Length: 0\r\n\r\n"
        async with odd_server(head.encode()) as (url, _), AsyncClient(url, "shop:secret") as client:
            with pytest.raises(TurnedAway):
                await client.get_block_count()
        assert asked == []


@pytest.mark.parametrize("body", [b"<html></html>", b'{"status":"success","data":{"block_count":"x"}}'])
async def test_other_servers(body: bytes) -> None:
    async with odd_server(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)) as (url, _):
        for error in await by_either(url, lambda client: client.get_block_count()):
            assert isinstance(error, NoAnswer | OddAnswer)


async def test_events(chain: Chain) -> None:
    async with node(chain) as url:
        async with (
            AsyncClient(url) as client,
            aclosing(client.events("blocks", {"detail": "summary"}, from_height=2)) as events,
        ):
            told = [(await anext(events)).height for _ in range(3)]
            end = await anext(events)
            assert (told, end.event) == ([2, 3, 4], "caught_up")

        def listen() -> list[int]:
            events = Client(url).events("blocks", {"detail": "summary"}, from_height=2)
            first = next(events)
            events.close()
            after = Client(url).events("blocks", {"detail": "summary"}, cursor=first.cursor)
            rest = [next(after).height, next(after).height]
            after.close()
            return [first.height, *rest]

        assert await asyncio.to_thread(listen) == [2, 3, 4]


async def test_a_topic_that_is_none(chain: Chain) -> None:
    async with node(chain) as url, AsyncClient(url) as client:
        with pytest.raises(Refused, match="there is no topic 'nope'"):
            await anext(client.events("nope"))


def test_the_package_has_what_it_says() -> None:
    assert {name for name in package.__all__ if getattr(package, name).__name__ != name} == set()
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        package.nothing  # noqa: B018
