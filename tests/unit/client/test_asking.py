"""When a request is sent again, and when never."""

from __future__ import annotations

import asyncio

import pytest

from pybytomd.client import asking
from pybytomd.client.async_methods import AsyncMethods
from pybytomd.client.errors import AnswerLost, NoAnswer, NotReached, TurnedAway
from pybytomd.client.methods import Methods
from pybytomd.client.types import ControlAddress

GOOD = b'{"status":"success","data":{"block_count":7}}'
Outcome = bytes | NoAnswer


class Scripted(Methods):
    """A node that does what is written down, in order."""

    def __init__(self, *outcomes: Outcome, retries: int = 2) -> None:
        self.left = list(outcomes)
        self.sent: list[tuple[str, bytes]] = []
        self._retries = retries

    def _send(self, method: str, body: bytes) -> bytes:
        self.sent.append((method, body))
        outcome = self.left.pop(0)
        if isinstance(outcome, NoAnswer):
            raise outcome
        return outcome


class AsyncScripted(AsyncMethods):
    """The same for coroutines."""

    def __init__(self, *outcomes: Outcome, retries: int = 2) -> None:
        self.node = Scripted(*outcomes)
        self._retries = retries

    async def _send(self, method: str, body: bytes) -> bytes:
        return self.node._send(method, body)


@pytest.fixture(autouse=True)
def paused(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses, which take no time."""
    found: list[float] = []

    async def sleep(seconds: float) -> None:
        found.append(seconds)

    monkeypatch.setattr(asking, "_pause", found.append)
    monkeypatch.setattr(asking, "_async_pause", sleep)
    return found


HARMLESS = [[NotReached(), AnswerLost()], [AnswerLost(), AnswerLost()], []]


@pytest.mark.parametrize("before", HARMLESS)
def test_a_harmless_question_is_asked_again(before: list[Outcome], paused: list[float]) -> None:
    node = Scripted(*before, GOOD)
    assert node.get_block_count().block_count == 7
    assert node.sent == [("get-block-count", b"")] * (len(before) + 1)
    assert paused == [0.1, 0.2][: len(before)]


@pytest.mark.parametrize("before", HARMLESS)
async def test_so_it_is_by_coroutines(before: list[Outcome], paused: list[float]) -> None:
    node = AsyncScripted(*before, GOOD)
    assert (await node.get_block_count()).block_count == 7
    assert len(paused) == len(before)


def build(node: Scripted) -> None:
    node.build_transaction(actions=[ControlAddress(asset_alias="BTM", amount=1, address="sm1")])


def test_what_may_have_been_done_is_not_asked_again(paused: list[float]) -> None:
    node = Scripted(AnswerLost(), GOOD)
    with pytest.raises(AnswerLost):
        build(node)
    assert len(node.sent) == 1
    assert paused == []


def test_nor_by_coroutines() -> None:
    node = AsyncScripted(AnswerLost(), GOOD)
    with pytest.raises(AnswerLost):
        asyncio.run(node.submit_transaction(raw_transaction="07"))
    assert len(node.node.sent) == 1


def test_what_never_reached_the_node_is_sent_again() -> None:
    node = Scripted(NotReached(), b'{"status":"success","data":{"tx_id":"ab"}}')
    assert node.submit_transaction(raw_transaction="07").tx_id == "ab"
    assert node.sent == [("submit-transaction", b'{"raw_transaction":"07"}')] * 2


def test_waiting_for_work_is_not_repeated() -> None:
    node = Scripted(AnswerLost(), GOOD)
    with pytest.raises(AnswerLost):
        node.wait_work()


@pytest.mark.parametrize("error", [TurnedAway("no", 401, "BTM860"), NoAnswer("odd")])
def test_an_answer_is_an_answer(error: NoAnswer) -> None:
    node = Scripted(error, GOOD)
    with pytest.raises(type(error)):
        node.get_block_count()
    assert len(node.sent) == 1


def test_there_is_an_end_to_it(paused: list[float]) -> None:
    node = Scripted(*[NotReached()] * 3, GOOD)
    with pytest.raises(NotReached):
        node.get_block_count()
    assert paused == [0.1, 0.2]


def test_no_retries() -> None:
    with pytest.raises(NotReached):
        Scripted(NotReached(), GOOD, retries=0).get_block_count()


def test_only_what_is_given_is_sent() -> None:
    node = Scripted(b'{"status":"success","data":[]}')
    assert node.list_addresses(account_alias="", from_=0) == []
    assert node.sent == [("list-addresses", b'{"account_alias":"","from":0}')]
