"""Blocks one by one: what is refused with which words, what waits, what is found afterwards."""

import asyncio
from concurrent.futures import Future

import pytest

from pybytomd.chain.chain import Chain
from pybytomd.chain.errors import (
    BlockHeightNotFound,
    BlockNotFound,
    ChainClosed,
    HeaderHeightNotFound,
    HeaderNotFound,
    ParentNotFound,
    StatusNotFound,
)
from pybytomd.chain.events import BestBlockChanged, BlockConnected
from pybytomd.clock import ManualClock
from pybytomd.consensus.errors import BadBlock, ImmatureCoinbase, MissingUtxo, SpentUtxo
from pybytomd.errors import StoreError, ValidationError
from pybytomd.events import EventDispatcher
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.constants import INITIAL_SEED
from pybytomd.ledger.networks.params import MAINNET
from pybytomd.ledger.utxo import UtxoEntry
from pybytomd.pow.tensority import meets_target
from pybytomd.store.block_store import BlockStore
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.store.records.core_records import ChainState
from tests.chain_builder import (
    GENESIS,
    Coin,
    btm,
    coinbase,
    extend,
    make_block,
    make_branch,
    mature_coins,
    mine,
    open_chain,
    spend,
)

UNKNOWN = b"\x07" * 32


def edited(block: Block, **fields: int | bytes) -> Block:
    """The block with other header fields."""
    header = block.header
    values = {
        name: getattr(header, name)
        for name in (
            "version", "height", "previous_block_hash", "timestamp", "transactions_merkle_root",
            "transaction_status_hash", "nonce", "bits",
        )
    }  # fmt: skip
    return Block(BlockHeader(**(values | fields)), block.transactions)


@pytest.fixture
def chain() -> Chain:
    return open_chain()


def refusal(chain: Chain, block: Block, proof: bool | None = True) -> str:
    with pytest.raises(BadBlock) as caught:
        chain.process_block(block, proof)
    assert caught.value.root == "invalid block"
    assert caught.value.code == "BTM000"
    assert not chain.has_block(block.hash)
    return str(caught.value)


def test_empty_database_gets_the_genesis_block(chain: Chain) -> None:
    assert chain.best_header == GENESIS.header
    assert (chain.best_height, chain.best_hash, chain.hash_at(0)) == (0, GENESIS.hash, GENESIS.hash)
    assert chain.block_at(0) == GENESIS
    assert chain.is_in_main_chain(GENESIS.hash)
    assert chain.transaction_status(GENESIS.hash).fails == (False,)
    entry = chain.unspent(GENESIS.transactions[0].result_ids[0])
    assert entry == UtxoEntry(is_coinbase=True, block_height=0, spent=False)


def test_block_that_extends_the_best_one_becomes_the_best(chain: Chain) -> None:
    block = make_block(GENESIS)
    assert chain.process_block(block, proof=True) is False
    assert chain.best_header == block.header
    assert chain.header_at(1) == chain.header(block.hash) == block.header
    assert chain.block(block.hash) == chain.block_at(1) == block
    assert chain.hash_at(1) == block.hash
    assert chain.unspent(block.transactions[0].result_ids[0]) == UtxoEntry(True, 1, False)
    assert chain.work(block.hash) == chain.work(GENESIS.hash) + 20


def test_known_block_is_neither_refused_nor_judged_again(chain: Chain) -> None:
    block = make_block(GENESIS)
    chain.process_block(block, proof=True)
    assert chain.process_block(block, proof=False) is False


def test_questions_about_what_is_unknown(chain: Chain) -> None:
    with pytest.raises(BlockNotFound, match=rf"^There are no block with given hash {UNKNOWN.hex()}$"):
        chain.block(UNKNOWN)
    with pytest.raises(HeaderNotFound, match=r"^can't find block header in given hash$"):
        chain.header(UNKNOWN)
    with pytest.raises(StatusNotFound, match=r"^can't find the transaction status by given hash$"):
        chain.transaction_status(UNKNOWN)
    for question in (chain.next_bits, chain.next_seed, chain.median_time, chain.work):
        with pytest.raises(ParentNotFound, match=r"^can't find preblock in the blockindex$"):
            question(UNKNOWN)
    for height in (1, 1 << 62, -1):
        with pytest.raises(BlockHeightNotFound, match=r"^can't find block in given height$"):
            chain.block_at(height)
        with pytest.raises(HeaderHeightNotFound, match=r"^can't find block header in given height$"):
            chain.header_at(height)
        assert chain.hash_at(height) is None
    assert chain.unspent(UNKNOWN) is None
    assert not chain.is_in_main_chain(UNKNOWN)
    assert not chain.has_block(UNKNOWN)


def test_header_rules_come_first_and_in_order(chain: Chain) -> None:
    good = make_block(GENESIS)
    late = int(chain._clock.now()) + 3601
    texts = {
        "previous block verson 1, current block version 2: version regression": edited(good, version=2, height=7),
        "previous block height 0, current block height 7: misordered block height": edited(good, height=7, bits=1),
        "block bits is invalid": edited(good, bits=1, timestamp=late),
        "block timestamp is not in the valid range": edited(good, timestamp=late),
    }
    for text, block in texts.items():
        assert refusal(chain, block, proof=False) == f"{text}: invalid block"
    early = edited(good, timestamp=GENESIS.header.timestamp)
    assert refusal(chain, early).startswith("block timestamp is not in the valid range")
    assert chain.process_block(edited(good, timestamp=late - 1), proof=True) is False


def test_proof_of_work_is_found_here_or_awaited_or_trusted(chain: Chain) -> None:
    text = "invalid difficulty proof of work: invalid block"
    bad = next(b for b in (edited(make_block(GENESIS), nonce=n) for n in range(1000)) if not is_proved(b))
    assert refusal(chain, bad, None) == text
    assert refusal(chain, bad, False) == text
    wrong: Future[bool] = Future()
    wrong.set_result(False)
    with pytest.raises(BadBlock):
        chain.process_block(bad, wrong)
    cancelled: Future[bool] = Future()
    cancelled.cancel()
    with pytest.raises(BadBlock):
        chain.process_block(bad, cancelled)
    assert chain.process_block(mine(make_block(GENESIS), INITIAL_SEED)) is False
    right: Future[bool] = Future()
    right.set_result(True)
    assert chain.process_block(bad, right) is False


def is_proved(block: Block) -> bool:
    return meets_target(block.hash, INITIAL_SEED, block.header.bits)


def test_body_rules(chain: Chain) -> None:
    good = make_block(GENESIS)
    texts = {
        "dismatch output amount: wrong coinbase transaction": make_block(GENESIS, fees=1),
        "block is empty: wrong coinbase transaction": Block(good.header, ()),
        "have more than 1 output: wrong coinbase transaction": make_block(
            GENESIS, reward=coinbase(1, outputs=[btm(41_250_000_000), btm(0)])
        ),
        "transaction id merkle root: mismatched merkle root": edited(good, transactions_merkle_root=UNKNOWN),
        "transaction status merkle root: mismatched merkle root": edited(good, transaction_status_hash=UNKNOWN),
    }
    for text, block in texts.items():
        assert refusal(chain, block) == f"{text}: invalid block"
    second = make_block(GENESIS, [coinbase(1)])
    assert refusal(chain, second).startswith("validate of transaction 1 of 2: ")


def test_spending_what_is_not_there_is_refused_once_and_the_block_stays(chain: Chain) -> None:
    mature_coins(chain)
    tip = chain.block_at(chain.best_height)
    nothing = spend([Coin(UNKNOWN, 0, btm(1_000_000_000))], [btm(500_000_000)])
    block = make_block(tip, [nothing], fees=500_000_000)
    with pytest.raises(MissingUtxo, match=r"^fail to find utxo entry$"):
        chain.process_block(block, proof=True)
    assert chain.best_hash == tip.hash
    assert chain.process_block(block, proof=True) is False  # Quirk
    assert chain.has_block(block.hash)
    assert not chain.is_in_main_chain(block.hash)
    child = make_block(block)
    with pytest.raises(MissingUtxo):
        chain.process_block(child, proof=True)
    assert chain.best_hash == tip.hash
    sibling = make_block(tip)
    assert chain.process_block(sibling, proof=True) is False
    assert chain.best_hash == sibling.hash


def test_double_spends_and_unripe_coins_are_refused(chain: Chain) -> None:
    coins = mature_coins(chain, 2)
    tip = chain.block_at(chain.best_height)
    first = spend([coins[0]], [btm(coins[0].amount - 10**8)])
    other = spend([coins[0]], [btm(coins[0].amount - 2 * 10**8)])
    with pytest.raises(SpentUtxo, match=r"^utxo has been spent$"):
        chain.process_block(make_block(tip, [first, other], fees=3 * 10**8), proof=True)
    unripe = spend([Coin.of(chain.block_at(4).transactions[0])], [btm(41_150_000_000)])
    with pytest.raises(ImmatureCoinbase, match=r"^coinbase utxo is not ready for use$"):
        chain.process_block(make_block(tip, [unripe], fees=10**8), proof=True)
    assert chain.best_hash == tip.hash
    assert chain.process_block(make_block(tip, [first], fees=10**8), proof=True) is False
    assert chain.best_height == tip.height + 1


def test_spend_chains_within_a_block(chain: Chain) -> None:
    (coin,) = mature_coins(chain)
    first = spend([coin], [btm(coin.amount - 10**8)])
    second = spend([Coin.of(first)], [btm(coin.amount - 2 * 10**8)])
    tip = chain.block_at(chain.best_height)
    with pytest.raises(MissingUtxo):
        chain.process_block(make_block(tip, [second, first], fees=2 * 10**8), proof=True)
    assert chain.process_block(make_block(tip, [first, second], fees=2 * 10**8), proof=True) is False
    assert chain.unspent(first.result_ids[0]) is None
    assert chain.unspent(second.result_ids[0]) == UtxoEntry(False, tip.height + 1, False)
    spent = chain.unspent(chain.block_at(1).transactions[0].result_ids[0])
    assert spent == UtxoEntry(is_coinbase=True, block_height=1, spent=True)


def test_seed_and_target_change_where_they_must(chain: Chain) -> None:
    assert chain.next_seed(GENESIS.hash) == INITIAL_SEED
    extend(chain, 257)
    first, second = chain.hash_at(255), chain.hash_at(256)
    assert first is not None
    assert second is not None
    assert chain.next_seed(first) == INITIAL_SEED
    assert chain.next_seed(second) == second
    assert chain.next_seed(chain.best_hash) == second
    assert chain.next_bits(chain.best_hash) == GENESIS.header.bits


def test_target_follows_from_the_last_2016_blocks(chain: Chain) -> None:
    blocks = [GENESIS]
    for _ in range(2016):
        blocks.append(make_block(blocks[-1], timestamp=blocks[-1].header.timestamp + 300))
        chain.process_block(blocks[-1], proof=True)
    assert chain.next_bits(blocks[2015].hash) == GENESIS.header.bits
    assert chain.next_bits(blocks[2016].hash) == 0x2000000000199998  # twice the time, twice the target
    assert refusal(chain, make_block(blocks[2016])) == "block bits is invalid: invalid block"
    assert chain.process_block(make_block(blocks[2016], bits=0x2000000000199998), proof=True) is False
    assert chain.median_time(blocks[2016].hash) == blocks[2011].header.timestamp


def test_events_of_a_block(chain: Chain) -> None:
    connected, best = chain.events.subscribe(BlockConnected), chain.events.subscribe(BestBlockChanged)
    blocks = extend(chain, 2)
    assert [event.judged.block for event in connected.drain()] == blocks
    assert [event.header for event in best.drain()] == [block.header for block in blocks]
    side = make_block(GENESIS)
    chain.process_block(side, proof=True)
    assert not connected.drain()
    assert not best.drain()


async def test_event_loop_goes_on_while_the_chain_works(chain: Chain) -> None:
    blocks = make_branch(GENESIS, 3)
    slow: Future[bool] = Future()
    adding = asyncio.gather(*[chain.add_block(block, slow if block is blocks[0] else True) for block in blocks])
    await asyncio.sleep(0)
    assert chain.best_hash == GENESIS.hash  # answered while the first block waits for its proof
    assert not chain.has_block(blocks[0].hash)
    slow.set_result(True)
    assert await adding == [False, False, False]
    assert chain.best_hash == blocks[2].hash
    with pytest.raises(ValidationError):
        await chain.add_transaction(coinbase(1))
    chain.close()


async def test_closed_chain_answers_but_does_not_change(chain: Chain) -> None:
    block = make_block(GENESIS)
    chain.close()
    chain.close()
    with pytest.raises(ChainClosed, match=r"^the chain is closed$"):
        chain.process_block(block, proof=True)
    with pytest.raises(ChainClosed):
        await chain.add_block(block, proof=True)
    with pytest.raises(ChainClosed):
        chain.validate_transaction(spend([Coin(UNKNOWN, 0, btm(10**9))], [btm(1)]))
    assert chain.best_hash == GENESIS.hash


def test_restart_goes_on_where_it_was() -> None:
    database = MemoryStore()
    with open_chain(database) as chain:
        coins = mature_coins(chain)
        side = make_branch(chain.block_at(50), 3)
        for block in side:
            chain.process_block(block, proof=True)
        best = chain.best_hash
    with open_chain(database) as chain:
        assert chain.best_hash == best
        assert chain.has_block(side[2].hash)
        assert not chain.is_in_main_chain(side[2].hash)
        assert chain.work(best) == 20 * (chain.best_height + 1)
        tx = spend(coins, [btm(coins[0].amount - 10**8)])
        block = make_block(chain.block_at(chain.best_height), [tx], fees=10**8)
        assert chain.process_block(block, proof=True) is False
        assert chain.best_hash == block.hash


def test_restart_forgets_blocks_above_the_best_one() -> None:
    database = MemoryStore()
    with open_chain(database) as chain:
        tip = extend(chain, 3)[-1]
        bad = make_block(tip, [spend([Coin(UNKNOWN, 0, btm(10**9))], [btm(5 * 10**8)])], fees=5 * 10**8)
        with pytest.raises(MissingUtxo):
            chain.process_block(bad, proof=True)
    with open_chain(database) as chain:
        assert chain.best_hash == tip.hash
        assert not chain.has_block(bad.hash)
        with pytest.raises(MissingUtxo):
            chain.process_block(bad, proof=True)


def test_database_of_another_network_is_refused() -> None:
    database = MemoryStore()
    open_chain(database).close()
    with pytest.raises(StoreError, match="the database is of another network than mainnet"):
        open_chain(database, params=MAINNET)


def test_damaged_database_is_refused_with_one_line() -> None:
    database = MemoryStore()
    with open_chain(database) as chain:
        blocks = extend(chain, 5)
    whole = dict(database.iterate())

    def opened_without(*keys: bytes, **changed: bytes) -> str:
        damaged = MemoryStore()
        damaged.write({key: value for key, value in whole.items() if key not in keys})
        damaged.write({key.encode(): value for key, value in changed.items()})
        with pytest.raises(StoreError) as caught:
            open_chain(damaged)
        assert "\n" not in str(caught.value)
        return str(caught.value)

    def header_key(block: Block) -> bytes:
        return b"BH:" + block.height.to_bytes(8, "big") + block.hash

    assert "has no parent" in opened_without(header_key(blocks[2]))
    assert "is missing" in opened_without(header_key(blocks[4]))
    assert "first block is missing" in opened_without(header_key(GENESIS))
    assert "damaged at the best block" in opened_without(blockStore=b"{")
    assert "damaged at the best block" in opened_without(blockStore=b'{"Height":5,"Hash":"00"}')
    assert "is missing" in opened_without(blockStore=ChainState(4, blocks[4].hash).to_json())
    database.put(header_key(blocks[1]), b"0101zz")
    with pytest.raises(StoreError, match=f"damaged at a header: {blocks[1].hash.hex()}: "):
        open_chain(database)


def test_block_store_that_fails_leaves_the_chain_as_it_was() -> None:
    class FullDisk(MemoryStore):
        full = False

        def write(self, changes: object) -> None:
            if self.full:
                raise StoreError("no space left on device")
            super().write(changes)  # type: ignore[arg-type]

    database = FullDisk()
    chain = Chain.open(
        MAINNET,
        BlockStore(database),
        ManualClock(now=MAINNET.genesis.header.timestamp),
        EventDispatcher(),
        threads=2,
    )
    block = make_block(MAINNET.genesis)
    database.full = True
    with pytest.raises(StoreError, match="no space left on device"):
        chain.process_block(block, proof=True)
    assert chain.best_height == 0
    assert not chain.has_block(block.hash)
    database.full = False
    assert chain.process_block(block, proof=True) is False
    assert chain.best_hash == block.hash
    chain.close()
