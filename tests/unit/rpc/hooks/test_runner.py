"""One hook: in order, each delivery again until it is taken, and no gap over an interruption."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest

from pybytomd.chain.chain import Chain
from pybytomd.clock import ManualClock
from pybytomd.rpc.hooks import runner as runner_module
from pybytomd.rpc.hooks.hook import Hook
from pybytomd.rpc.hooks.records import HookRecords, Progress
from pybytomd.rpc.hooks.runner import HookRunner, pause_after
from pybytomd.rpc.push.events.event_hub import EventHub
from pybytomd.store.kv.memory_db import MemoryStore
from tests.unit.rpc.hooks.receivers import Pauses, Receiver, kinds, until, webhook
from tests.unit.rpc.push.worlds import first_payment, forked_blocks, forked_chain, hub_of, recorded_block
from tests.unit.rpc.recorded import recorded_chain


class World:
    """A chain, and where a hook keeps how far it is."""

    def __init__(self, chain: Chain, hub: EventHub) -> None:
        self.chain = chain
        self.hub = hub
        self.clock = ManualClock()
        self.pauses = Pauses(self.clock)
        self.records = HookRecords(MemoryStore())

    @asynccontextmanager
    async def running(self, hook: Hook, receiver: Receiver) -> AsyncIterator[HookRunner]:
        """The hook as one process runs it, ended in the middle of whatever it does."""
        runner = HookRunner(hook, self.hub, self.records, receiver, self.clock, self.pauses)
        task = asyncio.ensure_future(runner.run())
        await asyncio.sleep(0)
        try:
            yield runner
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def begin_at(self, hook: Hook, height: int) -> None:
        """Have a hook that is told of the blocks from a height on."""
        before = self.chain.hash_at(height - 1)
        assert before is not None
        self.records.add(hook, Progress(f"{height - 1}-{before.hex()}"))


@asynccontextmanager
async def world_of(chain: Chain) -> AsyncIterator[World]:
    async with hub_of(chain) as hub:
        yield World(chain, hub)
    chain.close()


def is_noted(runner: HookRunner, receiver: Receiver) -> bool:
    return runner.progress.sequence >= receiver.tries[0].id


SHORT = {"detail": "summary"}


def test_pauses_grow_up_to_an_hour() -> None:
    assert [pause_after(failures) for failures in (1, 2, 3, 12, 13, 1000)] == [1, 2, 4, 2048, 3600, 3600]


async def test_blocks_are_told_from_now_on_and_noted() -> None:
    async with world_of(recorded_chain(3)) as world:
        hook, receiver = webhook(wanted=SHORT, created=0), Receiver()
        async with world.running(hook, receiver) as runner:
            await until(lambda: world.records.progress("shop") is not None)
            await world.chain.add_block(recorded_block(4), True)
            events = await receiver.has_taken(1)
            assert kinds(events) == [("block_connected", 4)]
            assert (events[0]["id"], events[0]["topic"], events[0]["sequence"]) == ("shop", "blocks", 1)
            await until(lambda: runner.progress.sequence > 0)
        stored = world.records.progress("shop")
        assert stored == Progress(events[0]["cursor"], 1, "", 0)


async def test_what_is_not_taken_is_told_again_after_longer_pauses() -> None:
    async with world_of(recorded_chain(6)) as world:
        hook, receiver = webhook(wanted=SHORT), Receiver(1, 2, 3)
        world.begin_at(hook, 4)
        async with world.running(hook, receiver) as runner:
            events = await receiver.has_taken(4)
            assert kinds(events) == [
                ("block_connected", 4), ("block_connected", 5), ("block_connected", 6), ("caught_up", 6)
            ]  # fmt: skip
        assert world.pauses.seconds == [1, 2, 4]
        assert [delivery.id for delivery in receiver.tries] == [1, 1, 1, 1], "a receiver knows it again"
        assert len({delivery.body() for delivery in receiver.tries}) == 1
        assert (runner.health.failures, runner.health.failure, runner.health.next_try) == (0, "", 0)


async def test_a_failure_is_told_until_it_is_over() -> None:
    async with world_of(recorded_chain(6)) as world:
        hook, receiver = webhook(wanted=SHORT), Receiver(1, 2)
        world.begin_at(hook, 6)
        seen: list[tuple[int, str, int]] = []
        begun = int(world.clock.now())

        async def sleep(seconds: float) -> None:
            health = runner.health
            seen.append((health.failures, health.failure, health.next_try - begun))
            world.clock.advance(seconds)

        runner = HookRunner(hook, world.hub, world.records, receiver, world.clock, sleep)
        task = asyncio.ensure_future(runner.run())
        await receiver.has_taken(2)
        task.cancel()
        assert seen == [(1, "not now", 1), (2, "not now", 3)]


async def test_after_an_interruption_it_goes_on_behind_what_was_taken() -> None:
    """Also over a reorganisation that happened meanwhile."""
    blocks = forked_blocks()
    async with world_of(forked_chain("A1", "A2")) as world:
        hook, first = webhook(wanted=SHORT), Receiver()
        world.begin_at(hook, blocks["A1"].height)
        async with world.running(hook, first) as runner:
            await first.has_taken(3)
            await until(lambda: runner.progress.sequence >= 3)
        for name in ("B1", "B2", "B3"):
            await world.chain.add_block(blocks[name], True)
        second = Receiver()
        async with world.running(hook, second):
            events = await second.has_taken(7)
        assert kinds(events) == [
            ("reorganisation", blocks["A2"].height),
            ("block_disconnected", blocks["A2"].height),
            ("block_disconnected", blocks["A1"].height),
            *(("block_connected", blocks[name].height) for name in ("B1", "B2", "B3")),
            ("caught_up", blocks["B3"].height),
        ]
        assert [event["sequence"] for event in first.taken + events] == list(range(1, 11))


async def test_an_interruption_in_the_middle_of_a_block_leaves_no_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its events are more than a delivery holds."""
    monkeypatch.setattr(runner_module, "MAX_EVENTS", 1)
    height, _ = first_payment()
    chain = recorded_chain(height)
    ids = [tx.id.hex() for tx in chain.block_at(height).transactions]
    assert len(ids) > 1
    async with world_of(chain) as world:
        hook = webhook(topic="transactions")
        world.begin_at(hook, height)
        taken: list[Any] = []
        for round_ in range(20):
            receiver = Receiver()
            async with world.running(hook, receiver) as runner:
                await receiver.has_taken(1)
                if round_ % 2:
                    await until(partial(is_noted, runner, receiver))
            taken += receiver.taken
            if "caught_up" in [event["event"] for event in taken]:
                break
        seen = [(event["sequence"], event["data"]["tx_id"]) for event in taken if "data" in event]
        assert list(dict.fromkeys(tx_id for _, tx_id in seen)) == ids, "all of them, in order"
        assert len({number for number, _ in seen}) == len(ids), "what comes twice has the same number"


async def test_more_news_than_can_wait_lead_to_a_new_look_at_the_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    height, tx = first_payment()
    async with world_of(recorded_chain(height - 1)) as world:
        hook, receiver = webhook(topic="transactions"), Receiver()
        world.begin_at(hook, height)
        async with world.running(hook, receiver) as runner:
            await receiver.has_taken(1)
            await world.chain.add_transaction(tx)
            await receiver.has_taken(2)
            runner.lose_news()
            runner.wake()
            events = await receiver.has_taken(4)
        assert [event["event"] for event in events] == [
            "caught_up", "transaction_added", "transaction_added", "caught_up"
        ]  # fmt: skip


async def test_a_hook_that_cannot_be_subscribed_is_tried_again() -> None:
    """As one of an account that is gone, or when the chain is fetched anew."""
    async with world_of(recorded_chain(3)) as world:
        hook, receiver = webhook(wanted=SHORT), Receiver()
        world.records.add(hook, Progress("5-" + "ab" * 32))
        async with world.running(hook, receiver) as runner:
            await until(lambda: bool(world.pauses.seconds))
            assert "the chain has no such block as the cursor's" in runner.health.failure
            world.records.save("shop", Progress(f"2-{recorded_block(2).hash.hex()}"))
            assert kinds(await receiver.has_taken(2)) == [("block_connected", 3), ("caught_up", 3)]


async def test_a_hook_that_is_over_ends() -> None:
    height, tx = first_payment()
    async with world_of(recorded_chain(height)) as world:
        hook = webhook(topic="confirmations", wanted={"tx_id": tx.id.hex(), "confirmations": 1})
        world.begin_at(hook, height)
        receiver = Receiver()
        runner = HookRunner(hook, world.hub, world.records, receiver, world.clock, world.pauses)
        async with asyncio.timeout(20):
            await runner.run()
        assert runner.health.is_over
        assert kinds(receiver.taken) == [("confirmation", height)]


async def test_after_many_blocks_without_events_it_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner_module, "QUIET_BLOCKS", 3)
    async with world_of(recorded_chain(6)) as world:
        hook = webhook(topic="asset_transactions", wanted={"asset_id": "ab" * 32, "pending": False})
        world.begin_at(hook, 6)
        receiver = Receiver()
        async with world.running(hook, receiver) as runner:
            await receiver.has_taken(1)
            for height in (7, 8, 9):
                await world.chain.add_block(recorded_block(height), True)
            await until(lambda: runner.progress.cursor.startswith("9-"))
        stored = world.records.progress("shop")
        assert stored is not None
        assert stored.cursor == f"9-{recorded_block(9).hash.hex()}"


async def test_a_test_is_told_once_and_says_so() -> None:
    async with world_of(recorded_chain(3)) as world:
        receiver = Receiver()
        runner = HookRunner(webhook(), world.hub, world.records, receiver, world.clock, world.pauses)
        await runner.test()
        assert receiver.taken == [{"sequence": 0, "event": "test", "id": "shop", "topic": "blocks"}]
