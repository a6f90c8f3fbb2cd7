"""Addresses: bech32 text for the two witness programs of version 0.

Source: vm-and-validation reference, section 6; ``common/address.go``.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

from pybytomd.codec import bech32
from pybytomd.errors import DecodeError
from pybytomd.vm.programs.builders import p2wpkh_program, p2wsh_program
from pybytomd.vm.programs.standard import KEY_HASH_SIZE, SCRIPT_HASH_SIZE, is_p2wpkh, is_p2wsh, program_hash

MAX_WITNESS_VERSION = 16
MIN_HASH_SIZE, MAX_HASH_SIZE = 2, 40
LONGEST_KEPT = 100
"""Bytes of a program whose address is kept at hand: others may be as long as whoever sends them likes."""


@dataclass(frozen=True, slots=True)
class Address:
    """A decoded address: the hash it stands for, and the network's prefix."""

    hash: bytes
    prefix: str

    @property
    def is_key_hash(self) -> bool:
        """Whether it belongs to one key; otherwise to a script."""
        return len(self.hash) == KEY_HASH_SIZE

    @property
    def control_program(self) -> bytes:
        """The output program that pays to it."""
        return p2wpkh_program(self.hash) if self.is_key_hash else p2wsh_program(self.hash)

    def __str__(self) -> str:
        return bech32.encode(self.prefix, [0, *bech32.regroup(self.hash, 8, 5, pad=True)])


def decode_address(text: str, prefix: str) -> Address:
    """The address a text stands for on the network with this prefix. Raises DecodeError."""
    separator = text.rfind("1")
    if separator <= 1 or text[: separator + 1].lower() != prefix + "1":
        raise DecodeError("unknown address type")
    _, values = bech32.decode(text)
    if not values:
        raise DecodeError("no witness version")
    version = values[0]
    if version > MAX_WITNESS_VERSION:
        raise DecodeError(f"invalid witness version: {version}")
    data = bytes(bech32.regroup(values[1:], 5, 8, pad=False))
    if not MIN_HASH_SIZE <= len(data) <= MAX_HASH_SIZE:
        raise DecodeError("invalid data length")
    if version == 0 and len(data) not in (KEY_HASH_SIZE, SCRIPT_HASH_SIZE):
        raise DecodeError(f"invalid data length for witness version 0: {len(data)}")
    if version != 0:
        raise DecodeError("unsupported witness version")
    return Address(data, prefix)


def address_of_program(program: bytes, prefix: str) -> str:
    """The address that pays to a program, or nothing for a program that has none.

    Quirk: any witness version shows as version 0 (``wallet/annotated.go``).
    """
    return (_address_of if len(program) <= LONGEST_KEPT else _address_of.__wrapped__)(program, prefix)


@functools.lru_cache(maxsize=4096)
def _address_of(program: bytes, prefix: str) -> str:
    if is_p2wpkh(program) or is_p2wsh(program):
        return str(Address(program_hash(program), prefix))
    return ""
