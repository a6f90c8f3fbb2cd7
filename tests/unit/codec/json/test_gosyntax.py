"""The first JSON value of a text, and Go's words for what is wrong with one."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybytomd.codec.json.gojson import Number
from pybytomd.codec.json.gosyntax import Members, Scanner, loads_first, loads_whole, pairs_of
from pybytomd.errors import DecodeError

# As Go 1.19 says it.
WRONG = [
    (b"", "EOF"),
    (b" \n", "EOF"),
    (b"{", "unexpected EOF"),
    (b'{"a', "unexpected EOF"),
    (b'{"a":"\\', "unexpected EOF"),
    (b"tru", "unexpected EOF"),
    (b"-", "unexpected EOF"),
    (b"1.", "unexpected EOF"),
    (b"nope", "invalid character 'o' in literal null (expecting 'u')"),
    (b'{"a":01}', "invalid character '1' after object key:value pair"),
    (b'{"a":1,}', "invalid character '}' looking for beginning of object key string"),
    (b"{a:1}", "invalid character 'a' looking for beginning of object key string"),
    (b"{'a':1}", "invalid character '\\'' looking for beginning of object key string"),
    (b"[1 2]", "invalid character '2' after array element"),
    (b"[1,]", "invalid character ']' looking for beginning of value"),
    (b'{"a" 1}', "invalid character '1' after object key"),
    (b'{"a":"\n"}', "invalid character '\\n' in string literal"),
    (b'{"a":"\\x"}', "invalid character 'x' in string escape code"),
    (b'{"a":"\\u12G4"}', "invalid character 'G' in \\u hexadecimal character escape"),
    (b'{"a":-}', "invalid character '}' in numeric literal"),
    (b'{"a":1.}', "invalid character '}' after decimal point in numeric literal"),
    (b'{"a":1e}', "invalid character '}' in exponent of numeric literal"),
    (b'{"a":NaN}', "invalid character 'N' looking for beginning of value"),
    (b'{"a":-Infinity}', "invalid character 'I' in numeric literal"),
    (b"\xff", "invalid character 'ÿ' looking for beginning of value"),
    (b'{"a":\x00}', "invalid character '\\x00' looking for beginning of value"),
    (b"[" * 100_000, "invalid character '[' exceeded max depth"),
    (b"[" * 5000 + b"]" * 5000, "exceeded max depth"),
]


@pytest.mark.parametrize(("text", "expected"), WRONG, ids=range(len(WRONG)))
def test_errors(text: bytes, expected: str) -> None:
    with pytest.raises(DecodeError) as raised:
        loads_first(text)
    assert str(raised.value) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"{}", {}),
        (b' {"a":1} trailing', {"a": Number("1")}),
        (b"null", None),
        (b"5 6", Number("5")),
        (b"[]]", []),
        (b'{"a":1.50e3}', {"a": Number("1.50e3")}),
        (b'{"a":1,"a":2}', {"a": Number("2")}),
        (b'{"a":"\xff"}', {"a": "\ufffd"}),
        (b'{"a":"\\ud800"}', {"a": "\ufffd"}),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
    ],
)
def test_values(text: bytes, value: object) -> None:
    assert loads_first(text) == value


def test_the_whole_text() -> None:
    assert loads_whole(b' {"a":1} \n') == {"a": Number("1")}
    short = "unexpected end of JSON input"
    wrong = ((b"{} x", "invalid character 'x' after top-level value"), (b"", short), (b"{", short))
    for text, expected in wrong:
        with pytest.raises(DecodeError) as raised:
            loads_whole(text)
        assert str(raised.value) == expected


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(json_values)
def test_valid_json_passes_the_scanner(value: object) -> None:
    Scanner(json.dumps(value).encode()).check()


@given(json_values, st.data())
def test_the_scanner_finds_fault_where_the_parser_does(value: object, data: st.DataObject) -> None:
    text = bytearray(json.dumps([value]).encode())
    position = data.draw(st.integers(0, len(text) - 1))
    text[position] = data.draw(st.sampled_from(b'{}[]",:\\x01 -+.eE\n'))
    try:
        json.loads(text, parse_constant=lambda word: 1 / 0)
    except (ValueError, ZeroDivisionError):
        with pytest.raises(DecodeError):
            loads_whole(bytes(text))
    else:
        loads_whole(bytes(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tru", "invalid character ' ' in literal true (expecting 'e')"),
        ("-", "invalid character ' ' in numeric literal"),
        ("1e", "invalid character ' ' in exponent of numeric literal"),
        ('"\\', "invalid character ' ' in string escape code"),
        ('"x', "unexpected end of JSON input"),
        ('{"a"', "unexpected end of JSON input"),
        ("[1,2", "unexpected end of JSON input"),
        ("", "unexpected end of JSON input"),
    ],
)
def test_a_whole_text_that_is_cut_short(text: str, expected: str) -> None:
    """As bytomcli 1.1.1 says it."""
    with pytest.raises(DecodeError) as raised:
        loads_whole(text.encode())
    assert str(raised.value) == expected


def test_a_name_that_stands_twice() -> None:
    value = loads_first(b'{"a":1,"b":{"c":2,"c":3},"a":"\\ud800"}')
    assert isinstance(value, Members)
    assert value["a"] == "\ufffd"
    assert [name for name, _ in pairs_of(value)] == ["a", "b", "a"]
    inner = value["b"]
    assert isinstance(inner, Members)
    assert [found.text for _, found in inner.pairs if isinstance(found, Number)] == ["2", "3"]
