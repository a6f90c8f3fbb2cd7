"""Statements to opcodes. Source: equity reference, sections 9.3 and 9.6."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pybytomd.equity.checks.scope import Role, builtin_called
from pybytomd.equity.code.expressions import ExpressionCompiler
from pybytomd.equity.errors import CompileError
from pybytomd.equity.source.syntax import (
    Assign,
    Call,
    Define,
    Expression,
    If,
    Lock,
    Name,
    Statement,
    Unlock,
    Verify,
    expressions_of,
    names_in,
)
from pybytomd.equity.tables import HEIGHT_CHECKS

VM_VERSION = 1


class StatementCompiler:
    """Compiles the statements of one clause."""

    def __init__(self, expressions: ExpressionCompiler) -> None:
        self._expressions = expressions
        self._code = expressions.code
        self._clause = expressions.clause
        self._contract = expressions.contract

    def compile_all(self) -> None:
        """Write the clause. Raises CompileError."""
        for statement in self._clause.statements:
            if not (isinstance(statement, Define) and statement.value is None):
                self._expect(statement)
            if isinstance(statement, If):
                for inner in (*statement.then, *statement.otherwise):
                    self._expect(inner)
        for statement in self._clause.statements:
            self._statement(statement)

    def _expect(self, statement: Statement) -> None:
        """Count the references of a statement, not those of statements inside."""
        if isinstance(statement, Define) and statement.value is None:
            # The reference crashes here.
            raise self._error(f'the variable "{statement.name}" is defined without a value inside an if-else')
        self._code.counts.update(names_in(*expressions_of(statement)))

    def _error(self, what: str) -> CompileError:
        return CompileError(f'{what} in clause "{self._clause.name}"')

    def _expression(self, expression: Expression, where: str) -> None:
        try:
            self._expressions.compile(expression)
        except CompileError as error:
            raise error.within(f'in {where} in clause "{self._clause.name}"') from None

    def _statement(self, statement: Statement) -> None:
        match statement:
            case If():
                self._if(statement)
            case Define():
                self._define(statement)
            case Assign():
                self._assign(statement)
            case Verify():
                self._verify(statement)
            case Lock():
                self._lock(statement)
            case Unlock():
                if len(self._clause.statements) == 1:  # the clause must leave something
                    self._code.push("TRUE")

    def _if(self, statement: If) -> None:
        """Branches. Quirk: what follows is compiled for the stack as the branch written last leaves it."""
        code = self._code
        number = code.listing.next_branch()
        self._expression(statement.condition, "check condition of ifStatement")
        code.operate("NOT", taken=1)
        # The NOP tells this jump from those that select clauses.
        code.listing.write("NOP")
        code.consume(f"JUMPIF:${'else' if statement.otherwise else 'endif'}_{number}")
        code.listing.write(f"$if_{number}")
        top, counts = code.stack.top, Counter(code.counts)
        code.listing.budget.spend(len(counts))
        self._branch(statement.then)
        if statement.otherwise:
            code.stack.top = top
            code.counts, counts = counts, code.counts
            code.listing.write(f"JUMP:$endif_{number}", f"$else_{number}")
            self._branch(statement.otherwise)
            code.counts = counts
        code.listing.write(f"$endif_{number}")

    def _branch(self, statements: Iterable[Statement]) -> None:
        # Quirk: references in outermost branches are counted a second time here, so none of them is the last.
        for statement in statements:
            self._expect(statement)
        for statement in statements:
            self._statement(statement)

    def _define(self, statement: Define) -> None:
        self._expressions.scope.add(statement.name, Role.CLAUSE_VARIABLE, statement.type)
        if self._code.counts[statement.name] == 0:
            raise self._error(f'the defined variable "{statement.name}" is unused')
        if statement.value is not None:
            self._expression(statement.value, "define statement")
            self._code.stack.rename(statement.name)

    def _assign(self, statement: Assign) -> None:
        code, name = self._code, statement.name
        entry = self._expressions.scope.find(name)
        if entry is None:
            raise self._error(f'the variable "{name}" is not defined before the assign statement')
        if entry.role is not Role.CLAUSE_VARIABLE:
            raise self._error("the type of variable is not roleClauseVariable in assign statement")
        statement.type = entry.type
        uses = sum(used == name for used in names_in(statement.value))
        left = code.counts[name] - uses
        if uses:
            # Quirk: the first use takes the old value away; a second one finds it only if it still has the name.
            code.counts[name] = 1
        else:
            depth = code.stack.depth_of(name)
            if depth is None:  # the reference crashes
                raise self._error(f'the variable "{name}" has no value before the assign statement')
            code.raise_to_top(depth)
            code.consume("DROP")
        self._expression(statement.value, "define statement")  # Quirk: this is what errors say.
        if uses:
            code.counts[name] = left
        code.stack.rename(name)

    def _verify(self, statement: Verify) -> None:
        condition = statement.condition
        self._expression(condition, "verify statement")
        self._code.consume("VERIFY")
        if isinstance(condition, Call) and len(condition.arguments) == 1:
            builtin = builtin_called(condition)
            if builtin is not None and builtin.name in HEIGHT_CHECKS:
                self._clause.heights.append(self._expressions.printed(condition.arguments[0]))

    def _lock(self, statement: Lock) -> None:
        code, contract = self._code, self._contract
        values = (
            (statement.amount, contract.amount, "AMOUNT"),
            (statement.asset, contract.asset, "ASSET"),
        )
        code.push(str(statement.index))
        if all(is_name(expression, own) for expression, own, _ in values):
            for _, own, opcode in values:
                code.push(opcode, own)
        else:
            uses = Counter(names_in(*expressions_of(statement)))
            for expression, own, opcode in values:
                if is_name(expression, own):
                    code.push(opcode, own)
                    continue
                if uses[own]:
                    code.counts[own] = uses[own]
                    code.push(opcode, own)
                self._expression(expression, "lock statement")
        code.push(str(VM_VERSION))
        self._expression(statement.program, "lock statement")
        code.operate("CHECKOUTPUT", taken=5)
        code.consume("VERIFY")


def is_name(expression: Expression, name: str) -> bool:
    """Whether an expression is nothing but this name."""
    return isinstance(expression, Name) and expression.text == name
