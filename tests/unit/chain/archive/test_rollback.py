"""The last blocks of a chain taken back, and added again from what is stored."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pybytomd.chain.archive import rollback
from pybytomd.chain.archive.rollback import connect_stored, roll_back, stored_above
from pybytomd.chain.chain import Chain
from pybytomd.chain.errors import HeaderHeightNotFound
from pybytomd.chain.verification import DatabaseVerification
from pybytomd.errors import StoreError, ValidationError
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.ledger.status import TransactionStatus
from pybytomd.ledger.utxo import UtxoEntry
from pybytomd.store.block_store import BlockStore
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.store.records.core_records import ChainState
from tests.chain_builder import Coin, btm, extend, make_block, make_branch, mature_coins, open_chain, spend

FEE = 10**8
RESTORED = UtxoEntry(is_coinbase=False, block_height=0, spent=False)


def outputs(database: MemoryStore) -> dict[bytes, UtxoEntry]:
    """All that is unspent, and spent coinbases; an ordinary output may have lost its height."""
    return {
        output_id: entry if entry.is_coinbase else RESTORED for output_id, entry in BlockStore(database).utxos()
    }


@pytest.fixture
def database() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def states(database: MemoryStore) -> list[tuple[int, bytes, dict[bytes, UtxoEntry]]]:
    """A chain with payments in its last blocks; where it stood after each of these."""
    with open_chain(database) as chain:
        coins = mature_coins(chain, 3)
        found = [(chain.best_height, chain.best_hash, outputs(database))]
        for coin in coins:
            first = spend([coin], [btm(coin.amount - FEE)])
            second = spend([Coin.of(first)], [btm(FEE), btm(coin.amount - 3 * FEE)])
            block = make_block(chain.block(chain.best_hash), [first, second], fees=2 * FEE)
            assert not chain.process_block(block, proof=True)
            found.append((chain.best_height, chain.best_hash, outputs(database)))
    return found


def is_sound(database: MemoryStore) -> bool:
    return DatabaseVerification(BlockStore(database), SOLONET).run().is_sound


@pytest.mark.parametrize("blocks_at_once", [1, 2, 500])
def test_each_state_comes_back_and_the_last_one_again(
    database: MemoryStore,
    states: list[tuple[int, bytes, dict[bytes, UtxoEntry]]],
    blocks_at_once: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rollback, "BLOCKS_AT_ONCE", blocks_at_once)
    top, top_hash, _ = states[-1]
    for height, block_hash, unspent in states:
        undone: list[int] = []
        with open_chain(database) as chain:
            assert roll_back(chain, height, undone.append) == ChainState(height, block_hash)
        assert undone == list(range(top, height, -1))
        assert outputs(database) == unspent
        assert is_sound(database)
        added: list[int] = []
        with open_chain(database) as chain:
            assert (chain.best_height, chain.best_hash) == (height, block_hash)
            done = connect_stored(chain, added.append)
            assert (done.added, done.refused, done.is_complete) == (top - height, 0, True)
            assert (chain.best_height, chain.best_hash) == (top, top_hash)
        assert added == list(range(height + 1, top + 1))
        assert outputs(database) == states[-1][2]
        assert is_sound(database)


def test_down_to_the_first_block(
    database: MemoryStore, states: list[tuple[int, bytes, dict[bytes, UtxoEntry]]]
) -> None:
    with open_chain(database) as chain:
        roll_back(chain, 0)
    with open_chain(MemoryStore()) as fresh:
        genesis = dict(fresh.store.utxos())
    kept = {output_id: entry for output_id, entry in outputs(database).items() if not entry.spent}
    assert kept.keys() == genesis.keys()
    with open_chain(database) as chain:
        assert connect_stored(chain).added == states[-1][0]


def test_another_chain_is_built_after_it_and_the_heavier_one_wins(database: MemoryStore) -> None:
    with open_chain(database) as chain:
        old = extend(chain, 6)
        roll_back(chain, 2)
    with open_chain(database) as chain:
        new = extend(chain, 2)
        assert chain.best_hash == new[-1].hash
        assert [block_hash for _, block_hash in stored_above(chain)] == [block.hash for block in old[4:]]
        done = connect_stored(chain)
        assert done.refused == 2, "the blocks between are known to the next start only"
    with open_chain(database) as chain:
        assert connect_stored(chain).added == 2
        assert chain.best_hash == old[-1].hash
    assert is_sound(database)


def test_blocks_that_come_again_are_taken(database: MemoryStore) -> None:
    with open_chain(database) as chain:
        blocks = extend(chain, 4)
        roll_back(chain, 1)
    with open_chain(database) as chain:
        for block in blocks[1:]:
            assert chain.process_block(block, proof=True) is False
        assert chain.best_hash == blocks[-1].hash


def test_a_stored_block_that_cannot_be_spent_is_passed_over(database: MemoryStore) -> None:
    with open_chain(database) as chain:
        (coin,) = mature_coins(chain)
        best = chain.block(chain.best_hash)
        tx = spend([coin], [btm(coin.amount - FEE)])
        good = make_block(best, [tx], fees=FEE)
        chain.process_block(good, proof=True)
        twice = make_block(good, [spend([coin], [btm(coin.amount - 2 * FEE)])], fees=2 * FEE)
        with pytest.raises(ValidationError):
            chain.process_block(twice, proof=True)
        chain.store.save_block(make_branch(twice, 1)[0], TransactionStatus.of([False]))
        roll_back(chain, best.height)
    with open_chain(database) as chain:
        done = connect_stored(chain)
        assert (done.added, chain.best_hash) == (1, good.hash)
        assert done.refused == 2
    assert is_sound(database)


def test_stopped_it_is_whole_and_goes_on(
    database: MemoryStore, states: list[tuple[int, bytes, dict[bytes, UtxoEntry]]]
) -> None:
    height, block_hash, unspent = states[0]
    answers = iter([True] * 3)
    with open_chain(database) as chain:
        stopped = roll_back(chain, height, go_on=lambda: next(answers, False))
    assert height < stopped.height < states[-1][0]
    assert is_sound(database)
    with open_chain(database) as chain:
        assert chain.best_height == stopped.height
        assert roll_back(chain, height).hash == block_hash
    assert outputs(database) == unspent
    answers = iter([True])
    with open_chain(database) as chain:
        done = connect_stored(chain, go_on=lambda: next(answers, False))
        assert (done.added, done.is_complete, chain.best_height) == (1, False, height + 1)


class Failing(MemoryStore):
    """Takes so many batches and no more, as if the process were killed then."""

    left = 0

    def write(self, changes: object) -> None:  # type: ignore[override]
        if not self.left:
            raise StoreError("the process is gone")
        self.left -= 1
        super().write(changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("batches", range(4))
def test_whatever_was_written_last_is_a_whole_chain(
    states: list[tuple[int, bytes, dict[bytes, UtxoEntry]]],
    database: MemoryStore,
    batches: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rollback, "BLOCKS_AT_ONCE", 1)
    failing = Failing()
    failing.left = 1
    failing.write(dict(database.iterate()))
    failing.left = batches
    with open_chain(failing) as chain:
        if batches == 3:
            roll_back(chain, states[0][0])
        else:
            with pytest.raises(StoreError):
                roll_back(chain, states[0][0])
    copy = MemoryStore()
    copy.write(dict(failing.iterate()))
    assert is_sound(copy)
    with open_chain(copy) as chain:
        assert chain.best_height == states[-1][0] - batches
        assert chain.best_hash == states[-1 - batches][1]


@pytest.fixture
def short() -> Iterator[Chain]:
    with open_chain() as chain:
        extend(chain, 2)
        yield chain


@pytest.mark.parametrize("height", [-1, 3, 1 << 80])
def test_heights_that_are_none(short: Chain, height: int) -> None:
    with pytest.raises(HeaderHeightNotFound):
        roll_back(short, height)
    assert short.store.chain_state() == ChainState(2, short.best_hash)
