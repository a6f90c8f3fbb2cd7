"""The machine in the dialect of Bytom 2, where it is another than that of 1.x."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pybytomd.vm.bytom2.context import Context
from pybytomd.vm.bytom2.errors import UnexpectedFailure
from pybytomd.vm.bytom2.frame import UNUSED
from pybytomd.vm.bytom2.numbers import MAX_NUMBER, decode_number, encode_number
from pybytomd.vm.bytom2.ops import TABLE
from pybytomd.vm.bytom2.text import assemble, disassemble, listing
from pybytomd.vm.bytom2.verification import run, verify
from pybytomd.vm.errors import (
    BadToken,
    BadValue,
    DataStackUnderflow,
    NumberOutOfRange,
    ProgramError,
    RunLimitExceeded,
    UnsupportedVM,
    WrongContext,
)
from pybytomd.vm.ops import TABLE as TABLE_OF_1

GAS = 100_000


def context(text: str, *state: bytes, arguments: tuple[bytes, ...] = (), tx_version: int = 2) -> Context:
    return Context(assemble(text), arguments, tx_version=tx_version, state_data=state)


def stack_after(text: str, *state: bytes, arguments: tuple[bytes, ...] = ()) -> list[bytes]:
    frame, failure = run(context(f"{text} TRUE", *state, arguments=arguments), GAS)
    assert failure is None
    return [frame.bytes_of(item) for item in frame.stack][:-1]


def failure_of(text: str, *state: bytes, gas: int = GAS, arguments: tuple[bytes, ...] = ()) -> ProgramError:
    _, failure = run(context(text, *state, arguments=arguments), gas)
    assert failure is not None
    return failure


def number(value: int) -> str:
    return f"0x{encode_number(value).hex()}" if value else "FALSE"


@pytest.mark.parametrize(
    ("text", "result"),
    [
        (f"{2**200} {2**54} MUL", 2**254),
        (f"{MAX_NUMBER} 1SUB", MAX_NUMBER - 1),
        (f"{MAX_NUMBER - 1} 1ADD", MAX_NUMBER),
        (f"{2**254} {2**254} MIN", 2**254),
        (f"{2**254} 1 MAX", 2**254),
        (f"{2**100} 7 MOD", 2**100 % 7),
        (f"{2**100} 7 DIV", 2**100 // 7),
        (f"{2**254} 2 LSHIFT", 0),
        (f"{3 * 2**253} 3 LSHIFT", 0),
        ("1 254 LSHIFT", 2**254),
        ("5 256 LSHIFT", 0),
        (f"5 {MAX_NUMBER} LSHIFT", 0),
        (f"{MAX_NUMBER} 254 RSHIFT", 1),
        (f"{MAX_NUMBER} {2**64} RSHIFT", 0),
        ("3 3 SUB", 0),
    ],
)
def test_reckoning(text: str, result: int) -> None:
    assert stack_after(text) == [encode_number(result)]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (f"{MAX_NUMBER} 1ADD", NumberOutOfRange),
        ("FALSE 1SUB", NumberOutOfRange),
        ("1 2 SUB", NumberOutOfRange),
        (f"{2**254} 2MUL", NumberOutOfRange),
        (f"{2**128} {2**127} MUL", NumberOutOfRange),
        (f"{2**254} {2**254} ADD", NumberOutOfRange),
        (f"{3 * 2**253} 1 LSHIFT", NumberOutOfRange),
        ("1 255 LSHIFT", NumberOutOfRange),
        (f"0x{'00' * 33} 1ADD", BadValue),
        (f"0x{'00' * 31}80 1ADD", NumberOutOfRange),
        (f"1 {2**63} LEFT", BadValue),
        (f"1 {2**63 - 1} LEFT", RunLimitExceeded),
        (f"'ab' {2**63} 1 SUBSTR", BadValue),
        (f"FALSE 0x51 {2**63} CHECKPREDICATE", BadValue),
        (f"{2**63} 0x51 FALSE CHECKPREDICATE", BadValue),
        ("2 0x51 FALSE CHECKPREDICATE", DataStackUnderflow),
        (f"{2**53} CHECKMULTISIG", BadValue),
        (f"{2**63} CHECKMULTISIG", BadValue),
        (f"1 {2**63 - 1} PICK", BadValue),
        (f"1 {2**63 - 1} ROLL", BadValue),
        (f"1 {2**63} ROLL", BadValue),
        (f"1 {2**64 - 1} ROLL", BadValue),
        ("1 1 PICK", DataStackUnderflow),
        ("1 1 ROLL", DataStackUnderflow),
        ("FALSE FALSE FALSE FALSE FALSE CHECKOUTPUT", WrongContext),
        (f"FALSE {2**64} FALSE FALSE FALSE CHECKOUTPUT", BadValue),
    ],
)
def test_failures(text: str, error: type[ProgramError]) -> None:
    assert type(failure_of(text)) is error
    assert type(failure_of(f"{text} 1 2 CAT DROP")) is error
    assert type(failure_of(f"1 2 CAT DROP {text}")) is error  # on a frame whose items are views


def test_of_a_depth_only_the_low_half_counts() -> None:
    assert stack_after(f"3 4 {2**64} PICK") == [b"\x03", b"\x04", b"\x04"]
    assert stack_after(f"3 4 {2**64 + 1} ROLL") == [b"\x04", b"\x03"]


@pytest.mark.parametrize(
    ("depth", "told"),
    [
        (2**64 - 1, "index out of range [1] with length 1"),
        (2**64 - 3, "index out of range [3] with length 1"),
        (2**63, "index out of range [-9223372036854775808]"),
    ],
)
def test_a_depth_above_the_stack_ends_the_whole_run(depth: int, told: str) -> None:
    """A panic of the reference is no failure that CHECKPREDICATE turns into a false."""
    above = f"1 {number(depth)} PICK"
    for text in (above, f"1 2 CAT DROP {above}"):
        error = failure_of(text)
        assert str(error) == f"runtime error: {told}: unexpected error"
        assert error.gas_left == 0
    inner = assemble(above).hex()
    assert isinstance(failure_of(f"FALSE 0x{inner} FALSE CHECKPREDICATE"), UnexpectedFailure)
    aliased = f"1 2 CAT DROP FALSE 0x{inner} FALSE CHECKPREDICATE"
    assert isinstance(failure_of(aliased), UnexpectedFailure)


def test_a_depth_above_an_empty_stack() -> None:
    error = failure_of(f"{number(2**63)} PICK")
    assert str(error) == f"runtime error: index out of range [{2**63 - 1}] with length 0: unexpected error"


def test_no_opcode_has_a_sign() -> None:
    assert [TABLE.names[n] for n in (0x4F, 0x8F, 0x90)] == ["NOPx4f", "NOPx8f", "NOPx90"]
    assert [TABLE_OF_1.names[n] for n in (0x4F, 0x8F, 0x90)] == ["1NEGATE", "NEGATE", "ABS"]
    with pytest.raises(BadToken):
        assemble("NEGATE")
    assert verify(Context(b"\x51\x8f", tx_version=2), 100) == 100 - 10 - 1
    _, failure = run(Context(b"\x51\x8f", tx_version=1), 100)
    assert failure is not None
    assert failure.root == "disallowed opcode"


def test_numbers_in_text() -> None:
    assert assemble("017") == b"\x01\x11"
    assert assemble("00") == b"\x00"
    assert assemble("-1") == b"\x20" + b"\xff" * 32
    assert assemble(str(2**256 - 1)) == b"\x20" + b"\xff" * 32
    for text in (str(2**256), f"-{2**256}", "1e3", "1_0"):
        with pytest.raises(BadToken):
            assemble(text)
    assert disassemble(b"\x8f\x51") == "NOPx8f 0x01"
    assert listing(b"\x8f\x51") == "NOPx8f \n1 01\n"


@pytest.mark.parametrize("before", ["", "1 2 CAT DROP"])
def test_a_child_may_run_what_is_reserved(before: str) -> None:
    begun = context(f"{before} FALSE 0x8f51 FALSE CHECKPREDICATE", tx_version=1)
    assert verify(begun, GAS) > 0


def test_state_data_is_on_the_alt_stack() -> None:
    assert stack_after("FROMALTSTACK FROMALTSTACK", b"one", b"two") == [b"two", b"one"]
    left = verify(context("TRUE", b"one", b""), GAS)
    assert left == verify(context("TRUE"), GAS) - (8 + 3) - 8
    error = failure_of("TRUE", b"one", b"two", gas=8 + 3 + 8)
    assert isinstance(error, RunLimitExceeded)
    assert str(error) == "pushing initial statedata 1: run limit exceeded"
    assert error.gas_left == 0


def test_a_child_begins_without_state_data() -> None:
    inner = assemble("FROMALTSTACK").hex()
    assert stack_after(f"FALSE 0x{inner} FALSE CHECKPREDICATE", b"one") == [b""]


def test_no_items_means_all_of_them() -> None:
    inner = assemble("ADD 5 NUMEQUAL").hex()
    assert stack_after(f"2 3 FALSE 0x{inner} FALSE CHECKPREDICATE") == [b"\x01"]


def seen_by(text: str, *state: bytes) -> Sequence[bytes] | None:
    """What CHECKOUTPUT tells of the alt stack."""
    seen: list[Sequence[bytes] | None] = []

    def check(
        index: int,
        amount: int,
        _asset: bytes,
        version: int,
        _code: bytes,
        told: Sequence[bytes] | None,
        _expansion: bool,
    ) -> bool:
        assert (index, amount, version) == (1, 2**64 - 1, 3)
        seen.append(told)
        return True

    begun = context(f"{text} {2**64 + 1} {2**64 - 1} 'asset' {2**70 + 3} 'code' CHECKOUTPUT", *state)
    begun.check_state_output = check
    verify(begun, GAS)
    return seen[0]


@pytest.mark.parametrize("before", ["", "1 2 CAT DROP"])
def test_an_alt_stack_that_was_used_is_told_from_one_that_never_was(before: str) -> None:
    assert seen_by(before) is None
    assert seen_by(f"{before} 1 TOALTSTACK FROMALTSTACK DROP") == []
    assert seen_by(f"{before} 7 TOALTSTACK 8 TOALTSTACK") == [b"\x07", b"\x08"]
    assert seen_by(before, b"state") == [b"state"]
    assert seen_by(f"{before} FROMALTSTACK DROP", b"state") == []
    assert UNUSED == []


def test_only_vm_version_1_is_known() -> None:
    _, failure = run(Context(b"\x51", vm_version=2), 100)
    assert isinstance(failure, UnsupportedVM)
    assert failure.gas_left == 100


def test_a_number_has_no_room_behind_it() -> None:
    """In 1.x it has: an append to a part of it shows in the whole."""
    assert stack_after("1 2 ADD DUP FALSE LEFT 0x7a CAT") == [b"\x7a", b"\x7a"]
    assert stack_after(f"{2**32} 1ADD DUP 1 LEFT 0x7a7b7c7d7e CAT") == [
        b"\x01\x00\x00\x00\x01",
        b"\x01\x7a\x7b\x7c\x7d\x7e",
    ]


def test_numbers_have_up_to_32_bytes() -> None:
    assert decode_number(b"") == 0
    assert decode_number(b"\x05\x00\x00") == 5
    assert decode_number(b"\xff" * 31 + b"\x7f") == MAX_NUMBER
    for size in (31, 32):
        assert len(encode_number(MAX_NUMBER >> 8 * (32 - size))) == size
