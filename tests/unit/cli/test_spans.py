"""Spans of time as people type them."""

import pytest

from pybytomd.cli.spans import seconds_of
from pybytomd.errors import ConfigError


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [("90s", 90), ("15m", 900), ("12h", 43_200), ("30D", 2_592_000), ("2w", 1_209_600), ("7", 7)],
)
def test_spans_of_time(typed: str, seconds: int) -> None:
    assert seconds_of(typed) == seconds


@pytest.mark.parametrize("typed", ["", "d", "1y", "-1d", "1.5h", "1d12h", "9" * 11, "１d"])
def test_what_is_no_span_of_time(typed: str) -> None:
    with pytest.raises(ConfigError, match="write 90s, 15m, 12h, 30d or 2w"):
        seconds_of(typed)
