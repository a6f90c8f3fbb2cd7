"""The rules for transactions of Bytom 2, where recorded cases do not say enough."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from pybytomd.consensus.bytom2.transaction import TransactionVerdict, validate_transaction
from pybytomd.consensus.bytom2.transaction_errors import (
    BadVoteKey,
    DoubleSpentInput,
    VoteTooSmall,
    WrongVoteAsset,
)
from pybytomd.consensus.bytom2.transaction_memory import TransactionMemory
from pybytomd.consensus.errors import (
    AmountOverflow,
    EmptyResults,
    GasCreditExceeded,
    MismatchedAssetId,
    MismatchedReference,
    MissingField,
    WrongCoinbaseAsset,
    WrongCoinbaseTransaction,
)
from pybytomd.consensus.transactions.block_context import BlockContext
from pybytomd.crypto import ed25519, ed25519_exact
from pybytomd.crypto.hashes import ripemd160
from pybytomd.errors import BytomError
from pybytomd.ledger.asset import compute_asset_id
from pybytomd.ledger.bytom2.inputs import SpendInput, TxInput, TxOutput, VetoInput
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.ledger.creation import CoinbaseInput, IssuanceInput
from pybytomd.vm.bytom2.contracts import call_program, contract_hash
from pybytomd.vm.bytom2.standard import FindContract
from pybytomd.vm.bytom2.text import assemble
from pybytomd.vm.errors import FalseResult, RunLimitExceeded
from tests.bytom2_builder import no_contracts
from tests.property.bytom2_transactions import transactions

AMOUNT, FEE = 10**9, 10**8
BLOCK = BlockContext(1, 100)
PRIVATE_KEY = ed25519.private_key_from_seed(bytes(32))
PUBLIC_KEY = PRIVATE_KEY[32:]
KEY_HASH_PROGRAM = b"\x00\x14" + ripemd160(PUBLIC_KEY)
VOTE = b"\x05" * 64
OTHER_ASSET = b"\x07" * 32
ANYONE = b"\x51"


def spend(
    program: bytes = ANYONE, *arguments: bytes, state: tuple[bytes, ...] = (), number: int = 1
) -> SpendInput:
    return SpendInput(bytes((number,)) * 32, BTM_ASSET_ID, AMOUNT, 0, 1, program, state, arguments)


def paying(*inputs: TxInput, outputs: tuple[TxOutput, ...] | None = None) -> Transaction:
    """Pays out what comes in less a fee."""
    if outputs is None:
        total = sum(one.amount for one in inputs if not isinstance(one, CoinbaseInput))
        outputs = (TxOutput(BTM_ASSET_ID, total - FEE, ANYONE),)
    return Transaction(1, 0, inputs, outputs)


def judged(
    tx: Transaction, find_contract: FindContract = no_contracts, *, leads_block: bool = False
) -> TransactionVerdict:
    return validate_transaction(tx, BLOCK, find_contract, leads_block=leads_block)


def error_of(tx: Transaction, *, leads_block: bool = False) -> type[BytomError] | None:
    error = judged(tx, leads_block=leads_block).error
    return None if error is None else type(error)


def signed(tx: Transaction, *, add: int = 0) -> Transaction:
    """The transaction with its one input signed; ``add`` is added to S."""
    signature = ed25519.sign(PRIVATE_KEY, tx.signature_hash(0))
    s = int.from_bytes(signature[32:], "little") + add
    (only,) = tx.inputs
    arguments = (signature[:32] + s.to_bytes(32, "little"), PUBLIC_KEY)
    return Transaction(tx.version, tx.time_range, (only.replace(arguments=arguments),), tx.outputs)


def test_a_payment_uses_gas_for_its_program_and_its_bytes() -> None:
    tx = signed(paying(spend(KEY_HASH_PROGRAM)))
    gas = judged(tx).gas
    assert (gas.btm_value, gas.storage_gas) == (FEE, tx.serialized_size)
    assert gas.gas_used == 1409 + tx.serialized_size
    assert gas.gas_left == 300_000 - gas.gas_used


def test_state_data_is_paid_for_by_the_short_way_too() -> None:
    plain = judged(signed(paying(spend(KEY_HASH_PROGRAM)))).gas
    with_state = judged(signed(paying(spend(KEY_HASH_PROGRAM, state=(b"abc", b""))))).gas
    stored = with_state.storage_gas - plain.storage_gas
    assert with_state.gas_used - plain.gas_used == stored + (8 + 3) + 8


def test_a_signature_with_a_large_s_is_refused() -> None:
    tx = paying(spend(KEY_HASH_PROGRAM))
    assert error_of(signed(tx)) is None
    assert error_of(signed(tx, add=ed25519_exact.ORDER)) is FalseResult


def test_the_least_fee() -> None:
    """Of one input to a key's hash: 1660 gas for 251 bytes."""

    def with_fee(fee: int) -> type[BytomError] | None:
        outputs = (TxOutput(BTM_ASSET_ID, AMOUNT - fee, ANYONE),)
        return error_of(signed(paying(spend(KEY_HASH_PROGRAM), outputs=outputs)))

    size = signed(paying(spend(KEY_HASH_PROGRAM))).serialized_size
    assert with_fee(200 * (1409 + size)) is None
    assert with_fee(200 * (1409 + size) - 1) is GasCreditExceeded
    assert with_fee(200 * 1409 - 1) is RunLimitExceeded


def test_a_transaction_without_btm_cannot_run_anything() -> None:
    only = SpendInput(bytes(32), OTHER_ASSET, 5, 0, 1, ANYONE)
    assert error_of(Transaction(1, 0, (only,), (TxOutput(OTHER_ASSET, 5, ANYONE),))) is RunLimitExceeded


def vote_output(vote: bytes = VOTE, amount: int = AMOUNT - FEE, program: bytes = ANYONE) -> TxOutput:
    return TxOutput(BTM_ASSET_ID, amount, program, vote)


@pytest.mark.parametrize(
    ("output", "error"),
    [
        (vote_output(), None),
        (vote_output(b""), BadVoteKey),
        (vote_output(b"\x05" * 65), BadVoteKey),
        (vote_output(amount=10**8 - 1), VoteTooSmall),
        (vote_output(amount=10**8), None),
        (vote_output(b"", 1, b"\x6a"), None),  # what is retired is no vote
    ],
)
def test_votes(output: TxOutput, error: type[BytomError] | None) -> None:
    assert error_of(paying(spend(), outputs=(output,))) is error


def test_a_vote_is_of_btm() -> None:
    other = SpendInput(b"\x09" * 32, OTHER_ASSET, AMOUNT, 0, 1, ANYONE)
    back = TxOutput(BTM_ASSET_ID, AMOUNT - FEE, ANYONE)
    assert (
        error_of(paying(spend(), other, outputs=(back, TxOutput(OTHER_ASSET, AMOUNT, ANYONE, VOTE))))
        is WrongVoteAsset
    )
    verdict = judged(paying(spend(), other, outputs=(back, TxOutput(OTHER_ASSET, AMOUNT, ANYONE, b""))))
    assert str(verdict.error) == "checking result 1: invalid public key of vote"


def test_inputs_differ() -> None:
    assert error_of(paying(spend(), spend())) is DoubleSpentInput
    assert error_of(paying(spend(), spend(number=2))) is None


def test_a_veto_of_a_bad_vote() -> None:
    veto = VetoInput(bytes(32), BTM_ASSET_ID, AMOUNT, 0, 1, ANYONE, VOTE)
    assert error_of(paying(veto)) is None
    assert error_of(paying(veto.replace(vote=VOTE[1:]))) is BadVoteKey


def test_no_results() -> None:
    assert error_of(Transaction(1, 0, (spend(),), ())) is EmptyResults
    assert validate_transaction(Transaction(2, 0, (spend(),), ()), BlockContext(0, 1), no_contracts).error is None


COINBASE = CoinbaseInput(b"\x00100")
PAID = (TxOutput(BTM_ASSET_ID, 5, ANYONE),)


def test_coinbases() -> None:
    assert error_of(paying(COINBASE, outputs=PAID), leads_block=True) is None
    assert error_of(paying(COINBASE, outputs=PAID)) is WrongCoinbaseTransaction
    assert error_of(paying(COINBASE, COINBASE, outputs=PAID), leads_block=True) is DoubleSpentInput
    two = paying(COINBASE, CoinbaseInput(b"other"), outputs=PAID)
    assert error_of(two, leads_block=True) is MissingField
    assert error_of(paying(spend(), COINBASE, outputs=PAID), leads_block=True) is MismatchedReference
    other = SpendInput(b"\x09" * 32, OTHER_ASSET, 5, 0, 1, ANYONE)
    both = (*PAID, TxOutput(OTHER_ASSET, 5, ANYONE))
    assert error_of(paying(spend(), other, COINBASE, outputs=both), leads_block=True) is MismatchedReference
    # No gas before the BTM of a later input is counted in, so the first runs.
    assert error_of(paying(other, spend(), COINBASE, outputs=both), leads_block=True) is WrongCoinbaseAsset


def test_a_coinbase_may_bring_further_inputs_along() -> None:
    verdict = judged(paying(COINBASE, spend(), outputs=PAID), leads_block=True)
    assert verdict.error is None
    assert verdict.gas.storage_gas == 0
    assert verdict.gas.btm_value == AMOUNT


def test_a_coinbase_of_too_much() -> None:
    most = TxOutput(BTM_ASSET_ID, (1 << 63) - 1, ANYONE)
    error = judged(paying(COINBASE, outputs=(most, most)), leads_block=True).error
    assert type(error) is AmountOverflow
    assert "amount 18446744073709551614 exceeds maximum value 2^63: " in str(error)


def test_contracts_are_looked_up_when_an_input_is_judged() -> None:
    contract = assemble("5 NUMEQUAL")
    call = call_program(contract_hash(contract))
    tx = paying(spend(call, b"\x06"))
    assert judged(tx).error is None  # nobody has registered it: anyone can spend
    assert type(judged(tx, {contract_hash(contract): contract}.get).error) is FalseResult


APPEND = assemble("SWAP CAT DROP TRUE")
"""Appends the first argument to the second, in place: over what follows them in the transaction."""


def test_an_append_reaches_state_data_of_a_later_input() -> None:
    later = spend(assemble("FROMALTSTACK 0x58595a EQUAL"), state=(b"abc",), number=2)
    raw = paying(spend(APPEND, b"placeholder", b"end"), later).raw
    between = raw.index(b"abc") - raw.index(b"end") - 3
    reach = raw[raw.index(b"end") + 3 :][:between] + b"XYZ"
    # The appended text lies before what it is written over, so its own length does not move the distance.
    first = spend(APPEND, reach, b"end")
    tx = Transaction.from_bytes(paying(first, later).raw)
    verdict = judged(tx)
    assert verdict.error is None
    assert not verdict.outgrows_its_bytes
    untouched = Transaction.from_bytes(paying(spend(ANYONE, reach, b"end"), later).raw)
    assert type(judged(untouched).error) is FalseResult


def test_an_issuance_whose_program_was_written_over() -> None:
    program = assemble("'program' DROP TRUE")
    issuance = IssuanceInput(b"n", compute_asset_id(program, 1, b"d"), 5, b"d", 1, program)

    def issued(first: SpendInput) -> Transaction:
        outputs = (TxOutput(BTM_ASSET_ID, AMOUNT - FEE, ANYONE), TxOutput(issuance.asset_id, 5, ANYONE))
        return Transaction.from_bytes(paying(first, issuance, outputs=outputs).raw)

    raw = issued(spend(APPEND, b"placeholder", b"end")).raw
    reach = raw[raw.index(b"end") + 3 : raw.index(b"program")] + b"P"
    assert error_of(issued(spend(APPEND, reach[:-1], b"end"))) is None
    assert error_of(issued(spend(APPEND, reach, b"end"))) is MismatchedAssetId


def test_a_true_that_was_written_over_is_no_longer_true() -> None:
    spoil = assemble("1 1 NUMEQUAL FALSE LEFT 0x00 CAT DROP TRUE")
    compare = assemble("1 1 NUMEQUAL")
    verdict = judged(Transaction.from_bytes(paying(spend(spoil), spend(compare, number=2)).raw))
    assert type(verdict.error) is FalseResult
    assert verdict.writes_over_true
    assert error_of(Transaction.from_bytes(paying(spend(compare), spend(spoil, number=2)).raw)) is None


def test_an_append_without_room_is_told() -> None:
    verdict = judged(Transaction.from_bytes(paying(spend(APPEND, bytes(300), b"end")).raw))
    assert verdict.error is None
    assert verdict.outgrows_its_bytes


@settings(derandomize=True, deadline=None)
@given(transactions)
def test_everything_is_found_where_it_lies(tx: Transaction) -> None:
    decoded = Transaction.from_bytes(tx.raw)
    memory = TransactionMemory(tx.raw, bytearray(tx.raw + b"behind"))
    moved = TransactionMemory(tx.raw, bytearray(b"before" + tx.raw), len(b"before"))
    for position, tx_input in enumerate(decoded.inputs):
        program: bytes = b""
        state: tuple[bytes, ...] = ()
        arguments: tuple[bytes, ...] = ()
        if isinstance(tx_input, IssuanceInput):
            program, arguments = tx_input.issuance_program, tx_input.arguments
        elif not isinstance(tx_input, CoinbaseInput):
            program, state, arguments = tx_input.control_program, tx_input.state_data, tx_input.arguments
        for where in (memory, moved):
            assert where.program(position) == program
            assert where.state_data(position) == state
            assert where.arguments(position) == arguments
        shared = memory.shared_with(position, runs_as_is=True)
        assert shared.code_span is not None
        assert tx.raw[slice(*shared.code_span)] == program
        assert tuple(tx.raw[slice(*span)] for span in shared.state_spans) == state
        assert memory.shared_with(position, runs_as_is=False).code_span is None
    for index, output in enumerate(decoded.outputs):
        assert memory.output_program(index) == moved.output_program(index) == output.control_program
        assert memory.output_state_data(index) == moved.output_state_data(index) == output.state_data


@settings(derandomize=True, deadline=None)
@given(transactions)
def test_any_transaction_is_judged(tx: Transaction) -> None:
    """A verdict, whatever it is; of a transaction that is decoded anew it is the same."""
    verdict = judged(tx, leads_block=True)
    again = judged(Transaction.from_bytes(tx.raw), leads_block=True)
    assert str(again.error) == str(verdict.error)
    assert verdict.error is not None or verdict.gas.gas_used >= verdict.gas.storage_gas
