"""Sources of contracts: nothing but the declared error, and the same answer every time."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pybytomd.equity.code.shifts import clause_shifts
from pybytomd.equity.compiler import compile_source
from pybytomd.equity.errors import CompileError, ShiftError
from pybytomd.equity.tables import BINARY_OPERATORS, BUILTINS, KEYWORDS, NAMED_TYPES, UNARY_OPERATORS
from pybytomd.rpc.methods.programs.compile import CompileFailed, CompileRequest, compile_contract
from pybytomd.rpc.schema.replies import to_json
from pybytomd.vm.instructions import parse_program

VECTORS = Path(__file__).parents[1] / "vectors" / "data" / "equity.json"
SOURCES = [case["source"] for case in json.loads(VECTORS.read_text(encoding="utf-8"))["cases"]]

TABLES = (KEYWORDS, BUILTINS, BINARY_OPERATORS, UNARY_OPERATORS, NAMED_TYPES)
words = st.sampled_from([*(word for table in TABLES for word in table), *"()[]{},:='7vkx", "'a'", "0x00"])
statements = st.sampled_from(
    [
        "verify x > 1",
        "verify sha3(s) == h",
        "define y: Integer = x + 1",
        "define z: Integer",
        "assign y = y + 2",
        "assign y = 3",
        "verify y != x",
        "if x > y {",
        "if x > 2 {",
        "} else {",
        "}",
        "lock v of k with p",
        "lock x of k with T(x, s, h, p)",
        "lock v - y of k with T(1, 'a', h, p)",
        "unlock v of k",
        "verify checkTxMultiSig([s, h], [p])",
    ]
)
PARAMETERS = "x: Integer, s: String, h: Hash, p: Program"


def outcome(source: str) -> str:
    """What comes of a source, as text."""
    try:
        contracts = compile_source(source)
    except CompileError as error:
        return str(error)
    for contract in contracts:
        parse_program(contract.body)
        try:
            clause_shifts(contract)
        except ShiftError:
            assert len(contract.clauses) > 1
    return repr(contracts)


@given(st.text(max_size=200))
def test_any_text(source: str) -> None:
    outcome(source)


@given(st.lists(words, max_size=60))
def test_words_of_the_language(found: list[str]) -> None:
    outcome(f"contract T({PARAMETERS}) locks v of k {{ clause c() {{ {' '.join(found)} }} }}")


@given(st.lists(statements, max_size=12), st.booleans())
def test_statements_in_any_order(found: list[str], two_clauses: bool) -> None:
    inside = 0
    kept = []
    for statement in found:
        if statement.startswith("}") and not inside:
            continue
        inside += statement.endswith("{") - statement.startswith("}")
        kept.append(statement)
    body = "\n".join(kept) + " }" * inside
    use = "verify x > 1 verify s == '' verify h == h lock v of k with p"
    other = f"clause d() {{ {use} }}" if two_clauses else ""
    source = f"contract T({PARAMETERS}) locks v of k {{ clause c() {{ {body} {use} }} {other} }}"
    assert outcome(source) == outcome(source)


@given(st.sampled_from(SOURCES), st.integers(0, 400), st.integers(0, 8), words)
def test_damaged_sources(source: str, start: int, size: int, word: str) -> None:
    damaged = f"{source[:start]} {word} {source[start + size :]}"
    told = outcome(damaged)
    try:
        reply = to_json(compile_contract(CompileRequest(damaged)))
    except CompileFailed as error:
        assert str(error) == f"{told}: compile contract failed"
    else:
        assert isinstance(reply, dict)
        assert reply["source"] == damaged
