"""From words to a syntax tree. Source of the grammar: equity reference, section 3."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pybytomd.equity.source.limits import MAX_NESTING, MAX_TREE
from pybytomd.equity.source.scanner import Scanner
from pybytomd.equity.source.syntax import (
    Assign,
    Binary,
    Call,
    Clause,
    Contract,
    Define,
    Expression,
    If,
    ListLiteral,
    Lock,
    Name,
    Parameter,
    Statement,
    Unary,
    Unlock,
    Verify,
)
from pybytomd.equity.tables import NAMED_TYPES, Type

Deep = tuple[Expression, int]
"""An expression and how many levels it has."""


def parse(source: bytes) -> list[Contract]:
    """The contracts of a source. Raises CompileError. Quirk: what follows the last contract is not looked at."""
    scanner = Scanner(source)
    if scanner.word() != "contract":
        raise scanner.error("expected contract")
    parser = _Parser(scanner)
    contracts = []
    while scanner.word() == "contract":
        contracts.append(parser.contract())
    return contracts


class _Parser:
    """Reads one thing of the grammar a method."""

    def __init__(self, scanner: Scanner) -> None:
        self._scan = scanner
        self._depth = 0
        self._statements: dict[str, Callable[[], Statement]] = {
            "if": self._if,
            "define": self._define,
            "assign": self._assign,
            "verify": self._verify,
            "lock": self._lock,
            "unlock": self._unlock,
        }

    def contract(self) -> Contract:
        scan = self._scan
        scan.take_keyword("contract")
        name = scan.take_name()
        parameters = self._parameters()
        scan.take_keyword("locks")
        amount = scan.take_name()
        scan.take_keyword("of")
        asset = scan.take_name()
        scan.take("{")
        clauses = []
        while not scan.sees("}"):
            clauses.append(self._clause())
        scan.take("}")
        return Contract(name, parameters, amount, asset, tuple(clauses))

    def _clause(self) -> Clause:
        self._scan.take_keyword("clause")
        name = self._scan.take_name()
        parameters = self._parameters()
        return Clause(name, parameters, self._block())

    def _parameters(self) -> tuple[Parameter, ...]:
        parameters: list[Parameter] = []
        for _ in self._items("(", ")"):
            names = [self._scan.take_name()]
            while self._scan.sees(","):
                self._scan.take(",")
                names.append(self._scan.take_name())
            type_ = self._type()
            parameters += [Parameter(name, type_) for name in names]
        return tuple(parameters)

    def _type(self) -> Type:
        self._scan.take(":")
        name = self._scan.take_name()
        if name not in NAMED_TYPES:
            raise self._scan.error(f"unknown type {name}")
        return NAMED_TYPES[name]

    def _items(self, opening: str, closing: str) -> Iterator[None]:
        """Once for every item of a list, which whoever asks is to take."""
        scan = self._scan
        scan.take(opening)
        first = True
        while not scan.sees(closing):
            if not first:
                scan.take(",")
            first = False
            yield
        scan.take(closing)

    @contextmanager
    def _inside(self) -> Iterator[None]:
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise self._scan.error(f"more than {MAX_NESTING} levels inside each other")
        yield
        self._depth -= 1

    def _block(self) -> tuple[Statement, ...]:
        scan = self._scan
        statements = []
        scan.take("{")
        with self._inside():
            while not scan.sees("}"):
                word = scan.word()
                if word not in self._statements:
                    raise scan.error(f'unknown keyword "{word}"')
                scan.take_keyword(word)
                statements.append(self._statements[word]())
        scan.take("}")
        return tuple(statements)

    def _if(self) -> Statement:
        condition = self._expression()
        then = self._block()
        otherwise: tuple[Statement, ...] = ()
        if self._scan.word() == "else":
            self._scan.take_keyword("else")
            otherwise = self._block()
        return If(condition, then, otherwise)

    def _define(self) -> Statement:
        name = self._scan.take_name()
        type_ = self._type()
        if not self._scan.sees("="):
            return Define(name, type_, None)
        self._scan.take("=")
        return Define(name, type_, self._expression())

    def _assign(self) -> Statement:
        name = self._scan.take_name()
        self._scan.take("=")
        return Assign(name, self._expression())

    def _verify(self) -> Statement:
        return Verify(self._expression())

    def _amount_of_asset(self) -> tuple[Expression, Expression]:
        amount = self._expression()
        self._scan.take_keyword("of")
        return amount, self._expression()

    def _lock(self) -> Statement:
        amount, asset = self._amount_of_asset()
        self._scan.take_keyword("with")
        return Lock(amount, asset, self._expression())

    def _unlock(self) -> Statement:
        return Unlock(*self._amount_of_asset())

    def _expression(self) -> Expression:
        return self._deep()[0]

    def _deep(self) -> Deep:
        with self._inside():
            return self._operations(self._unary(), 0)

    def _operations(self, left: Deep, lowest: int) -> Deep:
        """What operators of at least this precedence join to ``left``; equal ones from left to right."""
        scan = self._scan
        while (operator := scan.binary_operator()) is not None and operator.precedence >= lowest:
            scan.take(operator.symbol)
            right = self._unary()
            while (after := scan.binary_operator()) is not None and after.precedence > operator.precedence:
                with self._inside():
                    right = self._operations(right, after.precedence)
            left = self._grown(Binary(operator, left[0], right[0]), left, right)
        return left

    def _grown(self, expression: Expression, *parts: Deep) -> Deep:
        depth = 1 + max((depth for _, depth in parts), default=0)
        if depth > MAX_TREE:
            raise self._scan.error(f"an expression of more than {MAX_TREE} levels")
        return expression, depth

    def _unary(self) -> Deep:
        operators = []
        while (operator := self._scan.take_unary_operator()) is not None:
            operators.append(operator)
        found = self._operand()
        for operator in reversed(operators):
            found = self._grown(Unary(operator, found[0]), found)
        return found

    def _operand(self) -> Deep:
        literal = self._scan.take_literal()
        if literal is not None:
            return literal, 1
        found = self._primary()
        if not self._scan.sees("("):
            return found
        arguments = [self._deep() for _ in self._items("(", ")")]
        call = Call(found[0], tuple(argument for argument, _ in arguments))
        return self._grown(call, found, *arguments)

    def _primary(self) -> Deep:
        scan = self._scan
        if scan.sees("("):
            scan.take("(")
            found = self._deep()
            scan.take(")")
            return found
        if scan.sees("["):
            items = [self._deep() for _ in self._items("[", "]")]
            return self._grown(ListLiteral(tuple(item for item, _ in items)), *items)
        return Name(scan.take_name()), 1
