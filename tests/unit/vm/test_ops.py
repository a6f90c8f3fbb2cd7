"""Corners of opcodes that no recorded case visits."""

from __future__ import annotations

import pytest

from pybytomd.vm.context import Context
from pybytomd.vm.errors import (
    BadValue,
    DivisionByZero,
    NumberOutOfRange,
    ProgramError,
)
from pybytomd.vm.numbers import MIN_INT64, decode_bool
from pybytomd.vm.programs.assembler import assemble
from pybytomd.vm.verification import run, verify


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


@pytest.mark.parametrize("address", [0x06, 0xFF, 0x100, 0x12C, 0x1FF, 0x10000, 0x2345A])
def test_a_jump_goes_to_an_address_of_four_bytes(address: int) -> None:
    """Everything but the target fails."""
    jump = b"\x51\x63" + address.to_bytes(4, "little")
    program = jump + b"\x6a" * (address - len(jump)) + b"\x51"
    assert verify(Context(program), 100) == 100 - 2 * 10 - 1
    past_the_end = b"\x51\x63" + (address << 8).to_bytes(4, "little") + b"\x6a"
    assert verify(Context(past_the_end), 100) == 100 - 10 - 1


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
