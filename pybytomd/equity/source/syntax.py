"""The tree of a source: expressions and statements, clauses and contracts.

``str`` of an expression is its printed form, which stands in errors and in what is reported of a clause.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from pybytomd.equity.tables import BinaryOperator, Type, UnaryOperator


@dataclass(slots=True)
class Integer:
    """A number of 64 bits."""

    NODE: ClassVar[str] = "compiler.integerLiteral"
    value: int

    def __str__(self) -> str:
        return str(self.value)


@dataclass(slots=True)
class Bytes:
    """Bytes, written as text or in hex."""

    NODE: ClassVar[str] = "compiler.bytesLiteral"
    value: bytes

    def __str__(self) -> str:
        return f"0x{self.value.hex()}"


@dataclass(slots=True)
class Boolean:
    """True or false."""

    NODE: ClassVar[str] = "compiler.booleanLiteral"
    value: bool

    def __str__(self) -> str:
        return "true" if self.value else "false"


@dataclass(slots=True)
class Name:
    """Something by its name."""

    NODE: ClassVar[str] = "compiler.varRef"
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(slots=True)
class Unary:
    """An operator and its operand."""

    NODE: ClassVar[str] = "*compiler.unaryExpr"
    operator: UnaryOperator
    operand: Expression

    def __str__(self) -> str:
        return f"{self.operator.symbol}{self.operand}"


@dataclass(slots=True)
class Binary:
    """Two operands and the operator between them."""

    NODE: ClassVar[str] = "*compiler.binaryExpr"
    operator: BinaryOperator
    left: Expression
    right: Expression

    def __str__(self) -> str:
        return f"({self.left} {self.operator.symbol} {self.right})"


@dataclass(slots=True)
class Call:
    """What is called, and with what."""

    NODE: ClassVar[str] = "*compiler.callExpr"
    callee: Expression
    arguments: tuple[Expression, ...]

    def __str__(self) -> str:
        return f"{self.callee}({', '.join(map(str, self.arguments))})"


@dataclass(slots=True)
class ListLiteral:
    """Expressions in brackets; only an argument can be one."""

    NODE: ClassVar[str] = "compiler.listExpr"
    items: tuple[Expression, ...]

    def __str__(self) -> str:
        return f"[{', '.join(map(str, self.items))}]"


Expression = Integer | Bytes | Boolean | Name | Unary | Binary | Call | ListLiteral


def operands_of(expression: Expression) -> tuple[Expression, ...]:
    """The expressions directly inside one."""
    match expression:
        case Unary():
            return (expression.operand,)
        case Binary():
            return (expression.left, expression.right)
        case Call():
            return (expression.callee, *expression.arguments)
        case ListLiteral():
            return expression.items
        case _:
            return ()


def names_in(*expressions: Expression) -> Iterator[str]:
    """Every occurrence of a name, functions that are called included."""
    waiting = list(expressions)
    while waiting:
        expression = waiting.pop()
        if isinstance(expression, Name):
            yield expression.text
        else:
            waiting.extend(operands_of(expression))


@dataclass(slots=True)
class Define:
    """A new variable, with a value or without."""

    name: str
    type: Type
    value: Expression | None


@dataclass(slots=True)
class Assign:
    """Another value for a variable. ``type`` is what the variable was when the statement was compiled."""

    name: str
    value: Expression
    type: Type = Type.NONE


@dataclass(slots=True)
class Verify:
    """What must hold."""

    condition: Expression


@dataclass(slots=True)
class Lock:
    """An output the spending transaction must have, at ``index`` among those the clause asks for."""

    amount: Expression
    asset: Expression
    program: Expression
    index: int = 0


@dataclass(slots=True)
class Unlock:
    """The value is free to go."""

    amount: Expression
    asset: Expression


@dataclass(slots=True)
class If:
    """Statements for when a condition holds, and for when it does not."""

    condition: Expression
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


Statement = Define | Assign | Verify | Lock | Unlock | If


def expressions_of(statement: Statement) -> tuple[Expression, ...]:
    """The expressions of a statement itself, not those of statements inside."""
    match statement:
        case Define():
            return () if statement.value is None else (statement.value,)
        case Assign():
            return (statement.value,)
        case Verify() | If():
            return (statement.condition,)
        case Lock():
            return (statement.amount, statement.asset, statement.program)
        case Unlock():
            return (statement.amount, statement.asset)


def walk(statements: tuple[Statement, ...]) -> Iterator[Statement]:
    """Statements and all inside them."""
    waiting = list(statements)
    while waiting:
        statement = waiting.pop()
        yield statement
        if isinstance(statement, If):
            waiting += statement.then + statement.otherwise


@dataclass(slots=True)
class Parameter:
    """A parameter of a contract or of a clause. ``inferred_type`` is what its use says about a hash."""

    name: str
    type: Type
    inferred_type: Type = Type.NONE


@dataclass(frozen=True, slots=True)
class HashCall:
    """A hash function as it is used in a clause."""

    function: str
    argument: str
    argument_type: Type


@dataclass(frozen=True, slots=True)
class ValueUse:
    """What a clause does with a value; without a program it sets the value free."""

    amount: str
    asset: str
    program: str = ""


@dataclass(slots=True)
class Clause:
    """One way to spend, and what compiling it found out."""

    name: str
    parameters: tuple[Parameter, ...]
    statements: tuple[Statement, ...]
    heights: list[str] = field(default_factory=list)
    hash_calls: list[HashCall] = field(default_factory=list)
    values: list[ValueUse] = field(default_factory=list)
    contracts: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Contract:
    """A contract, and what it is compiled to. ``body`` is no program yet: see ``instantiation``."""

    name: str
    parameters: tuple[Parameter, ...]
    amount: str
    asset: str
    clauses: tuple[Clause, ...]
    recursive: bool = False
    body: bytes = b""
    opcodes: str = ""
