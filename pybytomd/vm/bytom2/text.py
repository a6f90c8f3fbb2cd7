"""Programs of Bytom 2 as text: numbers of 256 bits, and the names of its opcodes. See ``vm.programs``."""

from __future__ import annotations

from pybytomd.vm.bytom2.numbers import MASK256, encode_number
from pybytomd.vm.bytom2.ops import TABLE
from pybytomd.vm.instructions import push_data
from pybytomd.vm.programs import assembler, disassembler

MAX_DIGITS = 78
"""Of any number that fits into 256 bits; texts with more are not made numbers."""


def assemble(text: str) -> bytes:
    """The program written in ``text``. Raises ProgramError: BadToken, or AssemblyError saying what is wrong."""
    return assembler.assemble(text, TABLE.numbers, push_decimal)


def push_decimal(text: str) -> bytes | None:
    """The instruction that pushes a decimal number, None if the text is none of 256 bits.

    Quirk: a negative number becomes its complement, and what is not written as an opcode's name is pushed as data,
    if it is 1 to 16 too (``assemble.go``).
    """
    number = assembler.decimal(text, MAX_DIGITS)
    if number is None or abs(number) > MASK256:
        return None
    return push_data(encode_number(number & MASK256))


def disassemble(program: bytes) -> str:
    """Assembler text of a program. Raises ProgramError when it does not parse."""
    return disassembler.disassemble(program, TABLE.names)


def listing(program: bytes) -> str:
    """One line an instruction, ``NAME data``. Raises ProgramError when it does not parse."""
    return disassembler.listing(program, TABLE.names)
