"""The virtual machine: runs the frames of a program, and of the programs that it checks.

Here is the loop over the table of opcodes; gas and stacks are the frame's. Source: vm-and-validation reference,
sections 1.1 to 1.8; ``protocol/vm/vm.go``.
"""

from __future__ import annotations

from collections.abc import Sequence
from time import sleep
from typing import Final

from pybytomd.vm.errors import DisallowedOpcode, FalseResult, ProgramError, RunLimitExceeded, ShortProgram
from pybytomd.vm.frame import Frame, Sized
from pybytomd.vm.instructions import CARRIED, CONSTANTS, instruction_at
from pybytomd.vm.opcode_table import OpcodeTable
from pybytomd.vm.programs.disassembler import disassemble_or_marks

EXPANSION_COST: Final = 1
"""Gas of an opcode that does nothing yet."""
STEPS_AT_A_TIME: Final = 4096
"""Instructions after which other threads may run: a compiled machine would keep them waiting to the end."""


def run_until_child(frame: Frame, table: OpcodeTable) -> Frame | None:
    """Run to the end (None), or up to a CHECKPREDICATE (the child to be run next)."""
    # Tables are locals and instructions taken apart here: a third of the time of a program of small steps.
    costs, operations, carried, constants = table.costs, table.operations, CARRIED, CONSTANTS
    while True:
        for _ in range(STEPS_AT_A_TIME):
            program, position = frame.program, frame.position
            if position >= len(program):
                return None
            opcode = program[position]
            size = carried[opcode]
            if size == 0:
                frame.data = constants[opcode]
                frame.next_position = position + 1
            elif size > 0:
                after = position + 1 + size
                if after > len(program):
                    raise ShortProgram
                frame.data = program[position + 1 : after]
                frame.next_position = after
            else:
                frame.data, frame.next_position = instruction_at(program, position)
            frame.deferred_cost = 0
            operation = operations[opcode]
            if operation is None:
                if frame.expansion_reserved:
                    raise DisallowedOpcode
                frame.deferred_cost = EXPANSION_COST
            else:
                gas = costs[opcode]
                if gas > frame.run_limit:
                    frame.run_limit = 0
                    raise RunLimitExceeded
                frame.run_limit -= gas
                child = operation(frame)
                if child is not None:
                    return child
            cost = frame.deferred_cost
            if cost > frame.run_limit:
                frame.run_limit = 0
                raise RunLimitExceeded
            frame.run_limit -= cost
            frame.position = frame.next_position
        sleep(0)


def execute(frame: Frame, table: OpcodeTable) -> None:
    """Run a frame and all its children. Raises ProgramError when it fails; a child's failure is a false.

    Levels are kept in a list, not on Python's stack: gas allows hundreds of them.
    """
    levels = [frame]
    finished: Frame | None = None
    succeeded = False
    while True:
        current = levels[-1]
        try:
            if finished is not None:
                child, finished = finished, None
                current.finish_predicate(child, succeeded)
            started = run_until_child(current, table)
            if started is not None:
                levels.append(started)
                continue
            succeeded = True
        except ProgramError:
            if len(levels) == 1:
                raise
            succeeded = False
        levels.pop()
        if not levels:
            return
        finished = current


def run_program(frame: Frame, arguments: Sequence[Sized], table: OpcodeTable) -> None:
    """Push the arguments, run by a table of opcodes, and demand a true result. Raises ProgramError."""
    for index, argument in enumerate(arguments):
        try:
            frame.push_now(argument)
        except ProgramError as error:
            raise error.within(f"pushing initial argument {index}") from None
    try:
        execute(frame, table)
        if not frame.has_true_result():
            raise FalseResult
    except ProgramError as error:
        error.in_program(
            frame.program,
            tuple(frame.bytes_of(argument) for argument in arguments),
            lambda program: disassemble_or_marks(program, table.names),
        )
        raise
