"""Block templates: what is in them, what is dropped, and why."""

from __future__ import annotations

from typing import Any, cast

import pytest

from pybytomd.consensus import transaction as rules
from pybytomd.consensus.batch import Verifier
from pybytomd.consensus.block import context_of, validate_body
from pybytomd.consensus.errors import CoinbaseArbitraryOversize
from pybytomd.consensus.transactions.block_context import BlockContext
from pybytomd.crypto.hashes import sha3_256
from pybytomd.errors import NoMiningProgram
from pybytomd.ledger.block import Block
from pybytomd.ledger.constants import BASE_SUBSIDY, BTM_ASSET_ID
from pybytomd.ledger.inputs import CoinbaseInput, SpendInput, TxOutput
from pybytomd.ledger.networks.params import MAINNET
from pybytomd.ledger.transaction import Transaction
from pybytomd.mining import proposer as proposer_module
from pybytomd.mining.coinbase import NoAccount, RewardReceiver, coinbase_transaction
from pybytomd.mining.proposer import BlockProposer
from pybytomd.vm.programs.assembler import assemble
from pybytomd.vm.programs.builders import p2wsh_program
from tests.unit.mining.fake_chain import BITS, SEED, Account, FakeChain, payment


def proposer_for(chain: FakeChain, receiver: RewardReceiver | None = None) -> BlockProposer:
    return BlockProposer(cast(Any, chain), receiver or NoAccount(chain.params), chain.clock)


def assert_valid(block: Block) -> None:
    verdicts = Verifier().verify_block(block.transactions, context_of(block.header))
    validate_body(block, verdicts)


def test_without_transactions(chain: FakeChain) -> None:
    block = proposer_for(chain).propose()
    header = block.header
    assert (header.version, header.height, header.nonce, header.bits) == (1, 1, 0, BITS)
    assert header.previous_block_hash == chain.best_hash
    assert header.timestamp == int(chain.clock.now())
    (coinbase,) = block.transactions
    assert coinbase.inputs == (CoinbaseInput(b"\x001"),)
    assert [(o.amount, o.control_program) for o in coinbase.outputs] == [(BASE_SUBSIDY, b"\x51")]
    assert_valid(block)


def test_transactions_come_in_order_of_arrival_and_pay(chain: FakeChain) -> None:
    paid = [
        chain.add_to_pool(payment(number, fee)) for number, fee in ((3, 2_000_000), (1, 9_000_000), (2, 10**7))
    ]
    block = proposer_for(chain, Account(b"me")).propose()
    assert list(block.transactions[1:]) == paid
    coinbase = block.transactions[0]
    assert coinbase.outputs[0].amount == BASE_SUBSIDY + 21_000_000
    assert coinbase.outputs[0].control_program == b"\x00\x14" + bytes(20)
    assert coinbase.inputs == (CoinbaseInput(b"\x001me"),)
    assert_valid(block)


def test_a_child_follows_its_parent(chain: FakeChain) -> None:
    parent = chain.add_to_pool(payment(1))
    child = payment(0, source=parent)
    assert child.spent_output_ids == parent.result_ids
    chain.add_to_pool(child, funded=False)
    block = proposer_for(chain).propose()
    assert block.transactions[1:] == (parent, child)
    assert_valid(block)


def test_the_second_spend_of_an_output_is_dropped(chain: FakeChain) -> None:
    first, second = payment(1, 10_000_000), payment(1, 20_000_000)
    chain.add_to_pool(first)
    chain.add_to_pool(second)
    block = proposer_for(chain).propose()
    assert block.transactions[1:] == (first,)
    assert [entry.transaction for entry in chain.pool.entries()] == [first]


def test_what_spends_nothing_known_or_an_immature_coinbase_is_dropped(chain: FakeChain) -> None:
    chain.add_to_pool(payment(1), funded=False)
    chain.add_to_pool(payment(2), coinbase=True)
    good = chain.add_to_pool(payment(3))
    block = proposer_for(chain).propose()
    assert block.transactions[1:] == (good,)
    assert len(chain.pool) == 1


def test_a_refused_transaction_leaves_no_marks(chain: FakeChain) -> None:
    """One with a good and a missing input does not spend the good one for others, as it does in the reference."""
    one, other = payment(1), payment(2)
    both = Transaction(1, 0, (*one.inputs, *other.inputs), one.outputs)
    view: dict[bytes, Any] = {}
    proposer = proposer_for(chain)
    chain.add_to_pool(one)
    with pytest.raises(rules.BytomError):
        proposer._apply(view, both, 1, failed=False)
    assert view == {}


def test_invalid_transactions_are_dropped(chain: FakeChain) -> None:
    good = payment(1)
    spend = good.inputs[0]
    chain.add_to_pool(Transaction(1, 0, (type(spend)(*_without_arguments(spend)),), good.outputs))
    assert proposer_for(chain).propose().transactions[1:] == ()
    assert len(chain.pool) == 0


def _running(script: bytes, *arguments: bytes, number: int = 1) -> SpendInput:
    """A BTM input that runs a script."""
    program = p2wsh_program(sha3_256(script))
    return SpendInput(bytes((number,)) * 32, BTM_ASSET_ID, 10**9, 0, 1, program, (*arguments, script))


def _paying(*inputs: SpendInput, amount: int) -> Transaction:
    return Transaction(1, 0, inputs, (TxOutput(BTM_ASSET_ID, amount, b"\x51"),))


APPENDING = assemble("SWAP CAT DROP TRUE")
ALIASING = assemble("'a' SHA3 DUP 2 LEFT 'x' CAT DROP 2 1 SUBSTR 'x' EQUAL")
"""Appends in place to the beginning of a hash, and looks at it by its other name."""


def test_what_reaches_into_other_transactions_in_a_block_is_dropped(chain: FakeChain) -> None:
    """Alone it is good: the append finds no room. In a block it would write over what follows."""
    chain.add_to_pool(_paying(_running(APPENDING, bytes(500), b"A"), amount=9 * 10**8))
    good = chain.add_to_pool(payment(1))
    block = proposer_for(chain).propose()
    assert block.transactions[1:] == (good,)
    assert_valid(Block.from_bytes(block.to_bytes()))
    assert len(chain.pool) == 1


def test_what_writes_over_itself_is_dropped(chain: FakeChain) -> None:
    """A node of the reference would keep and send on what is left of it: another block, that nobody takes."""
    chain.add_to_pool(_paying(_running(APPENDING, b"B", b"A"), amount=9 * 10**8))
    chain.add_to_pool(_paying(_running(APPENDING, b"B", b"A"), _running(b"\x51", number=2), amount=19 * 10**8))
    on_the_stack = _running(ALIASING, number=3)
    kept = chain.add_to_pool(_paying(on_the_stack, _running(b"\x51", number=4), amount=19 * 10**8))
    block = proposer_for(chain).propose()
    assert block.transactions[1:] == (kept,)
    assert_valid(Block.from_bytes(block.to_bytes()))
    assert len(chain.pool) == 1


def test_what_spoils_true_for_everybody_is_dropped(chain: FakeChain) -> None:
    """A node of the reference would judge all later transactions of the block by what is left of it."""
    spoiler = _running(assemble("1 1 EQUAL 0 LEFT 'x' CAT DROP TRUE"))
    chain.add_to_pool(_paying(spoiler, amount=9 * 10**8))
    kept = chain.add_to_pool(_paying(_running(assemble("1 1 EQUAL 1 EQUAL"), number=2), amount=9 * 10**8))
    assert proposer_for(chain).propose().transactions[1:] == (kept,)
    assert len(chain.pool) == 1


def test_a_transaction_is_judged_as_it_is_written(chain: FakeChain) -> None:
    """Numbers longer than needed make it larger, and storage costs gas; in the block they are short."""
    raw = payment(1).raw
    assert raw[2] == 0  # the time range
    long = Transaction.from_bytes(raw[:2] + b"\x80\x00" + raw[3:])
    chain.add_to_pool(long)
    block = proposer_for(chain).propose()
    (written,) = Block.from_bytes(block.to_bytes()).transactions[1:]
    assert written.raw == block.transactions[1].raw == raw
    assert_valid(block)
    chain.pool.remove(written.id)
    assert len(chain.pool) == 0


def _without_arguments(spend: Any) -> tuple[Any, ...]:
    return spend.source_id, spend.asset_id, spend.amount, spend.source_position, 1, spend.control_program, ()


def test_gas_limits_a_block_and_the_rest_waits(chain: FakeChain, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        chain.add_to_pool(payment(number))
    gas = Verifier().verify(payment(0), BlockContext(1, 1)).gas.gas_used
    monkeypatch.setattr(proposer_module, "MAX_BLOCK_GAS", 3 * gas)
    assert len(proposer_for(chain).propose().transactions) == 4
    monkeypatch.setattr(proposer_module, "MAX_BLOCK_GAS", 3 * gas - 1)
    assert len(proposer_for(chain).propose().transactions) == 3
    assert len(chain.pool) == 4


def test_the_time_is_after_the_median(chain: FakeChain) -> None:
    proposer = proposer_for(chain)
    chain.median = int(chain.clock.now()) + 5
    assert proposer.propose().header.timestamp == chain.median + 1
    chain.clock.advance(100)
    assert proposer.propose().header.timestamp == int(chain.clock.now())


def test_nothing_is_dropped_on_the_word_of_an_old_tip(chain: FakeChain) -> None:
    """When another block comes while a template is made, it is made anew, and only then are drops certain."""
    chain.add_to_pool(payment(1), funded=False)
    proposer = proposer_for(chain)
    arriving = [proposer.propose()]
    chain.add_to_pool(payment(1), funded=False)
    sizes = []

    def arrive() -> None:
        sizes.append(len(chain.pool))
        if arriving:
            chain.extend(arriving.pop())

    chain.on_unspent = arrive
    block = proposer.propose()
    assert block.header.previous_block_hash == chain.best_hash
    assert sizes == [1, 1]
    assert len(chain.pool) == 0


def test_a_template_is_made_even_when_blocks_keep_coming(chain: FakeChain) -> None:
    chain.add_to_pool(payment(1), funded=False)
    proposer = proposer_for(chain)
    chain.on_unspent = lambda: chain.extend(Block(chain.best_header.replace(nonce=len(chain.blocks)), ()))
    assert proposer.propose().height == 1
    assert len(chain.pool) == 1


def test_no_program_no_template_but_the_pool_is_cleaned() -> None:
    chain = FakeChain(MAINNET)
    chain.add_to_pool(payment(1), funded=False)
    proposer = proposer_for(chain)
    with pytest.raises(NoMiningProgram):
        proposer.propose()
    assert len(chain.pool) == 0
    with pytest.raises(NoMiningProgram):
        proposer.reward_is_free()


def test_whether_anyone_can_spend(chain: FakeChain) -> None:
    assert proposer_for(chain).reward_is_free()
    assert not proposer_for(chain, Account()).reward_is_free()


def test_work(chain: FakeChain) -> None:
    proposer = proposer_for(chain)
    header = proposer.propose().header
    work = proposer.work_for(header)
    assert (work.header, work.seed) == (header, SEED)


def test_free_data_has_a_limit() -> None:
    assert coinbase_transaction(Account(bytes(107)), 1 << 62, 0).outputs[0].amount == 0
    with pytest.raises(CoinbaseArbitraryOversize):
        coinbase_transaction(Account(bytes(127)), 1, 0)
