"""Amounts of people and of the chain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybytomd.cli.own.payments.amounts import MAX_AMOUNT, format_amount, parse_amount
from pybytomd.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "decimals", "units"),
    [
        ("1.5", 8, 150_000_000),
        ("0.1", 8, 10_000_000),
        ("0.00000001", 8, 1),
        ("1.50000000000", 8, 150_000_000),
        ("007", 0, 7),
        ("92233720368.54775807", 8, MAX_AMOUNT),
        ("1", 18, 10**18),
    ],
)
def test_what_people_write(text: str, decimals: int, units: int) -> None:
    assert parse_amount(text, decimals) == units


@pytest.mark.parametrize(
    "text",
    ["", "0", "0.0", "-1", "+1", "1e3", "1,5", ".5", "1.", " 1", "1\n", "nan", "inf", "１", "0x1", "1_0",
     "1.123456789", "92233720368.54775808", "9" * 400],
)  # fmt: skip
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(ConfigError):
        parse_amount(text, 8)


@given(st.integers(1, MAX_AMOUNT), st.integers(0, 18))
def test_an_amount_is_read_as_it_was_shown(units: int, decimals: int) -> None:
    assert parse_amount(format_amount(units, decimals), decimals) == units


@pytest.mark.parametrize(
    ("units", "decimals", "text"), [(0, 8, "0"), (100, 0, "100"), (-150_000_000, 8, "-1.5"), (10**9, 8, "10")]
)
def test_zeros_and_signs(units: int, decimals: int, text: str) -> None:
    assert format_amount(units, decimals) == text
