"""Nesting is limited alike in every version of Python."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybytomd.codec.json import gojson
from pybytomd.codec.json.gosyntax import loads_first, loads_whole
from pybytomd.codec.json.jsondepth import MAX_DEPTH, is_too_deep
from pybytomd.errors import DecodeError

READERS = [gojson.loads, gojson.loads_float64, loads_first, loads_whole]


WRITTEN = 250
"""Deeper values cannot be written."""


def nested(depth: int, innermost: bytes = b"1") -> bytes:
    return b'{"a":[' * (depth // 2) + innermost + b"]}" * (depth // 2)


@pytest.mark.parametrize("read", READERS)
def test_deep_text_is_read(read: Callable[[bytes], gojson.JsonValue]) -> None:
    text = nested(WRITTEN, b'"\\ud800"')
    assert gojson.dumps(read(text)) == text.replace(b"\\ud800", "\ufffd".encode())
    assert read(nested(MAX_DEPTH))


@pytest.mark.parametrize("read", READERS)
def test_a_surrogate_in_it_is_read_or_refused(read: Callable[[bytes], gojson.JsonValue]) -> None:
    """Replacing it takes a call for each level, and there may not be so many left."""
    try:
        read(nested(MAX_DEPTH, b'"\\ud800"'))
    except DecodeError as error:
        assert str(error) == "exceeded max depth"


@pytest.mark.parametrize("depth", [MAX_DEPTH + 2, 800, 3000, 9000, 100_000])
@pytest.mark.parametrize("read", READERS)
def test_deeper_text_is_refused(read: Callable[[bytes], gojson.JsonValue], depth: int) -> None:
    with pytest.raises(DecodeError, match="exceeded max depth"):
        read(nested(depth))


@pytest.mark.parametrize(
    ("text", "too_deep"),
    [
        (b"[]" * 1000, False),
        (b'{"a":"' + b"[" * 1000 + b'"}', False),
        (b'["\\"' + b"[" * 1000 + b'\\\\"]', False),
        (b'["\\\\"' + b",[" * 1000, True),
        (b"[" * (MAX_DEPTH + 1), True),
        (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, False),
        (b"]" * 1000 + b"[" * 1000, False),
    ],
)
def test_what_counts(text: bytes, too_deep: bool) -> None:
    assert is_too_deep(text) is is_too_deep(text.decode()) is is_too_deep(bytearray(text)) is too_deep


JSON = st.recursive(
    st.none() | st.text('["]{\\}a'),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text('["]{\\}a', max_size=3), inner, max_size=3)
    ),
)


def depth_of(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth_of, value.values()), default=0)
    return 1 + max(map(depth_of, value), default=0) if isinstance(value, list) else 0


@given(JSON, st.integers(0, MAX_DEPTH + 10))
def test_the_depth_is_that_of_the_value(value: object, around: int) -> None:
    text = "[" * around + json.dumps(value) + "]" * around
    assert is_too_deep(text) is (around + depth_of(value) > MAX_DEPTH)
