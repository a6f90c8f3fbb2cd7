"""The block index against plain objects, and the table of hashes against a dictionary."""

from array import array
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha3_256

import pytest

from pybytomd.chain.index import hash_table
from pybytomd.chain.index.block_index import BlockIndex
from pybytomd.chain.index.hash_table import FIRST_SLOTS, HashTable
from pybytomd.errors import StoreError
from pybytomd.ledger.block import Block
from pybytomd.ledger.constants import INITIAL_SEED
from pybytomd.pow.compact import work
from pybytomd.store.records.header_scan import HeaderBatch
from tests.chain_builder import GENESIS, make_branch


def batches(blocks: list[Block], size: int = 50) -> Iterator[HeaderBatch]:
    headers = [block.header for block in blocks]
    for start in range(0, len(headers), size):
        part = headers[start : start + size]
        yield HeaderBatch(
            array("Q", [header.height for header in part]),
            b"".join(header.hash for header in part),
            b"".join(header.previous_block_hash for header in part),
            array("Q", [header.timestamp for header in part]),
            array("Q", [header.bits for header in part]),
        )


def loaded(blocks: list[Block], best: Block) -> BlockIndex:
    return BlockIndex.load(batches(blocks), best.height, best.hash)


@pytest.mark.parametrize("enter", [hash_table.enter, hash_table.enter_slowly])
def test_table_finds_what_was_added(enter: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hash_table, "enter", enter)
    table = HashTable()
    hashes = [sha3_256(b"%d" % number).digest() for number in range(2 * FIRST_SLOTS + 3)]
    for position, block_hash in enumerate(hashes):
        assert table.find(block_hash) is None
        assert table.add(block_hash) == position
        assert table.is_last(block_hash)
    assert len(table) == len(hashes)
    assert [table.find(block_hash) for block_hash in hashes] == list(range(len(hashes)))
    assert [table[position] for position in range(len(hashes))] == hashes
    assert table.find(b"") is None
    assert table.find(hashes[0][:31]) is None


def test_table_tells_hashes_apart_that_begin_alike() -> None:
    table = HashTable()
    hashes = [b"\xff" * 31 + bytes((number,)) for number in range(200)]
    for block_hash in hashes:
        table.add(block_hash)
    assert [table.find(block_hash) for block_hash in hashes] == list(range(200))
    assert table.find(b"\xff" * 31 + b"\xff") is None


def test_numbers_of_a_branch() -> None:
    main = [GENESIS, *make_branch(GENESIS, 600)]
    side = make_branch(main[200], 300)
    index = loaded(sorted([*main, *side], key=lambda block: block.height), main[-1])
    assert len(index) == 901
    for branch in (main, [*main[:201], *side]):
        seed = INITIAL_SEED
        for block in branch:
            position = index.find(block.hash)
            assert position is not None
            assert index.hash_of(position) == block.hash
            assert index.height_of(position) == block.height
            assert index.work_of(position) == (block.height + 1) * work(GENESIS.header.bits)
            if block.height % 256 == 0 and block.height:
                seed = block.hash
            assert index.next_seed(position) == seed
            times = sorted(ancestor.header.timestamp for ancestor in branch[: block.height + 1][-11:])
            assert index.median_time(position) == times[len(times) // 2]
            if block.height:
                assert index.hash_of(index.parent_of(position)) == block.header.previous_block_hash


def test_main_chain_moves_in_one_step() -> None:
    main = [GENESIS, *make_branch(GENESIS, 6)]
    side = make_branch(main[2], 6)
    index = loaded(main, main[-1])
    for block in side:
        parent = index.find(block.header.previous_block_hash)
        assert parent is not None
        index.add(block.header, parent)
    tip = index.find(side[-1].hash)
    assert tip is not None
    assert [index.hash_of(position) for position in index.branch(tip)] == [block.hash for block in side]
    fork = index.parent_of(index.branch(tip)[0])
    assert [index.hash_of(position) for position in index.above(fork)] == [block.hash for block in main[:2:-1]]
    index.set_best(tip)
    assert index.best == tip
    expected = [*main[:3], *side]
    found = [index.at(height) for height in range(len(expected))]
    assert [index.hash_of(position) for position in found if position is not None] == [b.hash for b in expected]
    assert index.at(len(expected)) is None
    assert index.at(-1) is None
    assert not index.branch(tip)
    assert not any(index.is_main(position) for position in range(3, 7))


def test_blocks_above_the_best_are_forgotten() -> None:
    main = [GENESIS, *make_branch(GENESIS, 5)]
    index = loaded(main, main[3])
    assert len(index) == 4
    assert index.find(main[4].hash) is None
    assert index.at(4) is None


def test_databases_that_cannot_be() -> None:
    main = [GENESIS, *make_branch(GENESIS, 5)]
    with pytest.raises(StoreError, match="the first block is missing"):
        loaded([], GENESIS)
    with pytest.raises(StoreError, match="the first block is missing"):
        loaded(main[1:], main[-1])
    with pytest.raises(StoreError, match="has no parent"):
        loaded([*main[:2], *main[3:]], main[-1])
    with pytest.raises(StoreError, match=r"the best block .* is missing"):
        loaded(main, make_branch(GENESIS, 5)[-1])
    (batch,) = batches(main)
    wrong_heights = replace(batch, heights=[0, 2, 3, 4, 5, 6])
    with pytest.raises(StoreError, match="has no parent"):
        BlockIndex.load([wrong_heights], 6, main[-1].hash)
    with pytest.raises(StoreError, match="the best block"):
        BlockIndex.load([batch], 4, main[-1].hash)


QUESTIONS = ("hash_of", "height_of", "parent_of", "work_of", "next_seed", "next_bits", "median_time", "at")


def test_added_one_by_one_or_all_at_once() -> None:
    main = [GENESIS, *make_branch(GENESIS, 700)]
    at_once = loaded(main, main[-1])
    one_by_one = BlockIndex(GENESIS.hash, GENESIS.header.timestamp, GENESIS.header.bits)
    for parent, block in enumerate(main[1:]):
        one_by_one.add(block.header, parent)
    one_by_one.set_best(700)
    for position in range(701):
        for question in (
            "hash_of",
            "height_of",
            "parent_of",
            "work_of",
            "next_seed",
            "next_bits",
            "median_time",
            "at",
        ):
            assert getattr(at_once, question)(position) == getattr(one_by_one, question)(position)
