"""Statements: what they write, what they forget, where the reference is odd."""

from __future__ import annotations

import pytest

from tests.unit.equity.sources import compiled, opcodes, refusal, why_not, with_clauses, with_statements


@pytest.mark.parametrize(
    ("statements", "parameters", "expected"),
    [
        ("", "", ""),
        ("unlock v of k", "", "TRUE"),
        ("unlock v of k unlock v of k", "", ""),
        ("if true { unlock v of k }", "", "TRUE NOT NOP JUMPIF:$endif_1 $if_1 TRUE $endif_1"),
        ("if true { } else { }", "", "TRUE NOT NOP JUMPIF:$endif_1 $if_1 $endif_1"),
        ("if x { verify 2 == 3 }", "x: Integer", "NOT NOP JUMPIF:$endif_1 $if_1 2 3 EQUALVERIFY $endif_1"),
        ("define y: Integer = x + 1 verify y > x", "x: Integer", "DUP 1ADD SWAP GREATERTHAN"),
        ("define y: String = sha3('a') verify y == 'a'", "", "97 SHA3 97 EQUAL"),
        ("define y: Integer = 1 assign y = y + y verify y > x", "x: Integer", "1 DUP ADD SWAP GREATERTHAN"),
        ("define y: Integer = 1 assign y = 2 verify y > x", "x: Integer", "1 DROP 2 SWAP GREATERTHAN"),
        ("lock v of k with p", "p: Program", "0 AMOUNT ASSET 1 4 ROLL CHECKOUTPUT"),
        ("lock v of j with p", "p: Program, j: Asset", "0 AMOUNT 3 ROLL 1 4 ROLL CHECKOUTPUT"),
        ("lock v - 1 of k with p", "p: Program", "0 AMOUNT 1SUB ASSET 1 4 ROLL CHECKOUTPUT"),
        ("unlock v of k lock 7 of k with p", "p: Program", "1 7 ASSET 1 4 ROLL CHECKOUTPUT"),
    ],
)
def test_opcodes(statements: str, parameters: str, expected: str) -> None:
    assert opcodes(statements, parameters) == expected


LOCK, UNLOCK = 'in lock statement in clause "c"', 'in unlock statement of clause "c"'


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ("verify x", 'expression in verify statement in clause "c" has type "Integer", must be Boolean'),
        (
            "define y: Integer = 's' verify y > x",
            'expression in define statement in clause "c" has type "String", must be "Integer"',
        ),
        (
            "define y: Integer = 1 assign y = 's' verify y > x",
            'expression in assign statement in clause "c" has type "String", must be "Integer"',
        ),
        ("define y: Hash = q verify x > y", 'in define statement in clause "c": undefined reference: "q"'),
        (
            "define y: Integer = 1 assign y = q verify y > x",
            'in define statement in clause "c": undefined reference: "q"',
        ),
        ("define y: Integer = 1 verify x > 1", 'the defined variable "y" is unused in clause "c"'),
        ("define y: Integer verify x > 1", 'the defined variable "y" is unused in clause "c"'),
        (
            "define y: Integer verify x > y",
            'in verify statement in clause "c": in right operand of ">" expression: undefined reference: "y"',
        ),
        ("define x: Integer = 1 verify x > 1", 'clause variable "x" conflicts with contract parameter'),
        ("define size: Hash = 1 verify x > 1", 'clause variable "size" conflicts with built-in function'),
        ("assign q = x", 'the variable "q" is not defined before the assign statement in clause "c"'),
        ("assign x = x", 'the type of variable is not roleClauseVariable in assign statement in clause "c"'),
        ("assign sha3 = x", 'the type of variable is not roleClauseVariable in assign statement in clause "c"'),
        ("if q { } verify x > 1", 'in check condition of ifStatement in clause "c": undefined reference: "q"'),
        ("lock 's' of k with x", f'lockedAmount expression "0x73" {LOCK} has type "String", must be Integer'),
        ("lock v of x with x", f'lockedAsset expression "x" {LOCK} has type "Integer", must be Asset'),
        ("lock v of k with x", f'program {LOCK} has type "Integer", must be Program'),
        ("lock q of k with x", f'{LOCK}: undefined reference: "q"'),
        ("unlock 's' of x", f'unlockedAmount expression "0x73" {UNLOCK} has type "String", must be Integer'),
        ("unlock v of x", f'unlockedAsset expression "x" {UNLOCK} has type "Integer", must be Asset'),
        (
            "unlock x of k",
            f'amount "x" of asset "k" expression {UNLOCK} must be the contract valueAmount "v" of valueAsset "k"',
        ),
    ],
)
def test_errors(statements: str, expected: str) -> None:
    assert why_not(statements) == expected


NO_VALUE = 'the variable "y" has no value before the assign statement in clause "c"'
INSIDE = 'the variable "q" is defined without a value inside an if-else in clause "c"'


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ("define y: Integer assign y = 5 verify x == y", NO_VALUE),
        ("define y: Integer = 4 verify y > x assign y = 5", NO_VALUE),
        ("if x > 1 { define q: Integer verify q == x }", INSIDE),
        ("if x > 1 { if x > 2 { define q: Integer } }", INSIDE),
    ],
)
def test_where_the_reference_crashes_there_is_an_error(statements: str, expected: str) -> None:
    assert why_not(statements) == expected


def test_heights_are_told_also_inside_branches() -> None:
    statements = "verify above(x) if x > 1 { verify below(x + 3) } verify !above(9) verify below(2) && true"
    assert compiled(with_statements(statements)).clauses[0].heights == ["x", "(x + 3)"]


def test_values_are_told_but_not_inside_branches() -> None:
    statements = "lock x + 1 of k with p unlock v of k if x > 1 { lock v of k with p }"
    values = compiled(with_statements(statements, "x: Integer, p: Program")).clauses[0].values
    found = [(value.amount, value.asset, value.program) for value in values]
    assert found == [("(x + 1)", "k", "p"), ("v", "k", "")]


def test_a_branch_changes_the_name_of_a_cell_that_the_other_branch_sees() -> None:
    """``x`` is renamed in the inner branch, so the other one does not find it any more."""
    statements = "if a > 1 { if a > 2 { define q: Integer = x verify q > 1 } else { verify x > 3 } }"
    assert refusal(with_statements(statements, "x, a: Integer")).endswith('undefined reference: "x"')


def test_references_in_outermost_branches_are_never_the_last() -> None:
    words = opcodes("if true { verify x > 1 } else { verify x > 2 }").split()
    assert words[4:8] == ["$if_1", "DUP", "1", "GREATERTHAN"]
    assert words[-5:-1] == ["DUP", "2", "GREATERTHAN", "VERIFY"]


@pytest.mark.parametrize(
    ("statements", "indexes"),
    [
        ("lock 91 of k with p unlock v of k lock 92 of k with p", [0, 2]),
        ("if b { lock 91 of k with p } else { lock 92 of k with p } lock 93 of k with p", [0, 0, 1]),
        ("lock 91 of k with p if b { lock 92 of k with p lock 93 of k with p }", [0, 1, 2]),
        ("if b { unlock v of k } else { lock 92 of k with p } lock 93 of k with p", [0, 1]),
    ],
)
def test_outputs_are_numbered(statements: str, indexes: list[int]) -> None:
    words = opcodes("verify b " + statements, "p: Program, b: Boolean").split()
    amounts = [place for place, word in enumerate(words) if word in ("91", "92", "93")]
    assert [int(words[place - 1]) for place in amounts] == indexes


UNEVEN = "Not support that the number of lock/unlock statement is not equal between ifbody and elsebody"


@pytest.mark.parametrize(
    "statements",
    [
        "if b { lock 1 of k with p } verify b",
        "if b { unlock v of k unlock v of k } else { lock 2 of k with p } verify b",
        "if b { verify b if b { lock 1 of k with p } } verify b lock 1 of k with p",
    ],
)
def test_branches_that_differ_in_outputs(statements: str) -> None:
    assert why_not(statements, "p: Program, b: Boolean").startswith(UNEVEN)


def test_which_clause_is_wrong_is_told_if_there_are_more() -> None:
    source = with_clauses("clause a() { verify x > 1 } clause b() { verify q }")
    where = 'compiling contract: compiling clause "b": in verify statement in clause "b"'
    assert refusal(source) == f'{where}: undefined reference: "q"'
