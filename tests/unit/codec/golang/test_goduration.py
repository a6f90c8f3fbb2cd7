"""Spans of time: the forms Go takes, and those it does not."""

import pytest

from pybytomd.codec.golang.goduration import parse_duration
from pybytomd.errors import DecodeError

SECOND = 10**9


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("0", 0),
        ("-0", 0),
        ("1s", SECOND),
        ("5m", 300 * SECOND),
        ("1h30m", 5400 * SECOND),
        ("-1.5h", -5400 * SECOND),
        ("+300ms", 300_000_000),
        (".5s", SECOND // 2),
        ("1.s", SECOND),
        ("3us", 3_000),
        ("3µs", 3_000),
        ("3μs", 3_000),
        ("1.0000000000000000000000000000001ns", 1),
        ("9223372036854775807ns", (1 << 63) - 1),
    ],
)
def test_durations(text: str, nanoseconds: int) -> None:
    assert parse_duration(text) == nanoseconds


@pytest.mark.parametrize(
    "text",
    ["", "-", "1", "s", ".s", "1d", "1s1", "1 s", "--1s", "9223372036854775808ns", "9" * 5000 + "h", "1e3s"],
)
def test_what_is_none(text: str) -> None:
    with pytest.raises(DecodeError, match="time: invalid duration"):
        parse_duration(text)
