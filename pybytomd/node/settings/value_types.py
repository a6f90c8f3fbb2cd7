"""What a setting holds, and how its value is read: strictly from a flag, weakly typed from elsewhere.

Source: rpc-and-cli reference, section 1.4; Go's ``pflag`` and ``mapstructure`` with weakly typed input.
"""

from __future__ import annotations

from enum import Enum

from pybytomd.codec.golang.gonumbers import parse_bool, parse_int, parse_uint
from pybytomd.errors import DecodeError

Value = str | int | bool

_INT_RANGE = range(-(1 << 63), 1 << 63)
_UINT_RANGE = range(1 << 64)


class Kind(Enum):
    """What a setting holds. The value is the name that help texts show, none for a switch: it needs no value."""

    TEXT = "string"
    INTEGER = "int"
    UNSIGNED = "uint"
    SWITCH = ""

    @property
    def zero(self) -> Value:
        """What there is without a value; help texts do not mention it as a default."""
        match self:
            case Kind.TEXT:
                return ""
            case Kind.SWITCH:
                return False
            case _:
                return 0

    def parse(self, text: str) -> Value:
        """The value of a text. Raises DecodeError."""
        match self:
            case Kind.SWITCH:
                return parse_bool(text)
            case Kind.INTEGER:
                return parse_int(text)
            case Kind.UNSIGNED:
                return parse_uint(text)
            case Kind.TEXT:
                return text

    def convert(self, name: str, value: object) -> Value:
        """A value of a configuration file as this kind: ``"7"`` is an integer too, ``1`` is true.

        ``name`` is the setting, for the error. Raises DecodeError.
        """
        if isinstance(value, str):
            return self._from_text(name, value)
        if isinstance(value, bool | int | float):
            converted = self._from_number(value)
            if converted is not None:
                return converted
        raise DecodeError(
            f"'{name}' expected type '{self._go_type}', got unconvertible type '{_go_type_of(value)}'"
        )

    def _from_text(self, name: str, text: str) -> Value:
        if self is Kind.SWITCH and not text:
            return False
        try:
            return self.parse(text)
        except DecodeError as error:
            word = "bool" if self is Kind.SWITCH else self.value
            raise DecodeError(f"cannot parse '{name}' as {word}: {error}") from error

    def _from_number(self, value: float) -> Value | None:
        match self:
            case Kind.SWITCH:
                return value != 0
            case Kind.TEXT if isinstance(value, bool):
                return "1" if value else "0"
            case Kind.TEXT:
                return str(value)
            case Kind.INTEGER | Kind.UNSIGNED:
                allowed = _INT_RANGE if self is Kind.INTEGER else _UINT_RANGE
                return int(value) if abs(value) < 1 << 65 and int(value) in allowed else None

    @property
    def _go_type(self) -> str:
        return {Kind.SWITCH: "bool", Kind.UNSIGNED: "uint64"}.get(self, self.value)


def _go_type_of(value: object) -> str:
    match value:
        case dict():
            return "map[string]interface {}"
        case list():
            return "[]interface {}"
        case bool() | int() | float():
            return {bool: "bool", int: "int64"}.get(type(value), "float64")
        case _:
            return "time.Time"
