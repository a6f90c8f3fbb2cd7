"""What a program's run gives or raises, and how an error shows it."""

from __future__ import annotations

import pytest

from pybytomd.vm.context import Context
from pybytomd.vm.errors import (
    LengthOverflow,
    ProgramError,
    ShortProgram,
    UnsupportedVM,
)
from pybytomd.vm.instructions import parse_program
from pybytomd.vm.programs.assembler import assemble
from pybytomd.vm.verification import run, verify


def failure(text: str, gas: int = 10_000, arguments: tuple[bytes, ...] = ()) -> ProgramError:
    _, result = run(Context(assemble(text), arguments, tx_version=1), gas)
    assert result is not None
    return result


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
