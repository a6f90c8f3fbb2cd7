"""What a program of Bytom 2 can ask about the transaction it runs in, besides what ``vm.context`` has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pybytomd.vm import context

CheckStateOutput = Callable[[int, int, bytes, int, bytes, Sequence[bytes] | None, bool], bool]
"""Output index, amount, asset id, VM version, program, state data, and whether expansion opcodes are reserved.

State data is None when the program never had anything on its alt stack.
"""


@dataclass(slots=True)
class SharedBuffer(context.SharedBuffer):
    """Where a program, its arguments and its state data lie in shared memory."""

    state_spans: Sequence[tuple[int, int]] = ()
    """Start and end of each item of state data in the buffer."""


@dataclass(slots=True)
class Context(context.Context):
    """One program, its arguments, its state data, and its surroundings. For a veto, asset and amount are None."""

    state_data: tuple[bytes, ...] = ()
    """What the output being spent carries; it is on the alt stack when the program begins."""
    check_state_output: CheckStateOutput | None = None
    """As ``check_output``, which is not asked here."""
