"""Words, symbols and literals of a source.

There is no list of tokens: the parser asks whether the text goes on with this or that. Source: equity reference,
section 2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pybytomd.equity.errors import CompileError
from pybytomd.equity.source.syntax import Boolean, Bytes, Expression, Integer
from pybytomd.equity.tables import BINARY_OPERATORS, UNARY_OPERATORS, BinaryOperator, UnaryOperator
from pybytomd.vm.numbers import MAX_INT64, MIN_INT64

# Quirk: 85 and a0 are blanks in Latin-1, which is how the reference sees each byte (equity/compiler/parse.go).
_BLANKS = re.compile(rb"(?:[\t-\r \x85\xa0]|//[^\n]*\n?)*+")
_WORD = re.compile(rb"[A-Za-z_][A-Za-z_0-9]*")
_INTEGER = re.compile(rb"(-?)0*([0-9]*)")
_HEX = re.compile(rb"0[xX]([0-9a-fA-F]{2,})")
_STRING = re.compile(rb"'((?:[^'\\]|\\.)*+)'", re.DOTALL)
_ESCAPE = re.compile(rb"\\(['\"\\bfnrtv])")
_BINARY = re.compile("|".join(map(re.escape, sorted(BINARY_OPERATORS, key=len, reverse=True))).encode())
_UNARY = re.compile(b"[" + re.escape("".join(UNARY_OPERATORS)).encode() + b"]")

ESCAPES: Mapping[bytes, bytes] = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
MAX_DIGITS = 19
"""Of a number of 64 bits."""
SHORTEST_HEX = 5
"""Quirk: bytes that must be left in the source for a literal in hex to be seen, one more than it can have."""


class Scanner:
    """Goes over a source. ``at`` is behind the last thing that was taken."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self.at = 0
        self._blanks_from = -1
        self._start = 0

    def error(self, what: str, *, at: int | None = None) -> CompileError:
        """The error for something at a place, by default behind the last thing taken."""
        before = self._source[: self.at if at is None else at]
        line_start = before.rfind(b"\n") + 1
        return CompileError(f"line {before.count(10) + 1}, col {len(before) - line_start}: {what}")

    @property
    def start(self) -> int:
        """Where the next thing starts, blanks and comments passed over."""
        if self._blanks_from != self.at:
            blanks = _BLANKS.match(self._source, self.at)
            self._blanks_from, self._start = self.at, blanks.end() if blanks else self.at
        return self._start

    def word(self) -> str:
        """The word that comes next; empty if it is something else."""
        found = _WORD.match(self._source, self.start)
        return found[0].decode() if found else ""

    def take_name(self) -> str:
        """A word, whichever. Raises CompileError."""
        name = self.word()
        if not name:
            raise self.error("expected identifier")
        self.at = self.start + len(name)
        return name

    def take_keyword(self, keyword: str) -> None:
        """Raises CompileError if another word comes next."""
        if self.word() != keyword:
            raise self.error(f"expected keyword {keyword}")
        self.at = self.start + len(keyword)

    def sees(self, symbol: str) -> bool:
        """Whether the text goes on with this."""
        return self._source.startswith(symbol.encode(), self.start)

    def take(self, symbol: str) -> None:
        """Raises CompileError if something else comes next."""
        if not self.sees(symbol):
            raise self.error(f"expected {symbol} token")
        self.at = self.start + len(symbol)

    def binary_operator(self) -> BinaryOperator | None:
        """The longest operator that can stand here, not taken yet."""
        found = _BINARY.match(self._source, self.start)
        return BINARY_OPERATORS[found[0].decode()] if found else None

    def take_unary_operator(self) -> UnaryOperator | None:
        """An operator before an operand; the sign of a number is none."""
        found = _UNARY.match(self._source, self.start)
        if found is None or self._integer() is not None:
            return None
        self.at = found.end()
        return UNARY_OPERATORS[found[0].decode()]

    def take_literal(self) -> Expression | None:
        """A number, bytes or a truth value, if there is one. Raises CompileError for one that is cut off."""
        found = self._integer() or self._string() or self._hex() or self._boolean()
        if found is None:
            return None
        literal, self.at = found
        return literal

    def _integer(self) -> tuple[Expression, int] | None:
        found = _INTEGER.match(self._source, self.start)
        if found is None or found[0] in (b"", b"-") or len(found[2]) > MAX_DIGITS:
            return None
        if found[0].endswith(b"0") and self._source[found.end() : found.end() + 1] in (b"x", b"X"):
            return None
        number = int(found[1] + (found[2] or b"0"))
        return (Integer(number), found.end()) if MIN_INT64 <= number <= MAX_INT64 else None

    def _string(self) -> tuple[Expression, int] | None:
        if not self.sees("'"):
            return None
        found = _STRING.match(self._source, self.start)
        if found is None:
            raise self.error("unterminated string literal", at=self.start)
        return Bytes(_ESCAPE.sub(lambda escape: ESCAPES.get(escape[1], escape[1]), found[1])), found.end()

    def _hex(self) -> tuple[Expression, int] | None:
        found = _HEX.match(self._source, self.start)
        if found is None or len(self._source) - self.start < SHORTEST_HEX:
            return None
        # Quirk: a literal before the last byte of the source is taken for one with half a byte.
        if len(found[1]) % 2 or found.end() == len(self._source) - 1:
            raise self.error("odd number of digits in hex literal", at=self.start)
        return Bytes(bytes.fromhex(found[1].decode())), found.end()

    def _boolean(self) -> tuple[Expression, int] | None:
        word = self.word()
        return (Boolean(word == "true"), self.start + len(word)) if word in ("true", "false") else None
