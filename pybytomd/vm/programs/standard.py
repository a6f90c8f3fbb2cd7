"""The standard output programs: which is which, and what runs in place of a witness program.

A witness program is two pushes: a version and a hash. Quirk: as version any opcode up to ``16`` passes for
standard, but only version 0 is replaced by the program it stands for. The others run as they are and leave the
hash on the stack: anyone can spend them (``consensus/segwit/segwit.go``).
"""

from __future__ import annotations

from pybytomd.vm.errors import ProgramError
from pybytomd.vm.instructions import OP_16, parse_program
from pybytomd.vm.programs.builders import key_hash_program, script_hash_program

KEY_HASH_SIZE = 20
SCRIPT_HASH_SIZE = 32
WITNESS_STARTS = {size + 2: bytes((0, size)) for size in (KEY_HASH_SIZE, SCRIPT_HASH_SIZE)}
"""What witness programs of version 0 begin with, by their length."""
OP_TRUE, OP_FAIL = 0x51, 0x6A


def _witness_hash(program: bytes, size: int) -> bytes | None:
    """The hash in a witness program of this hash size, or None when it is not one."""
    if len(program) < size + 2 or program[-size - 1] != size:
        return None
    if len(program) == size + 2:
        return program[2:] if program[0] <= OP_16 and not 0 < program[0] <= 0x4E else None
    try:
        instructions = parse_program(program)
    except ProgramError:
        return None
    if len(instructions) != 2:
        return None
    version, push = instructions
    if version.opcode <= OP_16 and push.opcode == size:
        return push.data
    return None


def is_p2wpkh(program: bytes) -> bool:
    """Whether this is a version and a 20-byte hash."""
    return _witness_hash(program, KEY_HASH_SIZE) is not None


def is_p2wsh(program: bytes) -> bool:
    """Whether this is a version and a 32-byte hash."""
    return _witness_hash(program, SCRIPT_HASH_SIZE) is not None


def is_straightforward(program: bytes) -> bool:
    """Whether this is a single TRUE or FAIL."""
    return len(program) == 1 and program[0] in (OP_TRUE, OP_FAIL)


def is_standard(program: bytes) -> bool:
    """Whether BTM may be locked by this program."""
    if WITNESS_STARTS.get(len(program)) == program[:2]:
        return True  # nearly all are of version 0
    return is_p2wpkh(program) or is_p2wsh(program) or is_straightforward(program)


def program_hash(program: bytes) -> bytes:
    """The hash in a witness program. Raises ValueError for other programs."""
    found = _witness_hash(program, KEY_HASH_SIZE) or _witness_hash(program, SCRIPT_HASH_SIZE)
    if found is None:
        raise ValueError("not a witness program")
    return found


def executed_program(program: bytes) -> bytes:
    """What the machine runs for a program: a witness program of version 0 expanded, others as they are."""
    if program[:1] == b"\x00":
        if len(program) == KEY_HASH_SIZE + 2 and program[1] == KEY_HASH_SIZE:
            return key_hash_program(program[2:])
        if len(program) == SCRIPT_HASH_SIZE + 2 and program[1] == SCRIPT_HASH_SIZE:
            return script_hash_program(program[2:])
    return program
