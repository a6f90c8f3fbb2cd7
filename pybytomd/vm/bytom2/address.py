"""Addresses of Bytom 2: they are written as those of 1.x, with other prefixes. See ``vm.programs.address``."""

from __future__ import annotations

import functools

from pybytomd.vm.bytom2.standard import is_p2wpkh, is_p2wsh
from pybytomd.vm.programs.address import LONGEST_KEPT, Address
from pybytomd.vm.programs.address import decode_address as decode_address


def address_of_program(program: bytes, prefix: str) -> str:
    """The address that pays to a program, or nothing for a program that has none."""
    return (_address_of if len(program) <= LONGEST_KEPT else _address_of.__wrapped__)(program, prefix)


@functools.lru_cache(maxsize=4096)
def _address_of(program: bytes, prefix: str) -> str:
    if is_p2wpkh(program) or is_p2wsh(program):
        return str(Address(program[2:], prefix))
    return ""
