"""Branches: which one wins, what happens to outputs, to the pool and to those who listen."""

import pytest

from pybytomd.chain.chain import Chain
from pybytomd.chain.events import (
    BestBlockChanged,
    BlockConnected,
    BlockDisconnected,
    TransactionAdded,
    TransactionRemoved,
)
from pybytomd.consensus.errors import SpentUtxo
from pybytomd.ledger.block import Block
from pybytomd.ledger.utxo import UtxoEntry
from pybytomd.store.kv.memory_db import MemoryStore
from tests.chain_builder import (
    GENESIS,
    Coin,
    btm,
    extend,
    make_block,
    make_branch,
    mature_coins,
    open_chain,
    spend,
)

FEE = 10**8


@pytest.fixture
def database() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def chain(database: MemoryStore) -> Chain:
    return open_chain(database)


def add_all(chain: Chain, blocks: list[Block]) -> None:
    for block in blocks:
        assert chain.process_block(block, proof=True) is False


def test_equal_height_never_wins_and_one_more_does(chain: Chain) -> None:
    first, second = make_branch(GENESIS, 3), make_branch(GENESIS, 4)
    add_all(chain, first)
    add_all(chain, second[:3])
    assert chain.best_hash == first[2].hash
    add_all(chain, second[3:])
    assert chain.best_hash == second[3].hash
    assert [chain.hash_at(height) for height in range(1, 5)] == [block.hash for block in second]
    assert not any(chain.is_in_main_chain(block.hash) for block in first)
    assert all(chain.has_block(block.hash) and chain.header(block.hash) == block.header for block in first)


class Index:
    """Two blocks: the best one at 0, with height 10 and work 100, and another at 1."""

    best = 0

    def __init__(self, height: int, work: int, parent: int) -> None:
        self.heights, self.works, self.parent = (10, height), (100, work), parent

    def height_of(self, position: int) -> int:
        return self.heights[position]

    def work_of(self, position: int) -> int:
        return self.works[position]

    def parent_of(self, position: int) -> int:
        assert position == 1
        return self.parent


@pytest.mark.parametrize(
    ("height", "work", "parent", "wins"),
    [
        (11, 101, 0, True),  # the child of the best
        (11, 101, 5, True),
        (11, 100, 5, True),  # of equal work the higher one
        (11, 99, 5, False),
        (10, 101, 5, False),  # whatever its work, unless it is higher
        (10, 100, 5, False),
        (9, 200, 5, False),
    ],
)
def test_which_block_becomes_the_best(
    chain: Chain, monkeypatch: pytest.MonkeyPatch, height: int, work: int, parent: int, wins: bool
) -> None:
    """Source: the reference's ``protocol/block.go``, ``ProcessBlock``."""
    moved: list[int] = []
    with monkeypatch.context() as patched:
        patched.setattr(chain, "_index", Index(height, work, parent))
        patched.setattr(chain, "_move_to", lambda position, _: moved.append(position))
        chain._consider(1, {})
    assert moved == ([1] if wins else [])


def test_higher_branch_with_less_work_does_not_win(chain: Chain) -> None:
    """2016 slow blocks make the next target easier, 2016 fast ones harder: one block is then worth many."""
    fast, slow = [GENESIS], [GENESIS]
    for _ in range(2016):
        fast.append(make_block(fast[-1], timestamp=fast[-1].header.timestamp + 1))
        slow.append(make_block(slow[-1], timestamp=slow[-1].header.timestamp + 300))
    add_all(chain, fast[1:])
    hard = make_block(fast[-1], bits=chain.next_bits(fast[-1].hash))
    add_all(chain, [hard])
    add_all(chain, slow[1:])
    easy = chain.next_bits(slow[-1].hash)
    for _ in range(3):
        slow.append(make_block(slow[-1], bits=easy))
        add_all(chain, slow[-1:])
    assert slow[-1].height > hard.height
    assert chain.work(slow[-1].hash) < chain.work(hard.hash)
    assert chain.best_hash == hard.hash
    # Quirk: a child of the best block joins whatever its work.
    child = make_block(hard, bits=hard.header.bits)
    add_all(chain, [child])
    assert chain.best_hash == child.hash


def test_outputs_follow_the_main_chain(chain: Chain, database: MemoryStore) -> None:
    (coin,) = mature_coins(chain)
    before = dict(database.iterate(b"UT:"))
    fork = chain.block_at(chain.best_height)
    here, there = (spend([coin], [btm(coin.amount - FEE), btm(amount)]) for amount in (0, 1))
    branch = [make_block(fork, [here], fees=FEE)]
    again = spend([Coin.of(here)], [btm(coin.amount - 2 * FEE)])
    branch.append(make_block(branch[0], [again], fees=FEE))
    add_all(chain, branch)
    assert chain.unspent(again.result_ids[0]) == UtxoEntry(False, fork.height + 2, False)
    assert chain.unspent(here.result_ids[0]) is None

    other = [make_block(fork, [there], fees=FEE - 1)]
    other += make_branch(other[0], 2)
    add_all(chain, other)
    assert chain.best_hash == other[2].hash
    assert chain.unspent(again.result_ids[0]) is None
    assert chain.unspent(here.result_ids[1]) is None
    assert chain.unspent(there.result_ids[1]) == UtxoEntry(False, fork.height + 1, False)
    assert chain.unspent(branch[0].transactions[0].result_ids[0]) is None

    empty = make_branch(fork, 4)
    add_all(chain, empty)
    after = dict(database.iterate(b"UT:"))
    new = {key: value for key, value in after.items() if key not in before}
    assert len(new) == 4
    assert {key: value for key, value in after.items() if key in before} == before


def test_output_that_comes_back_has_lost_its_height(chain: Chain, database: MemoryStore) -> None:
    (coin,) = mature_coins(chain)
    first = spend([coin], [btm(coin.amount - FEE)])
    fork = make_block(chain.block_at(chain.best_height), [first], fees=FEE)
    second = spend([Coin.of(first)], [btm(coin.amount - 2 * FEE)])
    add_all(chain, [fork, make_block(fork, [second], fees=FEE)])
    add_all(chain, make_branch(fork, 2))
    assert chain.unspent(first.result_ids[0]) == UtxoEntry(False, 0, False)  # Quirk
    assert database.get(b"UT:" + first.result_ids[0].hex().encode()) == b""
    third = spend([Coin.of(first)], [btm(coin.amount - 3 * FEE)])
    add_all(chain, [make_block(chain.block_at(chain.best_height), [third], fees=2 * FEE)])
    assert chain.unspent(first.result_ids[0]) is None


def test_branch_with_a_bad_spend_changes_nothing(chain: Chain, database: MemoryStore) -> None:
    coins = mature_coins(chain, 2)
    fork = chain.block_at(chain.best_height)
    tip = extend(chain, 1)[0]
    spent = spend([coins[0]], [btm(coins[0].amount - FEE)])
    twice = spend([coins[0]], [btm(coins[0].amount - 2 * FEE)])
    bad = [make_block(fork, [spent], fees=FEE)]
    bad.append(make_block(bad[0], [twice], fees=2 * FEE))
    assert chain.process_block(bad[0], proof=True) is False
    state = dict(database.iterate(b"UT:"))
    events = [chain.events.subscribe(kind) for kind in (BlockConnected, BlockDisconnected, BestBlockChanged)]
    with pytest.raises(SpentUtxo):
        chain.process_block(bad[1], proof=True)
    with pytest.raises(SpentUtxo):
        chain.process_block(make_block(bad[1]), proof=True)
    assert chain.best_hash == tip.hash
    assert dict(database.iterate(b"UT:")) == state
    assert not any(subscription.drain() for subscription in events)


def test_events_tell_of_a_reorganisation_in_order(chain: Chain) -> None:
    first, second = make_branch(GENESIS, 2), make_branch(GENESIS, 3)
    add_all(chain, first)
    add_all(chain, second[:2])
    log: list[object] = []
    for kind in (BlockConnected, BlockDisconnected, BestBlockChanged):
        post = chain.events.subscribe(kind)
        post._wake = lambda post=post: log.extend(post.drain())
    add_all(chain, second[2:])
    assert [type(event) for event in log] == [BlockDisconnected] * 2 + [BlockConnected] * 3 + [BestBlockChanged]
    assert [event.block.hash for event in log[:2]] == [first[1].hash, first[0].hash]  # type: ignore[attr-defined]
    assert [event.judged.block.hash for event in log[2:5]] == [block.hash for block in second]  # type: ignore[attr-defined]
    assert log[5] == BestBlockChanged(second[2].header)


def test_what_both_branches_hold_does_not_come_back_to_the_pool(chain: Chain) -> None:
    (coin,) = mature_coins(chain)
    fork = chain.block_at(chain.best_height)
    tx = spend([coin], [btm(coin.amount - FEE)])
    chain.process_block(make_block(fork, [tx], fees=FEE), proof=True)
    other = make_block(fork, [tx], fees=FEE)
    for block in (other, make_block(other)):
        chain.process_block(block, proof=True)
    assert chain.best_height == fork.height + 2
    assert len(chain.pool) == chain.pool.orphan_count == 0


@pytest.mark.usefixtures("trusting")
def test_of_equal_orphans_the_first_to_come_becomes_the_best(chain: Chain) -> None:
    first = make_block(GENESIS)
    second = make_block(first)
    thirds = [make_block(second) for _ in range(2)]
    for block in (second, *thirds):
        assert chain.process_block(block, proof=True) is True
    chain.process_block(first, proof=True)
    assert chain.best_hash == thirds[0].hash


def test_pool_follows_the_main_chain(chain: Chain) -> None:
    coins = mature_coins(chain, 3)
    fork = chain.block_at(chain.best_height)
    txs = [spend([coin], [btm(coin.amount - FEE)]) for coin in coins]
    for tx in txs:
        assert chain.validate_transaction(tx) is False
    both, here, there = txs
    branch = [make_block(fork, [both, here], fees=2 * FEE)]
    add_all(chain, branch)
    assert [entry.transaction for entry in chain.pool.entries()] == [there]
    other = [make_block(fork, [both, there], fees=2 * FEE)]
    other += make_branch(other[0], 1)
    added, removed = chain.events.subscribe(TransactionAdded), chain.events.subscribe(TransactionRemoved)
    add_all(chain, other)
    assert [entry.transaction for entry in chain.pool.entries()] == [here]
    assert [event.entry.transaction for event in removed.drain()] == [there]
    assert [event.entry.transaction for event in added.drain()] == [here]


def test_transactions_that_depend_on_each_other_come_back_together(chain: Chain) -> None:
    (coin,) = mature_coins(chain)
    fork = chain.block_at(chain.best_height)
    first = spend([coin], [btm(coin.amount - FEE)])
    second = spend([Coin.of(first)], [btm(coin.amount - 2 * FEE)])
    branch = [make_block(fork, [first], fees=FEE)]
    branch.append(make_block(branch[0], [second], fees=FEE))
    add_all(chain, branch)
    add_all(chain, make_branch(fork, 3))
    assert [entry.transaction for entry in chain.pool.entries()] == [first, second]
    assert chain.pool.orphan_count == 0


# --- orphans -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("trusting")
def test_orphans_join_when_their_parent_comes(chain: Chain) -> None:
    blocks = make_branch(GENESIS, 5)
    for block in reversed(blocks[1:]):
        assert chain.process_block(block) is True
        assert chain.has_block(block.hash)
        assert chain.is_orphan(block.hash)
    assert chain.process_block(blocks[3]) is True
    connected = chain.events.subscribe(BlockConnected)
    best = chain.events.subscribe(BestBlockChanged)
    assert chain.process_block(blocks[0]) is False
    assert chain.best_hash == blocks[4].hash
    assert not any(chain.is_orphan(block.hash) for block in blocks)
    assert [event.judged.block for event in connected.drain()] == blocks
    assert [event.header for event in best.drain()] == [blocks[4].header]


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every proof of work pass."""
    monkeypatch.setattr("pybytomd.chain.chain.meets_target", lambda *_: True)


@pytest.mark.usefixtures("trusting")
def test_of_many_orphan_branches_the_first_deepest_wins(chain: Chain) -> None:
    root = make_block(GENESIS)
    branches = [make_branch(root, length) for length in (1, 3, 2, 3)]
    for branch in branches:  # four siblings on one parent: three are more than the reference survives
        for block in reversed(branch):
            assert chain.process_block(block) is True
    assert chain.process_block(root) is False
    assert chain.best_hash == branches[1][2].hash
    assert all(chain.has_block(block.hash) for branch in branches for block in branch)
    assert not any(chain.is_orphan(block.hash) for branch in branches for block in branch)


@pytest.mark.usefixtures("trusting")
def test_bad_orphan_stays_one(chain: Chain) -> None:
    root = make_block(GENESIS)
    bad, good = make_block(root, fees=1), make_block(root)
    after = make_block(bad)
    for block in (bad, after, good):
        assert chain.process_block(block) is True
    assert chain.process_block(root) is False
    assert chain.best_hash == good.hash
    assert chain.is_orphan(bad.hash)
    assert chain.process_block(bad) is True
    assert chain.is_orphan(after.hash)


@pytest.mark.usefixtures("trusting")
def test_one_bad_spend_among_orphans_keeps_all_of_them_out(chain: Chain) -> None:
    (coin,) = mature_coins(chain)
    tip = chain.block_at(chain.best_height)
    first = make_block(tip)
    double = [spend([coin], [btm(coin.amount - FEE * n)]) for n in (1, 2)]
    second = make_block(first, double, fees=3 * FEE)
    assert chain.process_block(second) is True
    with pytest.raises(SpentUtxo):
        chain.process_block(first)
    assert chain.best_hash == tip.hash  # Quirk: though the first of them is good
    third = make_block(first)
    assert chain.process_block(third) is False
    assert chain.best_hash == third.hash
