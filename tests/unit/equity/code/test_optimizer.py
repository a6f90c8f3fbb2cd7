"""The rules that shorten opcodes."""

from __future__ import annotations

import pytest

from pybytomd.equity.code.optimizer import RULES, optimize
from pybytomd.equity.errors import CompileError
from pybytomd.equity.source.limits import Budget


@pytest.mark.parametrize(("before", "after"), RULES)
def test_a_rule_shortens(before: str, after: str) -> None:
    assert len(after) < len(before)
    expected = " ".join(f"7 {after} NOP".split())
    assert optimize(f"7 {before} NOP", Budget()) == optimize(expected, Budget())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("1 ROLL 1 ROLL", ""),
        ("1 ROLL 1 ROLL 1 ROLL", "SWAP"),
        ("11 ADD 1 ADD", "11 ADD 1ADD"),
        ("2 PICK 2 PICK 2 PICK 2 PICK", "3DUP 2 PICK"),
        ("1 ROLL EQUAL VERIFY", "EQUALVERIFY"),
        ("1 ROLL $a EQUAL", "SWAP $a EQUAL"),
        ("0 PICK 2 PICK EQUAL VERIFY", "2DUP EQUALVERIFY"),
    ],
)
def test_rules_work_together(before: str, after: str) -> None:
    assert optimize(before, Budget()) == after


def test_it_ends() -> None:
    with pytest.raises(CompileError):
        optimize("SWAP " * 1000, Budget(100))
