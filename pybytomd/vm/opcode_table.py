"""The table of opcodes: number, name, what it costs first, and the function that does it.

The functions live in ``ops``, one family a file; each is registered with ``@opcode``. Whoever needs the whole
table imports it from ``ops``, which fills it. Numbers without a function are expansion opcodes: reserved in
transactions of version 1, otherwise they do nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from pybytomd.vm.frame import Frame
from pybytomd.vm.instructions import DATA_1, DATA_75, OP_1, OP_16

Operation = Callable[[Frame], Frame | None]
"""Does the instruction; returns a child frame when one has to run before the instruction can end."""

ALIASES = {"0": 0x00, "TRUE": 0x51}
"""Other names, in every dialect."""


class OpcodeTable:
    """The opcodes of a dialect of the machine. Another dialect begins with a copy, and says what differs."""

    __slots__ = ("costs", "names", "numbers", "operations")

    def __init__(self) -> None:
        self.costs: list[int] = [0] * 256
        """By number: gas charged before anything else."""
        self.operations: list[Operation | None] = [None] * 256
        """By number: the function."""
        self.names: list[str] = [_unused_name(number) for number in range(256)]
        """By number: the name in assembler text and listings."""
        self.numbers: dict[str, int] = {}
        """By name; the ``ALIASES`` are not among them."""

    def opcode(self, number: int, name: str, *, gas: int) -> Callable[[Callable[[Frame], object]], Operation]:
        """Register the function of one opcode. ``gas`` is charged before it is called."""

        def register(function: Callable[[Frame], object]) -> Operation:
            operation: Operation = function  # type: ignore[assignment]  # most return nothing
            self.costs[number] = gas
            self.operations[number] = operation
            self.names[number] = name
            self.numbers[name] = number
            return operation

        return register

    def copy(self) -> OpcodeTable:
        """A table of its own with the same opcodes."""
        table = OpcodeTable()
        table.costs = self.costs.copy()
        table.operations = self.operations.copy()
        table.names = self.names.copy()
        table.numbers = self.numbers.copy()
        return table

    def remove(self, name: str) -> None:
        """Make an opcode one that is reserved for later."""
        number = self.numbers.pop(name)
        self.costs[number] = 0
        self.operations[number] = None
        self.names[number] = _unused_name(number)


def _unused_name(number: int) -> str:
    return f"NOPx{number:02x}"


TABLE = OpcodeTable()
"""The opcodes of 1.x. Filled by the decorators in ``ops``."""
opcode = TABLE.opcode
"""The decorator that does it."""

DATA_RANGE = range(DATA_1, DATA_75 + 1)
SMALL_NUMBER_RANGE = range(OP_1, OP_16 + 1)
