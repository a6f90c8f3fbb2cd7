"""Rules that no recorded case breaks."""

from __future__ import annotations

import pytest

from pybytomd.consensus.block import check_transactions
from pybytomd.consensus.errors import (
    AmountOverflow,
    BadBlock,
    BadWorkProof,
    MismatchedPosition,
    MismatchedReference,
    MissingField,
    OverBlockGasLimit,
    Unbalanced,
    WrongCoinbaseTransaction,
)
from pybytomd.consensus.gas import GasState
from pybytomd.consensus.header import ParentBlock, check_proof_of_work, validate_header
from pybytomd.consensus.transaction import TransactionVerdict, Validation, _last_equal, validate_transaction
from pybytomd.consensus.transactions.block_context import BlockContext
from pybytomd.errors import ValidationError
from pybytomd.ledger.asset import compute_asset_id
from pybytomd.ledger.block import BlockHeader
from pybytomd.ledger.constants import BTM_ASSET_ID, MAX_AMOUNT, MAX_BLOCK_GAS
from pybytomd.ledger.inputs import CoinbaseInput, IssuanceInput, TxOutput, UnknownInput
from pybytomd.ledger.transaction import Transaction
from pybytomd.vm.errors import BadValue, FalseResult, ProgramError, UnsupportedVM
from pybytomd.vm.programs.assembler import assemble
from tests.unit.consensus.payments import AMOUNT, FEE, PROGRAM, payment, spend_of

CONTEXT = BlockContext(1, 100)


def test_the_gas_of_a_block_is_limited() -> None:
    valid = TransactionVerdict(GasState(btm_value=3, gas_used=MAX_BLOCK_GAS // 2, gas_valid=True))
    assert check_transactions([valid, valid]) == 6
    with pytest.raises(OverBlockGasLimit):
        check_transactions([valid, valid, TransactionVerdict(GasState(gas_used=1, gas_valid=True))])


def test_a_verdict_without_a_reason_is_refused_too() -> None:
    with pytest.raises(BadBlock, match="validate of transaction 0 of 1: invalid block"):
        check_transactions([TransactionVerdict(GasState())])


def test_the_proof_of_work_is_asked_for_last() -> None:
    check_proof_of_work(True)
    with pytest.raises(BadWorkProof):
        check_proof_of_work(False)
    parent = ParentBlock(1, 4, bytes(32), next_bits=7, median_time=10)
    header = BlockHeader(1, 5, bytes(32), 11, bytes(32), bytes(32), 0, 7)
    validate_header(header, parent, 11, None)  # it is checked elsewhere
    validate_header(header, parent, 11, lambda: True)
    with pytest.raises(BadWorkProof):
        validate_header(header, parent, 11, lambda: False)


def test_without_outputs_a_newer_version_is_let_be() -> None:
    """The reference looks at nothing then. Its own pool and blocks refuse the version before."""
    tx = Transaction(2, 0, (spend_of(1),), ())
    verdict = validate_transaction(tx, BlockContext(0, 100))
    assert verdict.error is None
    assert not verdict.gas.gas_valid


def test_two_different_coinbase_inputs() -> None:
    """The reference crashes on them."""
    output = TxOutput(BTM_ASSET_ID, 5, PROGRAM)
    tx = Transaction(1, 0, (CoinbaseInput(b"one"), CoinbaseInput(b"two")), (output,))
    verdict = validate_transaction(tx, CONTEXT, leads_block=True)
    assert isinstance(verdict.error, MissingField)


def test_the_second_of_two_coinbase_inputs_is_to_blame() -> None:
    output = TxOutput(BTM_ASSET_ID, 5, PROGRAM)
    twice = Transaction(1, 0, (CoinbaseInput(b"one"), CoinbaseInput(b"one")), (output, output))
    verdict = validate_transaction(twice, CONTEXT, leads_block=True)
    assert isinstance(verdict.error, MismatchedPosition)
    assert "value source position 0 disagrees with 1" in str(verdict.error)


def test_a_coinbase_input_is_the_first() -> None:
    outputs = (TxOutput(BTM_ASSET_ID, AMOUNT, PROGRAM), TxOutput(BTM_ASSET_ID, AMOUNT - FEE, PROGRAM))
    tx = Transaction(1, 0, (spend_of(1, program=b"\x51"), CoinbaseInput(b"one")), outputs)
    verdict = validate_transaction(tx, CONTEXT, leads_block=True)
    assert isinstance(verdict.error, MismatchedReference)


def test_an_output_of_an_unknown_asset_version_has_no_value() -> None:
    outputs = (TxOutput(BTM_ASSET_ID, 5, PROGRAM), TxOutput(None, 0, b"", asset_version=2))
    tx = Transaction(1, 0, (spend_of(1),), outputs)
    assert isinstance(validate_transaction(tx, CONTEXT).error, MissingField)


@pytest.mark.parametrize(("more", "error"), [(1, Unbalanced), (2, AmountOverflow)])
def test_the_least_balance_is_that_of_64_bits(more: int, error: type[ValidationError]) -> None:
    asset_id = b"\x07" * 32
    outputs = (
        TxOutput(asset_id, MAX_AMOUNT, PROGRAM),
        TxOutput(asset_id, more, PROGRAM),
        TxOutput(BTM_ASSET_ID, AMOUNT - FEE, PROGRAM),
    )
    tx = Transaction(1, 0, (spend_of(1, asset_id=asset_id, amount=0), spend_of(2)), outputs)
    assert isinstance(validate_transaction(tx, CONTEXT).error, error)


@pytest.mark.parametrize(("vm_version", "error"), [(1, None), (2, UnsupportedVM)])
def test_a_key_hash_of_an_unknown_vm_version_issues_nothing(
    vm_version: int, error: type[ProgramError] | None
) -> None:
    """Not by the shortcut either."""
    asset_id = compute_asset_id(PROGRAM, vm_version, b"{}")
    issued = IssuanceInput(b"nonce", asset_id, 5, b"{}", vm_version, PROGRAM)
    outputs = (TxOutput(BTM_ASSET_ID, AMOUNT - FEE, PROGRAM), TxOutput(asset_id, 5, PROGRAM))
    tx = Transaction(1, 0, (issued, spend_of(1, program=b"\x51")), outputs)
    issued.arguments = payment_arguments(tx)
    verdict = validate_transaction(Transaction.from_bytes(Transaction(1, 0, tx.inputs, outputs).raw), CONTEXT)
    assert verdict.gas.gas_valid
    assert (None if verdict.error is None else type(verdict.error)) is error


@pytest.mark.parametrize(
    ("version", "looks_at", "vm_version", "program", "result"),
    [
        (1, 1, 0, "0", None),
        (1, 1, 0, "0x51", None),
        (1, 1, 1, "0", FalseResult),
        (2, 1, 0, "0", None),
        (2, 1, 0, "0x51", FalseResult),
        (2, 1, 1, "0", FalseResult),
        (1, 2, 0, "0", BadValue),
        (1, 3, 0, "0", BadValue),
    ],
)
def test_how_a_program_describes_a_retirement(
    version: int, looks_at: int, vm_version: int, program: str, result: type[ProgramError] | None
) -> None:
    """Where expansion opcodes are reserved, as in version 1, any program does. Beyond the last output is none."""
    asset_id = b"\x07" * 32
    looks = assemble(f"{looks_at} 5 0x{asset_id.hex()} {vm_version} {program} CHECKOUTPUT")
    outputs = (TxOutput(BTM_ASSET_ID, AMOUNT - FEE, PROGRAM), TxOutput(asset_id, 5, b"\x6a"))
    inputs = (spend_of(1, program=b"\x51"), spend_of(2, asset_id=asset_id, amount=5, program=looks))
    verdict = validate_transaction(Transaction(version, 0, inputs, outputs), BlockContext(0, 100))
    assert verdict.gas.gas_valid
    assert (None if verdict.error is None else type(verdict.error)) is result


def test_unknown_versions_have_nothing_to_check() -> None:
    tx = Transaction(1, 0, (UnknownInput(5),), (TxOutput(BTM_ASSET_ID, 5, PROGRAM),))
    assert isinstance(validate_transaction(tx, CONTEXT).error, MissingField)


APPEND = assemble("CAT DROP DROP TRUE")
"""Appends to the second argument, in place if there is room."""


def issuance(program: bytes, arguments: tuple[bytes, ...]) -> IssuanceInput:
    asset_id = compute_asset_id(program, 1, b"{}")
    return IssuanceInput(b"nonce", asset_id, 5, b"{}", 1, program, arguments)


def test_programs_that_append_run_in_the_bytes_of_the_transaction() -> None:
    """One input writes over an argument of the next; spends, issuances and all kinds of output lie around."""
    asset_program = assemble("TRUE")
    first = issuance(APPEND, (b"kept", b"ab", b"cd"))
    second = issuance(asset_program, (b"argument",))
    pays = spend_of(1)
    tx = Transaction(
        1,
        0,
        (pays, first, second),
        (
            TxOutput(BTM_ASSET_ID, AMOUNT - FEE, PROGRAM),
            TxOutput(first.asset_id, 5, PROGRAM),
            TxOutput(second.asset_id, 5, PROGRAM),
        ),
    )
    pays.arguments = payment_arguments(tx)
    tx = Transaction.from_bytes(Transaction(1, 0, tx.inputs, tx.outputs).raw)
    verdict = validate_transaction(tx, CONTEXT)
    assert verdict.error is None
    assert verdict.gas.gas_valid


def payment_arguments(tx: Transaction) -> tuple[bytes, ...]:
    from pybytomd.crypto import ed25519
    from tests.unit.consensus.payments import PRIVATE_KEY

    return ed25519.sign(PRIVATE_KEY, tx.signature_hash(0)), PRIVATE_KEY[32:]


def test_a_program_may_look_at_outputs_after_one_has_appended() -> None:
    looks = assemble(f"CAT DROP 0 5 0x{'07' * 32} 1 0x51 CHECKOUTPUT")
    tx = Transaction(1, 0, (issuance(looks, (b"ab", b"cd")),), (TxOutput(b"\x07" * 32, 5, b"\x51"),))
    validation = Validation(tx, CONTEXT, leads_block=False, memory=None)
    validation.gas.gas_left = 100_000
    validation._locate_inputs()
    (entry,) = tx.ids.source_ids
    validation._check_input(entry)
    assert validation._memory is not None


def test_a_payment_is_valid() -> None:
    verdict = validate_transaction(payment(1), CONTEXT)
    assert verdict.error is None
    assert (verdict.gas.btm_value, verdict.gas.gas_valid) == (FEE, True)
    assert not (verdict.writes_over_itself or verdict.writes_over_true or verdict.outgrows_its_bytes)


def test_a_transaction_does_not_lead_a_block_unless_that_is_said() -> None:
    coinbase = Transaction(1, 0, (CoinbaseInput(b"one"),), (TxOutput(BTM_ASSET_ID, 5, PROGRAM),))
    assert isinstance(validate_transaction(coinbase, CONTEXT).error, WrongCoinbaseTransaction)
    assert validate_transaction(coinbase, CONTEXT, leads_block=True).error is None


def test_equal_inputs_are_all_the_last_of_them() -> None:
    tx = Transaction(1, 0, tuple(map(spend_of, (1, 2, 1, 3, 2))), (TxOutput(BTM_ASSET_ID, 5, PROGRAM),))
    assert [_last_equal(tx, position) for position in range(5)] == [2, 4, 2, 3, 4]
