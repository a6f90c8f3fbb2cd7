"""Blocks that wait for their parents: how many, how long, and in which order they are found."""

import pytest

from pybytomd.chain import orphans
from pybytomd.chain.orphans import OrphanBlocks
from pybytomd.clock import ManualClock
from pybytomd.ledger.block import Block
from tests.chain_builder import GENESIS, make_block, make_branch


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def waiting(clock: ManualClock) -> OrphanBlocks:
    return OrphanBlocks(clock)


def siblings(number: int) -> list[Block]:
    parent = make_block(GENESIS)
    return [make_block(parent) for _ in range(number)]


def test_found_by_parent_in_order_of_arrival(waiting: OrphanBlocks) -> None:
    blocks = siblings(4)
    for block in blocks:
        waiting.add(block)
    waiting.add(blocks[0])
    parent = blocks[0].header.previous_block_hash
    assert waiting.children_of(parent) == blocks
    waiting.remove(blocks[1].hash)
    waiting.remove(blocks[1].hash)
    assert waiting.children_of(parent) == [blocks[0], blocks[2], blocks[3]]
    assert blocks[1].hash not in waiting
    assert waiting.children_of(GENESIS.hash) == []


def test_an_hour_and_no_longer(waiting: OrphanBlocks, clock: ManualClock) -> None:
    first, second = siblings(2)
    waiting.add(first)
    clock.advance(1800)
    waiting.add(second)
    waiting.add(first)  # does not begin its time anew
    clock.advance(1799)
    assert first.hash in waiting
    clock.advance(1)
    assert first.hash not in waiting
    assert waiting.children_of(first.header.previous_block_hash) == [second]
    clock.advance(1800)
    assert len(waiting) == 0
    assert waiting.children_of(first.header.previous_block_hash) == []


def test_the_oldest_makes_room(waiting: OrphanBlocks) -> None:
    blocks = make_branch(make_block(GENESIS), 258)
    for block in blocks:
        waiting.add(block)
    assert len(waiting) == 256
    assert [block.hash in waiting for block in blocks[:3]] == [False, False, True]


def test_memory_is_bounded(waiting: OrphanBlocks, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = siblings(3)
    size = len(blocks[0].to_bytes())
    monkeypatch.setattr(orphans, "MAX_ORPHAN_BYTES", 2 * size + 5)
    for block in blocks:
        waiting.add(block)
    assert [block.hash in waiting for block in blocks] == [False, True, True]
    monkeypatch.setattr(orphans, "MAX_ORPHAN_BYTES", size - 1)
    large = siblings(1)[0]
    waiting.add(large)
    assert large.hash not in waiting
