"""Where programs and arguments lie in memory, and what programs that write over them bring about."""

from __future__ import annotations

from hypothesis import given, settings

from pybytomd.consensus.batch import Verifier
from pybytomd.consensus.errors import MismatchedAssetId, NotStandardTransaction, WrongCoinbaseTransaction
from pybytomd.consensus.transaction import TransactionVerdict, validate_transaction
from pybytomd.consensus.transaction_memory import TransactionMemory
from pybytomd.consensus.transactions.block_context import BlockContext
from pybytomd.crypto import ed25519
from pybytomd.crypto.hashes import sha3_256
from pybytomd.ledger.asset import compute_asset_id
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.ledger.inputs import CoinbaseInput, IssuanceInput, SpendInput, TxInput, TxOutput
from pybytomd.ledger.transaction import Transaction
from pybytomd.vm.errors import FalseResult
from pybytomd.vm.programs.assembler import assemble
from pybytomd.vm.programs.builders import p2wsh_program
from tests.property.transactions import transactions
from tests.unit.consensus.appends import APPEND, APPENDED_TO, behind_the_append, rewrite
from tests.unit.consensus.payments import AMOUNT, FEE, PRIVATE_KEY, PROGRAM, payment, spend_of

CONTEXT = BlockContext(1, 200_000)


@settings(derandomize=True, deadline=None)
@given(transactions)
def test_everything_is_found_where_it_lies(tx: Transaction) -> None:
    decoded = Transaction.from_bytes(tx.raw)
    memory = TransactionMemory(tx.raw, bytearray(tx.raw + b"behind"))
    moved = TransactionMemory(tx.raw, bytearray(b"before" + tx.raw), len(b"before"))
    for position, tx_input in enumerate(decoded.inputs):
        program = b""
        if isinstance(tx_input, SpendInput):
            program = tx_input.control_program
        elif isinstance(tx_input, IssuanceInput):
            program = tx_input.issuance_program
        assert memory.program(position) == program
        assert moved.program(position) == program
        assert memory.arguments(position) == moved.arguments(position) == tx_input.arguments
        assert memory.shared_with(position, runs_as_is=False).code_span is None
        span = memory.shared_with(position, runs_as_is=True).code_span
        assert span is not None
        assert tx.raw[slice(*span)] == program
    for index, output in enumerate(decoded.outputs):
        assert memory.output_program(index) == moved.output_program(index) == output.control_program


def spend_by(script: bytes, *arguments: bytes, number: int = 1) -> SpendInput:
    """A BTM input that runs a script."""
    spend = spend_of(number, program=p2wsh_program(sha3_256(script)))
    spend.arguments = (*arguments, script)
    return spend


def transaction(*inputs: TxInput) -> Transaction:
    """Pays out what comes in, of BTM less a fee."""
    outputs = [
        TxOutput(tx_input.asset_id, tx_input.amount - (FEE if tx_input.asset_id == BTM_ASSET_ID else 0), b"\x51")
        for tx_input in inputs
        if isinstance(tx_input, SpendInput | IssuanceInput)
    ]
    return Transaction(1, 0, inputs, tuple(outputs))


def overwriting(behind: bytes, *others: TxInput) -> Transaction:
    """A transaction that writes ``behind`` over the bytes after its script's second argument."""
    return transaction(spend_by(APPEND, behind, APPENDED_TO), *others)


def rewritten(size: int, old: bytes, new: bytes, *others: TxInput, after: bytes = b"") -> Transaction:
    """Write everything behind the append as it is, but for one change."""
    return rewrite(lambda behind: overwriting(behind, *others), size, old, new, after=after)


def issuance(program: bytes) -> IssuanceInput:
    return IssuanceInput(b"nonce", compute_asset_id(program, 1, b"{}"), 7, b"{}", 1, program)


def judged(tx: Transaction) -> TransactionVerdict:
    return validate_transaction(Transaction.from_bytes(tx.raw), CONTEXT)


ISSUED, FORGED = assemble("3 4 ADD 7 NUMEQUAL"), assemble("2 5 ADD 7 NUMEQUAL")


def test_an_issuance_program_that_was_written_over_is_not_run() -> None:
    """It gives another asset id. The transaction is failed, not refused, and the program used no gas."""
    size = len(behind_the_append(overwriting(b"", issuance(ISSUED))))
    verdict = judged(rewritten(size, ISSUED, FORGED, issuance(ISSUED)))
    assert isinstance(verdict.error, MismatchedAssetId)
    assert verdict.gas.gas_valid
    kept = judged(rewritten(size, ISSUED, ISSUED, issuance(ISSUED)))
    assert kept.error is None
    assert kept.gas.gas_used > verdict.gas.gas_used
    text = (
        f"asset ID is {compute_asset_id(FORGED, 1, b'{}').hex()}, issuance wants {issuance(ISSUED).asset_id.hex()}"
    )
    assert text in str(verdict.error)


def test_an_append_reaches_to_the_end_of_a_transaction_alone_and_of_the_block_in_one() -> None:
    victim = payment(2)
    signature = victim.inputs[0].arguments[0]
    size = len(behind_the_append(overwriting(b""))) + len(victim.raw)
    writer = rewritten(size, signature, bytes(64), after=victim.raw)
    assert judged(writer).error is None
    assert judged(writer).outgrows_its_bytes
    verifier = Verifier()
    assert verifier.verify(victim, CONTEXT).error is None
    first, second = verifier.verify_block([writer, victim], CONTEXT)
    assert first.error is None
    assert isinstance(second.error, FalseResult)  # not what is remembered of it
    assert not second.gas.gas_valid
    second, first = verifier.verify_block([victim, writer], CONTEXT)
    assert first.error is second.error is None
    assert verifier.verify(victim, CONTEXT).error is None


def test_what_an_append_leaves_in_place_is_judged_as_it_was() -> None:
    victim = payment(2)
    size = len(behind_the_append(overwriting(b""))) + 100
    writer = rewritten(size, victim.raw[:9], victim.raw[:9], after=victim.raw)
    verdicts = Verifier().verify_block([writer, victim], CONTEXT)
    assert [verdict.error for verdict in verdicts] == [None, None]


def test_a_program_written_over_in_a_block_may_be_no_standard_one() -> None:
    victim = transaction(spend_by(assemble("TRUE"), number=2))
    program = victim.inputs[0].control_program  # type: ignore[union-attr]
    size = len(behind_the_append(overwriting(b""))) + len(victim.raw)
    writer = rewritten(size, program, b"\x99" * len(program), after=victim.raw)
    _, verdict = Verifier().verify_block([writer, victim], CONTEXT)
    assert isinstance(verdict.error, NotStandardTransaction)


def test_an_output_written_over_in_a_block_may_pay_to_no_standard_program() -> None:
    victim = Transaction(
        1, 0, (spend_by(assemble("TRUE"), number=2),), (TxOutput(BTM_ASSET_ID, AMOUNT - FEE, PROGRAM),)
    )
    size = len(behind_the_append(overwriting(b""))) + len(victim.raw)
    for written, expected in ((b"\x99" * len(PROGRAM), NotStandardTransaction), (PROGRAM, type(None))):
        writer = rewritten(size, PROGRAM, written, after=victim.raw)
        _, verdict = Verifier().verify_block([writer, victim], CONTEXT)
        assert isinstance(verdict.error, expected)


def test_a_coinbase_written_over_is_still_not_the_first_of_its_block() -> None:
    coinbase = Transaction(1, 0, (CoinbaseInput(b"arbitrary"),), (TxOutput(BTM_ASSET_ID, AMOUNT, PROGRAM),))
    size = len(behind_the_append(overwriting(b""))) + len(coinbase.raw)
    writer = rewritten(size, b"arbitrary", b"Arbitrary", after=coinbase.raw)
    _, verdict = Verifier().verify_block([writer, coinbase], CONTEXT)
    assert isinstance(verdict.error, WrongCoinbaseTransaction)


def test_a_first_transaction_that_outgrows_its_bytes_is_still_the_first() -> None:
    """It may have a coinbase input beside the one that appends."""

    def leading(behind: bytes) -> Transaction:
        inputs = (CoinbaseInput(b"arbitrary"), spend_by(APPEND, behind, b"A"))
        outputs = (TxOutput(BTM_ASSET_ID, AMOUNT, PROGRAM), TxOutput(BTM_ASSET_ID, AMOUNT - FEE, PROGRAM))
        return Transaction(1, 0, inputs, outputs)

    follower = payment(2)
    size = len(behind_the_append(leading(b""))) + 20
    first = leading((behind_the_append(leading(bytes(size))) + follower.raw)[:size])
    assert validate_transaction(Transaction.from_bytes(first.raw), CONTEXT, leads_block=True).outgrows_its_bytes
    verdicts = Verifier().verify_block([first, follower], CONTEXT)
    assert [verdict.error for verdict in verdicts] == [None, None]


def test_a_program_sees_an_output_as_it_was_written_over() -> None:
    asset_id = b"\x07" * 32
    for seen, expected in ((b"\x52", type(None)), (b"\x51", FalseResult)):
        looks = assemble(f"1 {AMOUNT} 0x{asset_id.hex()} 1 0x{seen.hex()} CHECKOUTPUT")
        looker = spend_of(2, asset_id=asset_id, program=looks)
        described = TxOutput(asset_id, AMOUNT, b"\x51").to_bytes()
        changed = TxOutput(asset_id, AMOUNT, b"\x52").to_bytes()
        size = len(behind_the_append(overwriting(b"", looker)))
        verdict = judged(rewritten(size, described, changed, looker))
        assert isinstance(verdict.error, expected)
        assert verdict.gas.gas_valid


SPOIL = assemble("1 1 EQUAL 0 LEFT 'x' CAT DROP")
COMPARE = assemble("1 1 EQUAL 1 EQUAL")


def test_true_is_one_byte_for_all_programs_of_a_transaction() -> None:
    assert judged(transaction(spend_by(COMPARE))).error is None
    assert isinstance(judged(transaction(spend_by(SPOIL + COMPARE))).error, FalseResult)
    later = spend_of(2, asset_id=b"\x07" * 32, program=COMPARE)
    for spoiler, expected in ((spend_by(SPOIL + b"\x51"), FalseResult), (spend_by(b"\x51"), type(None))):
        verdict = judged(transaction(spoiler, later))
        assert isinstance(verdict.error, expected)
        assert verdict.gas.gas_valid


def test_a_signature_is_no_longer_true_when_true_is_zero() -> None:
    """The shortcut for payments to a key hash is not taken then."""
    for first, accepted in (("1 1 EQUAL 0 LEFT 0x00 CAT DROP TRUE", False), ("TRUE", True)):
        spoiler = spend_of(1, asset_id=b"\x06" * 32, program=assemble(first))
        tx = transaction(spend_by(b"\x51"), spoiler, spend_of(2, asset_id=b"\x07" * 32))
        signature = ed25519.sign(PRIVATE_KEY, tx.signature_hash(2))
        tx.inputs[2].arguments = (signature, PRIVATE_KEY[32:])  # type: ignore[misc]
        verdict = judged(Transaction(1, 0, tx.inputs, tx.outputs))
        assert verdict.gas.gas_valid
        assert verdict.failed is not accepted


def test_each_transaction_begins_with_a_whole_true() -> None:
    spoiler = transaction(spend_by(SPOIL + b"\x51"))
    verdicts = Verifier().verify_block([spoiler, transaction(spend_by(COMPARE, number=2))], CONTEXT)
    assert [verdict.error for verdict in verdicts] == [None, None]
