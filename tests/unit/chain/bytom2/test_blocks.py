"""Blocks that come to the engine of Bytom 2: refused, known, orphans, and the main chain moved."""

from __future__ import annotations

import pytest

from pybytomd.chain.bytom2.chain import Chain
from pybytomd.chain.bytom2.events import (
    BestBlockChanged,
    BlockConnected,
    BlockDisconnected,
    JudgedBlock,
)
from pybytomd.clock import ManualClock
from pybytomd.consensus.errors import BadBlock, ImmatureCoinbase
from pybytomd.events import EventDispatcher
from pybytomd.store.kv.memory_db import MemoryStore
from tests.bytom2_builder import Builder, btm, open_chain, spend
from tests.unit.chain.bytom2.short_epochs import GENESIS, PARAMS


def test_what_breaks_a_rule_is_refused_and_leaves_nothing(
    chain: Chain, builder: Builder, database: MemoryStore
) -> None:
    good = builder.block()
    before = dict(database.iterate())
    with pytest.raises(BadBlock, match="fail to verify block header signature: invalid block"):
        chain.process_block(good.with_header(good.header.with_witness(bytes(64))))
    assert dict(database.iterate()) == before
    assert not chain.has_block(good.hash)
    assert not chain.process_block(good)


def test_a_block_of_the_future_is_refused_until_its_time_comes(database: MemoryStore) -> None:
    clock = ManualClock(now=GENESIS.header.timestamp / 1000)
    with open_chain(PARAMS, database, clock=clock) as chain:
        slots = PARAMS.casper.max_time_ahead // PARAMS.casper.block_interval + 1
        block = Builder(chain).block(slots=slots)
        with pytest.raises(BadBlock, match="timestamp is not in the valid range"):
            chain.process_block(block)
        clock.advance(PARAMS.casper.block_interval / 1000)
        assert not chain.process_block(block)


def test_known_blocks_are_no_news(chain: Chain, builder: Builder, events: EventDispatcher) -> None:
    blocks = builder.extend(3)
    told = events.subscribe(BestBlockChanged)
    assert not chain.process_block(blocks[1])
    assert not chain.process_block(blocks[2])
    assert told.drain() == []


def test_orphans_join_when_their_parent_comes(chain: Chain) -> None:
    with open_chain(PARAMS) as other:
        blocks = Builder(other).extend(9)
    for block in (blocks[8], *blocks[2:8]):
        assert chain.process_block(block)
        assert chain.is_orphan(block.hash)
        assert chain.has_block(block.hash)
    assert not chain.process_block(blocks[0])
    assert chain.best_height == 1
    assert not chain.process_block(blocks[1])
    assert chain.best_hash == blocks[8].hash
    assert not any(chain.is_orphan(block.hash) for block in blocks)


def test_bad_orphans_do_not_hold_up_the_good_ones(chain: Chain) -> None:
    with open_chain(PARAMS) as other:
        builder = Builder(other)
        blocks = builder.extend(2)
        twin = builder.block(blocks[0], extra=b"another")
        bad = twin.with_header(twin.header.with_witness(bytes(64)))
    for orphan in (bad, blocks[1]):
        assert chain.process_block(orphan)
    assert not chain.process_block(blocks[0])
    assert chain.best_hash == blocks[1].hash
    assert chain.is_orphan(bad.hash)


def test_reorganisation_is_told_of_in_order(chain: Chain, builder: Builder, events: EventDispatcher) -> None:
    blocks = builder.extend(3)
    told: list[object] = []
    for kind in (BlockConnected, BlockDisconnected, BestBlockChanged):
        events.call(kind, told.append)
    branch = [builder.block(blocks[0], slots=5)]
    chain.process_block(branch[0])
    branch += builder.extend(1, branch[0])
    while chain.best_hash != branch[-1].hash:
        branch += builder.extend(1, branch[-1])
    assert told == [
        BlockDisconnected(blocks[2]),
        BlockDisconnected(blocks[1]),
        *[BlockConnected(JudgedBlock(block)) for block in branch],
        BestBlockChanged(branch[-1].header),
    ]
    assert [chain.hash_at(height + 2) for height in range(len(branch))] == [block.hash for block in branch]
    assert chain.is_in_main_chain(branch[0].hash)
    assert not chain.is_in_main_chain(blocks[1].hash)


def test_a_branch_that_cannot_be_spent_is_stored_and_the_main_chain_stays(chain: Chain, builder: Builder) -> None:
    blocks = builder.extend(5)
    reward = blocks[4].transactions[0]
    too_early = [spend(reward, [btm(10**8)], position=1)]
    bad = sorted([builder.block(transactions=too_early) for _ in range(9)], key=lambda block: block.hash)[4]
    with pytest.raises(ImmatureCoinbase):
        chain.process_block(bad)
    assert chain.best_hash == blocks[4].hash
    assert chain.has_block(bad.hash)
    with pytest.raises(ImmatureCoinbase):  # it is above the best block, and tried again
        chain.process_block(bad)
    siblings = [builder.block() for _ in range(20)]
    lower = next(block for block in siblings if block.hash < bad.hash)
    good = next(block for block in siblings if block.hash > bad.hash)
    with pytest.raises(ImmatureCoinbase):  # the tree prefers the bad one, and this one gets its error
        chain.process_block(lower)
    assert chain.best_hash == blocks[4].hash
    assert not chain.process_block(good)
    assert chain.best_hash == good.hash
    builder.extend(1, good)
    assert chain.best_height == 7
