"""Who follows the chain is handed the blocks that were judged, and reads again only what it lags behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pybytomd.chain.chain import Chain
from pybytomd.chain.following.block_feed import LEAST_COST, BlockFeed
from pybytomd.errors import ChainError
from pybytomd.ledger.block import Block
from pybytomd.ledger.status import TransactionStatus
from tests.chain_builder import GENESIS, make_branch, open_chain


@pytest.fixture
def chain() -> Iterator[Chain]:
    with open_chain() as opened:
        yield opened


@pytest.fixture
def read(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The hashes of blocks and status that were read of the store."""
    hashes: list[bytes] = []
    block, status = chain.store.block, chain.store.transaction_status

    def read_block(block_hash: bytes) -> Block | None:
        hashes.append(block_hash)
        return block(block_hash)

    def read_status(block_hash: bytes) -> TransactionStatus | None:
        hashes.append(block_hash)
        return status(block_hash)

    monkeypatch.setattr(chain.store, "block", read_block)
    monkeypatch.setattr(chain.store, "transaction_status", read_status)
    return hashes


def add(chain: Chain, blocks: list[Block]) -> None:
    for block in blocks:
        chain.process_block(block, proof=True)


def test_nothing_is_read_between_judgement_and_follower(chain: Chain, read: list[bytes]) -> None:
    feed = BlockFeed(chain)
    blocks = make_branch(GENESIS, 4)
    add(chain, blocks)
    assert [feed.take(block.hash).block for block in blocks] == blocks
    assert read == []
    assert len(feed) == 0


def test_orphans_stay_in_the_hand_too(chain: Chain, read: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pybytomd.chain.chain.meets_target", lambda *_: True)
    feed = BlockFeed(chain)
    blocks = make_branch(GENESIS, 4)
    add(chain, [*blocks[:0:-1], blocks[0]])
    assert chain.best_hash == blocks[-1].hash
    taken = [feed.take(block.hash) for block in blocks]
    assert all(one.block is block for one, block in zip(taken, blocks, strict=True))
    assert {one.status for one in taken} == {TransactionStatus.of([False])}
    assert read == []


def test_a_reorganisation_reads_only_what_was_judged_before(chain: Chain, read: list[bytes]) -> None:
    feed = BlockFeed(chain)
    first, second = make_branch(GENESIS, 2), make_branch(GENESIS, 3)
    add(chain, [*first, *second])
    assert chain.best_hash == second[-1].hash
    assert set(read) == {block.hash for block in (*first, *second[:2])}
    assert feed.take(second[-1].hash).block is second[-1]
    assert len(feed) == 0  # those of the branch that was left go with it


def test_who_lags_holds_little_and_reads_the_rest(chain: Chain, read: list[bytes]) -> None:
    feed = BlockFeed(chain, limit=3 * LEAST_COST)
    blocks = make_branch(GENESIS, 8)
    add(chain, blocks)
    assert len(feed) == 3
    assert [feed.take(block.hash).block for block in blocks[:3]] == blocks[:3]
    assert read == []
    assert [feed.take(block.hash).block for block in blocks[3:]] == blocks[3:]
    assert read == [block.hash for block in blocks[3:]]


def test_a_large_block_is_held_alone(chain: Chain) -> None:
    feed = BlockFeed(chain, limit=1)
    blocks = make_branch(GENESIS, 3)
    add(chain, blocks)
    assert len(feed) == 1
    assert feed.take(blocks[0].hash).block is blocks[0]


def test_who_has_gone_on_without_it_holds_nothing(chain: Chain) -> None:
    feed = BlockFeed(chain)
    add(chain, blocks := make_branch(GENESIS, 3))
    feed.clear()
    assert len(feed) == 0
    assert feed.take(blocks[0].hash).block == blocks[0]
    feed.close()
    add(chain, make_branch(blocks[-1], 1))
    assert len(feed) == 0


def test_what_is_nowhere_is_an_error(chain: Chain) -> None:
    with pytest.raises(ChainError):
        BlockFeed(chain).take(bytes(32))
