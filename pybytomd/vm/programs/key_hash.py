"""Pay to witness public key hash (P2WPKH), which nearly every output has, checked without a machine.

``DUP HASH160 <hash> EQUALVERIFY TXSIGHASH SWAP CHECKSIG`` always takes the same steps when it succeeds, so what
it costs is known beforehand. Only success is decided here; anything else is left to the machine, which knows the
error and the gas at that point. Saves half of the time that validation takes beside the signature.
"""

from __future__ import annotations

from collections.abc import Callable

from pybytomd.crypto import ed25519
from pybytomd.crypto.hashes import ripemd160
from pybytomd.vm.programs.standard import KEY_HASH_SIZE

PROGRAM_START = bytes((0, KEY_HASH_SIZE))
PROGRAM_SIZE = len(PROGRAM_START) + KEY_HASH_SIZE

GAS_NEEDED = 112 + 41 + 84 + 29 - 35 + 296 + 1 + 1024
"""Gas to get through: for the arguments and for each instruction up to CHECKSIG, with what it gives back."""
GAS_USED = GAS_NEEDED - 152 + 9
"""Gas that is gone in the end, when CHECKSIG has given back its three operands and pushed its result."""


def spend_key_hash(
    program: bytes,
    arguments: tuple[bytes, ...],
    gas_limit: int,
    signature_hash: Callable[[], bytes],
    verify: ed25519.Verifier = ed25519.verify,
) -> int | None:
    """The gas left when a P2WPKH output may be spent with these arguments; None when the machine has to decide.

    ``verify`` is the rule for signatures, of which keys always have the right length here.
    """
    if (
        len(program) != PROGRAM_SIZE
        or program[:2] != PROGRAM_START
        or len(arguments) != 2
        or gas_limit < GAS_NEEDED
    ):
        return None
    signature, key = arguments
    if (
        len(signature) == ed25519.SIGNATURE_SIZE
        and len(key) == ed25519.PUBLIC_KEY_SIZE
        and ripemd160(key) == program[2:]
        and verify(key, signature_hash(), signature)
    ):
        return gas_limit - GAS_USED
    return None
