"""Mining on the chain engine itself, with proofs of work that need no work."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pybytomd.chain.chain import Chain
from pybytomd.chain.events import BestBlockChanged
from pybytomd.clock import ManualClock
from pybytomd.consensus.errors import BadWorkProof
from pybytomd.errors import BytomError
from pybytomd.events import EventDispatcher
from pybytomd.ledger.constants import BTM_ASSET_ID, COINBASE_MATURITY
from pybytomd.ledger.inputs import SpendInput, TxOutput
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.ledger.transaction import Transaction
from pybytomd.mining.coinbase import NoAccount
from pybytomd.mining.cpu_miner import CPUMiner
from pybytomd.mining.generate import generate
from pybytomd.mining.pool import MiningPool
from pybytomd.mining.proposer import BlockProposer
from pybytomd.store.block_store import BlockStore
from pybytomd.store.kv.memory_db import MemoryStore
from tests.unit.mining.fake_chain import PATIENCE, Proofs


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def real_chain(clock: ManualClock) -> Iterator[Chain]:
    with Chain.open(SOLONET, BlockStore(MemoryStore()), clock, EventDispatcher(), threads=1) as chain:
        yield chain


@pytest.fixture
def proposer(real_chain: Chain, clock: ManualClock) -> BlockProposer:
    return BlockProposer(real_chain, NoAccount(SOLONET), clock)


def test_many_blocks_in_one_second(real_chain: Chain, proposer: BlockProposer, proofs: Proofs) -> None:
    """Their times have to grow all the same, as the median of the last ones does."""
    proofs.found.set()
    hashes = generate(real_chain, proposer, 40)
    assert [real_chain.hash_at(height) for height in range(1, 41)] == hashes


def test_a_coinbase_is_spent_when_it_may_be(real_chain: Chain, proposer: BlockProposer, proofs: Proofs) -> None:
    proofs.found.set()
    generate(real_chain, proposer, 1)
    coinbase = real_chain.block_at(1).transactions[0]
    reward = coinbase.outputs[0]
    spend = SpendInput(coinbase.mux_id, BTM_ASSET_ID, reward.amount, 0, 1, reward.control_program)
    tx = Transaction(1, 0, (spend,), (TxOutput(BTM_ASSET_ID, reward.amount - 10_000_000, b"\x51"),))
    assert tx.spent_output_ids == coinbase.result_ids
    generate(real_chain, proposer, COINBASE_MATURITY - 1)
    real_chain.validate_transaction(tx)
    generate(real_chain, proposer, 1)
    block = real_chain.block_at(COINBASE_MATURITY + 1)
    assert block.transactions[1:] == (tx,)
    assert block.transactions[0].outputs[0].amount == reward.amount + 10_000_000
    assert len(real_chain.pool) == 0


def test_the_miner_grows_the_chain(
    real_chain: Chain, proposer: BlockProposer, clock: ManualClock, proofs: Proofs
) -> None:
    tips = real_chain.events.subscribe(BestBlockChanged)
    miner = CPUMiner(real_chain, proposer, clock, real_chain.events)
    proofs.found.set()
    miner.start()
    for _ in range(3):
        assert tips.get(PATIENCE) is not None
    miner.stop()
    assert real_chain.best_height == miner.blocks_found >= 3


def test_submitted_work_is_checked(real_chain: Chain, proposer: BlockProposer, clock: ManualClock) -> None:
    with MiningPool(real_chain, proposer, clock, real_chain.events) as pool, pytest.raises(BytomError) as raised:
        pool.submit_work(pool.get_work().header)  # no miner is as lucky as that
    assert isinstance(raised.value.__cause__, BadWorkProof)
    assert str(raised.value) == "invalid difficulty proof of work: invalid block"
    assert real_chain.best_height == 0
