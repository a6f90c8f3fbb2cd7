"""JSON exactly as Go's ``encoding/json`` writes it, and read the way it reads.

Stored records and API answers are compared byte for byte by clients and by the reference reading our databases.
Objects keep the order of their keys, as Go's structs do; what is a map there must be sorted: ``sort_keys``.

Floats are not written as they are, Go's text for them differs from everybody else's: wrap them as ``Number``.
Source: wallet-and-keys reference, section 0; rpc-and-cli reference, section 3.6.
"""

from __future__ import annotations

import codecs
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Union

import orjson

from pybytomd.codec.json.jsondepth import is_too_deep
from pybytomd.errors import DecodeError

JsonValue = Union[None, bool, int, str, "Number", "Raw", Sequence["JsonValue"], Mapping[str, "JsonValue"]]
"""What can be written. Reading gives dicts and lists."""

MIN_PLAIN_FLOAT, MAX_PLAIN_FLOAT = 1e-6, 1e21
"""Between these a float is written without exponent."""

_HTML = ((b"<", b"\\u003c"), (b">", b"\\u003e"), (b"&", b"\\u0026"))
_LINE_SEPARATORS = (("\u2028".encode(), b"\\u2028"), ("\u2029".encode(), b"\\u2029"))
_ESCAPE = re.compile(rb"\\(.)")
_SHORT_ESCAPES = {b"b": b"\\u0008", b"f": b"\\u000c"}
_STRING_OR_BLANK = re.compile(rb'("(?:[^"\\]|\\.)*")|[ \t\r\n]+', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")


class JsonSyntaxError(DecodeError):
    """Text that is not JSON."""


class Number:
    """A number by its text, which may have more digits than a float holds, or an ending ``.0``."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    @classmethod
    def from_float(cls, value: float) -> Number:
        """The text Go writes for a float64: the shortest that reads back the same."""
        return cls(float_text(value))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Number) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Number({self.text!r})"


class Raw:
    """A value that is JSON text already; written without blanks and with escapes added."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = data


def float_text(value: float) -> str:
    """A float64 as Go writes it in JSON. Raises ValueError for infinities and NaN."""
    if not math.isfinite(value):
        raise ValueError("JSON has no such number")
    shortest = repr(value)
    size = abs(value)
    if size == 0 or MIN_PLAIN_FLOAT <= size < MAX_PLAIN_FLOAT:
        plain = format(Decimal(shortest), "f")
        return plain.rstrip("0").removesuffix(".") if "." in plain else plain
    mantissa, _, exponent = shortest.partition("e")
    sign, digits = exponent[0], exponent[1:].lstrip("0")
    return f"{mantissa}e{sign}{digits}"


def _fragment(value: object) -> orjson.Fragment:
    if isinstance(value, Number):
        return orjson.Fragment(value.text)
    if isinstance(value, Raw):
        return orjson.Fragment(_compact(value.data))
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _compact(text: bytes) -> bytes:
    return _STRING_OR_BLANK.sub(lambda match: match[1] or b"", text)


def _escape_as_go(text: bytes) -> bytes:
    """Escapes added to valid JSON. These characters occur inside strings only, so replacing them is exact."""
    for plain, escaped in _HTML:
        if plain in text:
            text = text.replace(plain, escaped)
    if not text.isascii():  # asked first, for that is by far the fastest of these questions
        for plain, escaped in _LINE_SEPARATORS:
            text = text.replace(plain, escaped)
    return text


def _encode(value: JsonValue, options: int) -> bytes:
    try:
        text = orjson.dumps(value, default=_fragment, option=options)
    except orjson.JSONEncodeError as error:
        if "surrogates" not in str(error):
            raise
        # An argument of a command may hold bytes that are no text: Go writes U+FFFD for each.
        text = orjson.dumps(without_surrogates(value), default=_fragment, option=options)
    if b"\\" in text and (b"\\b" in text or b"\\f" in text):
        text = _ESCAPE.sub(lambda match: _SHORT_ESCAPES.get(match[1], match[0]), text)
    return _escape_as_go(text)


def dumps(value: JsonValue) -> bytes:
    """The compact form. Keys stay in order. Raises TypeError for what is no ``JsonValue``."""
    return _encode(value, orjson.OPT_PASSTHROUGH_DATACLASS)


def dumps_indented(value: JsonValue) -> bytes:
    """The form of ``MarshalIndent`` with two spaces: one member a line, keys sorted at every level."""
    return _encode(value, orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)


def sort_keys(value: JsonValue) -> JsonValue:
    """The value with the keys of every object sorted, as Go writes maps."""
    if isinstance(value, Mapping):
        return {key: sort_keys(value[key]) for key in sorted(value)}
    if isinstance(value, list | tuple):
        return [sort_keys(item) for item in value]
    return value


def _replace_each_byte(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\ufffd" * (error.end - error.start), error.end


codecs.register_error("gojson-replace", _replace_each_byte)


def _float64(text: str) -> Number:
    value = float(text)
    if not math.isfinite(value):
        raise DecodeError(f"json: cannot unmarshal number {text} into Go value of type float64")
    return Number.from_float(value)


def _refuse_constant(text: str) -> JsonValue:
    # Go sees the first letter of NaN, Infinity or -Infinity that fits no value.
    found = text[1] if text[0] == "-" else text[0]
    where = "in numeric literal" if text[0] == "-" else "looking for beginning of value"
    raise JsonSyntaxError(f"invalid character '{found}' {where}")


def without_surrogates(value: JsonValue) -> JsonValue:
    """The value with lone surrogates in its texts replaced by U+FFFD, as Go reads them."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {_SURROGATE.sub("\ufffd", key): without_surrogates(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [without_surrogates(item) for item in value]
    return value


def _read(data: bytes | str, number: Callable[[str], Number]) -> JsonValue:
    if is_too_deep(data):
        raise JsonSyntaxError("exceeded max depth")
    text = data.decode("utf-8", "gojson-replace") if isinstance(data, bytes) else data
    try:
        value: JsonValue = json.loads(text, parse_int=number, parse_float=number, parse_constant=_refuse_constant)
        return without_surrogates(value) if "\\ud" in text.lower() else value
    except json.JSONDecodeError as error:
        raise _syntax_error(text, error) from error
    except RecursionError as error:
        raise JsonSyntaxError("exceeded max depth") from error


def _syntax_error(text: str, error: json.JSONDecodeError) -> JsonSyntaxError:
    rest = text[error.pos :].lstrip(" \t\r\n")
    if not rest or error.msg.startswith("Unterminated"):
        return JsonSyntaxError("unexpected end of JSON input")
    where = "after top-level value" if error.msg == "Extra data" else "looking for beginning of value"
    return JsonSyntaxError(f"invalid character {rest[0]!r} {where}")


def loads(data: bytes | str) -> JsonValue:
    """The value of a JSON text; numbers keep their text (Go's ``UseNumber``). Raises JsonSyntaxError.

    Damaged UTF-8 and lone surrogates become U+FFFD. Texts of syntax errors are Go's for text that is cut short,
    and close to it otherwise.
    """
    return _read(data, Number)


def loads_float64(data: bytes | str) -> JsonValue:
    """The value of a JSON text; every number becomes a float64, as Go reads into an untyped field.

    Raises JsonSyntaxError, or DecodeError for a number too large for a float.
    """
    return _read(data, _float64)


def is_json(data: bytes) -> bool:
    """Whether the bytes are JSON as the reference reads it into an untyped value."""
    try:
        loads_float64(data)
    except DecodeError:
        return False
    return True
