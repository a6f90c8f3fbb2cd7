"""Programs: assembler and disassembler, numbers, and the machine on anything at all."""

from __future__ import annotations

import contextlib

from hypothesis import given
from hypothesis import strategies as st

from pybytomd.errors import DecodeError, VMError
from pybytomd.vm.context import Context
from pybytomd.vm.errors import BadProgramValue, ProgramError
from pybytomd.vm.instructions import parse_program, push_data, push_int
from pybytomd.vm.numbers import MAX_INT64, MIN_INT64, decode_bool, decode_int, encode_bool, encode_int
from pybytomd.vm.ops import NAMES, OPERATIONS
from pybytomd.vm.programs.assembler import assemble
from pybytomd.vm.programs.builders import height_limit, multisig_program
from pybytomd.vm.programs.disassembler import disassemble
from pybytomd.vm.programs.standard import executed_program, is_p2wpkh, is_p2wsh, is_standard, program_hash
from pybytomd.vm.verification import run

plain_opcodes = st.sampled_from(
    [
        bytes((number,))
        for number in range(0x61, 256)
        if OPERATIONS[number] is not None and number not in (0x63, 0x64)
    ]
)
pushes = st.one_of(st.binary(max_size=300).map(push_data), st.integers(MIN_INT64, MAX_INT64).map(push_int))
programs = st.lists(st.one_of(plain_opcodes, pushes), max_size=20).map(b"".join)
int64s = st.integers(MIN_INT64, MAX_INT64)


@given(programs)
def test_a_listing_assembles_to_an_equal_program(program: bytes) -> None:
    """Equal in what it does: pushes may be written shorter."""
    again = assemble(disassemble(program))
    ours, theirs = parse_program(program), parse_program(again)
    assert [i.data for i in ours] == [i.data for i in theirs]
    assert [NAMES[i.opcode] for i in ours if not i.data] == [NAMES[i.opcode] for i in theirs if not i.data]
    assert disassemble(again) == disassemble(program)


@given(st.text(max_size=60))
def test_any_text_is_assembled_or_refused(text: str) -> None:
    with contextlib.suppress(VMError, DecodeError):
        assemble(text)


@given(st.binary(max_size=80))
def test_any_bytes_are_listed_or_refused(program: bytes) -> None:
    with contextlib.suppress(ProgramError):
        disassemble(program)
    is_standard(program)
    height_limit(program)
    executed_program(program)


@given(int64s)
def test_numbers_come_back(number: int) -> None:
    encoded = encode_int(number)
    assert decode_int(encoded) == number
    assert len(encoded) <= 8
    assert not encoded.endswith(b"\x00")
    assert decode_bool(encoded) == (number != 0)


@given(st.booleans())
def test_booleans_come_back(value: bool) -> None:
    assert decode_bool(encode_bool(value)) == value


@given(st.binary(max_size=60), st.lists(st.binary(max_size=20), max_size=5), st.integers(0, 3000))
def test_the_machine_ends_within_its_gas(program: bytes, arguments: list[bytes], gas: int) -> None:
    context = Context(program, tuple(arguments), tx_version=1, signature_hash=lambda: bytes(32))
    frame, failure = run(context, gas)
    assert frame.run_limit >= 0
    if failure is not None:
        assert failure.gas_left >= 0
        assert str(failure)


@given(programs, st.lists(st.binary(max_size=20), max_size=5))
def test_the_machine_on_programs_that_parse(program: bytes, arguments: list[bytes]) -> None:
    frame, failure = run(
        Context(program, tuple(arguments), tx_version=2, signature_hash=lambda: bytes(32)), 20_000
    )
    assert failure is not None or frame.has_true_result()


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=5), st.integers(-2, 7), st.integers(-1, 1 << 40))
def test_multisig_programs(keys: list[bytes], quorum: int, until: int) -> None:
    allowed = until >= 0 and 0 <= quorum <= len(keys) and not (quorum == 0 and keys)
    try:
        program = multisig_program(keys, quorum, until)
    except BadProgramValue:
        assert not allowed
        return
    assert allowed
    assert height_limit(program) == until
    parse_program(program)


@given(st.binary(max_size=40))
def test_witness_programs_are_told_apart(program: bytes) -> None:
    assert not (is_p2wpkh(program) and is_p2wsh(program))
    if is_p2wpkh(program) or is_p2wsh(program):
        assert is_standard(program)
        assert program.endswith(program_hash(program))
