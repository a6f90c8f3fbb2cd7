"""Words and literals: where each ends, and what is none."""

from __future__ import annotations

import pytest

from pybytomd.equity.errors import CompileError
from pybytomd.equity.source.scanner import Scanner
from pybytomd.equity.source.syntax import Boolean, Bytes, Expression, Integer


def literal(text: str) -> Expression | None:
    return Scanner(text.encode()).take_literal()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7 ", Integer(7)),
        ("007", Integer(7)),
        ("-0", Integer(0)),
        ("-12x", Integer(-12)),
        ("0" * 5000 + "1", Integer(1)),
        ("9223372036854775807", Integer((1 << 63) - 1)),
        ("-9223372036854775808", Integer(-(1 << 63))),
        ("9223372036854775808", None),
        ("1" * 5000, None),
        ("10x5", None),
        ("-", None),
        ("- 3", None),
        ("true", Boolean(True)),
        ("false)", Boolean(False)),
        ("truex", None),
        ("''", Bytes(b"")),
        ("'a\n\u00e9'", Bytes("a\n\u00e9".encode())),
        (r"'\'\"\\\b\f\n\r\t\v'", Bytes(b"'\"\\\b\f\n\r\t\v")),
        (r"'\q\x41'", Bytes(rb"\q\x41")),
        ("0x00  ", Bytes(b"\x00")),
        ("0XaBcD", Bytes(b"\xab\xcd")),
        ("0xab", None),
        ("0xa  ", None),
        ("0xg1  ", None),
        ("name", None),
        ("", None),
    ],
)
def test_literals(text: str, expected: Expression | None) -> None:
    assert literal(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" 'abc", "line 1, col 1: unterminated string literal"),
        ("\n 'abc\\'", "line 2, col 1: unterminated string literal"),
        ("'\\", "line 1, col 0: unterminated string literal"),
        ("0xabc ", "line 1, col 0: odd number of digits in hex literal"),
        ("0xabcd}", "line 1, col 0: odd number of digits in hex literal"),
    ],
)
def test_literals_that_are_cut_off(text: str, expected: str) -> None:
    with pytest.raises(CompileError) as caught:
        literal(text)
    assert str(caught.value) == expected


def test_blanks_are_those_of_latin_1_and_comments() -> None:
    scanner = Scanner(b"\t\r\n\x0b\x0c \x85\xa0// one // two\n//\nname// end")
    assert scanner.take_name() == "name"
    assert scanner.word() == ""


def test_a_place_is_behind_what_was_taken() -> None:
    scanner = Scanner(b"one\n  two   three")
    scanner.take_name()
    scanner.take_keyword("two")
    with pytest.raises(CompileError, match=r"^line 2, col 5: expected keyword four$"):
        scanner.take_keyword("four")
    with pytest.raises(CompileError, match=r"^line 2, col 5: expected \( token$"):
        scanner.take("(")


@pytest.mark.parametrize(
    ("text", "symbol"),
    [("<= 1", "<="), ("< = 1", "<"), ("<<1", "<<"), ("|||", "||"), ("==", "=="), ("!=", "!="), (" &&& ", "&&")],
)
def test_the_longest_operator_counts(text: str, symbol: str) -> None:
    operator = Scanner(text.encode()).binary_operator()
    assert operator is not None
    assert operator.symbol == symbol


@pytest.mark.parametrize(
    ("text", "symbol"),
    [("-x", "-"), ("- 3", "-"), ("--1", "-"), ("!x", "!"), ("~ 1", "~"), ("-3", None), ("+1", None)],
)
def test_the_sign_of_a_number_is_no_operator(text: str, symbol: str | None) -> None:
    operator = Scanner(text.encode()).take_unary_operator()
    assert (None if operator is None else operator.symbol) == symbol
