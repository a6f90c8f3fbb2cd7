"""A node and one peer that says what the test wants: greetings, announcements, transactions, light wallets."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

import pytest

from pybytomd.clock import ManualClock
from pybytomd.errors import BytomError
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.p2p.network_address import NetAddress
from pybytomd.p2p.transport.node_info import Service
from pybytomd.sync import messages
from pybytomd.sync.report.status import Activity
from tests.chain_builder import GENESIS, TRUE_PROGRAM, btm, make_block, make_branch, mature_coins, spend
from tests.functional.fake_peer import FakePeer, fake_peers
from tests.functional.sync_network import SyncNode, eventually, running

BLOCKS = [GENESIS, *make_branch(GENESIS, 5)]


@pytest.fixture(autouse=True)
def every_proof_is_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pybytomd.chain.chain.meets_target", lambda *_: True)


async def test_a_peer_that_does_not_introduce_itself_is_dropped() -> None:
    clock = ManualClock()
    node, mute = SyncNode(clock=clock), FakePeer(1, BLOCKS)
    mute.answers[messages.StatusRequest] = lambda _: []
    async with running(node), fake_peers(mute):
        calling = asyncio.create_task(node.manager.connect(str(await mute.listen())))
        await mute.until(lambda: bool(mute.heard(messages.StatusRequest)))
        mute.say(messages.GetBlock(0, GENESIS.hash))  # not answered before the introduction
        clock.advance(11)
        with pytest.raises(BytomError, match="Protocol handshake timeout"):
            await calling
        await mute.until(lambda: bool(mute.gone))
        assert mute.heard(messages.BlockMessage) == []


async def test_status_is_told_before_anything_else_and_again_whenever_asked() -> None:
    node, peer = SyncNode(blocks=BLOCKS), FakePeer(1, BLOCKS[:1])
    async with running(node), fake_peers(peer):
        await peer.connect(node.address)
        await peer.until(lambda: len(peer.heard(messages.StatusResponse)) == 1)
        assert peer.heard(messages.StatusResponse) == [messages.StatusResponse(5, BLOCKS[5].hash, GENESIS.hash)]
        peer.say(messages.StatusRequest(), messages.StatusRequest())
        await peer.until(lambda: len(peer.heard(messages.StatusResponse)) == 3)
        peer.say(messages.GetHeaders((GENESIS.hash,), BLOCKS[5].hash), messages.GetBlock(2))
        await peer.until(lambda: bool(peer.heard(messages.BlockMessage)))
        assert peer.heard(messages.Headers) == [messages.Headers.of(b.header for b in BLOCKS[1:])]


async def test_an_announced_block_is_passed_on_but_not_to_who_sent_it() -> None:
    node, source, other = SyncNode(blocks=BLOCKS), FakePeer(1, BLOCKS), FakePeer(2, BLOCKS)
    async with running(node), fake_peers(source, other):
        await source.connect(node.address)
        await other.connect(node.address)
        await eventually(lambda: len(node.manager.peers()) == 2)
        block = make_block(BLOCKS[-1])
        source.say(messages.MineBlock.of(block))
        await other.until(lambda: bool(other.heard(messages.MineBlock)))
        assert other.heard(messages.MineBlock) == [messages.MineBlock.of(block)]
        assert node.chain.best_hash == block.hash
        assert source.heard(messages.MineBlock) == []


async def test_an_announced_block_with_unknown_ancestors_is_reached() -> None:
    node, peer = SyncNode(), FakePeer(1, BLOCKS[:1])
    async with running(node), fake_peers(peer):
        await peer.connect(node.address)
        await eventually(lambda: len(node.manager.peers()) == 1)
        peer.blocks = list(BLOCKS)
        peer.say(messages.MineBlock.of(BLOCKS[5]))
        await node.reaches(BLOCKS[5].hash)


async def test_a_transaction_goes_to_all_but_its_sender_and_not_twice() -> None:
    node = SyncNode()
    coin = mature_coins(node.chain)[0]
    own_chain = [node.chain.block_at(height) for height in range(node.chain.best_height + 1)]
    transaction = spend([coin], [btm(coin.amount - 10_000_000)])
    source, other = FakePeer(1, own_chain), FakePeer(2, own_chain)
    light = FakePeer(3, own_chain, services=Service.SPV)
    async with running(node), fake_peers(source, other, light):
        for peer in (source, other, light):
            await peer.connect(node.address)
        await eventually(lambda: len(node.manager.peers()) == 3)
        light.say(messages.FilterLoad((b"not this",)))
        for _ in range(3):
            source.say(messages.TransactionMessage.of(transaction))
        await other.until(lambda: bool(other.heard(messages.TransactionMessage)))
        source.say(messages.StatusRequest())
        light.say(messages.FilterAdd(TRUE_PROGRAM), messages.StatusRequest())
        for peer in (source, light):
            await peer.until(lambda peer=peer: len(peer.heard(messages.StatusResponse)) == 2)
            assert peer.heard(messages.TransactionMessage) == []
        assert len(other.heard(messages.TransactionMessage)) == 1
        late = FakePeer(4, own_chain)
        async with fake_peers(late):
            await late.connect(node.address)
            await late.until(lambda: bool(late.heard(messages.TransactionMessage)))


async def test_a_light_wallet_is_served() -> None:
    node, light = SyncNode(blocks=BLOCKS), FakePeer(1, BLOCKS[:1], services=Service.SPV)
    async with running(node), fake_peers(light):
        await light.connect(node.address)
        await eventually(lambda: len(node.manager.peers()) == 1)
        assert node.manager.status().activity is Activity.WAITING  # it has nothing for us
        light.say(messages.FilterAdd(TRUE_PROGRAM), messages.GetMerkleBlock(3))
        await light.until(lambda: len(light.heard(messages.MerkleBlock)) == 1)
        light.say(messages.FilterClear(), messages.GetMerkleBlock(3))
        await light.until(lambda: len(light.heard(messages.MerkleBlock)) == 2)
        full, empty = light.heard(messages.MerkleBlock)
        assert isinstance(full, messages.MerkleBlock)
        assert isinstance(empty, messages.MerkleBlock)
        assert (full.flags, len(full.transaction_texts)) == (b"\x02", 1)
        assert (empty.flags, empty.transaction_texts) == (b"\x00", ())
        block = node.mine()
        light.say(messages.StatusRequest())
        await light.until(lambda: len(light.heard(messages.StatusResponse)) >= 2)
        assert light.heard(messages.MineBlock) == []
        assert node.chain.best_hash == block.hash


async def test_blocks_from_the_future_cast_doubt_on_our_clock() -> None:
    node = SyncNode()
    ahead = make_block(GENESIS, timestamp=GENESIS.header.timestamp + 200 * 365 * 86_400)
    peers = [FakePeer(number, [GENESIS, ahead]) for number in (1, 2)]
    async with running(node), fake_peers(*peers):
        for peer in peers:
            await peer.connect(node.address)
        await eventually(lambda: len(node.manager.peers()) == 2)
        await eventually(lambda: "clock" in (node.manager.status().stuck or ""))
        assert len(node.manager.peers()) == 2


async def test_one_peer_is_enough_to_doubt_our_clock_at_once() -> None:
    node = SyncNode(clock=ManualClock(BLOCKS[-1].header.timestamp))
    ahead = make_block(BLOCKS[-1], timestamp=BLOCKS[-1].header.timestamp + 86_400)
    peer = FakePeer(1, [*BLOCKS, ahead])
    async with running(node), fake_peers(peer):
        await peer.connect(node.address)
        await eventually(lambda: "24 h 0 min ahead" in (node.manager.status().stuck or ""))
        assert len(node.manager.peers()) == 1
        peer.blocks = [*BLOCKS, make_block(BLOCKS[-1])]
        peer.say(messages.MineBlock.of(peer.blocks[-1]))
        await node.reaches(peer.blocks[-1].hash)


async def test_new_blocks_that_are_old_cast_doubt_on_our_clock_too() -> None:
    node = SyncNode(blocks=BLOCKS, clock=ManualClock(BLOCKS[-1].header.timestamp + 86_400.0 + 300))
    peer = FakePeer(1, BLOCKS)
    async with running(node), fake_peers(peer):
        await peer.connect(node.address)
        await eventually(lambda: len(node.manager.peers()) == 1)
        block = BLOCKS[-1]
        for _ in range(2):
            assert node.manager.status().stuck is None
            block = make_block(block)
            peer.say(messages.MineBlock.of(block))
            await node.reaches(block.hash)
        await eventually(lambda: "is the clock of this machine ahead" in (node.manager.status().stuck or ""))


async def test_a_checkpoint_that_peers_contradict_is_named() -> None:
    params = replace(SOLONET, checkpoints={4: bytes(31) + b"4"})
    node, peer = SyncNode(params=params, request_timeout=0.2), FakePeer(1, BLOCKS)
    async with running(node), fake_peers(peer):
        await peer.connect(node.address)
        await eventually(lambda: "the checkpoint 4:" in (node.manager.status().stuck or ""))


async def test_the_log_tells_why_it_is_stuck_once_and_when_it_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "pybytomd.sync")
    clock = ManualClock(BLOCKS[-1].header.timestamp)
    nobody = NetAddress("127.0.0.1", 1)
    node, peer = SyncNode(blocks=BLOCKS, clock=clock, seeds=(nobody,)), FakePeer(1, BLOCKS)
    async with running(node), fake_peers(peer):
        for _ in range(20):
            node.manager._tick()
            clock.advance(1)
        await peer.connect(node.address)
        await eventually(lambda: len(node.manager.peers()) == 1)
        node.manager._tick()
    told = [vars(record)["reason"] for record in caplog.records if record.getMessage() == "synchronising"]
    assert told == ["none of the known nodes answers: is there a connection to the network?", "it goes on"]


async def test_a_private_node_that_knows_nobody_is_not_stuck() -> None:
    clock = ManualClock(BLOCKS[-1].header.timestamp)
    for params, is_stuck in ((SOLONET, False), (replace(SOLONET, chain_id="mainnet", is_private=False), True)):
        node = SyncNode(blocks=BLOCKS, clock=clock, params=params)
        async with running(node):
            node.manager._tick()
            clock.advance(60)
            assert (node.manager.status().stuck is not None) is is_stuck


async def test_a_round_that_ends_behind_is_not_called_up_to_date(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "pybytomd.sync")
    node, peer = SyncNode(), FakePeer(1, BLOCKS)
    peer.claim = (509, bytes(32))
    peer.answers[messages.GetHeaders] = lambda m: [messages.Headers.of(b.header for b in BLOCKS[1:])]
    async with running(node), fake_peers(peer):
        await peer.connect(node.address)
        await node.reaches(BLOCKS[-1].hash)
        await eventually(lambda: "nothing more to fetch for now" in caplog.text)
        assert "chain is up to date" not in caplog.text
        assert caplog.text.count("nothing more to fetch for now") == 1
        del peer.answers[messages.GetHeaders]
        block = make_block(BLOCKS[-1])
        peer.blocks = [*BLOCKS, block]
        peer.say(messages.StatusResponse(6, block.hash, GENESIS.hash))
        await node.reaches(block.hash)
        await eventually(lambda: "chain is up to date" in caplog.text)
