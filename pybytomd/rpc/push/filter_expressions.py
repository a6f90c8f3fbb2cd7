"""What a filter of transaction feeds is made of: what each part of it is, and whether it holds for an item.

An item is an output of a transaction, or an input: its asset, its amount in the asset's smallest unit, and its
type. The reference checks filters and never applies them; its ``TxFeed`` has the meaning of the names: an amount
is within both limits. Source: rpc-and-cli reference, section 7.2; ``blockchain/query/filter``,
``blockchain/txfeed/txfeed.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from pybytomd.errors import RequestError


class FilterError(RequestError):
    """A filter that is none; the context says where and why."""

    message = "invalid query filter"


class Type(Enum):
    """What an expression is."""

    ANY = "any"
    BOOL = "bool"
    STRING = "string"
    INTEGER = "integer"


class Item(NamedTuple):
    """An input or output, by the names that filters have for what is in it."""

    asset_id: str
    amount: int
    trans_type: str


TYPE_ATTRIBUTE, LOWER_LIMIT, UPPER_LIMIT = "trans_type", "amount_lower_limit", "amount_upper_limit"
ATTRIBUTES: Mapping[str, Type] = {
    "asset_id": Type.STRING,
    LOWER_LIMIT: Type.INTEGER,
    UPPER_LIMIT: Type.INTEGER,
    TYPE_ATTRIBUTE: Type.STRING,
}
_VALUES: Mapping[str, Callable[[Item], str | int]] = {
    "asset_id": lambda item: item.asset_id,
    LOWER_LIMIT: lambda item: item.amount,
    UPPER_LIMIT: lambda item: item.amount,
    TYPE_ATTRIBUTE: lambda item: item.trans_type,
}


@dataclass(frozen=True, slots=True)
class Literal:
    """A text or a number, or, without a value, a placeholder."""

    kind: Type
    value: str | int | None = None

    def check(self) -> Type:
        """What it is."""
        return self.kind

    def of(self, item: Item) -> str | int | None:  # noqa: ARG002 - it is the same for every item
        """Its value."""
        return self.value


@dataclass(frozen=True, slots=True)
class Attribute:
    """A property of an item."""

    name: str

    def check(self) -> Type:
        """What it is. Raises FilterError."""
        kind = ATTRIBUTES.get(self.name)
        if kind is None:
            raise FilterError.because(f"invalid attribute: {self.name}")
        return kind

    def of(self, item: Item) -> str | int | None:
        """Its value."""
        return _VALUES[self.name](item)


@dataclass(frozen=True, slots=True)
class Environment:
    """``name(...)``: there are none."""

    name: str

    def check(self) -> Type:
        """Raises FilterError."""
        raise FilterError.because(f"invalid environment `{self.name}`")


@dataclass(frozen=True, slots=True)
class Selector:
    """``object.name``: no attribute is an object, only a placeholder could be."""

    inner: Expression

    def check(self) -> Type:
        """What it is. Raises FilterError."""
        inner = self.inner
        while isinstance(inner, Selector):  # as many as a text has room for
            inner = inner.inner
        if inner.check() is not Type.ANY:
            raise FilterError.because("selector `.` can only be used on objects")
        return Type.ANY


@dataclass(frozen=True, slots=True)
class Operation:
    """Two expressions and what joins them."""

    operator: str
    left: Expression
    right: Expression

    def check(self) -> Type:
        """What it is. Raises FilterError."""
        operations, first = self.spine()
        kind = first.check()
        for operation in reversed(operations):
            kind = operation._checked(kind, operation.right.check())
        return kind

    def spine(self) -> tuple[list[Operation], Expression]:
        """It, the operations on its left, outermost first, and what is left of them all.

        There may be as many as a text has room for, far more than calls may be inside each other.
        """
        operations = [self]
        while isinstance(first := operations[-1].left, Operation):
            operations.append(first)
        return operations, first

    def _checked(self, left: Type, right: Type) -> Type:
        if self.operator != "=":
            if not all(kind in (Type.BOOL, Type.ANY) for kind in (left, right)):
                raise FilterError.because(f"{self.operator} expects bool operands")
            return Type.BOOL
        if Type.BOOL in (left, right):
            raise FilterError.because("= expects integer or string operands")
        if Type.ANY not in (left, right) and left is not right:
            raise FilterError.because("= expects operands of matching types")
        return Type.BOOL


Expression = Literal | Attribute | Environment | Selector | Operation


def parts_of(expression: Expression) -> Iterator[Expression]:
    """An expression and all inside it."""
    left = [expression]
    while left:
        part = left.pop()
        yield part
        if isinstance(part, Operation):
            left += (part.right, part.left)
        elif isinstance(part, Selector):
            left.append(part.inner)


def is_applicable(expression: Expression) -> bool:
    """Whether it has no placeholder, for which nobody could give a value."""
    return not any(isinstance(part, Literal) and part.kind is Type.ANY for part in parts_of(expression))


def asks_for_type(expression: Expression) -> bool:
    """Whether it names ``trans_type``, and so may be about inputs as well."""
    return any(isinstance(part, Attribute) and part.name == TYPE_ATTRIBUTE for part in parts_of(expression))


def holds(expression: Expression, item: Item) -> bool:
    """Whether a filter that was checked and is applicable is true of an item."""
    if not isinstance(expression, Operation):
        return False  # of type ANY, and so not applicable
    operations, _ = expression.spine()
    is_true = _is_equal(operations.pop(), item)
    for operation in reversed(operations):
        if is_true == (operation.operator == "AND"):  # else the right side changes nothing
            is_true = holds(operation.right, item)
    return is_true


def _is_equal(comparison: Operation, item: Item) -> bool:
    left, right = comparison.left, comparison.right
    if isinstance(right, Attribute) and isinstance(left, Literal):
        left, right = right, left
    if not (isinstance(left, Literal | Attribute) and isinstance(right, Literal | Attribute)):
        return False
    if isinstance(left, Attribute) and isinstance(right, Literal) and isinstance(right.value, int):
        return _is_within(left.name, item.amount, right.value)
    return left.of(item) == right.of(item)


def _is_within(name: str, amount: int, limit: int) -> bool:
    return amount >= limit if name == LOWER_LIMIT else amount <= limit
