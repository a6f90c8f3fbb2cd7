"""Standard programs: built, known again, and their addresses."""

from __future__ import annotations

from types import ModuleType

import pytest

from pybytomd.vm.bytom2 import address as bytom2_address
from pybytomd.vm.errors import (
    BadProgramValue,
)
from pybytomd.vm.instructions import push_data
from pybytomd.vm.programs import address
from pybytomd.vm.programs.address import address_of_program
from pybytomd.vm.programs.assembler import assemble
from pybytomd.vm.programs.builders import default_coinbase_program, height_limit, p2wsh_program, retire_program
from pybytomd.vm.programs.standard import is_p2wpkh, is_p2wsh, program_hash

HASH20, HASH32 = b"\x11" * 20, b"\x22" * 32


def test_witness_programs_written_in_other_ways() -> None:
    """Any version up to 16 passes, also one that is pushed as data."""
    assert is_p2wpkh(b"\x00\x14" + HASH20)
    assert is_p2wpkh(b"\x60\x14" + HASH20)
    assert is_p2wpkh(b"\x01\x05\x14" + HASH20)
    assert is_p2wsh(b"\x01\x05\x20" + HASH32)
    assert not is_p2wpkh(b"\x61\x14" + HASH20)
    assert not is_p2wpkh(b"\x51\x51\x51\x14" + HASH20)  # three instructions
    assert not is_p2wpkh(b"\x05\x05\x14" + HASH20)  # the hash belongs to a push
    assert not is_p2wpkh(b"\x75" * 3 + b"\x14" + HASH20)
    assert not is_p2wpkh(b"\x4c\xff\x14" + HASH20)  # cut
    assert is_p2wpkh(b"\x4c\x02ab\x14" + HASH20)
    assert program_hash(b"\x01\x05\x14" + HASH20) == HASH20
    with pytest.raises(ValueError, match="not a witness program"):
        program_hash(b"\x51")


def test_programs_without_an_address() -> None:
    assert address_of_program(b"\x51", "bm") == ""
    assert address_of_program(p2wsh_program(HASH32), "bm").startswith("bm1q")


@pytest.mark.parametrize("module", [address, bytom2_address])
def test_long_programs_are_not_kept_in_memory(module: ModuleType) -> None:
    kept = module._address_of.cache_info().currsize
    assert module.address_of_program(b"\x51" * (address.LONGEST_KEPT + 1), "bm") == ""
    assert module._address_of.cache_info().currsize == kept


def test_small_builders() -> None:
    assert default_coinbase_program() == b"\x51"
    assert retire_program() == b"\x6a"
    assert retire_program(b"why") == b"\x6a\x03why"
    assert push_data(bytes(70_000))[:5] == b"\x4e" + (70_000).to_bytes(4, "little")
    assert height_limit(assemble("ADD BLOCKHEIGHT GREATERTHAN VERIFY")) == 0
    assert height_limit(b"\x05") == 0
    assert height_limit(b"\x51") == 0
    assert BadProgramValue.because("negative quorum").root == "bad value"
