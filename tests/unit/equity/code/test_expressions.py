"""Expressions: opcodes, types, and what goes wrong first."""

from __future__ import annotations

import pytest

from pybytomd.equity.tables import BINARY_OPERATORS, Type
from tests.unit.equity.sources import compiled, opcodes, refusal, why_not, with_clauses, with_statements

IN_VERIFY = 'in verify statement in clause "c": '


@pytest.mark.parametrize("symbol", BINARY_OPERATORS)
def test_every_operator_writes_its_opcodes(symbol: str) -> None:
    operator = BINARY_OPERATORS[symbol]
    operand = "(7 > 8)" if operator.operands is Type.BOOLEAN else "7"
    expression = f"{operand} {symbol} {operand}"
    if operator.result is Type.INTEGER:
        expression = f"({expression}) > 9"
    elif operator.result is Type.NONE:
        expression = f"({expression}) == ~9"
    assert f" {operator.opcodes} " in f" {opcodes(f'verify {expression}', '')} "


@pytest.mark.parametrize(
    ("statements", "parameters", "expected"),
    [
        ("verify -x > 0 verify !(x == 1)", "x: Integer", "DUP NEGATE 0 GREATERTHAN VERIFY 1 EQUAL NOT"),
        ("verify size(s) == abs(0)", "s: String", "SIZE NIP 0 ABS EQUAL"),
        ("verify min(x, 1) > max(2, x)", "x: Integer", "1 OVER MIN SWAP 2 MAX GREATERTHAN"),
        ("verify concat(s, 'b') == concatpush('a', s)", "s: String", "98 OVER CAT SWAP 97 CATPUSHDATA EQUAL"),
        ("verify below(x) verify above(7)", "x: Integer", "BLOCKHEIGHT GREATERTHAN VERIFY 7 BLOCKHEIGHT LESSTHAN"),
        ("verify sha256(x) != sha3(x)", "x: Integer", "DUP SHA256 SWAP SHA3 EQUAL NOT"),
        ("verify s == 0x00 verify s == 0xff00", "s: String", "DUP 0 EQUALVERIFY 0xff00 EQUAL"),
        ("verify s == 0x10", "s: String", "16 EQUAL"),
        (
            "verify checkTxMultiSig([x, 1, 'z'], [])",
            "x: Integer",
            "0 TOALTSTACK TXSIGHASH 122 1 3 ROLL 3 FROMALTSTACK SWAP CHECKMULTISIG",
        ),
        (
            "verify size([x, 2]) > 0 verify x > 1",
            "x: Integer",
            "2 OVER 2 SIZE NIP 0 GREATERTHAN VERIFY 1 GREATERTHAN",
        ),
    ],
)
def test_opcodes(statements: str, parameters: str, expected: str) -> None:
    assert opcodes(statements, parameters) == expected


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ("verify x && true", 'in "(x && true)", left operand has type "Integer", must be "Boolean"'),
        ("verify x > 's'", 'in "(x > 0x73)", right operand has type "String", must be "Integer"'),
        ("verify !x", 'in "!x", operand has type "Integer", must be "Boolean"'),
        (
            "verify -'s' > x",
            'in left operand of ">" expression: in "-0x73", operand has type "String", must be "Integer"',
        ),
        (
            "verify x == 's'",
            'type mismatch in "(x == 0x73)": left operand has type "Integer", right operand has type "String"',
        ),
        ("verify (x > 1) != true", 'in "((x > 1) != true)": using "!=" on Boolean values not allowed'),
        ("verify x > -q", 'in right operand of ">" expression: in "-" expression: undefined reference: "q"'),
        ("verify (x & 1) > 2", 'in "((x & 1) > 2)", left operand has type "", must be "Integer"'),
        (
            "verify abs(q) > x",
            'in left operand of ">" expression: compiling argument 0 in call expression: undefined reference: "q"',
        ),
        (
            "verify x > min(x, 's')",
            'in right operand of ">" expression: argument 1 to "min" has type "String", must be "Integer"',
        ),
        (
            "verify x > min(x)",
            'in right operand of ">" expression: wrong number of args for "min": have 1, want 2',
        ),
        ("verify [x]", "encountered list outside of function-call context"),
        ("verify x(1)", 'unknown function "x"'),
        ("verify (sha3(x))(x)", 'unknown function "sha3(x)"'),
        ("verify checkTxMultiSig([q], [x])", 'undefined reference: "q"'),
        ("verify checkTxMultiSig([x])", 'wrong number of args for "checkTxMultiSig": have 1, want 2'),
    ],
)
def test_errors(statements: str, expected: str) -> None:
    assert why_not(statements) in (expected, IN_VERIFY + expected)


@pytest.mark.parametrize(
    ("arguments", "index", "node"),
    [
        ("x, [x]", 0, "compiler.varRef"),
        ("1, x", 0, "compiler.integerLiteral"),
        ("[x], true", 1, "compiler.booleanLiteral"),
        ("[x], 'a'", 1, "compiler.bytesLiteral"),
        ("[x], -x", 1, "*compiler.unaryExpr"),
        ("x + 1, -x", 0, "*compiler.binaryExpr"),
        ("f(x), -x", 0, "*compiler.callExpr"),
    ],
)
def test_what_is_no_list_of_keys_or_signatures(arguments: str, index: int, node: str) -> None:
    expected = f"checkTxMultiSig expects list literals, got {node} for argument {index}"
    assert why_not(f"verify checkTxMultiSig({arguments})") == IN_VERIFY + expected


def test_a_hash_becomes_the_hash_of_something() -> None:
    clauses = (
        "clause a(s: String, d: Hash) { verify sha3(s) == h verify d == sha256(s) } "
        "clause b(s: String) { verify h == sha3(s) }"
    )
    contract = compiled(with_clauses(clauses, "h: Hash"))
    assert contract.parameters[0].inferred_type == "Sha3(String)"
    assert [parameter.inferred_type for parameter in contract.clauses[0].parameters] == ["", "Sha256(String)"]
    calls = [(call.function, call.argument, call.argument_type) for call in contract.clauses[0].hash_calls]
    assert calls == [("sha3", "s", "String"), ("sha256", "s", "String")]
    other = with_clauses(f"{clauses} clause e(p: PublicKey) {{ verify sha3(p) == h }}", "h: Hash")
    assert refusal(other).endswith(
        'left operand has type "Sha3(PublicKey)", right operand has type "Sha3(String)"'
    )


def test_a_hash_that_has_no_name_stays_one() -> None:
    assert opcodes("verify sha3(x) == sha3('a')") == "SHA3 97 SHA3 EQUAL"


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("Inner()", 'contract "Inner" expects 1 argument(s), got 0'),
        ("Inner(x)", 'argument 0 to contract "Inner" has type "Integer", must be "Hash"'),
        ("Inner(sha3('a'))", 'argument 0 to contract "Inner" has type "Sha3(String)", must be "Hash"'),
        ("Inner(sha3(q))", 'compiling argument 0 in call expression: undefined reference: "q"'),
        ("Later(x)", 'contract "Later" not defined'),
        ("Empty(true)", 'contract "Empty" not defined'),
    ],
)
def test_calls_of_contracts_that_fail(call: str, expected: str) -> None:
    inner = "contract Inner(h: Hash) locks v of k { clause c(s: Hash) { verify s == h } }"
    empty = "contract Empty(b: Boolean) locks v of k { clause c() { verify b } }"
    later = "contract Later(b: Integer) locks v of k { clause c() { verify b > 1 } }"
    source = inner + empty + with_statements(f"lock v of k with {call} verify x > 1") + later
    assert refusal(source) == f'compiling contract: in lock statement in clause "c": {expected}'


def test_which_contracts_are_called_is_told() -> None:
    inner = "contract Inner(a: Amount) locks v of k { clause c() { verify a > 1 } }"
    contract = compiled(inner + with_statements("lock v of k with Inner(x) lock v of k with Inner(3)"))
    assert contract.clauses[0].contracts == ["Inner", "Inner"]
