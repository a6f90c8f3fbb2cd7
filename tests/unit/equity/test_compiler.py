"""Contracts as a whole: names, clauses, recursion, and sources that ask for too much."""

from __future__ import annotations

import pytest

from pybytomd.equity.compiler import compile_source
from pybytomd.equity.source.limits import MAX_SOURCE
from tests.unit.equity.sources import compiled, refusal, with_clauses, with_statements

USE = "clause c() { verify x > 1 }"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (with_clauses(USE, name="lock"), 'contract "lock" conflicts with keyword'),
        (with_clauses(USE, name="size"), 'contract "size" conflicts with built-in function'),
        (with_clauses(USE) + with_clauses(USE), 'contract "T" conflicts with contract'),
    ],
)
def test_names_of_contracts(source: str, expected: str) -> None:
    assert refusal(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (with_clauses(""), "empty contract"),
        (with_clauses(USE) + with_clauses("", name="U"), "empty contract"),
        (with_clauses(USE, "T: Integer"), 'contract parameter "T" conflicts with contract'),
        (with_clauses(USE, "x, x: Integer"), 'contract parameter "x" conflicts with contract parameter'),
        (with_clauses(USE, "x, v: Integer"), 'contract value "v" conflicts with contract parameter'),
        (with_clauses(USE + USE), 'clause "c" conflicts with clause'),
        (with_clauses("clause k() { }"), 'clause "k" conflicts with contract value'),
        (
            with_clauses("clause c(x: Hash) { verify x == x }"),
            'clause parameter "x" conflicts with contract parameter',
        ),
        (
            with_clauses(USE, "x, y: Signature"),
            'contract parameter "x" has type Signature, but contract parameters cannot have type Signature',
        ),
        (with_clauses(USE, "x, y: Integer"), 'parameter "y" is unused'),
        (with_clauses("clause c(y: Integer) { verify x > 1 }"), 'parameter "y" is unused in clause "c"'),
        (
            with_clauses("clause _end() { verify x > 1 } clause d() { verify x > 2 }"),
            "label $_end redefined",
        ),
        (
            with_clauses("clause if_1() { if x { verify x > 1 } } clause d() { verify x > 2 }"),
            "label $if_1 redefined",
        ),
    ],
)
def test_errors(source: str, expected: str) -> None:
    assert refusal(source) == f"compiling contract: {expected}"


@pytest.mark.parametrize(
    ("clauses", "parameters", "expected"),
    [
        ("clause a() { } clause b() { }", "", "JUMPIF:$b $a JUMP:$_end $b $_end"),
        (
            "clause a() { verify x > 1 } clause b() { verify x > 2 } clause d() { verify x > 3 }",
            "x: Integer",
            (
                "SWAP DUP 2 NUMEQUAL JUMPIF:$d JUMPIF:$b $a 1 GREATERTHAN JUMP:$_end $b 2 GREATERTHAN JUMP:$_end "
                "$d DROP 3 GREATERTHAN $_end"
            ),
        ),
        (
            "clause a(s: Integer) { verify s > x } clause b() { lock v of k with T(x) }",
            "x: Integer",
            (
                "ROT JUMPIF:$b $a ROT ROT GREATERTHAN JUMP:$_end $b 0 AMOUNT ASSET 1 0 6 ROLL CATPUSHDATA 5 ROLL "
                "CATPUSHDATA 0x7478 CAT 0 CATPUSHDATA 192 CAT CHECKOUTPUT $_end"
            ),
        ),
    ],
)
def test_clauses_are_selected(clauses: str, parameters: str, expected: str) -> None:
    assert compiled(with_clauses(clauses, parameters)).opcodes == expected


def test_recursion() -> None:
    assert compiled(with_statements("lock v of k with T(x)")).recursive
    assert compiled(with_statements("if true { if true { lock v of k with T(x) } }")).recursive
    assert not compiled(with_statements("verify x > 1")).recursive
    elsewhere = refusal(with_statements("define p: Program = T(x) lock v of k with p"))
    assert elsewhere.endswith('compiling contract call: undefined reference: "T"')
    many_without_parameters = with_clauses("clause a() { lock v of k with T() } clause b() { }", "")
    assert refusal(many_without_parameters).endswith('compiling contract call: undefined reference: "T"')


def test_a_recursive_contract_is_called_by_another() -> None:
    outer = "contract U() locks v of k { clause c() { lock v of k with T(3) } }"
    first, second = compile_source(with_statements("verify x > 0 lock v of k with T(x)") + outer)
    assert (first.recursive, second.recursive) == (True, False)
    body = f"0 3 CATPUSHDATA 0x{first.body.hex()} CATPUSHDATA 0x7478 CAT 0 CATPUSHDATA 192 CAT"
    assert second.opcodes == f"0 AMOUNT ASSET 1 {body} CHECKOUTPUT"


@pytest.mark.parametrize(("size", "fits"), [(32766, True), (32767, False)])
def test_a_literal_longer_than_a_token_of_the_assembler(size: int, fits: bool) -> None:
    source = with_statements(f"verify s == 0x{'ab' * size}", "s: String")
    if fits:
        assert len(compiled(source).body) == size + 4
    else:
        assert refusal(source) == "compiling contract: bufio.Scanner: token too long"


def test_a_source_that_is_too_long() -> None:
    source = with_statements("verify x > 1")
    assert compile_source(source + " " * (MAX_SOURCE - len(source)))
    expected = f"the source has {MAX_SOURCE + 1} bytes, {MAX_SOURCE} are allowed"
    assert refusal(source + " " * (MAX_SOURCE + 1 - len(source))) == expected
    assert refusal("\u00e9" * (MAX_SOURCE // 2 + 1)).endswith(f"{MAX_SOURCE} are allowed")


MANY = ",".join(f"p{number}" for number in range(5000))
LARGE = with_statements(f"verify s == '{'z' * 16000}'", "s: String")
LARGE_CALLS = "lock v of k with T('a') " * 10


@pytest.mark.parametrize(
    "source",
    [
        with_statements(f"verify checkTxMultiSig([{'x,' * 20000}x], [x])"),
        with_statements(f"verify {MANY.replace(',', ' verify ')}", f"{MANY}: Boolean"),
        LARGE + "".join(f"contract C{i}()locks v of k{{clause c(){{{LARGE_CALLS}}}}}" for i in range(200)),
    ],
    ids=["long list", "many names", "large bodies"],
)
def test_a_source_that_would_keep_the_compiler_busy(source: str) -> None:
    assert refusal(source).endswith(": the source is too complex")


def test_the_deepest_sources_are_no_trouble() -> None:
    """Branches, calls and operators as deep as they may be, from a stack that is not empty."""
    calls = "size(concat(" + "+".join("x" * 100) + "," + "size(concat(x," * 28 + "x" + "))" * 29
    branches = "if x > 1 { " * 38
    assert compiled(with_statements(f"{branches}verify {calls} > 1{' }' * 38}")).opcodes.endswith("$endif_1")
    only_calls = "size(concat(x," * 48 + "+".join("x" * 100) + "))" * 48
    assert compiled(with_statements(f"verify {only_calls} > 1")).opcodes.endswith("1 GREATERTHAN")
