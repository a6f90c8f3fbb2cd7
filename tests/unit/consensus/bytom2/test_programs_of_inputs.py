"""What programs of Bytom 2 learn about their transaction, and what they may write over. As 2.0.7 judged it."""

from __future__ import annotations

import pytest

from pybytomd.consensus.errors import AmountOverflow, CoinbaseArbitraryOversize
from pybytomd.crypto import ed25519
from pybytomd.errors import BytomError
from pybytomd.ledger.asset import compute_asset_id
from pybytomd.ledger.bytom2.inputs import SpendInput, TxOutput, VetoInput
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.ledger.constants import BTM_ASSET_ID, MAX_AMOUNT
from pybytomd.ledger.creation import CoinbaseInput, IssuanceInput
from pybytomd.vm.bytom2.text import assemble
from pybytomd.vm.errors import BadValue, FalseResult, UnsupportedVM, WrongContext
from tests.unit.consensus.bytom2.test_transaction import (
    AMOUNT,
    ANYONE,
    APPEND,
    FEE,
    KEY_HASH_PROGRAM,
    OTHER_ASSET,
    PRIVATE_KEY,
    PUBLIC_KEY,
    VOTE,
    error_of,
    paying,
    spend,
)

BTM, OTHER = f"0x{BTM_ASSET_ID.hex()}", f"0x{OTHER_ASSET.hex()}"
OUTPUTS = (
    TxOutput(BTM_ASSET_ID, 1000, ANYONE),
    TxOutput(BTM_ASSET_ID, 1000, ANYONE, None, (b"a", b"b")),
    TxOutput(BTM_ASSET_ID, 10**8, ANYONE, VOTE, (b"v",)),
    TxOutput(BTM_ASSET_ID, 1000, b"\x6a\x01x"),
    TxOutput(BTM_ASSET_ID, 1000, b"\x6a", VOTE, (b"s",)),
)
USED = "1 TOALTSTACK FROMALTSTACK DROP"
PUT = "'a' TOALTSTACK 'b' TOALTSTACK"


@pytest.mark.parametrize("before", ["", "1 2 CAT DROP"])
@pytest.mark.parametrize(
    ("description", "error"),
    [
        (f"0 1000 {BTM} 1 0x51", None),
        (f"{USED} 0 1000 {BTM} 1 0x51", FalseResult),
        (f"0 1001 {BTM} 1 0x51", FalseResult),
        (f"0 1000 {OTHER} 1 0x51", FalseResult),
        (f"0 1000 {BTM} 2 0x51", FalseResult),
        (f"0 1000 {BTM} 1 0x52", FalseResult),
        (f"1 1000 {BTM} 1 0x51", FalseResult),
        (f"{USED} 1 1000 {BTM} 1 0x51", FalseResult),
        (f"{PUT} 1 1000 {BTM} 1 0x51", None),
        (f"{PUT} 'c' TOALTSTACK 1 1000 {BTM} 1 0x51", FalseResult),
        (f"{PUT} 0 1000 {BTM} 1 0x51", FalseResult),
        (f"'v' TOALTSTACK 2 {10**8} {BTM} 1 0x51", None),
        (f"3 1000 {BTM} 0 0x51", FalseResult),
        (f"{USED} 3 1000 {BTM} 0 0x51", None),
        (f"{USED} 3 1000 {BTM} 0 FALSE", None),
        (f"{USED} 3 1000 {BTM} 1 0x6a0178", FalseResult),
        (f"{USED} 3 1001 {BTM} 0 0x51", FalseResult),
        (f"{PUT} 3 1000 {BTM} 0 0x51", FalseResult),
        (f"{USED} 4 1000 {BTM} 0 0x51", None),
        (f"5 1000 {BTM} 1 0x51", BadValue),
        (f"{2**64} 1000 {BTM} {2**64 + 1} 0x51", None),
    ],
)
def test_outputs_as_they_are_described(before: str, description: str, error: type[BytomError] | None) -> None:
    tx = paying(spend(assemble(f"{before} {description} CHECKOUTPUT")), outputs=OUTPUTS)
    assert error_of(Transaction.from_bytes(tx.raw)) is error


@pytest.mark.parametrize(("program", "error"), [("FALSE", None), ("0x51", FalseResult)])
def test_below_a_predicate_a_retirement_has_an_empty_program(program: str, error: type[BytomError] | None) -> None:
    inner = assemble(f"{USED} 3 1000 {BTM} 0 {program} CHECKOUTPUT").hex()
    tx = paying(spend(assemble(f"FALSE 0x{inner} FALSE CHECKPREDICATE")), outputs=OUTPUTS)
    assert error_of(tx) is error


LOOKING = {
    "ASSET": f"ASSET {BTM} EQUAL",
    "AMOUNT": f"AMOUNT {AMOUNT} NUMEQUAL",
    "INDEX": "INDEX 1 NUMEQUAL",
    "OUTPUTID": "OUTPUTID SIZE 32 NUMEQUAL",
    "ENTRYID": "ENTRYID SIZE 32 NUMEQUAL",
    "BLOCKHEIGHT": "BLOCKHEIGHT 100 NUMEQUAL",
    "TXSIGHASH": "TXSIGHASH TXSIGHASH EQUAL",
}


@pytest.mark.parametrize("name", LOOKING)
def test_a_veto_cannot_ask_what_it_takes_back(name: str) -> None:
    program = assemble(LOOKING[name])
    veto = VetoInput(b"\x09" * 32, BTM_ASSET_ID, AMOUNT, 0, 1, program, VOTE)
    assert error_of(paying(spend(), spend(program, number=2))) is None
    hidden = name in ("ASSET", "AMOUNT", "INDEX", "OUTPUTID")
    assert error_of(paying(spend(), veto)) is (WrongContext if hidden else None)


def issuance(program: bytes, vm_version: int = 1) -> IssuanceInput:
    return IssuanceInput(b"n", compute_asset_id(program, vm_version, b"d"), 5, b"d", vm_version, program)


@pytest.mark.parametrize(
    ("text", "error"),
    [("AMOUNT 5 NUMEQUAL", None), ("INDEX 1 NUMEQUAL", None), ("OUTPUTID", WrongContext), ("FROMALTSTACK", None)],
)
def test_what_an_issuance_may_ask(text: str, error: type[BytomError] | None) -> None:
    issued = issuance(assemble(text))
    outputs = (TxOutput(BTM_ASSET_ID, AMOUNT - FEE, ANYONE), TxOutput(issued.asset_id, 5, ANYONE))
    found = error_of(paying(spend(), issued, outputs=outputs))
    if text == "FROMALTSTACK":  # it has no state data, whatever an output carries
        assert found is not None
        assert found.__name__ == "AltStackUnderflow"
    else:
        assert found is error


def test_an_issuance_by_another_machine() -> None:
    issued = issuance(KEY_HASH_PROGRAM, 2)
    outputs = (TxOutput(BTM_ASSET_ID, AMOUNT - FEE, ANYONE), TxOutput(issued.asset_id, 5, ANYONE))
    tx = paying(spend(), issued, outputs=outputs)
    signature = ed25519.sign(PRIVATE_KEY, tx.signature_hash(1))
    signed = paying(spend(), issued.replace(arguments=(signature, PUBLIC_KEY)), outputs=outputs)
    assert error_of(signed) is UnsupportedVM


@pytest.mark.parametrize(
    ("first", "second", "paid", "error"),
    [
        (MAX_AMOUNT - 1, 1, MAX_AMOUNT - FEE, None),
        (MAX_AMOUNT, 1, MAX_AMOUNT - FEE, AmountOverflow),
        (MAX_AMOUNT, 0, MAX_AMOUNT - FEE, None),
    ],
)
def test_amounts_add_up_to_63_bits(first: int, second: int, paid: int, error: type[BytomError] | None) -> None:
    inputs = (spend().replace(amount=first), spend(number=2).replace(amount=second))
    assert error_of(paying(*inputs, outputs=(TxOutput(BTM_ASSET_ID, paid, ANYONE),))) is error


def test_amounts_may_fall_to_the_least_number_of_64_bits() -> None:
    other = SpendInput(b"\x09" * 32, OTHER_ASSET, 0, 0, 1, ANYONE)
    most = TxOutput(OTHER_ASSET, MAX_AMOUNT, ANYONE)
    back = TxOutput(BTM_ASSET_ID, AMOUNT - FEE, ANYONE)

    def told(*more: TxOutput) -> str:
        error = error_of(paying(spend(), other, outputs=(back, most, *more)))
        assert error is not None
        return error.__name__

    assert told(TxOutput(OTHER_ASSET, 1, ANYONE)) == "Unbalanced"
    assert told(TxOutput(OTHER_ASSET, 2, ANYONE)) == "AmountOverflow"


@pytest.mark.parametrize(("size", "error"), [(128, None), (129, CoinbaseArbitraryOversize)])
def test_free_data_of_a_coinbase(size: int, error: type[BytomError] | None) -> None:
    tx = paying(CoinbaseInput(bytes(size)), outputs=(TxOutput(BTM_ASSET_ID, 5, ANYONE),))
    assert error_of(tx, leads_block=True) is error


def test_a_program_that_runs_as_it_is_has_its_state_data_behind_it() -> None:
    """PROGRAM gives the memory of the program itself, so an append to it goes on into what follows."""
    program = assemble("PROGRAM 0x010358595a CAT DROP FROMALTSTACK 0x58595a EQUAL")
    tx = Transaction.from_bytes(paying(spend(program, state=(b"abc",))).raw)
    assert error_of(tx) is None


@pytest.mark.parametrize(
    ("old", "new", "code", "state"),
    [(b"state", b"STATE", "0x5161", "STATE"), (b"\x51\x61", b"\x51\x62", "0x5162", "state")],
)
def test_an_output_that_was_written_over_is_described_as_it_is_then(
    old: bytes, new: bytes, code: str, state: str
) -> None:
    output = TxOutput(BTM_ASSET_ID, 2 * AMOUNT - FEE, b"\x51\x61", None, (b"state",))
    look = assemble(f"'{state}' TOALTSTACK FALSE {output.amount} {BTM} 1 {code} CHECKOUTPUT")

    def appending(text: bytes) -> Transaction:
        tx = paying(spend(APPEND, text, b"end"), spend(look, number=2), outputs=(output,))
        return Transaction.from_bytes(tx.raw)

    raw = appending(b"nothing").raw
    assert error_of(appending(b"nothing")) is FalseResult
    assert error_of(appending(raw[raw.index(b"end") + 3 : raw.rindex(old)] + new)) is None


def test_a_key_s_program_is_run_by_the_machine_once_true_was_written_over() -> None:
    spoil = assemble("1 1 NUMEQUAL FALSE LEFT 0x00 CAT DROP TRUE")
    for first, error in ((ANYONE, None), (spoil, FalseResult)):
        inputs = spend(first), spend(KEY_HASH_PROGRAM, number=2)
        signature = ed25519.sign(PRIVATE_KEY, paying(*inputs).signature_hash(1))
        tx = paying(inputs[0], inputs[1].replace(arguments=(signature, PUBLIC_KEY)))
        assert error_of(Transaction.from_bytes(tx.raw)) is error
