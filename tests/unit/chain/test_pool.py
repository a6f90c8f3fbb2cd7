"""The pool: what gets in, in which order it is kept, what others may build on, and the orphans."""

import pytest

from pybytomd.chain.chain import Chain
from pybytomd.chain.errors import DustTransaction, PoolFull
from pybytomd.chain.events import TransactionAdded, TransactionRemoved
from pybytomd.chain.mempool import mempool
from pybytomd.chain.pool import TxPool, is_dust
from pybytomd.clock import ManualClock
from pybytomd.consensus.errors import BadTimeRange, GasMiscalculation, NoSource, WrongTransactionVersion
from pybytomd.consensus.transaction import validate_transaction
from pybytomd.errors import BytomError
from pybytomd.events import EventDispatcher
from pybytomd.ledger.block import Block
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.ledger.inputs import TxOutput
from pybytomd.ledger.transaction import Transaction
from tests.chain_builder import (
    GENESIS,
    Coin,
    Key,
    btm,
    coinbase,
    extend,
    make_block,
    mature_coins,
    open_chain,
    spend,
)

FEE = 10**8
GOLD = b"\x01" * 32
OTHER_PROGRAM = b"\x00\x14" + bytes(20)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(now=GENESIS.header.timestamp + 36_525 * 86_400.0)


@pytest.fixture
def chain(clock: ManualClock) -> Chain:
    return open_chain(clock=clock)


def pay(coin: Coin, fee: int = FEE, outputs: int = 1) -> Transaction:
    """Spend a coin to anyone, in equal parts."""
    part = (coin.amount - fee) // outputs
    return spend([coin], [btm(part)] * (outputs - 1) + [btm(coin.amount - fee - part * (outputs - 1))])


def waiting(chain: Chain) -> list[Transaction]:
    return [entry.transaction for entry in chain.pool.entries()]


def test_entry_tells_what_was_found(chain: Chain, clock: ManualClock) -> None:
    (coin,) = mature_coins(chain)
    added = chain.events.subscribe(TransactionAdded)
    tx = pay(coin)
    assert chain.validate_transaction(tx) is False
    entry = chain.pool.get(tx.id)
    assert entry is not None
    assert (entry.transaction, entry.added, entry.status_fail) == (tx, clock.now(), False)
    assert (entry.height, entry.weight, entry.fee) == (101, len(tx.raw), FEE)
    assert tx.id in chain.pool
    assert len(chain.pool) == 1
    assert [event.entry for event in added.drain()] == [entry]
    assert chain.pool.output(tx.result_ids[0]) == tx.outputs[0]


def test_again_is_welcome_and_changes_nothing(chain: Chain) -> None:
    (coin,) = mature_coins(chain)
    tx = pay(coin)
    chain.validate_transaction(tx)
    added = chain.events.subscribe(TransactionAdded)
    assert chain.validate_transaction(Transaction.from_bytes(tx.raw)) is False
    assert not added.drain()
    assert len(chain.pool) == 1


def test_two_may_spend_the_same(chain: Chain) -> None:
    (coin,) = mature_coins(chain)
    txs = [pay(coin), pay(coin, 2 * FEE), pay(coin, 3 * FEE)]
    for tx in txs:
        assert chain.validate_transaction(tx) is False
    assert waiting(chain) == txs
    sequences = [entry.sequence for entry in chain.pool.entries()]
    assert sequences == sorted(set(sequences))


def test_unripe_coins_may_wait(chain: Chain) -> None:
    block = extend(chain, 1)[0]
    assert chain.validate_transaction(pay(Coin.of(block.transactions[0]))) is False


def test_rejections(chain: Chain) -> None:
    (coin,) = mature_coins(chain)
    good = pay(coin)
    version = Transaction(2, 0, good.inputs, good.outputs)
    cases: list[tuple[Transaction, type[BytomError], str, str]] = [
        (version, WrongTransactionVersion, "invalid transaction version", "BTM730"),
        (spend([coin], [btm(FEE)], time_range=3), BadTimeRange, "invalid transaction time range", "BTM732"),
        (pay(coin, -1), GasMiscalculation, "gas usage calculate got a math error", "BTM748"),
        (spend([coin], [btm(FEE), TxOutput(GOLD, 1, b"\x51")]), NoSource, "no source for value", "BTM743"),
        (spend([coin], [btm(FEE), btm(0)]), DustTransaction, "transaction is dust tx", "BTM000"),
        (coinbase(5), DustTransaction, "transaction is dust tx", "BTM000"),
    ]
    for tx, kind, text, code in cases:
        for _ in range(2):  # a second time it is refused for the same reason
            with pytest.raises(kind) as caught:
                chain.validate_transaction(tx)
            assert caught.value.root == text
            assert caught.value.code == code
    assert len(chain.pool) == chain.pool.orphan_count == 0


def test_wrong_signature_is_refused(chain: Chain) -> None:
    (coin,) = mature_coins(chain)
    key = Key.numbered(1)
    funding = spend([coin], [btm(coin.amount - FEE, key.program)])
    chain.validate_transaction(funding)
    good = spend([Coin.of(funding, key=key)], [btm(coin.amount - 2 * FEE)])
    forged = spend([Coin.of(funding, key=Key(b"\x05" * 32))], [btm(coin.amount - 2 * FEE)])
    with pytest.raises(BytomError):
        chain.validate_transaction(forged)
    assert chain.validate_transaction(good) is False


def test_dust() -> None:
    coin = Coin(b"\x02" * 32, 0, btm(100))
    gold = Coin(b"\x02" * 32, 0, TxOutput(GOLD, 100, b"\x51"))
    assert not is_dust(spend([coin, gold], [btm(1)]))
    assert is_dust(spend([gold], [TxOutput(GOLD, 100, b"\x51")]))
    assert is_dust(spend([coin], [btm(1), TxOutput(GOLD, 0, b"\x51")]))
    assert is_dust(coinbase(1))


def test_failed_transactions_wait_too_and_offer_only_their_btm(chain: Chain) -> None:
    (coin,) = mature_coins(chain)
    locked = TxOutput(GOLD, 5, b"\x00")  # its program fails
    gold = Coin(b"\x02" * 32, 0, locked)
    tx = spend([coin, gold], [btm(coin.amount - FEE), TxOutput(GOLD, 5, b"\x51")])
    unspent = chain.pool._unspent
    chain.pool._unspent = lambda output_id: output_id == tx.spent_output_ids[1] or unspent(output_id)
    assert chain.validate_transaction(tx) is False
    entry = chain.pool.get(tx.id)
    assert entry is not None
    assert entry.status_fail
    assert chain.pool.output(tx.result_ids[0]) is not None
    assert chain.pool.output(tx.result_ids[1]) is None


def test_retirements_are_no_outputs(chain: Chain) -> None:
    (coin,) = mature_coins(chain)
    tx = spend([coin], [btm(coin.amount - 2 * FEE), btm(FEE, b"\x6a")])
    chain.validate_transaction(tx)
    assert chain.pool.output(tx.result_ids[0]) is not None
    assert chain.pool.output(tx.result_ids[1]) is None


def test_removed_by_a_block_or_by_name_but_children_stay(chain: Chain) -> None:
    (coin,) = mature_coins(chain)
    parent = pay(coin)
    child = pay(Coin.of(parent))
    for tx in (parent, child):
        chain.validate_transaction(tx)
    removed = chain.events.subscribe(TransactionRemoved)
    chain.pool.remove(parent.id)
    chain.pool.remove(parent.id)
    assert [event.entry.transaction for event in removed.drain()] == [parent]
    assert waiting(chain) == [child]
    assert chain.pool.output(parent.result_ids[0]) is None
    tip = chain.block_at(chain.best_height)
    chain.process_block(make_block(tip, [parent, child], fees=2 * FEE), proof=True)
    assert [event.entry.transaction for event in removed.drain()] == [child]
    assert len(chain.pool) == 0


def test_block_made_of_the_pool_is_not_judged_twice(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    (coin,) = mature_coins(chain)
    key = Key.numbered(1)
    funding = spend([coin], [btm(coin.amount - FEE, key.program)])
    paying = spend([Coin.of(funding, key=key)], [btm(coin.amount - 2 * FEE, key.program)])
    tip = chain.block_at(chain.best_height)
    first = make_block(tip, [funding], fees=FEE)
    chain.process_block(first, proof=True)
    chain.validate_transaction(paying)
    judged: list[Transaction] = []
    monkeypatch.setattr(
        "pybytomd.consensus.batch.validate_transaction",
        lambda tx, *args, **more: judged.append(tx) or validate_transaction(tx, *args, **more),
    )
    block = Block.from_bytes(make_block(first, [paying], fees=FEE).to_bytes())
    assert chain.process_block(block, proof=True) is False
    assert judged == [block.transactions[0]]


def test_full(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    coins = mature_coins(chain, 3)
    monkeypatch.setattr(mempool, "MAX_TRANSACTIONS", 2)
    txs = [pay(coin) for coin in coins]
    for tx in txs[:2]:
        chain.validate_transaction(tx)
    with pytest.raises(PoolFull, match=r"^transaction pool reach the max number$"):
        chain.validate_transaction(txs[2])
    assert chain.validate_transaction(txs[0]) is False
    chain.pool.remove(txs[0].id)
    assert chain.validate_transaction(txs[2]) is False
    monkeypatch.setattr(mempool, "MAX_TRANSACTIONS", 5)
    monkeypatch.setattr(mempool, "MAX_POOL_BYTES", sum(tx.serialized_size for tx in txs) - 1)
    with pytest.raises(PoolFull):
        chain.validate_transaction(txs[0])


def test_what_leaves_makes_room(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the byte."""
    first, second = (pay(coin) for coin in mature_coins(chain, 2))
    assert first.serialized_size == second.serialized_size
    monkeypatch.setattr(mempool, "MAX_POOL_BYTES", first.serialized_size)
    for tx in (first, second, first):
        assert chain.validate_transaction(tx) is False
        chain.pool.remove(tx.id)
    assert chain.validate_transaction(second) is False
    with pytest.raises(PoolFull):
        chain.validate_transaction(first)


# --- orphans -----------------------------------------------------------------------------------------------------


def test_orphans_are_let_in_with_what_they_miss(chain: Chain) -> None:
    coins = mature_coins(chain, 2)
    added = chain.events.subscribe(TransactionAdded)
    left, right = (pay(coin, outputs=2) for coin in coins)
    joining = spend([Coin.of(left, 1), Coin.of(right)], [btm(FEE)])
    last = spend([Coin.of(joining), Coin.of(left, 0)], [btm(FEE)])
    for orphan in (last, joining):
        assert chain.validate_transaction(orphan) is True
        assert orphan.id not in chain.pool
        assert chain.pool.get(orphan.id) is None
    assert chain.pool.orphan_count == 2
    assert not added.drain()
    assert chain.validate_transaction(left) is False
    assert waiting(chain) == [left]
    assert chain.validate_transaction(right) is False
    assert waiting(chain) == [left, right, joining, last]
    assert [event.entry.transaction for event in added.drain()] == [left, right, joining, last]
    assert chain.pool.orphan_count == 0
    assert not chain.pool._waiting
    assert chain.pool._orphan_bytes == 0


def test_an_orphan_that_must_wait_on_holds_up_no_other(chain: Chain) -> None:
    """Of two that one transaction was missing for, the first misses something else as well."""
    coins = mature_coins(chain, 2)
    here, elsewhere = (pay(coin, outputs=2) for coin in coins)
    waits = spend([Coin.of(here, 0), Coin.of(elsewhere)], [btm(FEE)])
    complete = spend([Coin.of(here, 1)], [btm(FEE)])
    for orphan in (waits, complete):
        assert chain.validate_transaction(orphan) is True
    assert chain.validate_transaction(here) is False
    assert waiting(chain) == [here, complete]
    assert chain.pool.orphan_count == 1


def test_what_spends_a_reward_that_is_spent_already_waits(chain: Chain) -> None:
    """Spent rewards are kept, marked as such: they are not there to spend."""
    (coin,) = mature_coins(chain)
    tx = pay(coin)
    chain.process_block(make_block(chain.block_at(chain.best_height), [tx], fees=FEE), proof=True)
    assert chain.unspent(tx.spent_output_ids[0]) is not None
    assert chain.validate_transaction(pay(coin, fee=2 * FEE)) is True
    assert len(chain.pool) == 0


def test_orphans_are_kept_ten_minutes_from_their_last_coming(chain: Chain, clock: ManualClock) -> None:
    (coin,) = mature_coins(chain)
    parent = pay(coin, outputs=2)
    first, second = (spend([Coin.of(parent, index)], [btm(FEE)]) for index in (0, 1))
    chain.validate_transaction(first)
    clock.advance(300)
    chain.validate_transaction(second)
    chain.validate_transaction(first)
    clock.advance(301)
    assert chain.pool.orphan_count == 2
    clock.advance(299)
    assert chain.pool.orphan_count == 0
    chain.validate_transaction(second)
    clock.advance(601)
    chain.validate_transaction(parent)
    assert waiting(chain) == [parent]
    assert not chain.pool._waiting


def test_orphan_whose_parent_is_in_a_block_is_let_in_when_it_comes_again(chain: Chain) -> None:
    (coin,) = mature_coins(chain)
    parent = pay(coin)
    child = pay(Coin.of(parent))
    assert chain.validate_transaction(child) is True
    chain.process_block(make_block(chain.block_at(chain.best_height), [parent], fees=FEE), proof=True)
    assert chain.pool.orphan_count == 1
    assert chain.validate_transaction(child) is False
    assert waiting(chain) == [child]
    assert chain.pool.orphan_count == 0


def test_orphans_are_limited(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    (coin,) = mature_coins(chain)
    parent = pay(coin, outputs=3)
    children = [spend([Coin.of(parent, index)], [btm(FEE)]) for index in range(3)]
    monkeypatch.setattr(mempool, "MAX_ORPHANS", 2)
    for child in children[:2]:
        assert chain.validate_transaction(child) is True
    with pytest.raises(PoolFull):
        chain.validate_transaction(children[2])
    assert chain.validate_transaction(children[0]) is True
    monkeypatch.setattr(mempool, "MAX_TRANSACTIONS", 2)
    assert chain.validate_transaction(parent) is False  # with room for one of the two children
    assert len(chain.pool) == 2
    monkeypatch.setattr(mempool, "MAX_ORPHAN_BYTES", children[2].serialized_size - 1)
    with pytest.raises(PoolFull):
        chain.validate_transaction(pay(Coin.of(pay(Coin.of(parent, 2)))))


def test_pool_alone() -> None:
    events = EventDispatcher()
    pool = TxPool(ManualClock(), events, unspent=lambda _: True)
    tx = spend([Coin(b"\x03" * 32, 1, TxOutput(BTM_ASSET_ID, 9, OTHER_PROGRAM))], [btm(1)])
    assert pool.add(tx, status_fail=False, height=7, fee=8) is False
    assert pool.add(tx, status_fail=False, height=7, fee=8) is False
    assert len(pool) == 1
    assert pool.output(b"") is None
