"""JSON objects read the way Go reads them into a struct.

Names match in any case, the last one wins though each is read, unknown ones are passed over, ``null`` and absent
give the zero value, and a value of another type is an error that names the field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pybytomd.codec.hextext import decode_hex
from pybytomd.codec.json.gojson import JsonValue, Number
from pybytomd.codec.json.gosyntax import Members, fold, pairs_of
from pybytomd.errors import DecodeError

T = TypeVar("T")
R = TypeVar("R")

INT_BOUNDS = {
    "int": (-(1 << 63), (1 << 63) - 1),
    "int64": (-(1 << 63), (1 << 63) - 1),
    "uint": (0, (1 << 64) - 1),
    "uint8": (0, (1 << 8) - 1),
    "uint16": (0, (1 << 16) - 1),
    "uint32": (0, (1 << 32) - 1),
    "uint64": (0, (1 << 64) - 1),
}


class TypeMismatch(DecodeError):
    """A value of another type than its field. Go reads on and reports the first of these in the end."""


def whole_number(value: JsonValue, go_type: str) -> int | None:
    """A JSON number as an integer of a Go type; None when it is something else, or out of range."""
    if not isinstance(value, Number):
        if isinstance(value, bool) or not isinstance(value, int):
            return None
        value = Number(str(value))
    low, high = INT_BOUNDS[go_type]
    text = value.text
    if text == "-0" and low == 0:
        return None  # a sign, where there can be none
    if text.removeprefix("-").isdigit() and len(text) < 32 and low <= int(text) <= high:
        return int(text)
    return None


def number_text(value: JsonValue) -> str:
    """What Go calls a number that does not fit a field for numbers; nothing for other values."""
    return f"number {value.text}" if isinstance(value, Number) else ""


def kind_of(value: JsonValue) -> str:
    """What Go calls the type of a JSON value in its errors."""
    match value:
        case bool():
            return "bool"
        case str():
            return "string"
        case Number() | int():
            return "number"
        case Mapping():
            return "object"
        case _:
            return "array"


HASH_DIGITS = 64


def read_hash(value: JsonValue) -> bytes:
    """A hash or an asset id from its hex text; null is all zeros. Raises DecodeError."""
    if value is None:
        return bytes(HASH_DIGITS // 2)
    if not isinstance(value, str):
        raise DecodeError(f"json: cannot unmarshal {kind_of(value)} into Go value of type string")
    if len(value.encode()) != HASH_DIGITS:
        raise DecodeError(f"bad length hash string {len(value.encode())}")
    return decode_hex(value)


class Fields:
    """The members of a JSON object, as fields of the struct named ``struct``.

    Raises DecodeError when the value is no object. ``path`` is where in an outer struct it stands, for errors.
    """

    __slots__ = ("_members", "_pairs", "_path", "_struct")

    def __init__(self, value: JsonValue, struct: str, *, path: str = "", go_type: str = "") -> None:
        if value is None:
            value = {}
        if not isinstance(value, Mapping):
            raise TypeMismatch(
                f"json: cannot unmarshal {kind_of(value)} into Go value of type {go_type or struct}"
            )
        self._members = {fold(name): member for name, member in pairs_of(value)}
        is_plain = len(self._members) == len(value) and not isinstance(value, Members)
        self._pairs = None if is_plain else tuple(pairs_of(value))
        self._struct = struct
        self._path = path

    def value(self, name: str) -> JsonValue:
        """The member as it is; None when absent."""
        return self._members.get(fold(name))

    def each(self, name: str) -> list[JsonValue]:
        """Every value of a name, in order: one, unless it stands more than once, or none."""
        if self._pairs is None:
            return [self.value(name)] if fold(name) in self._members else []
        return [value for member, value in self._pairs if fold(member) == fold(name)]

    def _read(self, name: str, kind: type[T], go_type: str, read: Callable[[T], R]) -> R | None:
        """What ``read`` makes of a member of this kind; None when absent or null.

        Of one that stands more than once the last value counts, but each is read, as Go does.
        """
        values = self._read_each(name, kind, go_type, read)
        return values[-1] if values else None

    def _read_set(self, name: str, kind: type[T], go_type: str, read: Callable[[T], R]) -> R | None:
        """The same for Go types without a nil: null after another value leaves that as it is."""
        values = self._read_each(name, kind, go_type, read)
        return next((value for value in reversed(values) if value is not None), None)

    def _read_each(self, name: str, kind: type[T], go_type: str, read: Callable[[T], R]) -> list[R | None]:
        found = []
        for value in (self.value(name),) if self._pairs is None else self.each(name):
            if value is not None and not isinstance(value, kind):
                raise self.mismatch(name, value, go_type)
            found.append(None if value is None else read(value))
        return found

    def mismatch(self, name: str, value: JsonValue, go_type: str, *, what: str = "") -> TypeMismatch:
        """The error for a member of another type; ``what`` names what it is, by default its kind."""
        field = f"{self._struct}.{self._path}{name}"
        return TypeMismatch(
            f"json: cannot unmarshal {what or kind_of(value)} into Go struct field {field} of type {go_type}"
        )

    def text(self, name: str) -> str:
        """A string; empty when absent. Raises DecodeError."""
        return self._read_set(name, str, "string", str) or ""

    def flag(self, name: str) -> bool:
        """A bool; False when absent. Raises DecodeError."""
        return self._read_set(name, bool, "bool", bool) or False

    def integer(self, name: str, go_type: str = "int") -> int:
        """A whole number in the range of a Go type; 0 when absent. Raises DecodeError."""

        def read(value: Any) -> int:
            number = whole_number(value, go_type)
            if number is None:
                raise self.mismatch(name, value, go_type, what=number_text(value))
            return number

        return self._read_set(name, object, go_type, read) or 0

    def texts(self, name: str) -> list[str] | None:
        """A list of strings; None when absent or null. Raises DecodeError."""

        def read(items: list[Any]) -> list[str]:
            for item in items:
                if item is not None and not isinstance(item, str):
                    raise self.mismatch(name, item, "string")
            return [item or "" for item in items]

        return self._read(name, list, "[]string", read)

    def hex_bytes(self, name: str) -> bytes | None:
        """Bytes from their hex text; None when absent or null. Raises DecodeError."""
        return self._read(name, str, "json.HexBytes", decode_hex)

    def hash(self, name: str) -> bytes | None:
        """A hash or an asset id from its hex text; None when absent or null. Raises DecodeError."""
        return self._read(name, str, "string", read_hash)

    def items(self, name: str, go_type: str) -> list[JsonValue] | None:
        """A list of anything; None when absent or null. ``go_type`` names it in errors. Raises DecodeError."""
        return self._read(name, list, go_type, list)

    def mapping(self, name: str) -> dict[str, JsonValue] | None:
        """An object with names of its own; None when absent or null. Raises DecodeError.

        Quirk: Go puts the members of one that stands twice into the same map.
        """
        found: dict[str, JsonValue] | None = None
        for value in self._read_each(name, dict, "map[string]interface {}", dict):
            if value is None or found is None:
                found = value
            else:
                found.update(value)
        return found

    def inner(self, name: str, struct: str, *, go_type: str = "") -> Fields:
        """A struct inside this one; all its fields are zero when absent. Raises DecodeError.

        Quirk: Go reads one that stands twice into the same struct, and null changes nothing in it.
        """
        objects = [value for value in self._read_each(name, dict, go_type or struct, lambda it: it) if value]
        if len(objects) > 1:
            objects = [Members([pair for value in objects for pair in pairs_of(value)])]
        return Fields(objects[0] if objects else None, struct, path=f"{self._path}{name}.")
