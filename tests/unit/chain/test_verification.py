"""Databases looked at as a whole: sound ones, and each kind of damage told in a sentence."""

import re
from collections.abc import Callable

import pytest

from pybytomd.chain.chain import Chain
from pybytomd.chain.verification import DatabaseVerification
from pybytomd.chain.verification_report import MAX_PROBLEMS, Report
from pybytomd.consensus.errors import MissingUtxo
from pybytomd.ledger.block import Block
from pybytomd.ledger.networks.params import MAINNET, SOLONET, NetParams
from pybytomd.ledger.transaction import Transaction
from pybytomd.ledger.utxo import UtxoEntry
from pybytomd.pow.tensority import meets_target
from pybytomd.pow.verifier import ProofVerifier
from pybytomd.store import schema
from pybytomd.store.block_store import BlockStore
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.store.records.core_records import ChainState, encode_utxo
from tests.chain_builder import (
    GENESIS,
    Coin,
    btm,
    coinbase,
    make_block,
    make_branch,
    mature_coins,
    mine,
    open_chain,
    spend,
)


def verified(database: MemoryStore, *, params: NetParams = SOLONET, **more: object) -> Report:
    return DatabaseVerification(BlockStore(database), params, **more).run()  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def blocks() -> list[Block]:
    return []


@pytest.fixture
def database(blocks: list[Block]) -> MemoryStore:
    """A chain of 106 blocks with spends, after a reorganisation of two blocks, with a bad block on top."""
    database = MemoryStore()
    with open_chain(database) as chain:
        coins = mature_coins(chain, 2)
        fork = chain.block_at(chain.best_height)
        first = spend([coins[0]], [btm(coins[0].amount - 10**8)])
        base = make_block(fork, [first], fees=10**8)
        second = spend([Coin.of(first), coins[1]], [btm(10**8), btm(10**8)])
        fees = first.outputs[0].amount + coins[1].amount - 2 * 10**8
        lost = make_block(base, [second], fees=fees)
        for block in (base, lost, make_block(lost)):
            chain.process_block(block, proof=True)
        for block in make_branch(base, 3):
            chain.process_block(block, proof=True)
        nothing = spend([Coin(bytes(32), 0, btm(10**9))], [btm(1)])
        bad = make_block(chain.block_at(chain.best_height), [nothing], fees=10**9 - 1)
        blocks[:] = [chain.block_at(height) for height in range(chain.best_height + 1)]
        with pytest.raises(MissingUtxo):
            chain.process_block(bad, proof=True)
    return database


def test_sound(database: MemoryStore, blocks: list[Block]) -> None:
    report = verified(database)
    assert report.problems == []
    assert report.is_sound
    assert report.complete
    assert report.sound_height == 106
    assert (report.best_height, report.best_hash) == (106, blocks[106].hash)
    assert (report.headers, report.side_blocks, report.unconnected) == (109, 2, 1)
    assert report.transactions == 109 + 2
    assert report.outputs == 108
    # One ordinary output was spent in a block that was taken back, and has lost its height.
    assert b"" in [value for _, value in database.iterate(b"UT:")]


Damage = Callable[[MemoryStore, list[Block]], None]


def put_block(height: int, transactions: Callable[[Block], list[Transaction]]) -> Damage:
    """Store other transactions with a header."""

    def damage(database: MemoryStore, blocks: list[Block]) -> None:
        block = blocks[height]
        other = Block(block.header, transactions(block))
        database.put(schema.block_key(block.hash), other.to_hex().encode())

    return damage


def put(key: Callable[[Block], bytes], value: bytes | None, height: int = 7) -> Damage:
    """Set or remove what is stored under a key of a block."""
    return lambda database, blocks: database.write({key(blocks[height]): value})


def block_key(block: Block) -> bytes:
    return schema.block_key(block.hash)


def status_key(block: Block) -> bytes:
    return schema.status_key(block.hash)


def header_key(block: Block) -> bytes:
    return schema.header_key(block.height, block.hash)


def output_key(block: Block) -> bytes:
    return schema.utxo_key(block.transactions[0].result_ids[0])


def state_key(_: Block) -> bytes:
    return schema.CHAIN_STATE


def swap_headers(database: MemoryStore, blocks: list[Block]) -> None:
    database.put(header_key(blocks[7]), blocks[8].header.to_hex().encode())


def swap_blocks(database: MemoryStore, blocks: list[Block]) -> None:
    database.put(block_key(blocks[7]), blocks[8].to_hex().encode())


def early_block(database: MemoryStore, blocks: list[Block]) -> None:
    grow(database, make_block(blocks[106], timestamp=5))


def easy_block(database: MemoryStore, blocks: list[Block]) -> None:
    grow(database, make_block(blocks[106], bits=5))


WRONG_HEIGHT = encode_utxo(UtxoEntry(True, 6, False))
NO_HEIGHT = encode_utxo(UtxoEntry(True, 0, False))
NOT_SPENT = encode_utxo(UtxoEntry(True, 1, False))
UNKNOWN_BEST = ChainState(106, bytes(32)).to_json()
DAMAGES: dict[str, Damage] = {
    "block .* at height 7 is missing": put(block_key, None),
    "damaged at block .*": put(block_key, b"0301"),
    "what is stored as block .* at height 7 is block .*": swap_blocks,
    "transaction id merkle root: mismatched merkle root": put_block(7, lambda block: [coinbase(7)]),
    "block .* at height 7: block is empty": put_block(7, lambda _: []),
    "the transaction status of block .* at height 7 is missing": put(status_key, None),
    "damaged at the transaction status of block": put(status_key, b"\x55"),
    "block .* at height 7: its transaction status is not": put(status_key, b"\x08\x01\x12\x02\x08\x01"),
    "block .* at height 8 has no sound parent": put(header_key, None),
    "damaged at header": put(header_key, b"01"),
    "the header stored as block .* at height 7 is block .* at height 8": swap_headers,
    "at height 107: block timestamp is not in the valid range": early_block,
    "at height 107: block bits is invalid": easy_block,
    "the best block, .* at height 106, has no sound header": put(state_key, UNKNOWN_BEST),
    "output .* is missing": put(output_key, None),
    "output .* is stored as .*which the blocks do not give": put(output_key, WRONG_HEIGHT),
    "output .*is_coinbase=True, block_height=0": put(output_key, NO_HEIGHT),
    "output .*spent=False.*which the blocks do not give": put(output_key, NOT_SPENT, 1),
    "damaged at output": put(lambda _: schema.UTXO_PREFIX + b"xx", b""),
    "there is no chain in the database": put(state_key, None),
    "damaged at the best block": put(state_key, b"?"),
    "the genesis block of solonet is missing": put(header_key, None, 0),
}


def grow(database: MemoryStore, block: Block) -> None:
    """Store a block as the best one, whatever it is."""
    store = BlockStore(database)
    store.save_block(block, store.transaction_status(GENESIS.hash) or pytest.fail())
    store.save_chain_state(ChainState(block.height, block.hash), {})


@pytest.mark.parametrize("text", DAMAGES)
def test_damage(database: MemoryStore, blocks: list[Block], text: str) -> None:
    DAMAGES[text](database, blocks)
    report = verified(database)
    assert not report.is_sound
    assert any(re.search(text, problem) for problem in report.problems), report.problems
    assert all("\n" not in problem for problem in report.problems)
    assert len(report.problems) <= MAX_PROBLEMS


def test_output_nobody_made_and_spend_of_nothing(database: MemoryStore, blocks: list[Block]) -> None:
    database.put(schema.utxo_key(b"\x01" * 32), b"\x10\x05")
    assert "which the blocks do not give" in verified(database).problems[0]
    bad = make_block(blocks[106], [spend([Coin(bytes(32), 0, btm(10**9))], [btm(1)])], fees=10**9 - 1)
    store = BlockStore(database)
    store.save_block(bad, store.transaction_status(blocks[103].hash) or pytest.fail())
    store.save_chain_state(ChainState(107, bad.hash), {})
    assert [p for p in verified(database).problems if "at height 107: fail to find utxo entry" in p]


def test_another_network(database: MemoryStore) -> None:
    problems = verified(database, params=MAINNET).problems
    assert len(problems) == 2
    assert "at height 0 is not of mainnet" in problems[0]
    assert "the genesis block of mainnet is missing" in problems[1]


def test_proofs_of_work() -> None:
    database = MemoryStore()
    with open_chain(database) as chain, ProofVerifier(2) as proofs:
        good = mine(make_block(GENESIS), chain.next_seed(GENESIS.hash))
        chain.process_block(good, proof=True)
        assert verified(database, proofs=proofs).is_sound
        bad = next(block for block in (make_block(good) for _ in range(100)) if not proved(chain, block))
        chain.process_block(bad, proof=True)
        problems = verified(database, proofs=proofs).problems
        assert problems == [f"block {bad.hash.hex()} at height 2 has no proof of work"]
        assert verified(database).is_sound


def proved(chain: Chain, block: Block) -> bool:
    return meets_target(block.hash, chain.next_seed(block.header.previous_block_hash), block.header.bits)


def test_stopped(database: MemoryStore) -> None:
    asked = iter(range(1000))
    report = verified(database, go_on=lambda: next(asked) < 50)
    assert not report.complete
    assert report.headers == 50


def test_many_problems_are_counted(database: MemoryStore, blocks: list[Block]) -> None:
    for block in blocks[1:80]:
        database.delete(schema.status_key(block.hash))
    report = verified(database)
    assert report.problem_count == 79
    assert len(report.problems) == MAX_PROBLEMS
