"""The first JSON value of a text, and Go's words for what is wrong with it.

An API request is one JSON value; what follows it is ignored. Valid requests, nearly all, go through Python's own
parser. Only when that fails is the text scanned again, for the error as Go 1.19 puts it
(``encoding/json/scanner.go``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress

from pybytomd.codec.golang.goquote import quote
from pybytomd.codec.json import gojson
from pybytomd.codec.json.jsondepth import is_too_deep
from pybytomd.errors import DecodeError

MAX_DEPTH = 10_000
"""Arrays and objects inside each other that Go reads; ours is in ``jsondepth``."""

TOO_SHORT = "unexpected end of JSON input"
_BLANKS = re.compile(rb"[ \t\r\n]*")
_STRING_PART = re.compile(rb'[^\x00-\x1f"\\]*')
_DIGITS = re.compile(rb"[0-9]*")
_HEX_DIGITS = frozenset(b"0123456789abcdefABCDEF")
_LITERALS = {ord("t"): b"true", ord("f"): b"false", ord("n"): b"null"}
_CLOSING = {ord("{"): ord("}"), ord("["): ord("]")}


class EmptyText(DecodeError):
    """There is no value at all."""

    message = "EOF"


class CutShort(DecodeError):
    """The text ends inside the value."""

    message = "unexpected EOF"


class Members(dict[str, gojson.JsonValue]):
    """An object in which a name stands more than once. As a dict the last value counts; ``pairs`` has all."""

    __slots__ = ("pairs",)

    def __init__(self, pairs: list[tuple[str, gojson.JsonValue]]) -> None:
        super().__init__(pairs)
        self.pairs = pairs


def pairs_of(value: Mapping[str, gojson.JsonValue]) -> Iterable[tuple[str, gojson.JsonValue]]:
    """The members of an object in the order in which they stand, each as often as it does."""
    return value.pairs if isinstance(value, Members) else value.items()


def fold(name: str) -> str:
    """A name as Go compares it with those of a struct's fields: without case, and by Unicode.

    Besides the letters of ASCII this is about two signs: the long s (U+017F) and that of Kelvin (U+212A), which
    ``lower`` knows. What else it maps becomes no ASCII, so it equals no field.
    """
    return name.lower().replace("\u017f", "s")


def _refuse(text: str) -> gojson.JsonValue:
    raise gojson.JsonSyntaxError(f"{text} is no JSON value")


def _members(pairs: list[tuple[str, gojson.JsonValue]]) -> dict[str, gojson.JsonValue]:
    members = dict(pairs)
    return members if len(members) == len(pairs) else Members(pairs)


_DECODER = json.JSONDecoder(
    parse_int=gojson.Number, parse_float=gojson.Number, parse_constant=_refuse, object_pairs_hook=_members
)


def loads_first(data: bytes | bytearray) -> gojson.JsonValue:
    """The first value of a text; numbers keep their text (``UseNumber``). Raises DecodeError with Go's text.

    An object in which a name stands twice is ``Members``.
    """
    return _read(data)[0]


def loads_whole(data: bytes | bytearray) -> gojson.JsonValue:
    """The value of a text that holds nothing else; the rest is as for ``loads_first`` (Go's ``Unmarshal``)."""
    try:
        value, rest = _read(bytes(data))
    except EmptyText as error:
        raise gojson.JsonSyntaxError(TOO_SHORT) from error
    except CutShort as error:
        with suppress(CutShort):
            Scanner(data + b" ").check()  # as Go does at the end, so that a word that is cut short meets a blank
        raise gojson.JsonSyntaxError(TOO_SHORT) from error
    after = rest.lstrip(" \t\r\n")
    if after:
        raise _wrong(after[0], "after top-level value")
    return value


def _read(data: bytes | bytearray) -> tuple[gojson.JsonValue, str]:
    """The first value, and the text after it. A ``bytearray`` is emptied on the way: large texts are held once."""
    start = _end_of_blanks(data)
    if start == len(data):
        raise EmptyText
    if data[start] not in b'{["':  # a lone word or number may end too early for one parser and not for the other
        Scanner(data).check()
    if is_too_deep(data):
        Scanner(data).check()
        raise gojson.JsonSyntaxError("exceeded max depth")
    text = str(memoryview(data)[start:] if start else data, "utf-8", "gojson-replace")
    if isinstance(data, bytearray):
        data.clear()
    try:
        value, end = _DECODER.raw_decode(text)
        if "\\ud" in text or "\\uD" in text:
            value = _without_surrogates(value)
    except (json.JSONDecodeError, gojson.JsonSyntaxError) as error:
        Scanner(data or text.encode()).check()
        raise gojson.JsonSyntaxError(str(error)) from error
    except RecursionError as error:
        Scanner(data or text.encode()).check()
        raise gojson.JsonSyntaxError("exceeded max depth") from error
    return value, text[end:]


def _end_of_blanks(data: bytes | bytearray) -> int:
    match = _BLANKS.match(data)
    return 0 if match is None else match.end()


def _without_surrogates(value: gojson.JsonValue) -> gojson.JsonValue:
    """As in ``gojson``, names that stand twice included."""
    if isinstance(value, str):
        return gojson.without_surrogates(value)
    if isinstance(value, Mapping):
        return _members(
            [(str(_without_surrogates(name)), _without_surrogates(item)) for name, item in pairs_of(value)]
        )
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    return value


def _wrong(letter: str, where: str) -> gojson.JsonSyntaxError:
    shown = {"'": r"'\''", '"': "'\"'"}.get(letter, f"'{quote(letter)[1:-1]}'")
    return gojson.JsonSyntaxError(f"invalid character {shown} {where}")


class Scanner:
    """Walks over one JSON value to find where it breaks the syntax."""

    def __init__(self, data: bytes | bytearray) -> None:
        self._data = data
        self._at = 0

    def check(self) -> None:
        """Pass over the first value. Raises DecodeError at the first wrong byte, or at an early end."""
        open_marks: list[int] = []
        while True:
            mark = self._begin_value(open_marks)
            if mark is not None:
                open_marks.append(mark)
                continue
            while open_marks and self._after_value(open_marks[-1]):
                open_marks.pop()
            if not open_marks:
                return

    def _begin_value(self, open_marks: list[int]) -> int | None:
        """Pass over a scalar or an empty container (None), or into a container (its opening mark)."""
        byte = self._next()
        if byte in _CLOSING:
            if len(open_marks) >= MAX_DEPTH:
                raise self._wrong("exceeded max depth")
            self._at += 1
            if self._next() == _CLOSING[byte]:
                self._at += 1
                return None
            if byte == ord("{"):
                self._key()
            return byte
        if byte == ord('"'):
            self._string()
        elif byte == ord("-") or 0x30 <= byte <= 0x39:
            self._number(is_whole_text=not open_marks)
        elif byte in _LITERALS:
            self._literal(_LITERALS[byte])
        else:
            raise self._wrong("looking for beginning of value")
        return None

    def _after_value(self, mark: int) -> bool:
        """Pass over what follows a value in a container; whether the container ends there."""
        byte = self._next()
        if byte == _CLOSING[mark]:
            self._at += 1
            return True
        if byte != ord(","):
            raise self._wrong("after array element" if mark == ord("[") else "after object key:value pair")
        self._at += 1
        if mark == ord("{"):
            self._next()
            self._key()
        return False

    def _key(self) -> None:
        if self._data[self._at] != ord('"'):
            raise self._wrong("looking for beginning of object key string")
        self._string()
        if self._next() != ord(":"):
            raise self._wrong("after object key")
        self._at += 1

    def _string(self) -> None:
        self._at += 1
        while True:
            self._at = self._skip(_STRING_PART)
            byte = self._here()
            if byte == ord('"'):
                self._at += 1
                return
            if byte != ord("\\"):
                raise self._wrong("in string literal")
            self._at += 1
            self._escape()

    def _escape(self) -> None:
        byte = self._here()
        if byte not in b'bfnrt\\/"u':
            raise self._wrong("in string escape code")
        self._at += 1
        if byte == ord("u"):
            for _ in range(4):
                if self._here() not in _HEX_DIGITS:
                    raise self._wrong("in \\u hexadecimal character escape")
                self._at += 1

    def _number(self, *, is_whole_text: bool) -> None:
        if self._here() == ord("-"):
            self._at += 1
            if not 0x30 <= self._here() <= 0x39:
                raise self._wrong("in numeric literal")
        self._at = self._at + 1 if self._here() == ord("0") else self._skip(_DIGITS)
        if self._peek() == ord("."):
            self._at += 1
            self._some_digits("after decimal point in numeric literal")
        if self._peek() in (ord("e"), ord("E")):
            self._at += 1
            if self._here() in b"+-":
                self._at += 1
            self._some_digits("in exponent of numeric literal")
        if not is_whole_text:
            self._here()

    def _some_digits(self, where: str) -> None:
        if not 0x30 <= self._here() <= 0x39:
            raise self._wrong(where)
        self._at = self._skip(_DIGITS)

    def _literal(self, word: bytes) -> None:
        for position, expected in enumerate(word):
            if self._here() != expected:
                raise self._wrong(f"in literal {word.decode()} (expecting {chr(word[position])!r})")
            self._at += 1

    def _skip(self, pattern: re.Pattern[bytes]) -> int:
        match = pattern.match(self._data, self._at)
        return self._at if match is None else match.end()

    def _peek(self) -> int | None:
        return self._data[self._at] if self._at < len(self._data) else None

    def _here(self) -> int:
        if self._at >= len(self._data):
            raise CutShort
        return self._data[self._at]

    def _next(self) -> int:
        self._at = self._skip(_BLANKS)
        return self._here()

    def _wrong(self, where: str) -> gojson.JsonSyntaxError:
        return _wrong(chr(self._data[self._at]), where)
