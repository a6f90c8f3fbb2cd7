"""Nodes in one process get to the same chain, whatever way blocks and transactions come."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from pybytomd.ledger.block import Block
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.sync.errors import UnknownPeer
from pybytomd.sync.report.status import Activity
from tests.chain_builder import GENESIS, btm, extend, make_block, make_branch, mature_coins, open_chain, spend
from tests.functional.fake_peer import FakePeer, fake_peers
from tests.functional.sync_network import SyncNode, eventually, running


@pytest.fixture(autouse=True)
def every_proof_is_good(monkeypatch: pytest.MonkeyPatch) -> None:
    """The chain checks proofs of orphans itself."""
    monkeypatch.setattr("pybytomd.chain.chain.meets_target", lambda *_: True)


def blocks_of(length: int, parent: Block = GENESIS) -> list[Block]:
    return make_branch(parent, length)


async def test_an_empty_node_gets_all_blocks() -> None:
    blocks = blocks_of(300)
    full, empty = SyncNode(blocks=blocks), SyncNode()
    async with running(full, empty):
        assert empty.manager.status().activity is Activity.WAITING
        await empty.connect(full)
        await empty.reaches(blocks[-1].hash)
        await eventually(lambda: empty.manager.status().activity is Activity.SYNCED)
        await eventually(lambda: full.manager.status().activity is Activity.SYNCED)
        status = empty.manager.status()
        assert (status.current_block, status.highest_block, status.syncing) == (300, 300, False)
        assert len(empty.verifier.asked) == 300
        assert status.stuck is None


async def test_three_peers_share_the_work() -> None:
    blocks = blocks_of(1000)
    full = [SyncNode(blocks=blocks) for _ in range(3)]
    empty = SyncNode()
    async with running(*full, empty):
        await empty.connect(*full)
        await empty.reaches(blocks[-1].hash)
        received = [peer.total_received for peer in empty.manager.peers()]
        assert min(received) > sum(received) / 20


async def test_a_mined_block_travels_along_a_line() -> None:
    nodes = [SyncNode() for _ in range(4)]
    async with running(*nodes):
        for one, other in pairwise(nodes):
            await one.connect(other)
        for miner in (nodes[0], nodes[3], nodes[1]):
            block = miner.mine()
            for node in nodes:
                await node.reaches(block.hash)


async def test_two_halves_agree_on_the_heavier_branch() -> None:
    common = blocks_of(50)
    light, heavy = blocks_of(20, common[-1]), blocks_of(30, common[-1])
    left = [SyncNode(blocks=[*common, *light]) for _ in range(2)]
    right = [SyncNode(blocks=[*common, *heavy]) for _ in range(2)]
    async with running(*left, *right):
        await left[0].connect(left[1])
        await right[0].connect(right[1])
        await left[1].connect(right[0])
        for node in (*left, *right):
            await node.reaches(heavy[-1].hash)


async def test_the_chain_may_be_reorganised_while_it_is_fetched() -> None:
    common = blocks_of(400)
    longer = blocks_of(300, common[200])
    source, target = SyncNode(blocks=common), SyncNode()
    async with running(source, target):
        await target.connect(source)
        await eventually(lambda: target.chain.best_height > 20)
        for block in longer:
            await source.chain.add_block(block, True)
        await source.reaches(longer[-1].hash)
        source.mine()
        await target.reaches(source.chain.best_hash)


async def test_transactions_reach_every_pool() -> None:
    first = SyncNode()
    coins = mature_coins(first.chain, 3)
    blocks = [first.chain.block_at(height) for height in range(1, first.chain.best_height + 1)]
    second, third = SyncNode(blocks=blocks), SyncNode(blocks=blocks)
    early, late = (spend([coin], [btm(coin.amount - 10_000_000)]) for coin in coins[:2])
    await first.chain.add_transaction(early)
    async with running(first, second, third):
        await first.connect(second)
        await second.connect(third)
        await eventually(lambda: early.id in third.chain.pool)
        await third.chain.add_transaction(late)
        await eventually(lambda: late.id in first.chain.pool)
        block = make_block(blocks[-1], [early], fees=10_000_000)
        await second.chain.add_block(block, True)
        await second.reaches(block.hash)
        second.mine()
        await first.reaches(second.chain.best_hash)
        await eventually(lambda: early.id not in first.chain.pool and late.id in first.chain.pool)


async def test_proofs_below_a_checkpoint_are_not_checked() -> None:
    blocks = blocks_of(700)
    checkpoints = {200: blocks[199].hash, 500: blocks[499].hash}
    params = replace(SOLONET, checkpoints=checkpoints)
    full, empty = SyncNode(blocks=blocks), SyncNode(params=params)
    async with running(full, empty):
        await empty.connect(full)
        await empty.reaches(blocks[-1].hash)
        assert set(empty.verifier.asked) == {block.hash for block in blocks[500:]}


async def test_a_branch_below_a_checkpoint_is_left_for_the_right_one() -> None:
    blocks = blocks_of(300)
    params = replace(SOLONET, checkpoints={200: blocks[199].hash})
    wrong = blocks_of(40, blocks[50])
    full = SyncNode(blocks=blocks)
    lost = SyncNode(params=params, blocks=[*blocks[:51], *wrong])
    async with running(full, lost):
        await lost.connect(full)
        await lost.reaches(blocks[-1].hash)


async def test_a_restart_goes_on_where_it_was() -> None:
    blocks = blocks_of(600)
    checkpoints = {400: blocks[399].hash}
    params = replace(SOLONET, checkpoints=checkpoints)
    core, fastsync = MemoryStore(), MemoryStore()
    full = SyncNode(blocks=blocks)
    first = SyncNode(chain=open_chain(core, params=params), fastsync=fastsync)
    async with running(full):
        async with running(first):
            await first.connect(full)
            await eventually(lambda: first.chain.best_height > 10)
        stopped_at = first.chain.best_height
        assert any(key.startswith(b"S:") for key, _ in fastsync.iterate()) or stopped_at >= 400
        second = SyncNode(chain=open_chain(core, params=params), fastsync=fastsync)
        async with running(second):
            assert second.chain.best_height >= stopped_at
            await second.connect(full)
            await second.reaches(blocks[-1].hash)
            await eventually(lambda: second.manager.status().activity is Activity.SYNCED)
    assert not any(key.startswith(b"S:") for key, _ in fastsync.iterate())


async def test_connecting_and_disconnecting_by_hand() -> None:
    one, other = SyncNode(), SyncNode()
    extend(other.chain, 3)
    async with running(one, other):
        info = await one.manager.connect(str(other.address))
        assert (info.height, info.remote_addr, info.is_outbound) == (3, str(other.address), True)
        assert [peer.peer_id for peer in one.manager.peers()] == [info.peer_id]
        one.manager.disconnect(info.peer_id.lower())
        await eventually(lambda: not one.manager.peers())
        with pytest.raises(UnknownPeer, match="peerId not exist"):
            one.manager.disconnect(info.peer_id)


async def test_a_node_of_another_chain_is_noticed() -> None:
    node, stranger = SyncNode(), FakePeer(1, [make_block(GENESIS)])
    async with running(node), fake_peers(stranger):
        await stranger.connect(node.address)
        await stranger.until(lambda: bool(stranger.gone))
        assert node.manager.peers() == ()
