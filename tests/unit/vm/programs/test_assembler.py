"""Programs as text, and text as programs."""

from __future__ import annotations

import pytest

from pybytomd.vm.errors import (
    AssemblyError,
    BadToken,
)
from pybytomd.vm.instructions import push_data
from pybytomd.vm.ops import OPERATIONS
from pybytomd.vm.programs.assembler import assemble
from pybytomd.vm.programs.disassembler import disassemble_or_marks, listing


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("'open", BadToken),
        ("'open\\'", BadToken),
        ("NOSUCH", BadToken),
        ("JUMP", BadToken),
        ("PUSHDATA1", BadToken),
        ("9223372036854775808", BadToken),
        ("JUMP:$nowhere", AssemblyError),
        ("$twice $twice", AssemblyError),
        ("JUMP:words", AssemblyError),
        ("JUMP:4294967296", AssemblyError),
    ],
)
def test_text_that_is_no_program(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        assemble(text)


def test_jumps_by_number_and_by_label() -> None:
    assert assemble("JUMP:7 TRUE") == b"\x63\x07\x00\x00\x00\x51"
    assert assemble("$a TRUE JUMPIF:$a") == b"\x51\x64\x00\x00\x00\x00"
    assert assemble("'it\\'s'") == push_data(b"it's")


def test_listings() -> None:
    assert listing(b"\x51\x02ab") == "1 01\nDATA_2 6162\n"
    assert disassemble_or_marks(b"\x05") == "???"
    assert OPERATIONS[0x50] is None
    assert OPERATIONS[0x51] is not None


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("JUMP:99999999999999999999a:", 'parsing "99999999999999999999a:": value out of range'),
        ("JUMP:4294967296", 'parsing "4294967296": value out of range'),
        ("JUMP:ab\\c", 'parsing "ab\\\\c": invalid syntax'),
        ("JUMP:" + "9" * 5000, "value out of range"),
    ],
)
def test_bad_jump_targets_are_complained_of_as_go_does(text: str, error: str) -> None:
    with pytest.raises(AssemblyError) as caught:
        assemble(text)
    assert caught.value.root.endswith(error)


def test_numbers_of_any_length_are_read_or_refused() -> None:
    assert assemble("-" + "0" * 5000 + "5") == assemble("-5")
    with pytest.raises(BadToken):
        assemble("9" * 5000)
