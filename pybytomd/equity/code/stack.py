"""A model of the stack as a program will find it: names from top to bottom, nothing for what has none.

It is a list of linked cells, and a stack that is kept to go back to shares them. Quirk: a variable gets its name
by renaming the cell on top, which a kept stack may share; depths in the programs of the reference follow from that
(equity/compiler/stack.go). So cells are shared here as there.
"""

from __future__ import annotations

from collections.abc import Iterable

from pybytomd.equity.source.limits import Budget

NAMELESS = ""


class Cell:
    """One item and what is below it."""

    __slots__ = ("below", "name")

    def __init__(self, name: str, below: Cell | None) -> None:
        self.name = name
        self.below = below


class Stack:
    """The stack as it is now. Operations on a stack with too little on it find nameless items."""

    def __init__(self, names: Iterable[str], budget: Budget) -> None:
        self.top: Cell | None = None
        self._budget = budget
        for name in names:
            self.push(name)

    def push(self, name: str = NAMELESS) -> None:
        """Put an item on top."""
        self.top = Cell(name, self.top)

    def drop(self, count: int = 1) -> None:
        """Take items off."""
        while count > 0 and self.top is not None:
            self.top = self.top.below
            count -= 1

    def take(self) -> str:
        """Take the top item off and say its name."""
        name = NAMELESS if self.top is None else self.top.name
        self.drop()
        return name

    def rename(self, name: str) -> None:
        """Give the item on top another name, also in kept stacks that share it."""
        if self.top is not None:
            self.top.name = name

    def depth_of(self, name: str) -> int | None:
        """How many items are above the deepest one of this name; None if there is none."""
        found, depth = None, 0
        cell = self.top
        while cell is not None:
            if cell.name == name:
                found = depth
            depth += 1
            cell = cell.below
        self._budget.spend(depth)
        return found

    def pick(self, depth: int) -> None:
        """Put a copy of an item on top."""
        cell = self.top
        for _ in range(depth):
            cell = cell.below if cell is not None else None
        self.push(NAMELESS if cell is None else cell.name)

    def roll(self, depth: int) -> None:
        """Bring an item to the top; those above it sink by one."""
        above = [self.take() for _ in range(depth)]
        rolled = self.take()
        for name in reversed(above):
            self.push(name)
        self.push(rolled)
