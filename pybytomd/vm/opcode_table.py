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

COSTS: list[int] = [0] * 256
"""By number: gas charged before anything else. Filled by the decorators in ``ops``, as the next one."""
OPERATIONS: list[Operation | None] = [None] * 256
"""By number: the function."""

NAMES: list[str] = [f"NOPx{number:02x}" for number in range(256)]
"""By number: the name in assembler text and listings."""

NUMBERS: dict[str, int] = {}
"""By name; besides the names above also the aliases ``0`` and ``TRUE``."""

ALIASES = {"0": 0x00, "TRUE": 0x51}


def opcode(number: int, name: str, *, gas: int) -> Callable[[Callable[[Frame], object]], Operation]:
    """Register the function of one opcode. ``gas`` is charged before it is called."""

    def register(function: Callable[[Frame], object]) -> Operation:
        operation: Operation = function  # type: ignore[assignment]  # most return nothing
        COSTS[number] = gas
        OPERATIONS[number] = operation
        NAMES[number] = name
        NUMBERS[name] = number
        return operation

    return register


DATA_RANGE = range(DATA_1, DATA_75 + 1)
SMALL_NUMBER_RANGE = range(OP_1, OP_16 + 1)
