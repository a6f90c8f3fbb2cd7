"""Contracts registered on the chain (BCRP): the output that registers one, and the program that calls it.

A registration is an output that can never be spent and holds the contract's program. An output with a call program
is spent by running the contract that its hash stands for. Source: bytom2-ledger-and-consensus reference, section
2.8; ``consensus/bcrp``.
"""

from __future__ import annotations

from pybytomd.crypto.hashes import sha3_256
from pybytomd.vm.errors import ProgramError
from pybytomd.vm.instructions import instruction_at, push_data

CONTRACT_HASH_SIZE = 32
REGISTRATION_START = b"\x6a\x04bcrp\x01\x01"
"""FAIL, the name of the protocol, and its version."""
CALL_START = b"\x04bcrp\x20"
"""The name of the protocol, and the opcode that pushes a hash."""
CALL_SIZE = len(CALL_START) + CONTRACT_HASH_SIZE


def registered_contract(program: bytes) -> bytes | None:
    """The contract that an output with this program registers, None if it registers none.

    Quirk: what pushes the contract may be any instruction with data, ``1`` to ``16`` and jumps too (``bcrp.go``).
    """
    start = len(REGISTRATION_START)
    if len(program) <= start or not program.startswith(REGISTRATION_START):
        return None
    try:
        contract, end = instruction_at(program, start)
    except ProgramError:
        return None
    return contract if contract and end == len(program) else None


def called_contract(program: bytes) -> bytes | None:
    """The hash of the contract that a call program stands for, None for other programs."""
    if len(program) == CALL_SIZE and program.startswith(CALL_START):
        return program[len(CALL_START) :]
    return None


def contract_hash(contract: bytes) -> bytes:
    """What a contract is called by."""
    return sha3_256(contract)


def register_program(contract: bytes) -> bytes:
    """The output program that registers a contract."""
    return REGISTRATION_START + push_data(contract)


def call_program(hash_of_contract: bytes) -> bytes:
    """The output program that the contract with this hash locks."""
    return CALL_START + hash_of_contract
