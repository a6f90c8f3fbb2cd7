"""The pool of Bytom 2: what it takes, and what blocks do to it."""

from __future__ import annotations

import pytest

from pybytomd.chain.bytom2 import pool as pool_module
from pybytomd.chain.bytom2.chain import Chain
from pybytomd.chain.bytom2.events import TransactionAdded, TransactionRemoved
from pybytomd.chain.bytom2.pool import BLACK_LIST, check_admission
from pybytomd.chain.errors import BlackListedOutput, DustTransaction
from pybytomd.consensus.errors import BadTimeRange, GasMiscalculation
from pybytomd.events import EventDispatcher
from pybytomd.ledger.bytom2.inputs import SpendInput, TxOutput
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.vm.bytom2.contracts import register_program
from tests.bytom2_builder import Builder, btm, coinbase, key, open_chain, spend
from tests.unit.chain.bytom2.short_epochs import PARAMS

ASSET = b"\x07" * 32
FEE = 10**7


@pytest.fixture
def chain(events: EventDispatcher) -> Chain:
    """With a reward of the fifth block that can be spent."""
    chain = open_chain(PARAMS, events=events)
    Builder(chain).extend(15)
    return chain


@pytest.fixture
def reward(chain: Chain) -> Transaction:
    return chain.block_at(5).transactions[0]


def paying(source: Transaction, *more: TxOutput, position: int = 1) -> Transaction:
    """All of an output but a fee, and of what else is paid, to anyone."""
    amount = source.outputs[position].amount
    rest = amount - FEE - sum(output.amount for output in more if output.asset_id == BTM_ASSET_ID)
    return spend(source, [btm(rest), *more], position=position)


def foreign_spend() -> SpendInput:
    return SpendInput(bytes(32), ASSET, 5, 0, 1, b"\x51")


@pytest.mark.parametrize(
    ("tx", "is_dust"),
    [
        (spend(coinbase(5, [btm(9)]), [btm(9)], position=1), False),
        (spend(coinbase(5, [btm(9)]), [btm(9), btm(0)], position=1), True),
        (spend(coinbase(5, [btm(9)]), [btm(1, register_program(b"\x51"))], position=1), True),
        (spend(coinbase(5, [btm(9, vote=key(1).xpub.raw)]), [btm(9)], position=1), False),
        (Transaction(1, 0, (foreign_spend(),), (TxOutput(ASSET, 5, b"\x51"),)), True),
        (coinbase(5, [btm(9)]), True),
    ],
)
def test_dust(tx: Transaction, is_dust: bool) -> None:
    if is_dust:
        with pytest.raises(DustTransaction):
            check_admission(tx)
    else:
        check_admission(tx)


def test_what_is_valid_waits_and_is_told_of(chain: Chain, reward: Transaction, events: EventDispatcher) -> None:
    told = events.subscribe(TransactionAdded)
    tx = paying(reward)
    assert not chain.validate_transaction(tx)
    assert not chain.validate_transaction(tx)
    (event,) = told.drain()
    assert (event.entry.transaction, event.entry.fee, event.entry.height) == (tx, FEE, 15)
    assert tx.id in chain.pool


def test_what_breaks_a_rule_is_refused(chain: Chain, reward: Transaction) -> None:
    with pytest.raises(GasMiscalculation):
        chain.validate_transaction(spend(reward, [btm(reward.outputs[1].amount + 1)], position=1))
    late = paying(reward)
    with pytest.raises(BadTimeRange):
        chain.validate_transaction(Transaction(1, 14, late.inputs, late.outputs))
    assert len(chain.pool) == 0


def test_outputs_on_the_black_list(chain: Chain, reward: Transaction, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(BLACK_LIST) == 22
    monkeypatch.setattr(pool_module, "BLACK_LIST", frozenset({reward.result_ids[1]}))
    with pytest.raises(BlackListedOutput, match="black utxo"):
        chain.validate_transaction(paying(reward))


def test_others_build_on_what_waits_but_not_on_votes(chain: Chain, reward: Transaction) -> None:
    first = paying(reward, btm(10**8, vote=key(3).xpub.raw))
    second = paying(first, position=0)
    veto = paying(first, position=1)
    assert chain.validate_transaction(second)
    assert not chain.validate_transaction(first)
    assert second.id in chain.pool
    assert chain.validate_transaction(veto)
    assert veto.id not in chain.pool


def test_what_is_in_a_block_leaves_and_comes_back_with_it(
    chain: Chain, reward: Transaction, events: EventDispatcher
) -> None:
    builder = Builder(chain)
    fork = chain.best_header
    tx = paying(reward)
    chain.validate_transaction(tx)
    removed = events.subscribe(TransactionRemoved)
    block = builder.block(transactions=[tx])
    chain.process_block(block)
    assert [event.entry.transaction for event in removed.drain()] == [tx]
    builder.extend(2, fork, slots=5)
    assert not chain.is_in_main_chain(block.hash)
    assert tx.id in chain.pool


async def test_from_the_event_loop(chain: Chain, reward: Transaction) -> None:
    assert await chain.add_transaction(paying(reward)) is False
    assert len(chain.pool) == 1
