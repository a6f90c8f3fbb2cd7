"""What is judged apart from the code: outputs, unused names, the types of statements.

Source: equity reference, section 8.
"""

from __future__ import annotations

from collections.abc import Iterator

from pybytomd.equity.checks.scope import Scope
from pybytomd.equity.errors import CompileError
from pybytomd.equity.source.syntax import (
    Assign,
    Call,
    Clause,
    Contract,
    Define,
    Expression,
    If,
    Lock,
    Statement,
    Unlock,
    Verify,
    expressions_of,
    names_in,
    walk,
)
from pybytomd.equity.tables import NUMBERS, SUBTYPES, Type

UNEVEN = (
    "Not support that the number of lock/unlock statement is not equal between ifbody and elsebody "
    "when the if-else is not the last statement"
)


def is_recursive(contract: Contract) -> bool:
    """Whether a contract locks a value with a program it makes of itself."""
    return any(
        isinstance(statement, Lock)
        and isinstance(statement.program, Call)
        and contract.name in names_in(statement.program.callee)
        for clause in contract.clauses
        for statement in walk(clause.statements)
    )


def names_used(clause: Clause) -> frozenset[str]:
    """Every name the expressions of a clause mention."""
    return frozenset(
        name for statement in walk(clause.statements) for name in names_in(*expressions_of(statement))
    )


def check_contract_parameters(contract: Contract) -> None:
    """Raises CompileError for a parameter that is a signature, or of no use."""
    for parameter in contract.parameters:
        if parameter.type is Type.SIGNATURE:
            raise CompileError(
                f'contract parameter "{parameter.name}" has type Signature, '
                "but contract parameters cannot have type Signature"
            )
    used = frozenset().union(*map(names_used, contract.clauses))
    for parameter in contract.parameters:
        if parameter.name not in used:
            raise CompileError(f'parameter "{parameter.name}" is unused')


def check_clause_parameters(clause: Clause) -> None:
    """Raises CompileError for a parameter the clause does not use."""
    used = names_used(clause)
    for parameter in clause.parameters:
        if parameter.name not in used:
            raise CompileError(f'parameter "{parameter.name}" is unused in clause "{clause.name}"')


def number_outputs(clause: Clause) -> None:
    """Give each lock the index of its output. Raises CompileError for branches that differ in outputs."""
    index = 0
    for position, statement in enumerate(clause.statements, 1):
        index = _number(statement, index, may_differ=position == len(clause.statements))
        if index < 0:
            raise CompileError(f'{UNEVEN} in clause "{clause.name}"')


def _number(statement: Statement, index: int, *, may_differ: bool) -> int:
    """The index after a statement; -1 where branches differ. Quirk: within a branch, numbering goes on from -1."""
    match statement:
        case If():
            ends = []
            for branch in (statement.then, statement.otherwise):
                end = index
                for inner in branch:
                    end = _number(inner, end, may_differ=may_differ)
                ends.append(end)
            if ends[0] == ends[1]:
                return ends[0]
            return index if may_differ else -1
        case Lock():
            statement.index = index
            return index + 1
        case Unlock():
            return index + 1
        case _:
            return index


def check_types(contract: Contract, clause: Clause, scope: Scope) -> None:
    """Raises CompileError for the first statement with an expression of a wrong type."""
    for statement in _in_order(clause.statements):
        _check_statement(statement, contract, f'clause "{clause.name}"', scope)


def _in_order(statements: tuple[Statement, ...]) -> Iterator[Statement]:
    waiting = list(reversed(statements))
    while waiting:
        statement = waiting.pop()
        if isinstance(statement, If):
            waiting += reversed(statement.then + statement.otherwise)
        else:
            yield statement


def _check_statement(statement: Statement, contract: Contract, where: str, scope: Scope) -> None:
    match statement:
        case Define() | Assign() if statement.value is not None:
            # Quirk: a hash of something is accepted whatever the variable is (equity/compiler/checks.go).
            kind = "define" if isinstance(statement, Define) else "assign"
            type_ = scope.type_of(statement.value)
            if type_ is not statement.type and type_ not in SUBTYPES:
                what = f"expression in {kind} statement in {where}"
                raise CompileError(f'{what} has type "{type_}", must be "{statement.type}"')
        case Verify():
            type_ = scope.type_of(statement.condition)
            if type_ is not Type.BOOLEAN:
                raise CompileError(
                    f'expression in verify statement in {where} has type "{type_}", must be Boolean'
                )
        case Lock():
            where = f"lock statement in {where}"
            _check_value("locked", statement.amount, statement.asset, where, scope)
            type_ = scope.type_of(statement.program)
            if type_ is not Type.PROGRAM:
                raise CompileError(f'program in {where} has type "{type_}", must be Program')
        case Unlock():
            where = f"unlock statement of {where}"
            _check_value("unlocked", statement.amount, statement.asset, where, scope)
            if (str(statement.amount), str(statement.asset)) != (contract.amount, contract.asset):
                raise CompileError(
                    f'amount "{statement.amount}" of asset "{statement.asset}" expression in {where} '
                    f'must be the contract valueAmount "{contract.amount}" of valueAsset "{contract.asset}"'
                )


def _check_value(verb: str, amount: Expression, asset: Expression, where: str, scope: Scope) -> None:
    type_ = scope.type_of(amount)
    if type_ not in NUMBERS:
        raise CompileError(f'{verb}Amount expression "{amount}" in {where} has type "{type_}", must be Integer')
    type_ = scope.type_of(asset)
    if type_ is not Type.ASSET:
        raise CompileError(f'{verb}Asset expression "{asset}" in {where} has type "{type_}", must be Asset')
