"""The standard output programs of Bytom 2: which is which, and what runs in place of those that stand for others.

A witness program begins with ``FALSE`` here and with nothing else. Source: bytom2-ledger-and-consensus reference,
sections 1.6, 2.2 and 2.8; ``consensus/segwit/segwit.go``, ``protocol/validation/vmcontext.go``.
"""

from __future__ import annotations

from collections.abc import Callable

from pybytomd.vm.bytom2.contracts import called_contract
from pybytomd.vm.bytom2.numbers import MASK64, decode_number
from pybytomd.vm.errors import ProgramError
from pybytomd.vm.instructions import OP_1, OP_16, PUSHDATA4, parse_program, push_data
from pybytomd.vm.programs.builders import (
    OP_BLOCKHEIGHT,
    OP_CHECKPREDICATE,
    OP_DUP,
    OP_EQUALVERIFY,
    OP_FALSE,
    OP_GREATERTHAN,
    OP_SHA3,
    OP_SWAP,
    OP_VERIFY,
    key_hash_program,
)

KEY_HASH_SIZE = 20
SCRIPT_HASH_SIZE = 32
KEY_HASH_START = bytes((0, KEY_HASH_SIZE))
SCRIPT_HASH_START = bytes((0, SCRIPT_HASH_SIZE))
STRAIGHTFORWARD = (b"\x51", b"\x6a")
"""TRUE and FAIL."""

FindContract = Callable[[bytes], bytes | None]
"""The program of the contract with this hash, None if the main chain has registered none."""


def is_p2wpkh(program: bytes) -> bool:
    """Whether this pays to a key's hash."""
    return len(program) == KEY_HASH_SIZE + 2 and program.startswith(KEY_HASH_START)


def is_p2wsh(program: bytes) -> bool:
    """Whether this pays to a script's hash."""
    return len(program) == SCRIPT_HASH_SIZE + 2 and program.startswith(SCRIPT_HASH_START)


def is_straightforward(program: bytes) -> bool:
    """Whether this is a single TRUE or FAIL."""
    return program in STRAIGHTFORWARD


def is_standard(program: bytes) -> bool:
    """Whether this is one of the programs above. No rule asks for it."""
    return is_p2wpkh(program) or is_p2wsh(program) or is_straightforward(program)


def script_hash_program(script_hash: bytes) -> bytes:
    """What runs in place of a P2WSH program; its arguments are those of the script, then the script."""
    check_script = OP_DUP + OP_SHA3 + push_data(script_hash) + OP_EQUALVERIFY
    return check_script + OP_FALSE + OP_SWAP + OP_FALSE + OP_CHECKPREDICATE


def executed_program(program: bytes, find_contract: FindContract) -> bytes:
    """What the machine runs for a program: a witness or call program replaced, others as they are.

    Quirk: a call of a contract that is not registered runs as it is, and is true: anyone can spend it
    (``convertProgram``).
    """
    if is_p2wpkh(program):
        return key_hash_program(program[2:])
    if is_p2wsh(program):
        return script_hash_program(program[2:])
    wanted = called_contract(program)
    contract = None if wanted is None else find_contract(wanted)
    return program if contract is None else contract


def height_limit(program: bytes) -> int:
    """The height below which an issuance program made by ``multisig_program`` holds; 0 for none."""
    try:
        instructions = parse_program(program)
        opcodes = bytes([instruction.opcode for instruction in instructions])
        if opcodes[1:4] != OP_BLOCKHEIGHT + OP_GREATERTHAN + OP_VERIFY:
            return 0
        if opcodes[0] <= PUSHDATA4 or OP_1 <= opcodes[0] <= OP_16:
            height = decode_number(instructions[0].data)
            return height if height <= MASK64 else 0
    except ProgramError:
        return 0
    return 0
