"""Corners of the machine, its text forms and its standard programs that no recorded case visits."""

from __future__ import annotations

import pytest

from pybytomd.vm.context import Context, SharedBuffer, SharedMemory
from pybytomd.vm.errors import (
    AssemblyError,
    BadProgramValue,
    BadToken,
    BadValue,
    DivisionByZero,
    LengthOverflow,
    NumberOutOfRange,
    ProgramError,
    ReturnExecuted,
    ShortProgram,
    UnsupportedVM,
)
from pybytomd.vm.instructions import parse_program, push_data
from pybytomd.vm.numbers import MIN_INT64, decode_bool
from pybytomd.vm.ops import OPERATIONS
from pybytomd.vm.programs.address import address_of_program
from pybytomd.vm.programs.assembler import assemble
from pybytomd.vm.programs.builders import default_coinbase_program, height_limit, p2wsh_program, retire_program
from pybytomd.vm.programs.disassembler import disassemble_or_marks, listing
from pybytomd.vm.programs.standard import is_p2wpkh, is_p2wsh, program_hash
from pybytomd.vm.shared_memory import AliasingFrame, Shared, View, allocated_size, grown_capacity
from pybytomd.vm.verification import run, verify

HASH20, HASH32 = b"\x11" * 20, b"\x22" * 32


def failure(text: str, gas: int = 10_000, arguments: tuple[bytes, ...] = ()) -> ProgramError:
    _, result = run(Context(assemble(text), arguments, tx_version=1), gas)
    assert result is not None
    return result


def test_the_quotient_that_does_not_fit() -> None:
    assert isinstance(failure(f"{MIN_INT64} -1 DIV"), NumberOutOfRange)
    assert isinstance(failure("1 0 DIV"), DivisionByZero)


def test_parts_of_strings_that_are_not_there() -> None:
    assert isinstance(failure("'text' -1 1 SUBSTR"), BadValue)
    assert isinstance(failure("'text' 4 1 SUBSTR"), BadValue)
    assert isinstance(failure("'text' 5 LEFT"), BadValue)
    assert isinstance(failure("'text' -1 RIGHT"), BadValue)


def test_verify_gives_the_gas_or_raises() -> None:
    assert verify(Context(b"\x51"), 100) == 90
    with pytest.raises(ProgramError) as raised:
        verify(Context(b"\x00"), 100)
    assert raised.value.gas_left == 91
    with pytest.raises(UnsupportedVM) as refused:
        verify(Context(b"\x51", vm_version=2), 100)
    assert refused.value.gas_left == 100


def test_an_error_shows_the_program_and_its_arguments() -> None:
    error = failure("DROP FALSE", arguments=(b"\x05", b"\x06"))
    assert str(error) == "false VM result [prog 7500 = DROP FALSE; args 05 06]: false VM result"
    _, short = run(Context(b"\x05"), 100)
    assert str(short) == "unexpected end of program [prog 05 = ???; args ]: unexpected end of program"


def test_programs_that_are_cut() -> None:
    for program in (b"\x05\x01", b"\x4c", b"\x4d\x01", b"\x4e\x01\x00\x00", b"\x63\x00"):
        with pytest.raises(ShortProgram):
            parse_program(program)
    with pytest.raises(LengthOverflow):
        parse_program(b"\x4e\xff\xff\xff\xff")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("'open", BadToken),
        ("'open\\'", BadToken),
        ("NOSUCH", BadToken),
        ("JUMP", BadToken),
        ("PUSHDATA1", BadToken),
        ("9223372036854775808", BadToken),
        ("JUMP:$nowhere", AssemblyError),
        ("$twice $twice", AssemblyError),
        ("JUMP:words", AssemblyError),
        ("JUMP:4294967296", AssemblyError),
    ],
)
def test_text_that_is_no_program(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        assemble(text)


def test_jumps_by_number_and_by_label() -> None:
    assert assemble("JUMP:7 TRUE") == b"\x63\x07\x00\x00\x00\x51"
    assert assemble("$a TRUE JUMPIF:$a") == b"\x51\x64\x00\x00\x00\x00"
    assert assemble("'it\\'s'") == push_data(b"it's")


@pytest.mark.parametrize("address", [0x06, 0xFF, 0x100, 0x12C, 0x1FF, 0x10000, 0x2345A])
def test_a_jump_goes_to_an_address_of_four_bytes(address: int) -> None:
    """Everything but the target fails."""
    jump = b"\x51\x63" + address.to_bytes(4, "little")
    program = jump + b"\x6a" * (address - len(jump)) + b"\x51"
    assert verify(Context(program), 100) == 100 - 2 * 10 - 1
    past_the_end = b"\x51\x63" + (address << 8).to_bytes(4, "little") + b"\x6a"
    assert verify(Context(past_the_end), 100) == 100 - 10 - 1


def test_listings() -> None:
    assert listing(b"\x51\x02ab") == "1 01\nDATA_2 6162\n"
    assert disassemble_or_marks(b"\x05") == "???"
    assert OPERATIONS[0x50] is None
    assert OPERATIONS[0x51] is not None


def test_witness_programs_written_in_other_ways() -> None:
    """Any version up to 16 passes, also one that is pushed as data."""
    assert is_p2wpkh(b"\x00\x14" + HASH20)
    assert is_p2wpkh(b"\x60\x14" + HASH20)
    assert is_p2wpkh(b"\x01\x05\x14" + HASH20)
    assert is_p2wsh(b"\x01\x05\x20" + HASH32)
    assert not is_p2wpkh(b"\x61\x14" + HASH20)
    assert not is_p2wpkh(b"\x51\x51\x51\x14" + HASH20)  # three instructions
    assert not is_p2wpkh(b"\x05\x05\x14" + HASH20)  # the hash belongs to a push
    assert not is_p2wpkh(b"\x75" * 3 + b"\x14" + HASH20)
    assert not is_p2wpkh(b"\x4c\xff\x14" + HASH20)  # cut
    assert is_p2wpkh(b"\x4c\x02ab\x14" + HASH20)
    assert program_hash(b"\x01\x05\x14" + HASH20) == HASH20
    with pytest.raises(ValueError, match="not a witness program"):
        program_hash(b"\x51")


def test_programs_without_an_address() -> None:
    assert address_of_program(b"\x51", "bm") == ""
    assert address_of_program(p2wsh_program(HASH32), "bm").startswith("bm1q")


def test_small_builders() -> None:
    assert default_coinbase_program() == b"\x51"
    assert retire_program() == b"\x6a"
    assert retire_program(b"why") == b"\x6a\x03why"
    assert push_data(bytes(70_000))[:5] == b"\x4e" + (70_000).to_bytes(4, "little")
    assert height_limit(assemble("ADD BLOCKHEIGHT GREATERTHAN VERIFY")) == 0
    assert height_limit(b"\x05") == 0
    assert height_limit(b"\x51") == 0
    assert BadProgramValue.because("negative quorum").root == "bad value"


def test_sizes_of_memory_as_go_gives_it() -> None:
    assert [allocated_size(size) for size in (0, 1, 8, 9, 33, 1025, 32768)] == [0, 8, 8, 16, 48, 1152, 32768]
    assert allocated_size(32769) == 40960
    assert grown_capacity(10, 30) == 32
    assert grown_capacity(16, 20) == 32
    assert grown_capacity(256, 300) == 512
    assert grown_capacity(512, 600) == 896  # a quarter more, and something
    assert grown_capacity(40_000, 50_000) == 57344


def test_views_are_strings_of_bytes() -> None:
    view = View(bytearray(b"abcdef"), 1, 3, 5)
    assert (len(view), list(view), bytes(view)) == (3, list(b"bcd"), b"bcd")
    assert View.of(b"ab", 8).capacity == 8


def test_an_empty_argument_has_no_memory() -> None:
    buffer = SharedBuffer(SharedMemory(bytearray(b"xy")), [(1, 1), (0, 2)])
    context = Context(b"\x51", (b"", b"xy"), shared_buffer=lambda: buffer)
    machine, arguments = AliasingFrame.outermost(context, 100)
    assert [machine.bytes_of(argument) for argument in arguments] == [b"", b"xy"]
    assert isinstance(machine._shared, Shared)


def test_an_argument_is_appended_to_in_place_only_where_there_is_room() -> None:
    program = assemble("DUP 'x' CAT DROP 'abx' EQUAL")
    assert run(Context(program, (b"ab",)), 1000)[1] is not None  # no memory is known to follow
    _, grown = run(Context(assemble("'y' CAT 'z' CAT 'abyz' EQUAL"), (b"ab",)), 1000)
    assert grown is None


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("JUMP:99999999999999999999a:", 'parsing "99999999999999999999a:": value out of range'),
        ("JUMP:4294967296", 'parsing "4294967296": value out of range'),
        ("JUMP:ab\\c", 'parsing "ab\\\\c": invalid syntax'),
        ("JUMP:" + "9" * 5000, "value out of range"),
    ],
)
def test_bad_jump_targets_are_complained_of_as_go_does(text: str, error: str) -> None:
    with pytest.raises(AssemblyError) as caught:
        assemble(text)
    assert caught.value.root.endswith(error)


def test_numbers_of_any_length_are_read_or_refused() -> None:
    assert assemble("-" + "0" * 5000 + "5") == assemble("-5")
    with pytest.raises(BadToken):
        assemble("9" * 5000)


@pytest.mark.parametrize("length", [1, 8, 64, 65, 1000])
def test_zeros_of_any_length_are_false(length: int) -> None:
    assert not decode_bool(bytes(length))
    assert decode_bool(bytes(length) + b"\x01")
    assert decode_bool(b"\x01" + bytes(length))


def test_bits_of_strings_of_different_lengths() -> None:
    for text in (
        "0x0ff0aa 0xff INVERT AND 0x00 EQUAL",
        "0x0ff0aa 0xfff0 AND 0x0ff0 EQUAL",
        "0x0ff0aa 0xf0 OR 0xfff0aa EQUAL",
        "0xf0 0x0ff0aa XOR 0xfff0aa EQUAL",
        "0x00 0x0000 OR 0x0000 EQUAL",
        "0x00 0 AND 0 EQUAL",
    ):
        verify(Context(assemble(text)), 1000)


def test_a_child_writes_over_the_program_that_started_it() -> None:
    """LEFT of the program and CAT put something else behind the CHECKPREDICATE that runs them."""
    text = "PROGRAM 12 LEFT 0x{} 2 0x7e51 0 CHECKPREDICATE VERIFY {} 1"
    verify(Context(assemble(text.format("61", "NOP"))), 10_000)
    verify(Context(assemble(text.format("61", "FAIL"))), 10_000)
    assert isinstance(run(Context(assemble(text.format("6a", "NOP"))), 10_000)[1], ReturnExecuted)
