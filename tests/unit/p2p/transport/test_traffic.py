"""The upload limit, over a clock that is turned by hand."""

from __future__ import annotations

import asyncio

import pytest

from pybytomd.clock import ManualClock
from pybytomd.p2p.transport.traffic import LARGEST_BATCH, LEAST_BATCH, UploadLimit
from tests.unit.p2p.network import Node, eventually, running

RATE = 20_000


@pytest.mark.parametrize(("rate", "batch"), [(1, LEAST_BATCH), (20_000, 5_000), (100_000_000, LARGEST_BATCH)])
def test_peers_send_in_small_turns_when_little_may_be_sent(rate: int, batch: int) -> None:
    assert UploadLimit(rate, ManualClock()).batch == batch


async def test_all_peers_together_keep_to_the_rate() -> None:
    """Three that always have something to send, for ten seconds: a second's worth at once, then the rate."""
    clock = ManualClock()
    waiting: list[tuple[float, asyncio.Future[None]]] = []

    async def sleep(seconds: float) -> None:
        assert seconds > 0
        future = asyncio.get_running_loop().create_future()
        waiting.append((clock.monotonic() + seconds, future))
        await future

    limit = UploadLimit(RATE, clock, sleep)
    sent = [0, 0, 0]

    async def peer(number: int) -> None:
        while True:
            sent[number] += limit.batch
            await limit.sent(limit.batch)
            await asyncio.sleep(0)

    tasks = [asyncio.ensure_future(peer(number)) for number in range(3)]
    while clock.monotonic() < 10:
        for _ in range(20):
            await asyncio.sleep(0)
        assert sum(sent) <= RATE * (1 + clock.monotonic()) + 3 * limit.batch
        waiting.sort(key=lambda one: one[0])
        due, future = waiting.pop(0)
        clock.advance(max(0.0, due - clock.monotonic()))
        future.set_result(None)
    assert sum(sent) >= RATE * 10
    assert min(sent) > 0.7 * max(sent), "each gets its part"
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_what_is_saved_up_is_a_second_at_most() -> None:
    clock = ManualClock()
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    limit = UploadLimit(RATE, clock, sleep)
    clock.advance(3600)
    await limit.sent(RATE)
    assert slept == []
    await limit.sent(RATE // 2)
    assert slept == [0.5]


async def test_a_peer_waits_for_its_part_before_it_sends_more() -> None:
    slept: list[float] = []
    may_go = asyncio.Event()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await may_go.wait()

    clock = ManualClock()
    limit = UploadLimit(RATE, clock, sleep)
    a, b = Node(1, upload=limit), Node(2)
    async with running(a, b) as (_, address_b):
        peer = await a.switch.connect(address_b)
        assert peer.send(bytes(range(1, 251)) * 400)
        await eventually(lambda: bool(slept))
        assert RATE < peer.sent.total <= RATE + limit.batch + 2048
        assert b.recorder.messages == []
        may_go.set()
        await b.recorder.until(lambda: bool(b.recorder.messages))
        assert len(b.recorder.messages[0]) == 100_000
        assert len(slept) > 10
