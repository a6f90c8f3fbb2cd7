"""Short sources for the tests: only what matters is written out."""

from __future__ import annotations

from pybytomd.equity.compiler import compile_source
from pybytomd.equity.errors import CompileError
from pybytomd.equity.source.syntax import Contract


def with_clauses(clauses: str, parameters: str = "x: Integer", name: str = "T") -> str:
    return f"contract {name}({parameters}) locks v of k {{ {clauses} }}"


def with_statements(statements: str, parameters: str = "x: Integer", arguments: str = "") -> str:
    return with_clauses(f"clause c({arguments}) {{ {statements} }}", parameters)


def compiled(source: str) -> Contract:
    """The last contract of a source."""
    return compile_source(source)[-1]


def opcodes(statements: str, parameters: str = "x: Integer", arguments: str = "") -> str:
    return compiled(with_statements(statements, parameters, arguments)).opcodes


def refusal(source: str) -> str:
    """Why a source does not compile."""
    try:
        compile_source(source)
    except CompileError as error:
        return str(error)
    raise AssertionError("it compiles")


def why_not(statements: str, parameters: str = "x: Integer", arguments: str = "") -> str:
    """Why a clause does not compile, without where it is."""
    text = refusal(with_statements(statements, parameters, arguments))
    return text.removeprefix("compiling contract: ")
