"""Blocks that are made on Bytom 2: when they are due, what they pay, and which transactions come in."""

from __future__ import annotations

from typing import Any

import pytest

from pybytomd.chain.bytom2.chain import Chain
from pybytomd.clock import ManualClock
from pybytomd.consensus.bytom2.block import context_of
from pybytomd.consensus.errors import CoinbaseArbitraryOversize
from pybytomd.ledger.bytom2.block import Block
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.mining.bytom2 import proposer as proposer_module
from pybytomd.mining.bytom2.coinbase import coinbase_transaction
from pybytomd.mining.bytom2.proposer import BlockProposer
from pybytomd.mining.bytom2.slots import is_due, slot_time
from tests.bytom2_builder import Builder, btm, key, network, open_chain, spend

PARAMS = network(validators=4, blocks_per_epoch=4)
INTERVAL = PARAMS.casper.block_interval
FEE = 10**7


class Receiver:
    """Is paid to a program of its own."""

    def control_program(self) -> bytes:
        return b"\x52"

    def arbitrary(self) -> bytes:
        return b"free data"


@pytest.fixture
def chain() -> Chain:
    chain = open_chain(PARAMS)
    Builder(chain).extend(15)
    return chain


@pytest.fixture
def proposer(chain: Chain) -> BlockProposer:
    return BlockProposer(chain, Receiver())


def take_in(chain: Chain, block: Block) -> None:
    """Sign a block by whose turn it is; the chain must take it."""
    header = block.header
    turn = chain.validator(header.previous_block_hash, header.timestamp)
    signer = next(key(number) for number in range(4) if key(number).xpub.raw.hex() == turn.key)
    signed = block.with_header(header.with_witness(signer.sign(header.hash)))
    assert not chain.process_block(signed)
    assert chain.best_hash == signed.hash


def next_time(chain: Chain) -> int:
    return chain.best_header.timestamp + INTERVAL


def paying(source: Transaction, position: int, fee: int = FEE) -> Transaction:
    return spend(source, [btm(source.outputs[position].amount - fee)], position=position)


@pytest.mark.parametrize(
    ("best", "now", "slot"),
    [(60_000, 66_000, None), (60_000, 66_001, 66_000), (60_000, 71_999, 66_000), (60_000, 72_001, 72_000)],
)
def test_the_last_slot_that_has_begun(best: int, now: int, slot: int | None) -> None:
    assert slot_time(best, now, INTERVAL) == slot


def test_after_a_block_off_the_grid_the_next_slot_may_be_too_early() -> None:
    slot = slot_time(65_000, 67_000, INTERVAL)
    assert slot == 66_000
    assert not is_due(65_000, slot, INTERVAL)
    assert is_due(60_000, slot, INTERVAL)


def test_an_empty_block_pays_nothing_and_is_valid(chain: Chain, proposer: BlockProposer) -> None:
    block = proposer.propose(next_time(chain))
    (coinbase,) = block.transactions
    assert coinbase.outputs == (btm(0, b"\x52"),)
    take_in(chain, block)


def test_the_first_block_of_an_epoch_pays_all_of_the_one_before(chain: Chain, proposer: BlockProposer) -> None:
    take_in(chain, proposer.propose(next_time(chain)))
    rewards = chain.checkpoint(chain.best_hash).rewards
    assert rewards is not None
    block = proposer.propose(next_time(chain))
    assert {o.control_program.hex(): o.amount for o in block.transactions[0].outputs} == rewards
    assert set(rewards) == {"51", "52"}
    take_in(chain, block)


def test_a_producer_that_earned_nothing_has_an_output_of_nothing() -> None:
    tx = coinbase_transaction(b"\x53", b"", 5, {"52": 7, "51": 9})
    assert tx.outputs == (btm(0, b"\x53"), btm(9, b"\x51"), btm(7, b"\x52"))
    with pytest.raises(CoinbaseArbitraryOversize):
        coinbase_transaction(b"\x53", bytes(127), 5, {})


def test_what_waits_comes_in_by_order_of_arrival(chain: Chain, proposer: BlockProposer) -> None:
    first = paying(chain.block_at(5).transactions[0], 1)
    second = paying(first, 0)
    for tx in (first, second):
        chain.validate_transaction(tx)
    block = proposer.propose(next_time(chain))
    assert block.transactions[1:] == (first, second)
    take_in(chain, block)
    assert len(chain.pool) == 0


def test_a_fifth_of_the_slot_goes_into_choosing(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    """What there was no time for stays in the pool."""
    clock = ManualClock()
    verify = chain.verifier.verify

    def slowly(*arguments: Any) -> Any:
        clock.advance(INTERVAL / 1000 / 5 * 0.6)
        return verify(*arguments)

    first = paying(chain.block_at(5).transactions[0], 1)
    second = paying(first, 0)
    third = paying(second, 0)
    for tx in (first, second, third):
        chain.validate_transaction(tx)
    monkeypatch.setattr(chain.verifier, "verify", slowly)
    block = BlockProposer(chain, Receiver(), clock).propose(next_time(chain))
    assert block.transactions[1:] == (first, second)
    assert len(chain.pool) == 3


def test_what_cannot_be_in_the_block_leaves_the_pool(chain: Chain, proposer: BlockProposer) -> None:
    reward, immature = (chain.block_at(height).transactions[0] for height in (5, 13))
    good, rival, early = paying(reward, 1), paying(reward, 1, fee=2 * FEE), paying(immature, 1)
    limited = Transaction(1, 15, paying(reward, 1, fee=3 * FEE).inputs, (btm(10**8),))
    for tx in (limited, early, good, rival):
        chain.validate_transaction(tx)
    block = proposer.propose(next_time(chain))
    assert block.transactions[1:] == (good,)
    assert [entry.transaction for entry in chain.pool.entries()] == [good]
    take_in(chain, block)


def test_a_refused_transaction_leaves_its_inputs_to_others(chain: Chain, proposer: BlockProposer) -> None:
    reward, immature = (chain.block_at(height).transactions[0] for height in (5, 13))
    both = Transaction(
        1, 0, (*paying(reward, 1).inputs, *paying(immature, 1).inputs), (btm(reward.outputs[1].amount),)
    )
    good = paying(reward, 1)
    for tx in (both, good):
        chain.validate_transaction(tx)
    assert proposer.propose(next_time(chain)).transactions[1:] == (good,)


def test_gas_and_number_are_limited(
    chain: Chain, proposer: BlockProposer, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = paying(chain.block_at(5).transactions[0], 1)
    second = paying(first, 0)
    for tx in (first, second):
        chain.validate_transaction(tx)
    with monkeypatch.context() as patch:
        patch.setattr(proposer_module, "MAX_TRANSACTIONS", 1)
        assert proposer.propose(next_time(chain)).transactions[1:] == (first,)
    used = chain.verifier.verify(first, context_of(chain.best_header), chain.contract).gas.gas_used
    monkeypatch.setattr(proposer_module, "MAX_BLOCK_GAS", used)
    assert proposer.propose(next_time(chain)).transactions[1:] == (first,)
    assert len(chain.pool) == 2
