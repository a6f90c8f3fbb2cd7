"""Standard programs and contracts of Bytom 2."""

from __future__ import annotations

import pytest

from pybytomd.crypto import ed25519, ed25519_exact
from pybytomd.crypto.hashes import sha3_256
from pybytomd.vm.bytom2.address import address_of_program, decode_address
from pybytomd.vm.bytom2.contracts import (
    call_program,
    called_contract,
    contract_hash,
    register_program,
    registered_contract,
)
from pybytomd.vm.bytom2.standard import (
    executed_program,
    height_limit,
    is_p2wpkh,
    is_p2wsh,
    is_standard,
    script_hash_program,
)
from pybytomd.vm.bytom2.text import assemble
from tests.bytom2_builder import no_contracts

REGISTER = b"\x6a\x04bcrp\x01\x01"
HASH = bytes(range(32))


@pytest.mark.parametrize("version", [b"\x51", b"\x60", b"\x01\x00"])
def test_only_version_0_is_a_witness_program(version: bytes) -> None:
    for hashed, check in ((b"\x14" + HASH[:20], is_p2wpkh), (b"\x20" + HASH, is_p2wsh)):
        assert check(b"\x00" + hashed)
        assert is_standard(b"\x00" + hashed)
        assert not check(version + hashed)
        assert not check(b"\x00" + hashed + b"\x61")
        assert not is_standard(b"\x00" + hashed[:-1])
        assert address_of_program(version + hashed, "bn") == ""
        address = address_of_program(b"\x00" + hashed, "bn")
        assert decode_address(address, "bn").control_program == b"\x00" + hashed


def test_a_script_gets_all_items() -> None:
    assert script_hash_program(HASH) == b"\x76\xaa\x20" + HASH + b"\x88\x00\x7c\x00\xc0"
    assert executed_program(b"\x00\x20" + HASH, no_contracts) == script_hash_program(HASH)


@pytest.mark.parametrize(
    ("push", "contract"),
    [
        (b"\x02ab", b"ab"),
        (b"\x4c\x02ab", b"ab"),
        (b"\x4d\x02\x00ab", b"ab"),
        (b"\x4e\x02\x00\x00\x00ab", b"ab"),
        (b"\x51", b"\x01"),
        (b"\x60", b"\x10"),
        (b"\x63\x01\x02\x03\x04", b"\x01\x02\x03\x04"),
        (b"\x64\x00\x00\x00\x00", bytes(4)),
        (b"", None),
        (b"\x00", None),
        (b"\x61", None),
        (b"\x4c\x00", None),
        (b"\x02a", None),
        (b"\x4e\xff\xff\xff\xff", None),
        (b"\x02ab\x51", None),
    ],
)
def test_whatever_carries_data_registers_a_contract(push: bytes, contract: bytes | None) -> None:
    assert registered_contract(REGISTER + push) == contract


@pytest.mark.parametrize(
    "start", [b"\x6b\x04bcrp\x01\x01", b"\x6a\x4c\x04bcrp\x01\x01", b"\x6a\x04bcrq\x01\x01", b"\x6a\x04bcrp\x51"]
)
def test_what_comes_before_a_contract_is_exact(start: bytes) -> None:
    assert registered_contract(start + b"\x02ab") is None


@pytest.mark.parametrize("size", [1, 75, 76, 256, 70_000])
def test_contracts_are_registered_and_called(size: int) -> None:
    contract = bytes(size)
    assert registered_contract(register_program(contract)) == contract
    call = call_program(contract_hash(contract))
    assert called_contract(call) == sha3_256(contract)
    assert executed_program(call, {sha3_256(contract): contract}.get) == contract
    assert executed_program(call, no_contracts) == call
    assert called_contract(call[:-1]) is called_contract(call + b"\x00") is None
    assert called_contract(b"\x04bcrp\x1f" + HASH) is None


@pytest.mark.parametrize(
    ("text", "height"),
    [
        ("100 BLOCKHEIGHT GREATERTHAN VERIFY", 100),
        ("16 BLOCKHEIGHT GREATERTHAN VERIFY TRUE", 16),
        (f"{2**64 - 1} BLOCKHEIGHT GREATERTHAN VERIFY", 2**64 - 1),
        (f"{2**64} BLOCKHEIGHT GREATERTHAN VERIFY", 0),
        (f"{2**255} BLOCKHEIGHT GREATERTHAN VERIFY", 0),
        (f"0x{'01' * 33} BLOCKHEIGHT GREATERTHAN VERIFY", 0),
        ("NOP BLOCKHEIGHT GREATERTHAN VERIFY", 0),
        ("FALSE BLOCKHEIGHT GREATERTHAN VERIFY", 0),
        ("1 BLOCKHEIGHT GREATERTHAN VERIFY", 1),
        (f"0x{'05' + '00' * 31} BLOCKHEIGHT GREATERTHAN VERIFY", 5),
        ("100 BLOCKHEIGHT LESSTHAN VERIFY", 0),
        ("100 BLOCKHEIGHT GREATERTHAN", 0),
    ],
)
def test_height_limits(text: str, height: int) -> None:
    assert height_limit(assemble(text)) == height


def test_a_height_limit_in_odd_programs() -> None:
    check = b"\xcd\xa0\x69"
    assert height_limit(b"\x01\x64" + check + b"\x05") == 0
    assert height_limit(b"\x4e\x01\x00\x00\x00\x64" + check) == 100
    assert height_limit(b"\x63\x64\x00\x00\x00" + check) == 0  # a jump carries data, and pushes none


def test_a_signature_needs_s_below_the_order() -> None:
    private_key = ed25519.private_key_from_seed(HASH)
    message = b"message"
    signature = ed25519.sign(private_key, message)
    s = int.from_bytes(signature[32:], "little")
    larger = signature[:32] + (s + ed25519_exact.ORDER).to_bytes(32, "little")
    assert ed25519.verify_strictly(private_key[32:], message, signature)
    assert ed25519.verify(private_key[32:], message, larger)
    assert not ed25519.verify_strictly(private_key[32:], message, larger)
    for short in (b"", signature[:32], signature[:63], signature + b"\x00"):
        assert not ed25519.verify_strictly(private_key[32:], message, short)
