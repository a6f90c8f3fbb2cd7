"""JSON as Go writes it. Expected texts are the output of Go 1.19."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybytomd.codec.json import gojson
from pybytomd.codec.json.gojson import JsonSyntaxError, Number, Raw
from pybytomd.errors import DecodeError

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<a&b>", '"\\u003ca\\u0026b\\u003e"'),
        ("\u2028\u2029\u2027", '"\\u2028\\u2029\u2027"'),
        ("\b\f\n\r\t\x01\x7f", '"\\u0008\\u000c\\n\\r\\t\\u0001\x7f"'),
        ("\\b\\f\\\b", '"\\\\b\\\\f\\\\\\u0008"'),
        ('"/', '"\\"/"'),
        ("黄金", '"黄金"'),
        (2**64 - 1, "18446744073709551615"),
        ({"b": [], "a": {}, "c": None, "d": (True, -1)}, '{"b":[],"a":{},"c":null,"d":[true,-1]}'),
        (Number("100.0"), "100.0"),
        (Raw(b' { "a <" : [ 1.0 , 2 ] } '), '{"a \\u003c":[1.0,2]}'),
    ],
)
def test_compact_form(value: gojson.JsonValue, expected: str) -> None:
    assert gojson.dumps(value).decode() == expected


def test_indented_form_is_sorted() -> None:
    value = {"b": [1, {}], "a": {"<": []}, "é": Number("1.0")}
    expected = '{\n  "a": {\n    "\\u003c": []\n  },\n  "b": [\n    1,\n    {}\n  ],\n  "é": 1.0\n}'
    assert gojson.dumps_indented(value).decode() == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0, "0"),
        (-0.0, "-0"),
        (1.0, "1"),
        (-5.0, "-5"),
        (0.1, "0.1"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (12345678901234567890.0, "12345678901234567000"),
        (1.2345678901234568e22, "1.2345678901234568e+22"),
        (0.000001, "0.000001"),
        (0.0000001, "1e-7"),
        (1.5e-10, "1.5e-10"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
    ],
)
def test_floats(value: float, expected: str) -> None:
    assert gojson.float_text(value) == expected


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_numbers_json_has_not(value: float) -> None:
    with pytest.raises(ValueError, match="no such number"):
        gojson.float_text(value)


def test_other_types_are_refused() -> None:
    with pytest.raises(TypeError):
        gojson.dumps({"a": object()})  # type: ignore[dict-item]


def test_sorting_goes_all_the_way_down() -> None:
    assert list(gojson.sort_keys({"b": [{"z": 1, "y": 2}], "a": 1})) == ["a", "b"]  # type: ignore[arg-type]
    assert gojson.dumps(gojson.sort_keys([{"z": 1, "y": ({"b": 1, "a": 2},)}])) == b'[{"y":[{"a":2,"b":1}],"z":1}]'


def test_reading_keeps_the_text_of_numbers() -> None:
    assert gojson.loads(b"[1.0,12345678901234567890123,1E5]") == [
        Number("1.0"),
        Number("12345678901234567890123"),
        Number("1E5"),
    ]


def test_reading_into_floats() -> None:
    assert gojson.loads_float64("[1.0,12345678901234567890123]") == [Number("1"), Number("1.2345678901234568e+22")]
    with pytest.raises(DecodeError, match="cannot unmarshal number 1e999"):
        gojson.loads_float64("1e999")


@pytest.mark.parametrize(
    ("text", "expected"),
    [(b'"\xe4\xb8"', "\ufffd\ufffd"), (b'"\\ud800x"', "\ufffdx"), (b'{"\\udfff":["\\uD83D\\uDE00"]}', None)],
)
def test_damaged_text_is_replaced(text: bytes, expected: str | None) -> None:
    assert gojson.loads(text) == (expected if expected is not None else {"\ufffd": ["😀"]})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "unexpected end of JSON input"),
        ('{"a":"b', "unexpected end of JSON input"),
        ("[1,", "unexpected end of JSON input"),
        ("nope", "invalid character 'n' looking for beginning of value"),
        ("{} x", "invalid character 'x' after top-level value"),
        ("NaN", "invalid character 'N' looking for beginning of value"),
        ("-Infinity", "invalid character 'I' in numeric literal"),
    ],
)
def test_syntax_errors(text: str, expected: str) -> None:
    with pytest.raises(JsonSyntaxError) as raised:
        gojson.loads(text)
    assert str(raised.value) == expected


def test_bottomless_nesting_is_an_error() -> None:
    with pytest.raises(JsonSyntaxError):
        gojson.loads("[" * 200_000)


@given(VALUES)
def test_other_readers_understand_what_is_written(value: gojson.JsonValue) -> None:
    assert json.loads(gojson.dumps(value)) == value
    assert json.loads(gojson.dumps_indented(value)) == value
    assert gojson.dumps(gojson.Raw(gojson.dumps_indented(value))) == gojson.dumps(gojson.sort_keys(value))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_read_back_the_same(value: float) -> None:
    assert float(gojson.float_text(value)) == value
