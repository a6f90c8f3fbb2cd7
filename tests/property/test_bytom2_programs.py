"""Programs of Bytom 2: assembler and disassembler, numbers, and the machine on anything at all."""

from __future__ import annotations

import contextlib

from hypothesis import given
from hypothesis import strategies as st

from pybytomd.errors import DecodeError, VMError
from pybytomd.vm.bytom2.address import address_of_program
from pybytomd.vm.bytom2.context import Context
from pybytomd.vm.bytom2.contracts import called_contract, registered_contract
from pybytomd.vm.bytom2.numbers import MAX_NUMBER, decode_number, encode_number
from pybytomd.vm.bytom2.ops import TABLE
from pybytomd.vm.bytom2.standard import executed_program, height_limit, is_p2wpkh, is_p2wsh
from pybytomd.vm.bytom2.text import assemble, disassemble, listing
from pybytomd.vm.bytom2.verification import run
from pybytomd.vm.errors import ProgramError
from pybytomd.vm.instructions import parse_program, push_data
from tests.bytom2_builder import no_contracts

numbers = st.one_of(st.integers(0, 300), st.integers(0, MAX_NUMBER))
plain_opcodes = st.sampled_from(
    [
        bytes((number,))
        for number in range(0x61, 256)
        if TABLE.operations[number] is not None and number not in (0x63, 0x64)
    ]
)
pushes = st.one_of(st.binary(max_size=40).map(push_data), numbers.map(encode_number).map(push_data))
programs = st.lists(st.one_of(plain_opcodes, pushes), max_size=20).map(b"".join)
items = st.lists(st.binary(max_size=40), max_size=5).map(tuple)


def context(program: bytes, arguments: tuple[bytes, ...], state: tuple[bytes, ...], tx_version: int) -> Context:
    return Context(
        program,
        arguments,
        tx_version=tx_version,
        signature_hash=lambda: bytes(32),
        state_data=state,
        check_state_output=lambda index, *_: index % 2 == 0,
    )


@given(programs)
def test_a_listing_assembles_to_an_equal_program(program: bytes) -> None:
    """Equal in what it does: pushes may be written shorter."""
    again = assemble(disassemble(program))
    assert [i.data for i in parse_program(program)] == [i.data for i in parse_program(again)]
    assert disassemble(again) == disassemble(program)


@given(st.text(max_size=60))
def test_any_text_is_assembled_or_refused(text: str) -> None:
    with contextlib.suppress(VMError, DecodeError):
        assemble(text)


@given(st.integers(-(2**257), 2**257))
def test_any_number_is_assembled_or_refused(number: int) -> None:
    try:
        program = assemble(f"{number} TRUE")
    except ProgramError:
        assert abs(number) >= 2**256
        return
    pushed = parse_program(program)[0].data
    assert int.from_bytes(pushed, "little") == number % 2**256


@given(st.binary(max_size=80))
def test_any_bytes_are_listed_or_refused(program: bytes) -> None:
    with contextlib.suppress(ProgramError):
        disassemble(program)
        listing(program)
    height_limit(program)
    executed_program(program, no_contracts)
    kinds = (is_p2wpkh(program), is_p2wsh(program), registered_contract(program), called_contract(program))
    assert sum(bool(kind) for kind in kinds) <= 1
    assert bool(address_of_program(program, "bn")) == any(kinds[:2])


@given(numbers)
def test_numbers_come_back(number: int) -> None:
    encoded = encode_number(number)
    assert decode_number(encoded) == number
    assert not encoded.endswith(b"\x00")


@given(st.binary(max_size=60), items, items, st.integers(0, 3000))
def test_the_machine_ends_within_its_gas(
    program: bytes, arguments: tuple[bytes, ...], state: tuple[bytes, ...], gas: int
) -> None:
    frame, failure = run(context(program, arguments, state, 1), gas)
    assert frame.run_limit >= 0
    if failure is not None:
        assert failure.gas_left >= 0
        assert str(failure)


@given(programs, items, items)
def test_the_machine_on_programs_that_parse(
    program: bytes, arguments: tuple[bytes, ...], state: tuple[bytes, ...]
) -> None:
    frame, failure = run(context(program, arguments, state, 2), 20_000)
    assert failure is not None or frame.has_true_result()


@given(programs, items, items)
def test_views_of_memory_of_their_own_change_nothing(
    program: bytes, arguments: tuple[bytes, ...], state: tuple[bytes, ...]
) -> None:
    """What is appended to a fresh item, and dropped, only makes the machine run on views."""
    frame, failure = run(context(program, arguments, state, 2), 20_000)
    plain = context(b"\x00\x00\x7e\x75" + program, arguments, state, 2)
    cost = 20_000 - run(context(b"\x00\x00\x7e\x75\x51", (), (), 2), 20_000)[0].run_limit - 10
    aliased, also = run(plain, 20_000 + cost)
    # A jump goes elsewhere in a longer program, and PROGRAM tells of it.
    if not {0x63, 0x64, 0xC4, 0x7E, 0x89} & {i.opcode for i in parse_program(program)}:
        assert type(also) is type(failure)
        assert [aliased.bytes_of(item) for item in aliased.stack] == [frame.bytes_of(item) for item in frame.stack]
        assert aliased.run_limit == frame.run_limit
