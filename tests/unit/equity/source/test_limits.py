"""Sources that are too long, too deep, or too much work: one error each, whatever their form."""

import pytest

from pybytomd.equity.compiler import compile_source
from pybytomd.equity.errors import CompileError
from pybytomd.equity.source.limits import MAX_NESTING, MAX_SOURCE, MAX_TREE, MAX_WORK, Budget


def clause(statements: str) -> str:
    return f"contract T(x: Integer) locks v of a {{ clause c() {{ {statements} }} }}"


BOMB = (
    "contract A() locks v of a { clause c() { verify 'a"
    + "b" * 16000
    + "' == '' } } "
    + "".join(
        f"contract C{number}() locks v of a {{ clause c() {{ {'lock v of a with A() ' * 10} }} }}"
        for number in range(200)
    )
)


@pytest.mark.parametrize(
    ("source", "what"),
    [
        (clause(" " * MAX_SOURCE), f"the source has {MAX_SOURCE + 55} bytes, {MAX_SOURCE} are allowed"),
        (clause("verify " + "(" * 50_000), f"more than {MAX_NESTING} levels inside each other"),
        (clause("verify x" + "(x" * 50_000), f"more than {MAX_NESTING} levels inside each other"),
        (clause("verify " + "[" * 50_000), f"more than {MAX_NESTING} levels inside each other"),
        (clause("if x > 1 { " * 10_000), f"more than {MAX_NESTING} levels inside each other"),
        (clause("verify " + "x>1||x>1&&x==x^x*(" * 60), f"more than {MAX_NESTING} levels inside each other"),
        (clause("verify " + "!" * 50_000 + "x"), f"an expression of more than {MAX_TREE} levels"),
        (clause("verify x > " + "x + " * 30_000 + "x"), f"an expression of more than {MAX_TREE} levels"),
        (BOMB, "the source is too complex"),
    ],
    ids=["length", "parentheses", "calls", "lists", "branches", "precedences", "signs", "sum", "bomb"],
)
def test_too_much(source: str, what: str) -> None:
    with pytest.raises(CompileError) as error:
        compile_source(source)
    assert str(error.value).endswith(what)


@pytest.mark.parametrize(
    "source",
    [
        clause("verify " + "(" * 90 + "x" + ")" * 90 + " > 1"),
        clause("verify x > " + "x + " * 150 + "x"),
        clause("if x > 1 { " * 90 + "verify x > 2" + " }" * 90),
        clause("verify " + "abs(" * 90 + "x" + ")" * 90 + " > 1"),
    ],
    ids=["parentheses", "sum", "branches", "calls"],
)
def test_deep_but_allowed(source: str) -> None:
    assert compile_source(source)[-1].body


def test_the_budget_ends() -> None:
    budget = Budget()
    budget.spend(MAX_WORK)
    with pytest.raises(CompileError, match="too complex"):
        budget.spend(1)
