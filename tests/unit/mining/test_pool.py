"""Work for miners outside of the node."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest

from pybytomd.chain.events import BlockMined
from pybytomd.errors import ChainError
from pybytomd.ledger.block import Block
from pybytomd.ledger.inputs import CoinbaseInput
from pybytomd.ledger.networks.params import MAINNET
from pybytomd.mining.coinbase import NoAccount
from pybytomd.mining.errors import EmptyWork, NoWork, OrphanBlock, OrphanWork, StaleWork
from pybytomd.mining.pool import MAX_EARLIER, MiningPool
from pybytomd.mining.proposer import BlockProposer
from tests.unit.mining.fake_chain import PATIENCE, SEED, Account, FakeChain, payment
from tests.unit.mining.test_cpu_miner import WatchedProposer


@pytest.fixture
def proposer(chain: FakeChain) -> WatchedProposer:
    return WatchedProposer(chain)


@pytest.fixture
def pool(chain: FakeChain, proposer: WatchedProposer) -> Iterator[MiningPool]:
    with MiningPool(cast(Any, chain), proposer, chain.clock, chain.events) as pool:
        yield pool


def test_work_is_of_now(chain: FakeChain, pool: MiningPool, proposer: WatchedProposer) -> None:
    template = proposer.next()
    chain.clock.advance(7)
    work = pool.get_work()
    assert work.seed == SEED
    assert work.header == template.header.replace(timestamp=template.header.timestamp + 7)


def test_new_transactions_wait_for_the_next_template(
    chain: FakeChain, pool: MiningPool, proposer: WatchedProposer
) -> None:
    tx = chain.add_to_pool(payment(1))
    root = pool.get_work().header.transactions_merkle_root
    first = proposer.next()
    assert first.header.transactions_merkle_root == root
    assert proposer.made.empty()
    chain.extend(first)
    assert tx in proposer.next().transactions


def test_work_follows_the_best_block(chain: FakeChain, pool: MiningPool, proposer: WatchedProposer) -> None:
    first = proposer.next()
    chain.extend(first)
    assert proposer.next().header.previous_block_hash == first.hash  # without being asked for
    assert pool.get_work().header.height == 2


def test_submitted_work_becomes_a_block(chain: FakeChain, pool: MiningPool, proposer: WatchedProposer) -> None:
    mined = chain.events.subscribe(BlockMined)
    header = pool.get_work().header
    # Of what is submitted only parent, nonce and time matter.
    wrong = header.replace(nonce=77, timestamp=header.timestamp + 3)
    wrong.bits, wrong.transactions_merkle_root = 1, bytes(32)
    pool.submit_work(wrong)
    block = chain.blocks[-1]
    assert block.header == header.replace(nonce=77, timestamp=header.timestamp + 3)
    assert [event.block for event in mined.drain()] == [block]
    assert pool.get_work().header.previous_block_hash == block.hash
    assert chain.proofs == [None]  # the chain has to check it


def test_work_on_another_block_is_stale(chain: FakeChain, pool: MiningPool) -> None:
    header = pool.get_work().header
    pool.submit_work(header)
    with pytest.raises(StaleWork, match="pending mining block has been changed"):
        pool.submit_work(header)


def test_no_header(pool: MiningPool) -> None:
    with pytest.raises(EmptyWork, match="can't submit empty block"):
        pool.submit_work(None)
    with pytest.raises(EmptyWork, match="can't submit empty block"):
        pool.submit_block(None)


def test_refused_work_leaves_its_nonce_behind(chain: FakeChain, pool: MiningPool) -> None:
    chain.refusal = ChainError("invalid difficulty proof of work: invalid block")
    with pytest.raises(ChainError, match="invalid difficulty"):
        pool.submit_work(pool.get_work().header.replace(nonce=5))
    assert pool.get_work().header.nonce == 5


OTHER = b"\x00\x14" + b"\x01" * 20


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.fixture
def paid_pool(chain: FakeChain, account: Account) -> Iterator[MiningPool]:
    proposer = BlockProposer(cast(Any, chain), account, chain.clock)
    with MiningPool(cast(Any, chain), proposer, chain.clock, chain.events) as pool:
        yield pool


def test_another_address_is_paid_from_the_next_work_on(
    chain: FakeChain, paid_pool: MiningPool, account: Account
) -> None:
    before = paid_pool.get_work().header
    account.program = OTHER
    after = paid_pool.get_work().header
    assert after.transactions_merkle_root != before.transactions_merkle_root
    assert paid_pool.get_work().header == after  # once is enough
    paid_pool.submit_work(after.replace(nonce=3))
    (reward,) = chain.blocks[-1].transactions[0].outputs
    assert reward.control_program == OTHER


def test_other_free_data_is_in_the_next_work(chain: FakeChain, paid_pool: MiningPool, account: Account) -> None:
    paid_pool.get_work()
    account.free_data = b"hello"
    paid_pool.submit_work(paid_pool.get_work().header)
    (coinbase,) = chain.blocks[-1].transactions[0].inputs
    assert cast(CoinbaseInput, coinbase).arbitrary == b"\x001hello"


def test_work_handed_out_before_is_taken_as_it_was(
    chain: FakeChain, paid_pool: MiningPool, account: Account
) -> None:
    before = paid_pool.get_work().header
    first = account.program
    account.program = OTHER
    paid_pool.get_work()
    paid_pool.submit_work(before.replace(nonce=9))
    block = chain.blocks[-1]
    assert block.header == before.replace(nonce=9)
    assert block.transactions[0].outputs[0].control_program == first
    assert paid_pool.get_work().header.previous_block_hash == block.hash
    with pytest.raises(StaleWork):
        paid_pool.submit_work(before.replace(nonce=10))


def test_only_some_templates_are_kept_for_earlier_work(
    chain: FakeChain, paid_pool: MiningPool, account: Account
) -> None:
    headers = []
    for number in range(MAX_EARLIER + 2):
        account.free_data = b"%d" % number
        headers.append(paid_pool.get_work().header)
    paid_pool.submit_work(headers[1].replace(nonce=1))
    assert chain.blocks[-1].header == headers[1].replace(nonce=1)
    chain.blocks.pop()
    assert len(paid_pool._earlier) == 0  # of another block


def test_work_the_chain_has_no_parent_for(chain: FakeChain, pool: MiningPool) -> None:
    header = pool.get_work().header
    chain.blocks = [Block(header.replace(nonce=1), ())]
    with pytest.raises(OrphanWork, match="submit result is orphan"):
        pool.submit_work(header)


def test_whole_blocks(chain: FakeChain, pool: MiningPool, proposer: WatchedProposer) -> None:
    mined = chain.events.subscribe(BlockMined)
    block = proposer.next()
    pool.submit_block(block)
    pool.submit_block(block)  # a known one is announced again
    assert [event.block for event in mined.drain()] == [block, block]
    orphan = Block(Block(block.header.replace(nonce=9), ()).header, ())
    orphan.header.previous_block_hash = bytes(32)
    with pytest.raises(OrphanBlock, match="block submitted is orphan"):
        pool.submit_block(orphan)


def test_no_work_says_why() -> None:
    chain = FakeChain(MAINNET)
    with (
        MiningPool(cast(Any, chain), WatchedProposer(chain), chain.clock, chain.events) as pool,
        pytest.raises(NoWork, match=r"create an account.*: no block is ready for mining"),
    ):
        pool.get_work()


def test_no_work_while_it_is_held_but_what_is_out_is_taken(chain: FakeChain, pool: MiningPool) -> None:
    header = pool.get_work().header
    pool.hold("the disk is nearly full")
    with pytest.raises(NoWork, match="the disk is nearly full: no block is ready for mining"):
        pool.get_work()
    pool.submit_work(header)
    assert chain.best_hash == chain.blocks[-1].hash
    pool.release()
    assert pool.get_work().header.previous_block_hash == chain.best_hash


def test_why_there_is_no_template_is_told_only_when_somebody_wants_one(caplog: pytest.LogCaptureFixture) -> None:
    chain = FakeChain(MAINNET)
    with MiningPool(cast(Any, chain), WatchedProposer(chain), chain.clock, chain.events) as pool:
        assert "no block template" not in caplog.text
        with pytest.raises(NoWork):
            pool.get_work()
        with pytest.raises(NoWork):
            pool.get_work()
    (record,) = [record for record in caplog.records if record.getMessage() == "no block template"]
    assert "account" in str(vars(record)["reason"])


def test_a_failure_ends_with_the_next_block(
    chain: FakeChain, proposer: WatchedProposer, caplog: pytest.LogCaptureFixture
) -> None:
    proposer.failures = [ChainError("no disk"), ChainError("no disk")]
    with MiningPool(cast(Any, chain), proposer, chain.clock, chain.events) as pool:
        with pytest.raises(NoWork, match="no disk"):
            pool.get_work()
        assert caplog.text.count("no block template") == 1
        assert pool.get_work().header.height == 1


def test_an_unexpected_failure_does_not_end_it(
    chain: FakeChain, pool: MiningPool, proposer: WatchedProposer
) -> None:
    first = proposer.next()
    proposer.failures = [RuntimeError("a mistake")]
    chain.extend(first)
    while proposer.failures:
        pool._changed.wait(0.01)
    chain.extend(Block(chain.best_header.replace(nonce=3), ()))
    assert proposer.made.get(timeout=PATIENCE).header.previous_block_hash == chain.best_hash


def test_closing_without_starting(chain: FakeChain, proposer: WatchedProposer) -> None:
    MiningPool(cast(Any, chain), proposer, chain.clock, chain.events).close()
    assert NoAccount(chain.params).arbitrary() == b""
