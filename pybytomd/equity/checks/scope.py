"""Names and what they stand for. Source: equity reference, section 5."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pybytomd.equity.errors import CompileError
from pybytomd.equity.source.syntax import Binary, Boolean, Bytes, Call, Contract, Expression, Integer, Name, Unary
from pybytomd.equity.tables import BUILTINS, HASH_SUBTYPES, HASHES, KEYWORDS, Builtin, Type


class Role(StrEnum):
    """What a name is, by what errors call it."""

    KEYWORD = "keyword"
    BUILTIN = "built-in function"
    CONTRACT = "contract"
    CONTRACT_PARAMETER = "contract parameter"
    CONTRACT_VALUE = "contract value"
    CLAUSE = "clause"
    CLAUSE_PARAMETER = "clause parameter"
    CLAUSE_VARIABLE = "clause variable"


@dataclass(slots=True)
class Entry:
    """What a name stands for. Its type becomes a narrower one when more is known."""

    role: Role
    type: Type = Type.NONE
    contract: Contract | None = None


class Scope:
    """The names of one level; those of the levels around it are known, too."""

    def __init__(self, outer: Scope | None = None) -> None:
        self._outer = outer
        self._entries: dict[str, Entry] = {}

    def find(self, name: str) -> Entry | None:
        """What a name stands for; None if it is not known."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope._entries:
                return scope._entries[name]
            scope = scope._outer
        return None

    def add(self, name: str, role: Role, type_: Type = Type.NONE, contract: Contract | None = None) -> None:
        """Make a name known. Raises CompileError if it is already, be it further out."""
        known = self.find(name)
        if known is not None:
            raise CompileError(f'{role} "{name}" conflicts with {known.role}')
        self._entries[name] = Entry(role, type_, contract)

    def type_of(self, expression: Expression) -> Type:
        """The type of an expression as far as it is known now."""
        match expression:
            case Integer():
                return Type.INTEGER
            case Bytes():
                return Type.STRING
            case Boolean():
                return Type.BOOLEAN
            case Name():
                entry = self.find(expression.text)
                return Type.NONE if entry is None else entry.type
            case Unary() | Binary():
                return expression.operator.result
            case Call():
                return self._result_of(expression)
            case _:
                return Type.LIST

    def _result_of(self, call: Call) -> Type:
        builtin = builtin_called(call)
        if builtin is not None:
            if builtin.name in HASHES and len(call.arguments) == 1:
                return HASH_SUBTYPES.get((builtin.name, self.type_of(call.arguments[0])), Type.HASH)
            return builtin.result
        callee = self.type_of(call.callee)
        results = {Type.PREDICATE: Type.BOOLEAN, Type.CONTRACT: Type.PROGRAM}
        return results.get(callee, Type.NONE)


def builtin_called(call: Call) -> Builtin | None:
    """The function of the language that a call is of; None for any other call."""
    return BUILTINS.get(call.callee.text) if isinstance(call.callee, Name) else None


def global_scope() -> Scope:
    """Keywords and functions, which are known everywhere."""
    scope = Scope()
    for keyword in KEYWORDS:
        scope.add(keyword, Role.KEYWORD)
    for name in BUILTINS:
        scope.add(name, Role.BUILTIN)
    return scope
