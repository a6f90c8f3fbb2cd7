"""Objects read as Go structs."""

from collections.abc import Callable

import pytest

from pybytomd.codec.json import gojson
from pybytomd.codec.json.gofields import Fields
from pybytomd.codec.json.gojson import Number
from pybytomd.codec.json.gosyntax import loads_first
from pybytomd.errors import DecodeError


def fields(text: str) -> Fields:
    return Fields(gojson.loads(text), "Thing", go_type="pkg.Thing")


def test_names_match_in_any_case_and_the_last_wins() -> None:
    assert fields('{"NAME":"a","name":"b","Name":"c"}').text("name") == "c"


def test_absent_and_null_are_zero() -> None:
    for text in ("{}", '{"a":null}', "null"):
        thing = fields(text)
        assert (thing.text("a"), thing.integer("a"), thing.flag("a")) == ("", 0, False)
        assert (thing.texts("a"), thing.mapping("a"), thing.value("a")) == (None, None, None)
        assert thing.inner("a", "Inner").text("b") == ""


def test_values() -> None:
    thing = fields('{"a":"x","b":-3,"c":true,"d":["y"],"e":{"f":1},"g":18446744073709551615}')
    assert thing.text("a") == "x"
    assert thing.integer("b") == -3
    assert thing.flag("c") is True
    assert thing.texts("d") == ["y"]
    assert thing.mapping("e") == {"f": gojson.Number("1")}
    assert thing.integer("g", "uint64") == 2**64 - 1


@pytest.mark.parametrize(
    ("text", "read", "expected"),
    [
        ('{"a":1}', lambda f: f.text("a"), "number into Go struct field Thing.a of type string"),
        ('{"a":"1"}', lambda f: f.integer("a"), "string into Go struct field Thing.a of type int"),
        ('{"a":1.0}', lambda f: f.integer("a"), "number 1.0 into Go struct field Thing.a of type int"),
        ('{"a":256}', lambda f: f.integer("a", "uint8"), "number 256 into Go struct field Thing.a of type uint8"),
        ('{"a":-1}', lambda f: f.integer("a", "uint64"), "number -1 into Go struct field Thing.a of type uint64"),
        ('{"a":true}', lambda f: f.integer("a"), "bool into Go struct field Thing.a of type int"),
        ('{"a":[]}', lambda f: f.flag("a"), "array into Go struct field Thing.a of type bool"),
        ('{"a":{}}', lambda f: f.texts("a"), "object into Go struct field Thing.a of type []string"),
        ('{"a":["x",1]}', lambda f: f.texts("a"), "number into Go struct field Thing.a of type string"),
        (
            '{"a":[]}',
            lambda f: f.mapping("a"),
            "array into Go struct field Thing.a of type map[string]interface {}",
        ),
        ('{"a":[]}', lambda f: f.inner("a", "In"), "array into Go struct field Thing.a of type In"),
        (
            '{"a":{"b":1}}',
            lambda f: f.inner("a", "In").text("b"),
            "number into Go struct field In.a.b of type string",
        ),
        ("[]", lambda f: f, "array into Go value of type pkg.Thing"),
    ],
)
def test_mismatches(text: str, read: object, expected: str) -> None:
    with pytest.raises(DecodeError) as raised:
        read(fields(text))  # type: ignore[operator]
    assert str(raised.value) == f"json: cannot unmarshal {expected}"


def test_each_value_of_a_name_is_read() -> None:
    twice = Fields(loads_first(b'{"a":"x","A":5,"l":[5],"l":[]}'), "Thing")
    assert twice.each("a") == ["x", Number("5")]
    assert twice.each("none") == []
    for read in (twice.integer, twice.text):
        with pytest.raises(DecodeError):
            read("a")
    with pytest.raises(DecodeError):
        twice.texts("l")
    assert Fields({"\u017f": "x"}, "Thing").text("s") == "x"
    assert Fields({"s": "x"}, "Thing").each("S") == ["x"]


@pytest.mark.parametrize(
    ("text", "read", "expected"),
    [
        ('{"a":"x","A":"y"}', lambda f: f.text("a"), "y"),
        ('{"A":"x","a":"y"}', lambda f: f.text("a"), "y"),
        ('{"a":"x","a":"y"}', lambda f: f.text("a"), "y"),
        ('{"a":"x","A":"y","a":"z"}', lambda f: f.text("a"), "z"),
        ('{"A":"y","a":"x","A":"z"}', lambda f: f.value("a"), "z"),
        ('{"a":"x","A":null}', lambda f: f.text("a"), "x"),
        ('{"a":3,"A":4}', lambda f: f.integer("a"), 4),
        ('{"a":3,"A":null}', lambda f: f.integer("a"), 3),
        ('{"a":3,"A":0}', lambda f: f.integer("a"), 0),
        ('{"a":true,"A":false}', lambda f: f.flag("a"), False),
        ('{"a":true,"A":null}', lambda f: f.flag("a"), True),
        ('{"a":["x","y"],"A":["z"]}', lambda f: f.texts("a"), ["z"]),
        ('{"a":["x"],"A":null}', lambda f: f.texts("a"), None),
        ('{"a":[null,"x"]}', lambda f: f.texts("a"), ["", "x"]),
        ('{"a":[1],"A":[]}', lambda f: f.items("a", "[]int"), []),
        ('{"a":"aabb","A":"cc"}', lambda f: f.hex_bytes("a"), b"\xcc"),
        ('{"a":"aabb","A":null}', lambda f: f.hex_bytes("a"), None),
        (f'{{"A":"{"11" * 32}","a":"{"22" * 32}"}}', lambda f: f.hash("a"), bytes.fromhex("22" * 32)),
        ('{"a":{"x":"1","y":"2"},"A":{"y":"4"}}', lambda f: f.mapping("a"), {"x": "1", "y": "4"}),
        ('{"a":{"x":"1"},"A":null}', lambda f: f.mapping("a"), None),
        ('{"a":{"x":"1"},"A":null,"a":{"y":"2"}}', lambda f: f.mapping("a"), {"y": "2"}),
        ('{"a":{"x":"1"},"A":{"y":"2"}}', lambda f: f.inner("a", "In").text("x"), "1"),
        ('{"a":{"x":"1"},"A":{"X":"2"}}', lambda f: f.inner("a", "In").text("x"), "2"),
        ('{"a":{"x":"1"},"A":null}', lambda f: f.inner("a", "In").text("x"), "1"),
    ],
)  # fmt: skip
def test_names_in_several_cases_are_one_field(
    text: str, read: Callable[[Fields], object], expected: object
) -> None:
    """What Go's encoding/json makes of them, asked of Go 1.19."""
    assert read(Fields(loads_first(text.encode()), "Thing")) == expected


@pytest.mark.parametrize("read", [lambda f: f.mapping("a"), lambda f: f.inner("a", "In")])
def test_objects_that_stand_twice_are_each_of_the_right_type(read: Callable[[Fields], object]) -> None:
    with pytest.raises(DecodeError, match=r"cannot unmarshal number into Go struct field Thing\.a"):
        read(Fields(loads_first(b'{"a":1,"A":{}}'), "Thing"))
