"""The compiler: from the text of a contract to its body. Source: equity reference, sections 1, 9.1 and 9.7."""

from __future__ import annotations

from pybytomd.equity.checks import rules as checks
from pybytomd.equity.checks.scope import Role, Scope, global_scope
from pybytomd.equity.code.expressions import ExpressionCompiler
from pybytomd.equity.code.listing import Code, Listing
from pybytomd.equity.code.optimizer import optimize
from pybytomd.equity.code.stack import NAMELESS
from pybytomd.equity.code.statements import StatementCompiler
from pybytomd.equity.errors import CompileError
from pybytomd.equity.source.limits import MAX_SOURCE, Budget
from pybytomd.equity.source.parser import parse
from pybytomd.equity.source.syntax import Clause, Contract, Lock, Unlock, ValueUse
from pybytomd.equity.tables import Type
from pybytomd.vm.errors import ProgramError
from pybytomd.vm.programs.assembler import assemble

END_LABEL = "_end"


def compile_source(source: str | bytes) -> list[Contract]:
    """The contracts of a source, compiled, in order. Raises CompileError."""
    text = source.encode() if isinstance(source, str) else source
    if len(text) > MAX_SOURCE:
        raise CompileError(f"the source has {len(text)} bytes, {MAX_SOURCE} are allowed")
    try:
        contracts = parse(text)
    except CompileError as error:
        raise error.within("parse error") from None
    scope = global_scope()
    for contract in contracts:
        contract.recursive = checks.is_recursive(contract)
    for contract in contracts:
        scope.add(contract.name, Role.CONTRACT, Type.CONTRACT, contract)
    budget = Budget()
    for contract in contracts:
        try:
            _compile(contract, Scope(scope), Listing(budget))
        except CompileError as error:
            raise error.within("compiling contract") from None
        for clause in contract.clauses:
            clause.values = _values(contract, clause, budget)
    return contracts


def _compile(contract: Contract, scope: Scope, listing: Listing) -> None:
    if not contract.clauses:
        raise CompileError("empty contract")
    for parameter in contract.parameters:
        scope.add(parameter.name, Role.CONTRACT_PARAMETER, parameter.type)
    scope.add(contract.amount, Role.CONTRACT_VALUE, Type.AMOUNT)
    scope.add(contract.asset, Role.CONTRACT_VALUE, Type.ASSET)
    for clause in contract.clauses:
        scope.add(clause.name, Role.CLAUSE)
    checks.check_contract_parameters(contract)

    names = [parameter.name for parameter in reversed(contract.parameters)]
    if contract.recursive:
        names.append(contract.name)
    if len(contract.clauses) == 1:
        _compile_clause(contract, contract.clauses[0], scope, Code(listing, _beneath(contract.clauses[0], names)))
    else:
        _compile_clauses(contract, scope, listing, names)
    contract.opcodes = optimize(listing.text, listing.budget)
    try:
        contract.body = assemble(contract.opcodes)
    except ProgramError as error:
        raise CompileError(str(error)) from None


def _beneath(clause: Clause, names: list[str]) -> list[str]:
    """The stack of a clause, whose own arguments lie at the bottom."""
    return [parameter.name for parameter in clause.parameters] + names


def _compile_clauses(contract: Contract, scope: Scope, listing: Listing, names: list[str]) -> None:
    """All clauses, behind jumps to the one that the selector tells."""
    clauses = contract.clauses
    if contract.parameters:
        listing.write(str(len(names)), "ROLL")
    else:
        # Quirk: without parameters nothing is rolled, so in a recursive contract the body is taken for the
        # selector, which stays on the stack in its place (equity/compiler/compile.go).
        names = [NAMELESS for _ in names]
    for index in range(len(clauses) - 1, 1, -1):
        listing.write("DUP", str(index), "NUMEQUAL", f"JUMPIF:${clauses[index].name}")
    listing.write(f"JUMPIF:${clauses[1].name}")
    for index, clause in enumerate(clauses):
        listing.write(f"${clause.name}")
        if index > 1:
            listing.write("DROP")
        try:
            _compile_clause(contract, clause, scope, Code(listing, _beneath(clause, names)))
        except CompileError as error:
            raise error.within(f'compiling clause "{clause.name}"') from None
        listing.forget_verify()
        if index < len(clauses) - 1:
            listing.write(f"JUMP:${END_LABEL}")
    listing.write(f"${END_LABEL}")


def _compile_clause(contract: Contract, clause: Clause, outer: Scope, code: Code) -> None:
    scope = Scope(outer)
    for parameter in clause.parameters:
        scope.add(parameter.name, Role.CLAUSE_PARAMETER, parameter.type)
    checks.number_outputs(clause)
    StatementCompiler(ExpressionCompiler(contract, clause, scope, code)).compile_all()
    checks.check_types(contract, clause, scope)
    checks.check_clause_parameters(clause)


def _values(contract: Contract, clause: Clause, budget: Budget) -> list[ValueUse]:
    """What a clause does with values. Quirk: statements inside an if-else are not told."""
    values = []
    for statement in clause.statements:
        if isinstance(statement, Lock):
            value = ValueUse(str(statement.amount), str(statement.asset), str(statement.program))
            budget.spend((len(value.amount) + len(value.asset) + len(value.program)) // 2)
            values.append(value)
        elif isinstance(statement, Unlock):
            values.append(ValueUse(contract.amount, contract.asset))
    return values
