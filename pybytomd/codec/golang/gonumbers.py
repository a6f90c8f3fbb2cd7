"""Numbers and truth values as Go's ``strconv`` reads them from text: settings and flags of the reference."""

from __future__ import annotations

import re

from pybytomd.codec.golang.goquote import quote
from pybytomd.errors import DecodeError

TRUE_WORDS = frozenset({"1", "t", "T", "TRUE", "true", "True"})
FALSE_WORDS = frozenset({"0", "f", "F", "FALSE", "false", "False"})

_DIGITS = r"(?:0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?[0-7])*|[1-9](?:_?[0-9])*)"
_UNSIGNED = re.compile(_DIGITS)
_SIGNED = re.compile(r"[+-]?" + _DIGITS)
_MAX_DIGITS = 100
"""Longer texts are out of any range; they are not converted."""


def parse_bool(text: str) -> bool:
    """One of Go's words for true and false. Raises DecodeError."""
    if text in TRUE_WORDS:
        return True
    if text in FALSE_WORDS:
        return False
    raise DecodeError(f"strconv.ParseBool: parsing {quote(text)}: invalid syntax")


def parse_int(text: str) -> int:
    """A 64-bit integer; the prefixes ``0x``, ``0o``, ``0`` and ``0b`` give the base. Raises DecodeError."""
    return _parse(text, _SIGNED, "ParseInt", -(1 << 63), (1 << 63) - 1)


def parse_uint(text: str) -> int:
    """A 64-bit integer without sign, else as ``parse_int``. Raises DecodeError."""
    return _parse(text, _UNSIGNED, "ParseUint", 0, (1 << 64) - 1)


def _parse(text: str, syntax: re.Pattern[str], function: str, low: int, high: int) -> int:
    if syntax.fullmatch(text) is None:
        raise DecodeError(f"strconv.{function}: parsing {quote(text)}: invalid syntax")
    if len(text) <= _MAX_DIGITS:
        number = int(_python_digits(text), 0)
        if low <= number <= high:
            return number
    raise DecodeError(f"strconv.{function}: parsing {quote(text)}: value out of range")


def _python_digits(text: str) -> str:
    """Go's ``017`` is octal, Python wants ``0o17``."""
    sign, digits = (text[0], text[1:]) if text[0] in "+-" else ("", text)
    if len(digits) > 1 and digits[0] == "0" and digits[1] in "01234567_":
        digits = "0o" + digits[1:].removeprefix("_")
    return sign + digits
