"""Instructions: programs taken apart into them, and those that push data and numbers."""

from __future__ import annotations

from pybytomd.ledger.value import Value
from pybytomd.vm.errors import LengthOverflow, ShortProgram
from pybytomd.vm.numbers import encode_int

MAX_UINT32 = (1 << 32) - 1

DATA_1, DATA_75 = 0x01, 0x4B
PUSHDATA1, PUSHDATA2, PUSHDATA4 = 0x4C, 0x4D, 0x4E
OP_1, OP_16 = 0x51, 0x60
JUMP, JUMPIF = 0x63, 0x64

PUSHDATA_LENGTH_SIZE = {PUSHDATA1: 1, PUSHDATA2: 2, PUSHDATA4: 4}
SMALL_NUMBERS = {opcode: bytes((opcode - OP_1 + 1,)) for opcode in range(OP_1, OP_16 + 1)}
JUMP_TARGET_SIZE = 4
LARGEST_SMALL_NUMBER = OP_16 - OP_1 + 1

PREFIXED = -1
"""In ``CARRIED``: as many bytes as a length after the opcode says."""


def _carried(opcode: int) -> int:
    if opcode in PUSHDATA_LENGTH_SIZE:
        return PREFIXED
    if opcode in (JUMP, JUMPIF):
        return JUMP_TARGET_SIZE
    return opcode if opcode <= DATA_75 else 0


CARRIED = [_carried(opcode) for opcode in range(256)]
"""By opcode: how many bytes follow it."""
CONSTANTS = [SMALL_NUMBERS.get(opcode, b"") for opcode in range(256)]
"""By opcode: the data it stands for when nothing follows it."""


class Instruction(Value):
    """An opcode, what it carries, and the position after it."""

    __match_args__ = ("opcode", "data", "next_position")
    __slots__ = __match_args__

    def __init__(self, opcode: int, data: bytes, next_position: int) -> None:
        self.opcode = opcode
        self.data = data
        self.next_position = next_position


def instruction_at(program: bytes, position: int) -> tuple[bytes, int]:
    """The data of the instruction at ``position`` and the position after it.

    Raises ShortProgram when it is cut off, LengthOverflow for a length near 2^32.
    """
    opcode = program[position]
    start = position + 1
    size = CARRIED[opcode]
    if not size:
        return CONSTANTS[opcode], start
    if size == PREFIXED:
        size_of_length = PUSHDATA_LENGTH_SIZE[opcode]
        end = start + size_of_length
        if end > len(program):
            raise ShortProgram
        size = int.from_bytes(program[start:end], "little")
        if 1 + size_of_length + size > MAX_UINT32 or end + size > MAX_UINT32:
            raise LengthOverflow(detail="data length exceeds max program size")
        start = end
    end = start + size
    if end > len(program):
        raise ShortProgram
    return program[start:end], end


def parse_program(program: bytes) -> list[Instruction]:
    """All instructions from the start to the end. Raises ShortProgram or LengthOverflow at the first bad one."""
    instructions = []
    position = 0
    while position < len(program):
        data, after = instruction_at(program, position)
        instructions.append(Instruction(program[position], data, after))
        position = after
    return instructions


def push_data(data: bytes) -> bytes:
    """The shortest instruction that pushes ``data``. One byte 1 to 16 is pushed as data, not as a number."""
    size = len(data)
    if size == 0:
        return bytes(1)
    if size <= DATA_75:
        return bytes((size,)) + data
    if size < 1 << 8:
        return bytes((PUSHDATA1, size)) + data
    if size < 1 << 16:
        return bytes((PUSHDATA2,)) + size.to_bytes(2, "little") + data
    return bytes((PUSHDATA4,)) + size.to_bytes(4, "little") + data


def push_int(number: int) -> bytes:
    """The instruction that pushes a signed 64-bit number."""
    if 1 <= number <= LARGEST_SMALL_NUMBER:
        return bytes((OP_1 + number - 1,))
    return push_data(encode_int(number))
