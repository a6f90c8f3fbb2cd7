"""Expressions to opcodes. Types are checked when the operands are written: their own errors come first.

Source: equity reference, sections 6, 7, 9.4 and 9.5.
"""

from __future__ import annotations

from collections.abc import Mapping

from pybytomd.equity.checks.scope import Scope, builtin_called
from pybytomd.equity.code.listing import Code
from pybytomd.equity.errors import CompileError
from pybytomd.equity.source.syntax import (
    Binary,
    Boolean,
    Bytes,
    Call,
    Clause,
    Contract,
    Expression,
    HashCall,
    Integer,
    ListLiteral,
    Name,
    Unary,
)
from pybytomd.equity.tables import CHECK_MULTISIG, EQUALITIES, HASHES, NUMBERS, SUBTYPES, Builtin, Type
from pybytomd.vm.ops import NUMBERS as OPCODES
from pybytomd.vm.programs.builders import OP_CHECKPREDICATE

DEPTH, OVER = bytes((OPCODES["DEPTH"],)), bytes((OPCODES["OVER"],))

ACCEPTED: Mapping[Type, frozenset[Type]] = {
    Type.INTEGER: NUMBERS,
    Type.BOOLEAN: frozenset((Type.BOOLEAN,)),
}
"""The types an operator of two operands takes where it asks for one of these."""


class ExpressionCompiler:
    """Compiles the expressions of one clause. Each leaves one item on the stack."""

    def __init__(self, contract: Contract, clause: Clause, scope: Scope, code: Code) -> None:
        self.contract = contract
        self.clause = clause
        self.scope = scope
        self.code = code

    def printed(self, expression: Expression) -> str:
        """The printed form of an expression, for what is reported of the clause."""
        text = str(expression)
        self.code.listing.budget.spend(len(text) // 2)
        return text

    def compile(self, expression: Expression) -> None:
        """Write an expression. Raises CompileError."""
        match expression:
            case Binary():
                self._binary(expression)
            case Unary():
                self._unary(expression)
            case Call():
                self._call(expression)
            case Name():
                self.code.refer(expression.text)
            case Integer():
                self.code.push(str(expression.value))
            case Bytes():
                self.code.push_data(expression.value)
            case Boolean():
                self.code.push("TRUE" if expression.value else "FALSE")
            case _:
                raise CompileError("encountered list outside of function-call context")

    def _binary(self, expression: Binary) -> None:
        operator = expression.operator
        sides = (("left", expression.left), ("right", expression.right))
        for side, operand in sides:
            try:
                self.compile(operand)
            except CompileError as error:
                raise error.within(f'in {side} operand of "{operator.symbol}" expression') from None
        for side, operand in sides:
            type_ = self.scope.type_of(operand)
            if operator.operands is not Type.NONE and type_ not in ACCEPTED[operator.operands]:
                wrong = f'{side} operand has type "{type_}", must be "{operator.operands}"'
                raise CompileError(f'in "{expression}", {wrong}')
        if operator.symbol in EQUALITIES:
            self._compare(expression)
        self.code.operate(operator.opcodes, taken=2)

    def _compare(self, expression: Binary) -> None:
        left, right = self.scope.type_of(expression.left), self.scope.type_of(expression.right)
        if left != right:
            if left is Type.HASH and right in SUBTYPES:
                self._narrow(expression.left, right)
            elif right is Type.HASH and left in SUBTYPES:
                self._narrow(expression.right, left)
            else:
                wrong = f'left operand has type "{left}", right operand has type "{right}"'
                raise CompileError(f'type mismatch in "{expression}": {wrong}')
        if left is Type.BOOLEAN:
            symbol = expression.operator.symbol
            raise CompileError(f'in "{expression}": using "{symbol}" on Boolean values not allowed')

    def _narrow(self, expression: Expression, type_: Type) -> None:
        """A hash that is compared with the hash of something is the hash of such a thing itself."""
        entry = self.scope.find(expression.text) if isinstance(expression, Name) else None
        if entry is None:
            return
        entry.type = type_
        for parameter in (*self.contract.parameters, *self.clause.parameters):
            if parameter.name == str(expression):
                parameter.inferred_type = type_
                return

    def _unary(self, expression: Unary) -> None:
        operator = expression.operator
        try:
            self.compile(expression.operand)
        except CompileError as error:
            raise error.within(f'in "{operator.symbol}" expression') from None
        type_ = self.scope.type_of(expression.operand)
        if operator.operand is not Type.NONE and type_ is not operator.operand:
            raise CompileError(f'in "{expression}", operand has type "{type_}", must be "{operator.operand}"')
        # Quirk: the result keeps the name of the operand in the stack model (equity/compiler/compile.go).
        self.code.listing.write(operator.opcodes)

    def _call(self, call: Call) -> None:
        builtin = builtin_called(call)
        if builtin is None:
            entry = self.scope.find(call.callee.text) if isinstance(call.callee, Name) else None
            if entry is None or entry.contract is None:
                raise CompileError(f'unknown function "{call.callee}"')
            self._call_contract(call, entry.contract)
            return
        have, want = len(call.arguments), len(builtin.parameters)
        if have != want:
            raise CompileError(f'wrong number of args for "{builtin.name}": have {have}, want {want}')
        if builtin.name == CHECK_MULTISIG:
            self._check_multisig(call)
        else:
            self._call_builtin(call, builtin)

    def _call_builtin(self, call: Call, builtin: Builtin) -> None:
        items = 0
        for index, argument in reversed(list(enumerate(call.arguments))):
            try:
                items += self._argument(argument)
            except CompileError as error:
                raise error.within(f"compiling argument {index} in call expression") from None
        for index, (argument, want) in enumerate(zip(call.arguments, builtin.parameters, strict=True)):
            type_ = self.scope.type_of(argument)
            if want is not Type.NONE and type_ is not want:
                raise CompileError(f'argument {index} to "{builtin.name}" has type "{type_}", must be "{want}"')
        # Quirk: of a list the opcodes take the length only, while the model drops all of it.
        self.code.operate(builtin.opcodes, taken=items)
        if builtin.name in HASHES:
            hashed = call.arguments[0]
            self.clause.hash_calls.append(HashCall(builtin.name, self.printed(hashed), self.scope.type_of(hashed)))

    def _argument(self, argument: Expression) -> int:
        """An argument, how many items it has become. A list is its items, the first on top, and their number."""
        if not isinstance(argument, ListLiteral):
            self.compile(argument)
            return 1
        for item in reversed(argument.items):
            self.compile(item)
        self.code.push(str(len(argument.items)))
        return len(argument.items) + 1

    def _check_multisig(self, call: Call) -> None:
        for index, argument in enumerate(call.arguments):
            if not isinstance(argument, ListLiteral):
                got = f"got {argument.NODE} for argument {index}"
                raise CompileError(f"checkTxMultiSig expects list literals, {got}")
        keys, signatures = call.arguments
        code = self.code
        items = self._argument(signatures)
        code.listing.write("TOALTSTACK")
        aside = code.stack.take()
        code.push("TXSIGHASH")
        items += self._argument(keys)
        code.push("FROMALTSTACK", aside)
        code.raise_to_top(1)
        # Quirk: the opcode also takes the hash, of which the model does not know.
        code.operate("CHECKMULTISIG", taken=items)

    def _call_contract(self, call: Call, callee: Contract) -> None:
        """The program of another contract, put together at run time from its body and arguments."""
        code = self.code
        self.clause.contracts.append(callee.name)
        code.push_data(b"")
        have, want = len(call.arguments), len(callee.parameters)
        if have != want:
            raise CompileError(f'contract "{callee.name}" expects {want} argument(s), got {have}')
        for index, argument in reversed(list(enumerate(call.arguments))):
            type_, declared = self.scope.type_of(argument), callee.parameters[index].type
            if type_ is not declared and not (type_ is Type.INTEGER and declared is Type.AMOUNT):
                wrong = f'argument {index} to contract "{callee.name}" has type "{type_}", must be "{declared}"'
                raise CompileError(wrong)
            self.compile(argument)
            code.operate("CATPUSHDATA", taken=2)
        if callee is self.contract:
            try:
                code.refer(callee.name)
            except CompileError as error:
                raise error.within("compiling contract call") from None
            code.operate("CATPUSHDATA", taken=2)
            self._append(DEPTH + OVER)
        elif callee.recursive:
            self._append_body(callee)
            self._append(DEPTH + OVER)
        else:
            self._append(DEPTH)
            self._append_body(callee)
        code.push_data(b"")
        code.operate("CATPUSHDATA", taken=2)
        self._append(OP_CHECKPREDICATE)

    def _append(self, instructions: bytes) -> None:
        self.code.push_data(instructions)
        self.code.operate("CAT", taken=2)

    def _append_body(self, callee: Contract) -> None:
        # Quirk: a contract with an empty body is taken for one that is still to come.
        if not callee.body:
            raise CompileError(f'contract "{callee.name}" not defined')
        self.code.push_data(callee.body)
        self.code.operate("CATPUSHDATA", taken=2)
