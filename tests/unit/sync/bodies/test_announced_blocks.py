from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from pybytomd.clock import ManualClock
from pybytomd.ledger.block import Block
from pybytomd.sync import messages
from pybytomd.sync.bodies.announced_blocks import MAX_DISTANCE, MAX_QUEUED, BlockFetcher
from pybytomd.sync.headers.tree import HeaderTree
from pybytomd.sync.peers.limits import ORPHAN_BURST
from pybytomd.sync.peers.peer_set import PeerSet
from tests.chain_builder import GENESIS, make_block, make_branch, open_chain
from tests.functional.sync_network import TrustingVerifier, eventually
from tests.unit.sync.stubs import StubJudge, StubPeer, state_of

LATE = GENESIS.header.timestamp + 36_525 * 86_400.0
BLOCKS = [GENESIS, *make_branch(GENESIS, 120)]


class Setup:
    def __init__(self) -> None:
        self.chain = open_chain()
        self.clock = ManualClock(LATE)
        self.verifier = TrustingVerifier()
        self.peers, self.judge = PeerSet(), StubJudge()
        self.peers.judged_by(self.judge)
        self.stub = StubPeer("a")
        self.state = state_of(self.stub, BLOCKS[-1])
        self.peers.add(self.state)
        self.taken: list[Block] = []
        tree = HeaderTree(self.chain, self.clock)
        self.fetcher = BlockFetcher(self.chain, tree, self.verifier, self.peers, self.clock, self.taken.append)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.fetcher.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            self.chain.close()

    async def idle(self) -> None:
        await eventually(lambda: len(self.fetcher) == 0)


@pytest.fixture(autouse=True)
def every_proof_is_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pybytomd.chain.chain.meets_target", lambda *_: True)


async def test_announced_blocks_come_into_the_chain_lowest_first() -> None:
    setup = Setup()
    for block in reversed(BLOCKS[1:6]):
        assert setup.fetcher.offer(setup.state, block)
    assert not setup.fetcher.offer(setup.state, BLOCKS[3])
    async with setup.running():
        await setup.idle()
        assert setup.taken == BLOCKS[1:6]
        assert setup.chain.best_hash == BLOCKS[5].hash
        assert not setup.fetcher.offer(setup.state, BLOCKS[3])
        assert setup.judge.offences == []


async def test_the_parent_of_an_orphan_is_asked_for() -> None:
    setup = Setup()
    async with setup.running():
        setup.fetcher.offer(setup.state, BLOCKS[2])
        await setup.idle()
        assert setup.taken == []
        assert setup.stub.sent == [messages.GetBlock(0, BLOCKS[1].hash)]
        assert setup.fetcher.is_parent_asked(BLOCKS[1].hash)
        assert setup.state.due.take_block(BLOCKS[1].hash) is not None
        setup.fetcher.offer(setup.state, BLOCKS[1])
        await setup.idle()
        assert setup.chain.best_hash == BLOCKS[2].hash


async def test_orphans_are_rationed() -> None:
    setup = Setup()
    strangers = [make_block(make_block(GENESIS)) for _ in range(int(ORPHAN_BURST) + 10)]
    async with setup.running():
        for block in strangers:
            setup.fetcher.offer(setup.state, block)
        await setup.idle()
        assert sum(setup.chain.is_orphan(block.hash) for block in strangers) == ORPHAN_BURST
        assert setup.judge.offences == []


async def test_bad_blocks_cost_their_sender() -> None:
    setup = Setup()
    unproven = make_block(GENESIS)
    setup.verifier.bad = {unproven.hash}
    too_early = make_block(GENESIS, timestamp=GENESIS.header.timestamp)
    too_dear = make_block(GENESIS, fees=1)
    async with setup.running():
        for block in (unproven, too_early, too_dear):
            setup.fetcher.offer(setup.state, block)
        await setup.idle()
    assert setup.taken == []
    assert len(setup.judge.offences) == 3
    assert too_early.hash not in setup.verifier.asked  # the cheap rules come first
    assert any("proof of work" in reason for reason in setup.judge.reasons)


async def test_the_queue_is_bounded() -> None:
    setup = Setup()
    assert not setup.fetcher.offer(setup.state, BLOCKS[MAX_DISTANCE + 1])
    assert setup.fetcher.offer(setup.state, BLOCKS[MAX_DISTANCE])
    offered = [setup.fetcher.offer(setup.state, make_block(GENESIS)) for _ in range(MAX_QUEUED + 5)]
    assert offered.count(True) == MAX_QUEUED - 1
    setup.chain.close()


async def test_nothing_is_taken_while_it_is_held() -> None:
    setup = Setup()
    setup.fetcher.is_held = True
    assert not setup.fetcher.offer(setup.state, BLOCKS[1])
    setup.fetcher.is_held = False
    async with setup.running():
        assert setup.fetcher.offer(setup.state, BLOCKS[1])
        await setup.idle()
        assert setup.taken == [BLOCKS[1]]
