"""What is being compiled: opcodes written so far, the stack model, and references still to come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pybytomd.equity.code.stack import NAMELESS, Stack
from pybytomd.equity.errors import CompileError
from pybytomd.equity.source.limits import Budget

VERIFY = "VERIFY"


class Listing:
    """Opcodes, numbers, data and labels in order.

    A VERIFY is held back until something follows it: the last condition of a clause is its result instead.
    """

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self._items: list[str] = []
        self._verify_waits = False
        self._branches = 0

    def write(self, *items: str) -> None:
        """Write instructions."""
        for item in items:
            self.budget.spend(1 + len(item) // 2)
            if self._verify_waits:
                self._items.append(VERIFY)
            self._verify_waits = item == VERIFY
            if not self._verify_waits:
                self._items.append(item)

    def forget_verify(self) -> None:
        """Leave out a VERIFY that nothing has followed."""
        self._verify_waits = False

    def next_branch(self) -> int:
        """The number of another ``if``, counted over the whole contract."""
        self._branches += 1
        return self._branches

    @property
    def text(self) -> str:
        """All of it as assembler text."""
        return " ".join(self._items)


class Code:
    """A listing that grows together with the stack model."""

    def __init__(self, listing: Listing, names: Iterable[str]) -> None:
        self.listing = listing
        self.stack = Stack(names, listing.budget)
        self.counts: Counter[str] = Counter()
        """By name, how many references are still to come: the last one uses the item up."""

    def operate(self, opcodes: str, taken: int = 0) -> None:
        """Instructions that take items and leave one."""
        self.listing.write(opcodes)
        self.stack.drop(taken)
        self.stack.push()

    def consume(self, opcodes: str, taken: int = 1) -> None:
        """Instructions that take items and leave none."""
        self.listing.write(opcodes)
        self.stack.drop(taken)

    def push(self, item: str, name: str = NAMELESS) -> None:
        """A value on top."""
        self.listing.write(item)
        self.stack.push(name)

    def push_data(self, data: bytes) -> None:
        """Bytes on top. Quirk: a single byte is written as a number, so ``0x00`` becomes no bytes at all."""
        if len(data) > 1:
            self.push(f"0x{data.hex()}")
        else:
            self.push(str(int.from_bytes(data, "little")))

    def roll(self, depth: int) -> None:
        """An item to the top by its depth, however near it is."""
        self.listing.write(str(depth), "ROLL")
        self.stack.roll(depth)

    def raise_to_top(self, depth: int) -> None:
        """An item to the top in the shortest way."""
        if depth == 1:
            self.listing.write("SWAP")
            self.stack.roll(1)
        elif depth > 1:
            self.roll(depth)

    def _copy(self, depth: int) -> None:
        match depth:
            case 0:
                self.listing.write("DUP")
            case 1:
                self.listing.write("OVER")
            case _:
                self.listing.write(str(depth), "PICK")
        self.stack.pick(depth)

    def refer(self, name: str) -> None:
        """A variable on top: moved there if this is the last reference to it, else copied. Raises CompileError."""
        depth = self.stack.depth_of(name)
        if depth is None:
            raise CompileError(f'undefined reference: "{name}"')
        left = self.counts[name] - 1
        if left >= 0:
            self.counts[name] = left
        if left == 0:
            self.raise_to_top(depth)
        else:
            self._copy(depth)
