"""Verdicts are found once, on several threads, and hold only where they may."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from pybytomd.consensus import batch
from pybytomd.consensus.batch import Verifier
from pybytomd.consensus.errors import BadTimeRange, EmptyInputIds, WrongTransactionVersion
from pybytomd.consensus.transaction import TransactionVerdict, validate_transaction
from pybytomd.consensus.transaction_memory import TransactionMemory
from pybytomd.consensus.transactions.block_context import BlockContext
from pybytomd.consensus.transactions.verdicts import CHUNK
from pybytomd.ledger.asset import compute_asset_id
from pybytomd.ledger.constants import BTM_ASSET_ID, RULE_AA_HEIGHT
from pybytomd.ledger.inputs import CoinbaseInput, IssuanceInput, SpendInput, TxOutput
from pybytomd.ledger.transaction import Transaction
from pybytomd.vm.errors import FalseResult
from pybytomd.vm.programs.assembler import assemble
from tests.unit.consensus.payments import AMOUNT, FEE, PROGRAM, payment, signed, spend_of

CONTEXT = BlockContext(1, 100)


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Ids of what was judged in full."""
    seen: list[bytes] = []

    def watched(
        tx: Transaction,
        block: BlockContext,
        *,
        leads_block: bool = False,
        memory: TransactionMemory | None = None,
    ) -> TransactionVerdict:
        seen.append(tx.id)
        return validate_transaction(tx, block, leads_block=leads_block, memory=memory)

    monkeypatch.setattr(batch, "validate_transaction", watched)
    return seen


def test_what_the_pool_found_holds_in_a_block(judged: list[bytes]) -> None:
    verifier = Verifier()
    tx = payment(1)
    first = verifier.verify(tx, CONTEXT)
    assert first.error is None
    (again,) = verifier.verify_block([Transaction.from_bytes(tx.raw)], BlockContext(1, 101))
    assert again == first
    assert again.gas is not first.gas  # an account of its own
    assert judged == [tx.id]
    assert verifier.verify(tx, CONTEXT) == first
    assert len(judged) == 1


def test_other_arguments_are_another_transaction(judged: list[bytes]) -> None:
    """The id does not cover signatures."""
    verifier = Verifier()
    tx = payment(1)
    assert verifier.verify(tx, CONTEXT).error is None
    other = Transaction.from_bytes(tx.raw)
    other.inputs[0].arguments = (bytes(64), tx.inputs[0].arguments[1])  # type: ignore[misc]
    other = Transaction.from_bytes(Transaction(1, 0, other.inputs, other.outputs).raw)
    assert other.id == tx.id
    assert verifier.verify(other, CONTEXT).error is not None


def test_a_verdict_that_is_kept_does_not_keep_the_transaction() -> None:
    """Of twenty thousand, their bytes would be the larger part of what is remembered."""
    verifier = Verifier()
    tx = payment(1)
    Verifier().verify(tx, CONTEXT)  # what it computes once is kept with it
    references = sys.getrefcount(tx.raw)
    assert verifier.verify(tx, CONTEXT).error is None
    references_now = sys.getrefcount(tx.raw)
    assert references_now == references


def test_what_can_change_with_the_block_is_checked_again(judged: list[bytes]) -> None:
    verifier = Verifier()
    limited = payment(1, time_range=150)
    assert verifier.verify(limited, CONTEXT).error is None
    (late,) = verifier.verify_block([limited], BlockContext(1, 151))
    assert isinstance(late.error, BadTimeRange)
    newer = payment(2, version=2)
    assert verifier.verify(newer, BlockContext(0, 100)).error is None
    (refused,) = verifier.verify_block([newer], CONTEXT)
    assert isinstance(refused.error, WrongTransactionVersion)
    assert len(judged) == 4


def test_a_refusal_is_not_remembered() -> None:
    """It may be due to the height, and the chain may go back."""
    verifier = Verifier()
    tx = payment(1, time_range=99)
    assert isinstance(verifier.verify(tx, CONTEXT).error, BadTimeRange)
    assert verifier.verify(tx, BlockContext(1, 99)).error is None


AT_100 = assemble("BLOCKHEIGHT 100 NUMEQUAL")
OTHER_ASSET = b"\x07" * 32


def issued(program: bytes) -> IssuanceInput:
    return IssuanceInput(b"nonce", compute_asset_id(program, 1, b"{}"), AMOUNT, b"{}", 1, program)


@pytest.mark.parametrize(
    "asks_height",
    [
        spend_of(2, asset_id=OTHER_ASSET, program=AT_100),
        spend_of(2, asset_id=OTHER_ASSET, program=assemble(f"0x{'00' * (20 - len(AT_100))} DROP") + AT_100),
        spend_of(2, asset_id=OTHER_ASSET, program=assemble(f"0 0x{'00' * 20} 2DROP") + AT_100),
        issued(AT_100),
    ],
    ids=["short", "as long as a payment to a key hash", "begins like one", "issuance"],
)
def test_a_verdict_that_depends_on_the_height_is_not_remembered(asks_height: SpendInput | IssuanceInput) -> None:
    """One payment to a key hash among the inputs does not make the others so."""
    outputs = (TxOutput(BTM_ASSET_ID, AMOUNT - FEE, PROGRAM), TxOutput(asks_height.asset_id, AMOUNT, PROGRAM))
    tx = signed(Transaction(1, 0, (spend_of(1), asks_height), outputs))
    verifier = Verifier()
    assert verifier.verify(tx, CONTEXT).error is None
    assert isinstance(verifier.verify(tx, BlockContext(1, 101)).error, FalseResult)


def test_as_many_verdicts_are_kept_as_is_said(judged: list[bytes]) -> None:
    verifier = Verifier(remember=2)
    for number in (1, 2, 1, 2):
        verifier.verify(payment(number), CONTEXT)
    assert judged == [payment(number).id for number in (1, 2)]


def test_equal_inputs_are_judged_by_height() -> None:
    verifier = Verifier()
    outputs = (TxOutput(BTM_ASSET_ID, 2 * AMOUNT - FEE, PROGRAM),)
    twice = signed(Transaction(1, 0, (spend_of(1), spend_of(1)), outputs))
    (before,) = verifier.verify_block([twice], BlockContext(1, RULE_AA_HEIGHT - 1))
    assert before.gas.gas_valid
    assert before.failed
    (after,) = verifier.verify_block([twice], BlockContext(1, RULE_AA_HEIGHT))
    assert isinstance(after.error, EmptyInputIds)
    assert not after.gas.gas_valid


def test_only_key_hash_spends_are_remembered(judged: list[bytes]) -> None:
    verifier = Verifier()
    anyone = Transaction(1, 0, (spend_of(1, program=b"\x51"),), (TxOutput(BTM_ASSET_ID, AMOUNT - FEE, PROGRAM),))
    for _ in range(2):
        assert verifier.verify(anyone, CONTEXT).error is None
    assert len(judged) == 2


def test_the_oldest_is_forgotten(judged: list[bytes]) -> None:
    verifier = Verifier(remember=2)
    for number in (1, 2, 3, 3, 1):
        verifier.verify(payment(number), CONTEXT)
    assert judged == [payment(number).id for number in (1, 2, 3, 1)]


@pytest.mark.parametrize("threads", [0, 2])
def test_verdicts_come_in_order(threads: int) -> None:
    coinbase = Transaction(1, 0, (CoinbaseInput(b"\x00100"),), (TxOutput(BTM_ASSET_ID, 41_250_000_000, PROGRAM),))
    late = payment(1000, time_range=5)
    transactions = [coinbase, *map(payment, range(CHUNK - 1)), coinbase, late]
    if threads:
        with ThreadPoolExecutor(threads) as executor:
            verdicts = Verifier(executor).verify_block(transactions, CONTEXT)
    else:
        verdicts = Verifier().verify_block(transactions, CONTEXT)
    assert [verdict.failed for verdict in verdicts] == [False] * CHUNK + [True, True]
    assert Verifier().verify_block([], CONTEXT) == []


@pytest.mark.parametrize("threads", [0, 2])
def test_only_the_first_transaction_of_a_block_may_be_a_coinbase(threads: int) -> None:
    """At no other place, be it the first of a chunk or as far in its chunk as that is in the block."""
    coinbase = Transaction(1, 0, (CoinbaseInput(b"\x00100"),), (TxOutput(BTM_ASSET_ID, 41_250_000_000, PROGRAM),))
    transactions = [coinbase] * (3 * CHUNK + 1)
    with ThreadPoolExecutor(max(threads, 1)) as executor:
        verdicts = Verifier(executor if threads else None).verify_block(transactions, CONTEXT)
    assert [index for index, verdict in enumerate(verdicts) if verdict.error is None] == [0]
