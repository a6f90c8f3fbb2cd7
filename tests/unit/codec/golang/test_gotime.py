from __future__ import annotations

import pytest

from pybytomd.codec.golang.gotime import format_local_moment, format_moment, parse_moment
from pybytomd.errors import DecodeError


def test_moments_come_back_to_the_nanosecond() -> None:
    assert format_moment(parse_moment("2026-11-23T17:19:26.497406502Z")) == "2026-11-23T17:19:26.497406502Z"
    assert format_moment(parse_moment("2026-11-23T18:19:26.5+01:00")) == "2026-11-23T17:19:26.5Z"
    assert format_moment(1_000_000_000) == "1970-01-01T00:00:01Z"
    assert parse_moment("1970-01-01T00:00:00.5Z") == 500_000_000
    assert parse_moment("1969-12-31T23:59:59Z") == -1_000_000_000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "today",
        "2026-11-23T17:19:26",
        "2026-13-23T17:19:26Z",
        "2026-11-23T17:19:26+99:00",
        "٢٠٢٦-11-23T17:19:26Z",
    ],
)
def test_what_is_no_moment(text: str) -> None:
    with pytest.raises(DecodeError, match="is not a time"):
        parse_moment(text)


@pytest.mark.parametrize(
    ("seconds", "ending"), [(1.5, ".5"), (1.0, ""), (1.000001, ".000001"), (1234567.25, ".25")]
)
def test_local_moments(seconds: float, ending: str) -> None:
    text = format_local_moment(seconds)
    assert text[19:].startswith(ending)
    assert abs(parse_moment(text) - round(seconds * 10**9)) < 1000
