"""Instructions that hash and check signatures."""

from __future__ import annotations

from pybytomd.crypto import ed25519
from pybytomd.crypto.hashes import ripemd160, sha3_256, sha256
from pybytomd.vm.errors import BadValue, WrongContext
from pybytomd.vm.frame import Frame
from pybytomd.vm.numbers import MAX_INT64
from pybytomd.vm.opcode_table import opcode

HASH_COST = 64
SIGNATURE_COST = 1024
MESSAGE_SIZE = 32


@opcode(0xA8, "SHA256", gas=0)
def op_sha256(vm: Frame) -> None:
    """( x -- digest )"""
    data = vm.bytes_of(vm.pop_now())
    vm.charge(max(len(data), HASH_COST))
    vm.push_now(vm.item_of(sha256(data)))


@opcode(0xAA, "SHA3", gas=0)
def op_sha3(vm: Frame) -> None:
    """( x -- digest ), SHA3-256"""
    data = vm.bytes_of(vm.pop_now())
    vm.charge(max(len(data), HASH_COST))
    vm.push_now(vm.item_of(sha3_256(data)))


@opcode(0xAB, "HASH160", gas=0)
def op_hash160(vm: Frame) -> None:
    """( x -- digest ). Quirk: RIPEMD-160 of the data itself, no SHA-256 before it (crypto.go)."""
    data = vm.bytes_of(vm.pop_now())
    vm.charge(len(data) + HASH_COST)
    vm.push_now(vm.hash160_item(ripemd160(data)))


@opcode(0xAC, "CHECKSIG", gas=SIGNATURE_COST)
def op_checksig(vm: Frame) -> None:
    """( signature message key -- valid )"""
    key, message, signature = vm.pop_bytes(), vm.pop_bytes(), vm.pop_bytes()
    if len(message) != MESSAGE_SIZE:
        raise BadValue
    vm.push_bool(vm.is_signed(key, message, signature))


@opcode(0xAD, "CHECKMULTISIG", gas=0)
def op_checkmultisig(vm: Frame) -> None:
    """( s1..sm message k1..kn m n -- valid ), m signatures in the order of their keys"""
    key_count = vm.pop_count()
    if key_count * SIGNATURE_COST > MAX_INT64:
        raise BadValue
    vm.charge(key_count * SIGNATURE_COST)
    signature_count = vm.pop_count()
    if signature_count > key_count or (key_count > 0 and signature_count == 0):
        raise BadValue
    keys = [vm.pop_bytes() for _ in range(key_count)]
    message = vm.pop_bytes()
    if len(message) != MESSAGE_SIZE:
        raise BadValue
    signatures = [vm.pop_bytes() for _ in range(signature_count)]
    # One key of a wrong length spoils the result even when it is not needed.
    if any(len(key) != ed25519.PUBLIC_KEY_SIZE for key in keys):
        vm.push_bool(False)
        return
    matched = 0
    for index, key in enumerate(keys):
        if len(signatures) - matched > len(keys) - index:
            break  # not enough keys left
        if matched < len(signatures) and vm.is_signed(key, message, signatures[matched]):
            matched += 1
    vm.push_bool(matched == len(signatures))


@opcode(0xAE, "TXSIGHASH", gas=256)
def op_txsighash(vm: Frame) -> None:
    """( -- digest ), what the owner of this input signs"""
    signature_hash = vm.context.signature_hash
    if signature_hash is None:
        raise WrongContext
    if vm.context.shares_signature_hash:
        vm.push_now(vm.context_item("signature_hash", signature_hash()))
    else:
        vm.push_now(vm.item_of(signature_hash()))
