"""The miner in the node: starts, finds, starts anew, stops."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Iterator
from typing import Any, cast

import pytest

from pybytomd.chain.events import BlockMined
from pybytomd.errors import ChainError, NoMiningProgram
from pybytomd.ledger.block import Block
from pybytomd.ledger.networks.params import DEV, MAINNET
from pybytomd.mining import cpu_miner
from pybytomd.mining.coinbase import NoAccount
from pybytomd.mining.cpu_miner import POOL_REFRESH_SECONDS, TEMPLATE_SECONDS, CPUMiner, MiningHeld
from pybytomd.mining.errors import MinedOnDemand
from pybytomd.mining.proposer import BlockProposer
from pybytomd.mining.search import NonceSearch
from tests.unit.mining.fake_chain import BITS, PATIENCE, SEED, Account, FakeChain, Proofs, payment


class WatchedProposer(BlockProposer):
    """Tells of each template it makes."""

    def __init__(self, chain: FakeChain) -> None:
        super().__init__(cast(Any, chain), NoAccount(chain.params), chain.clock)
        self.made: queue.Queue[Block] = queue.Queue()
        self.failures: list[Exception] = []

    def propose(self) -> Block:
        if self.failures:
            raise self.failures.pop()
        block = super().propose()
        self.made.put(block)
        return block

    def next(self) -> Block:
        return self.made.get(timeout=PATIENCE)


@pytest.fixture
def proposer(chain: FakeChain) -> WatchedProposer:
    return WatchedProposer(chain)


@pytest.fixture
def miner(chain: FakeChain, proposer: WatchedProposer, proofs: Proofs) -> Iterator[CPUMiner]:
    miner = CPUMiner(cast(Any, chain), proposer, chain.clock, chain.events)
    yield miner
    miner.stop()


def test_finds_blocks_and_tells(
    chain: FakeChain, miner: CPUMiner, proposer: WatchedProposer, proofs: Proofs, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    mined = chain.events.subscribe(BlockMined)
    assert not miner.is_mining
    miner.start()
    assert miner.is_mining
    first = proposer.next()
    proofs.found.set()
    event = mined.get(PATIENCE)
    assert event is not None
    assert event.block.transactions == first.transactions
    assert mined.get(PATIENCE) is not None
    miner.stop()
    assert not miner.is_mining
    assert miner.blocks_found == len(chain.blocks) - 1 >= 2
    assert set(chain.proofs) == {True}
    assert proofs.asked == {(SEED, BITS)}
    assert "anyone can spend" in caplog.text
    assert "Miner processed block" in caplog.text


def test_a_new_tip_makes_a_new_template(
    chain: FakeChain, miner: CPUMiner, proposer: WatchedProposer, proofs: Proofs
) -> None:
    miner.start()
    first = proposer.next()
    assert proofs.tried.wait(PATIENCE)
    chain.extend(first)
    assert proposer.next().header.previous_block_hash == first.hash


def test_new_transactions_make_a_new_template_after_a_while(
    chain: FakeChain, miner: CPUMiner, proposer: WatchedProposer, proofs: Proofs
) -> None:
    miner.start()
    proposer.next()
    tx = chain.add_to_pool(payment(1))
    proofs.tried.clear()
    assert proofs.tried.wait(PATIENCE)  # it goes on for now
    assert proposer.made.empty()
    chain.clock.advance(POOL_REFRESH_SECONDS)
    assert tx in proposer.next().transactions


def test_another_address_makes_a_new_template_at_once(chain: FakeChain, proofs: Proofs) -> None:
    account, made = Account(), queue.Queue[Block]()

    class Telling(BlockProposer):
        def propose(self) -> Block:
            block = super().propose()
            made.put(block)
            return block

    miner = CPUMiner(cast(Any, chain), Telling(cast(Any, chain), account, chain.clock), chain.clock, chain.events)
    miner.start()
    try:
        made.get(timeout=PATIENCE)
        account.program = b"\x00\x14" + b"\x01" * 20
        (reward,) = made.get(timeout=PATIENCE).transactions[0].outputs
        assert reward.control_program == account.program
    finally:
        miner.stop()


def test_an_old_template_is_replaced(chain: FakeChain, miner: CPUMiner, proposer: WatchedProposer) -> None:
    miner.start()
    first = proposer.next()
    chain.clock.advance(TEMPLATE_SECONDS)
    assert proposer.next().header.timestamp == first.header.timestamp + TEMPLATE_SECONDS


def test_start_and_stop_twice(miner: CPUMiner, proposer: WatchedProposer, proofs: Proofs) -> None:
    miner.stop()
    miner.start()
    miner.start()
    proposer.next()
    assert proofs.tried.wait(PATIENCE)
    miner.stop(wait=False)
    miner.stop()
    miner.start()
    proposer.next()
    miner.stop()


def test_stopping_waits_for_the_thread(miner: CPUMiner, proposer: WatchedProposer) -> None:
    before = set(threading.enumerate())
    miner.start()
    proposer.next()
    (thread,) = [t for t in threading.enumerate() if t not in before and t.name == "cpu-miner"]
    miner.stop()
    assert not thread.is_alive()


def test_the_hash_rate(chain: FakeChain, miner: CPUMiner, proposer: WatchedProposer, proofs: Proofs) -> None:
    assert miner.hash_rate == 0
    miner.start()
    proposer.next()
    assert proofs.tried.wait(PATIENCE)
    chain.clock.advance(1)
    assert miner.hash_rate > 0
    miner.stop()
    assert miner.hash_rate == 0


@pytest.mark.parametrize("failure", [ChainError("no disk"), RuntimeError("a mistake")])
def test_goes_on_after_a_failure(
    chain: FakeChain,
    miner: CPUMiner,
    proposer: WatchedProposer,
    proofs: Proofs,
    failure: Exception,
    caplog: pytest.LogCaptureFixture,
) -> None:
    failed = threading.Event()
    caplog.set_level(logging.WARNING)
    proposer.failures.append(failure)

    class Watch(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.getMessage().startswith("mining failed"):
                failed.set()

    handler = Watch()
    logger = logging.getLogger("pybytomd.mining.cpu_miner")
    logger.addHandler(handler)
    try:
        miner.start()
        assert failed.wait(PATIENCE)
    finally:
        logger.removeHandler(handler)
    chain.add_to_pool(payment(1))  # what happens may have mended it: the wait is over
    proposer.next()


def test_a_block_the_chain_refuses_is_not_counted(
    chain: FakeChain, miner: CPUMiner, proposer: WatchedProposer, proofs: Proofs
) -> None:
    mined = chain.events.subscribe(BlockMined)
    chain.refusal = ChainError("full")
    proofs.found.set()
    miner.start()
    proposer.next()
    while not chain.proofs:
        proofs.tried.wait(PATIENCE)
    miner.stop()
    assert miner.blocks_found == 0
    assert mined.drain() == []


def test_mining_for_nobody_is_refused() -> None:
    chain = FakeChain(MAINNET)
    miner = CPUMiner(cast(Any, chain), WatchedProposer(chain), chain.clock, chain.events)
    with pytest.raises(NoMiningProgram):
        miner.start()
    assert not miner.is_mining


def test_a_chain_without_proof_of_work_is_not_mined() -> None:
    chain = FakeChain(DEV)
    miner = CPUMiner(cast(Any, chain), WatchedProposer(chain), chain.clock, chain.events)
    with pytest.raises(MinedOnDemand, match="pybytomcli generate"):
        miner.start()
    assert not miner.is_mining


def test_an_account_is_paid_without_a_warning(
    chain: FakeChain, proposer: WatchedProposer, proofs: Proofs, caplog: pytest.LogCaptureFixture
) -> None:
    proposer._receiver = Account()
    miner = CPUMiner(cast(Any, chain), proposer, chain.clock, chain.events)
    miner.start()
    assert proposer.next().transactions[0].outputs[0].control_program == Account().control_program()
    miner.stop()
    assert "anyone" not in caplog.text


def test_several_threads_share_the_nonces(chain: FakeChain, proposer: WatchedProposer, proofs: Proofs) -> None:
    miner = CPUMiner(cast(Any, chain), proposer, chain.clock, chain.events, threads=3)
    miner.start()
    proposer.next()
    assert proofs.tried.wait(PATIENCE)
    miner.stop()
    assert len(set(proofs.hashes)) == len(proofs.hashes)


def test_the_number_of_threads_changes_while_it_searches(miner: CPUMiner, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: queue.Queue[int] = queue.Queue()

    class Watched(NonceSearch):
        def __init__(self, threads: int, *, low_priority: bool = False) -> None:
            super().__init__(threads, low_priority=low_priority)
            begun.put(threads)

    monkeypatch.setattr(cpu_miner, "NonceSearch", Watched)
    miner.start()
    for threads in (1, 3, 2):
        miner.threads = threads
        while begun.get(timeout=PATIENCE) != threads:
            pass  # the one that was begun before
    assert miner.is_mining


def test_a_miner_that_is_held_goes_on_when_it_is_let_go(miner: CPUMiner, proposer: WatchedProposer) -> None:
    miner.start()
    proposer.next()
    miner.hold("the disk is nearly full")
    assert not miner.is_mining
    with pytest.raises(MiningHeld, match=r"^the disk is nearly full$"):
        miner.start()
    miner.hold("it is fuller")
    miner.release()
    assert miner.is_mining
    proposer.next()
    miner.release()
    assert miner.is_mining


def test_a_held_miner_that_did_not_mine_or_was_stopped_stays_so(miner: CPUMiner) -> None:
    miner.hold("the disk is nearly full")
    miner.release()
    assert not miner.is_mining
    miner.hold("the disk is nearly full")
    with pytest.raises(MiningHeld):
        miner.start()
    miner.stop()
    miner.release()
    assert not miner.is_mining
