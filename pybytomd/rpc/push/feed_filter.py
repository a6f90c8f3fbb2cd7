"""The filter language of transaction feeds, read in one pass: tokens, then expressions by precedence.

::

    asset_id = 'ff..' AND (amount_lower_limit = 50 OR trans_type = $1)

What they are, and whether they hold, is for ``filter_expressions``. Columns in errors count bytes.
Source: rpc-and-cli reference, section 7.2; ``blockchain/query/filter``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from pybytomd.codec.golang.goquote import quote
from pybytomd.rpc.push.filter_expressions import (
    Attribute,
    Environment,
    Expression,
    FilterError,
    Literal,
    Operation,
    Selector,
    Type,
)

MAX_NESTING = 100
"""Parentheses inside each other; the reference has no limit but its memory."""
MAX_INTEGER = (1 << 63) - 1


PRECEDENCE: Mapping[str, int] = {"OR": 1, "AND": 2, "=": 3}


class Token(Enum):
    """Kinds of tokens, by what errors call them."""

    END = "EOF"
    KEYWORD = "keyword"
    IDENTIFIER = "identifier"
    STRING = "string"
    INTEGER = "integer"
    MARK = "punctuation"
    PLACEHOLDER = "placeholder"


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A token, its text and the column of its first byte."""

    kind: Token
    text: str
    column: int


def check_filter(text: str) -> None:
    """Raises FilterError unless a text is a filter; an empty one is."""
    parse_filter(text)


def parse_filter(text: str) -> Expression | None:
    """What a filter asks for, None for an empty one. Raises FilterError."""
    lexer = _Lexer(text)
    lexer.check_letters(0, 1)
    parser = _Parser(lexer)
    if parser.here.kind is Token.END:
        return None
    expression = parser.expression(1)
    parser.expect(Token.END)
    kind = expression.check()
    if kind not in (Type.BOOL, Type.ANY):
        raise FilterError.because(f"filter predicate must evaluate to bool, got {kind.value}")
    return expression


def _wrong(column: int, what: str) -> FilterError:
    return FilterError.because(f"col {column}: {what}")


_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_DECIMAL = re.compile(r"[0-9]+")
_HEXADECIMAL = re.compile(r"0[xX]([0-9a-fA-F]*)")


class _Lexer:
    """Splits a filter into tokens. The reference refuses some letters as soon as it looks ahead at them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._checked = 0
        self._place = (0, 0)
        """The last token's position and column: to count anew for each one would take time by the square."""

    def _column(self, position: int) -> int:
        known, column = self._place
        return column + len(self._text[known:position].encode())

    def check_letters(self, start: int, end: int) -> None:
        """Refuse letters no filter may have anywhere."""
        for position in range(max(start, self._checked), min(end, len(self._text))):
            if self._text[position] == "\x00":
                raise _wrong(self._column(position) + 1, "illegal character NUL")
            if self._text[position] == "\ufeff":
                raise _wrong(self._column(position), "illegal byte order mark")
        self._checked = max(self._checked, end)

    def next(self) -> Lexeme:
        """The next token. Raises FilterError."""
        text = self._text
        while text[self._at : self._at + 1] in (" ", "\t"):
            self._at += 1
        self.check_letters(0, self._at + 1)
        start = self._at
        column = self._column(start)
        self._place = start, column
        letter = text[start : start + 1]
        if not letter:
            return Lexeme(Token.END, "", column)
        kind, end = self._measure(letter, start, column)
        self._at = end
        self.check_letters(start, end + 1)
        return Lexeme(kind, text[start:end], column)

    def _measure(self, letter: str, start: int, column: int) -> tuple[Token, int]:
        text = self._text
        if match := _IDENTIFIER.match(text, start):
            kind = Token.KEYWORD if match[0] in ("AND", "OR") else Token.IDENTIFIER
            return kind, match.end()
        if letter in "0123456789":
            return Token.INTEGER, self._number_end(start, column)
        if letter in ".()=":
            return Token.MARK, start + 1
        if letter == "'":
            return Token.STRING, self._string_end(start, column)
        if letter == "$":
            digits = _DECIMAL.match(text, start + 1)
            if digits is None:
                raise _wrong(column, "illegal $ character")
            return Token.PLACEHOLDER, digits.end()
        shown = "'\\''" if letter == "'" else "'\"'" if letter == '"' else f"'{quote(letter)[1:-1]}'"
        raise _wrong(column, f"illegal character {shown}")

    def _number_end(self, start: int, column: int) -> int:
        text = self._text
        if hexadecimal := _HEXADECIMAL.match(text, start):
            if not hexadecimal[1]:
                raise _wrong(column, "illegal hexadecimal number")
            return hexadecimal.end()
        if text[start] == "0":
            if text[start + 1 : start + 2] in tuple("0123456789"):
                raise _wrong(column, "illegal leading 0 in number")
            return start + 1
        digits = _DECIMAL.match(text, start)
        return start if digits is None else digits.end()

    def _string_end(self, start: int, column: int) -> int:
        for position in range(start + 1, len(self._text)):
            if self._text[position] == "'":
                return position + 1
            if self._text[position] == "\\":
                raise _wrong(column, "illegal backslash in string literal")
            self.check_letters(position, position + 1)
        raise _wrong(column, "string literal not terminated")


class _Parser:
    """Reads expressions by precedence."""

    def __init__(self, lexer: _Lexer) -> None:
        self._lexer = lexer
        self._depth = 0
        self.here = lexer.next()

    def expect(self, kind: Token) -> None:
        """Pass over a token of this kind. Raises FilterError for another one."""
        if self.here.kind is not kind:
            raise _wrong(self.here.column, f"got {self.here.text}, expected {kind.value}")
        self.here = self._lexer.next()

    def _expect_mark(self, mark: str) -> None:
        if self.here.text != mark:
            raise _wrong(self.here.column, f"got {self.here.text}, expected {mark}")
        self.here = self._lexer.next()

    def expression(self, lowest: int) -> Expression:
        """What operators of at least this precedence join; those of the same one from left to right."""
        left = self._primary()
        while PRECEDENCE.get(self.here.text, 0) >= lowest:
            operator = self.here.text
            self.here = self._lexer.next()
            left = Operation(operator, left, self.expression(PRECEDENCE[operator] + 1))
        return left

    def _primary(self) -> Expression:
        found = self._operand()
        while self.here.text == ".":
            self.here = self._lexer.next()
            self.expect(Token.IDENTIFIER)
            found = Selector(found)
        return found

    def _inside(self) -> Expression:
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise _wrong(self.here.column, f"more than {MAX_NESTING} parentheses inside each other")
        self.here = self._lexer.next()
        found = self.expression(1)
        self._expect_mark(")")
        self._depth -= 1
        return found

    def _operand(self) -> Expression:
        here = self.here
        if here.text == "(":
            return self._inside()
        match here.kind:
            case Token.STRING:
                found = Literal(Type.STRING, here.text[1:-1])
            case Token.INTEGER:
                if len(here.text) > 80 or int(here.text, 0) > MAX_INTEGER:
                    raise _wrong(here.column, f"invalid integer: {quote(here.text)}")
                found = Literal(Type.INTEGER, int(here.text, 0))
            case Token.PLACEHOLDER:
                if len(here.text) > 80 or not 0 < int(here.text[1:]) <= MAX_INTEGER:
                    raise _wrong(here.column, f"invalid placeholder: {quote(here.text)}")
                found = Literal(Type.ANY)
            case _:
                return self._name()
        self.here = self._lexer.next()
        return found

    def _name(self) -> Expression:
        name = self.here.text
        self.expect(Token.IDENTIFIER)
        if self.here.text != "(":
            return Attribute(name)
        self._inside()
        return Environment(name)
