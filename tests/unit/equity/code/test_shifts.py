"""Where clauses start."""

from __future__ import annotations

import pytest

from pybytomd.equity.code.shifts import clause_shifts
from pybytomd.equity.errors import ShiftError
from tests.unit.equity.sources import compiled, with_clauses

NONE, NUMBER = "", "x: Integer"


@pytest.mark.parametrize(
    ("clauses", "parameters", "expected"),
    [
        ("clause a() { }", NONE, {"a": "00000000"}),
        ("clause a() { } clause b() { }", NONE, {"a": "00000000", "b": "0a000000", "ending": "0a000000"}),
        (
            "clause a() { if x { verify x > 1 } } clause b() { verify x > 2 } clause d() { verify x > 3 }",
            NUMBER,
            {"a": "00000000", "b": "1f000000", "d": "26000000", "ending": "29000000"},
        ),
        (
            "clause ending() { verify x > 1 } clause b() { verify x > 2 }",
            NUMBER,
            {"ending": "0f000000", "b": "0d000000"},
        ),
    ],
)
def test_shifts(clauses: str, parameters: str, expected: dict[str, str]) -> None:
    assert clause_shifts(compiled(with_clauses(clauses, parameters))) == expected


def test_a_body_that_is_not_of_the_contract() -> None:
    contract = compiled(with_clauses("clause a() { } clause b() { }", ""))
    contract.body = b"\x51"
    with pytest.raises(ShiftError, match="is not equal to the number of jumpif instruction"):
        clause_shifts(contract)
