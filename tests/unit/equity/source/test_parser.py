"""Sources to trees."""

from __future__ import annotations

import pytest

from pybytomd.equity.errors import CompileError
from pybytomd.equity.source.limits import MAX_NESTING, MAX_TREE
from pybytomd.equity.source.parser import parse
from pybytomd.equity.source.syntax import Assign, Define, If, Lock, Parameter, Unlock, Verify
from pybytomd.equity.tables import NAMED_TYPES, Type
from tests.unit.equity.sources import with_clauses, with_statements


def printed(expression: str) -> str:
    """An expression as it is understood."""
    (contract,) = parse(with_statements(f"verify {expression}").encode())
    (statement,) = contract.clauses[0].statements
    assert isinstance(statement, Verify)
    return str(statement.condition)


def refusal(source: str) -> str:
    with pytest.raises(CompileError) as caught:
        parse(source.encode())
    return str(caught.value)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("a - b - c", "((a - b) - c)"),
        ("a -1", "(a - 1)"),
        ("a + b * c - d", "((a + (b * c)) - d)"),
        ("a || b && c == d ^ e & f", "(a || (b && (c == (d ^ (e & f)))))"),
        ("a * b + c > d && e", "((((a * b) + c) > d) && e)"),
        ("!a == b", "(!a == b)"),
        ("- -~!--1", "--~!--1"),
        ("(a + b) * c", "((a + b) * c)"),
        ("f(a, b + 1, [c, 'x'])", "f(a, (b + 1), [c, 0x78])"),
        ("(f)(a)", "f(a)"),
        ("[a](b)", "[a](b)"),
        ("f()", "f()"),
        ("[] == true", "([] == true)"),
        ("a << 2 >> 1 % 3 / 4", "((((a << 2) >> 1) % 3) / 4)"),
        ("a < b >= c <= d > e != f | g", "(((((a < b) >= c) <= d) > e) != (f | g))"),
        ("unlock", "unlock"),
    ],
)
def test_expressions(expression: str, expected: str) -> None:
    assert printed(expression) == expected


def test_every_statement_and_what_follows_the_last_contract() -> None:
    statements = (
        "define a: Integer define b: Hash = 1 assign a = 2 lock 1 of k with p unlock v of k "
        "if true { verify x } else { verify y } if true { }"
    )
    source = with_statements(statements, "x, y: Integer, z: List") + " anything: 'goes"
    (contract,) = parse(source.encode())
    kinds = [type(statement) for statement in contract.clauses[0].statements]
    assert kinds == [Define, Define, Assign, Lock, Unlock, If, If]
    integers = (Parameter("x", Type.INTEGER), Parameter("y", Type.INTEGER))
    assert contract.parameters == (*integers, Parameter("z", Type.LIST))
    assert (contract.name, contract.amount, contract.asset) == ("T", "v", "k")


def test_several_contracts() -> None:
    source = "// first\n" + with_clauses("") + with_clauses("", name="contracted")
    assert [contract.name for contract in parse(source.encode())] == ["T", "contracted"]


@pytest.mark.parametrize("name", NAMED_TYPES)
def test_types_that_can_be_named(name: str) -> None:
    (contract,) = parse(with_clauses("", f"x: {name}").encode())
    assert contract.parameters[0].type == name


@pytest.mark.parametrize("name", ["Contract", "Sha3", "integer", "Value"])
def test_types_that_can_not(name: str) -> None:
    assert refusal(with_clauses("", f"x: {name}")) == f"line 1, col {14 + len(name)}: unknown type {name}"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", "line 1, col 0: expected contract"),
        ("\n clause", "line 1, col 0: expected contract"),
        ("contract", "line 1, col 8: expected identifier"),
        ("contract 1", "line 1, col 8: expected identifier"),
        ("contract T", "line 1, col 10: expected ( token"),
        ("contract T(a", "line 1, col 12: expected : token"),
        ("contract T(a: Hash", "line 1, col 18: expected , token"),
        ("contract T(a: Hash,)", "line 1, col 19: expected identifier"),
        ("contract T()\nlocks v k", "line 2, col 7: expected keyword of"),
        ("contract T() locks v of k {", "line 1, col 27: expected keyword clause"),
    ],
)
def test_what_is_no_contract(source: str, expected: str) -> None:
    assert refusal(source) == expected


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ("verify", "expected identifier"),
        ("verify 1(x)", 'unknown keyword ""'),
        ("pay x", 'unknown keyword "pay"'),
        ("lock 1 of k", "expected keyword with"),
        ("lock 1 k with p", "expected keyword of"),
        ("assign 1 = x", "expected identifier"),
        ("assign x x", "expected = token"),
        ("define a = x", "expected : token"),
        ("if x verify x", "expected { token"),
        ("if x { } else if y { }", "expected { token"),
        ("verify [x,]", "expected identifier"),
        ("verify f(x y)", "expected , token"),
        ("verify (x", "expected ) token"),
    ],
)
def test_what_is_no_statement(statements: str, expected: str) -> None:
    place, _, what = refusal(with_statements(statements)).partition(": ")
    assert what == expected
    assert place.startswith("line 1, col ")


DEEP = 10_000


@pytest.mark.parametrize(
    "statements",
    [
        "verify " + "(" * DEEP + "x" + ")" * DEEP,
        "verify " + "[" * DEEP,
        "verify " + "f(" * DEEP,
        "if x { " * DEEP,
        "if x { } else { " * DEEP,
        "verify " + "x || x && x == x ^ x * (" * DEEP,
    ],
)
def test_what_is_nested_too_deeply(statements: str) -> None:
    assert refusal(with_statements(statements)).endswith(f": more than {MAX_NESTING} levels inside each other")


@pytest.mark.parametrize(
    "expression", ["+".join("x" * DEEP), "!" * DEEP + "x", "- " * DEEP + "x", "x * " + "~" * DEEP + "x"]
)
def test_expressions_of_too_many_levels(expression: str) -> None:
    refused = refusal(with_statements(f"verify {expression}"))
    assert refused.endswith(f": an expression of more than {MAX_TREE} levels")


def test_a_row_of_operators_and_parentheses_up_to_the_limits() -> None:
    assert printed("+".join("x" * MAX_TREE)).startswith("(" * (MAX_TREE - 1) + "x + x)")
    inside = MAX_NESTING - 2  # the clause and the expression are levels, too
    assert printed("(" * inside + "x" + ")" * inside) == "x"
