"""Building programs: standard outputs, multi-signature scripts.

Source: vm-and-validation reference, sections 1.2 and 1.10; ``protocol/vm/vmutil``.
"""

from __future__ import annotations

from collections.abc import Sequence

from pybytomd.vm.errors import BadProgramValue, ProgramError
from pybytomd.vm.instructions import OP_1, OP_16, PUSHDATA4, parse_program, push_data, push_int
from pybytomd.vm.numbers import decode_int

OP_FALSE, OP_TRUE = b"\x00", b"\x51"
OP_VERIFY, OP_FAIL, OP_DUP = b"\x69", b"\x6a", b"\x76"
OP_SWAP, OP_EQUALVERIFY, OP_GREATERTHAN = b"\x7c", b"\x88", b"\xa0"
OP_SHA3, OP_HASH160, OP_CHECKSIG = b"\xaa", b"\xab", b"\xac"
OP_CHECKMULTISIG, OP_TXSIGHASH, OP_CHECKPREDICATE, OP_BLOCKHEIGHT = b"\xad", b"\xae", b"\xc0", b"\xcd"


def p2wpkh_program(public_key_hash: bytes) -> bytes:
    """The output program for the owner of one key, by its RIPEMD-160 hash."""
    return OP_FALSE + push_data(public_key_hash)


def p2wsh_program(script_hash: bytes) -> bytes:
    """The output program for whoever satisfies a script, by its SHA3-256 hash."""
    return OP_FALSE + push_data(script_hash)


def key_hash_program(public_key_hash: bytes) -> bytes:
    """What runs in place of a P2WPKH program; its arguments are signature and key."""
    check_key = OP_DUP + OP_HASH160 + push_data(public_key_hash) + OP_EQUALVERIFY
    return check_key + OP_TXSIGHASH + OP_SWAP + OP_CHECKSIG


def script_hash_program(script_hash: bytes) -> bytes:
    """What runs in place of a P2WSH program; its arguments are those of the script, then the script."""
    check_script = OP_DUP + OP_SHA3 + push_data(script_hash) + OP_EQUALVERIFY
    return check_script + push_int(-1) + OP_SWAP + push_int(0) + OP_CHECKPREDICATE


def multisig_program(public_keys: Sequence[bytes], quorum: int, until_height: int = 0) -> bytes:
    """A script that demands ``quorum`` signatures of this transaction, in the order of the keys.

    With ``until_height`` above 0 it holds only in blocks below that height. Raises BadProgramValue.
    """
    if until_height < 0:
        raise BadProgramValue.because("negative blockHeight")
    if quorum < 0:
        raise BadProgramValue.because("negative quorum")
    if quorum > len(public_keys):
        raise BadProgramValue.because("quorum too big")
    if quorum == 0 and public_keys:
        raise BadProgramValue.because("quorum empty with non-empty pubkey list")
    limit = push_int(until_height) + OP_BLOCKHEIGHT + OP_GREATERTHAN + OP_VERIFY if until_height else b""
    keys = b"".join(push_data(key) for key in public_keys)
    return limit + OP_TXSIGHASH + keys + push_int(quorum) + push_int(len(public_keys)) + OP_CHECKMULTISIG


def default_coinbase_program() -> bytes:
    """A program that locks nothing: anyone can spend it. Used when mining without an account."""
    return OP_TRUE


def retire_program(comment: bytes = b"") -> bytes:
    """A program that can never be satisfied, with an optional comment."""
    return OP_FAIL + (push_data(comment) if comment else b"")


def height_limit(program: bytes) -> int:
    """The height below which an issuance program made by ``multisig_program`` holds; 0 for none."""
    try:
        instructions = parse_program(program)
        opcodes = bytes(i.opcode for i in instructions)
        if len(opcodes) < 4 or opcodes[1:4] != OP_BLOCKHEIGHT + OP_GREATERTHAN + OP_VERIFY:
            return 0
        if opcodes[0] <= PUSHDATA4 or OP_1 <= opcodes[0] <= OP_16:
            return decode_int(instructions[0].data)
    except ProgramError:
        return 0
    return 0
