"""Running one program to its verdict: the way into the virtual machine."""

from __future__ import annotations

from pybytomd.vm.context import Context
from pybytomd.vm.errors import ProgramError, UnsupportedVM
from pybytomd.vm.machine import Machine, SharedMemoryNeeded, run_program
from pybytomd.vm.shared_memory import AliasingMachine

VM_VERSION = 1


def verify(context: Context, gas_limit: int) -> int:
    """Run the context's program on at most ``gas_limit`` gas; returns the gas left.

    Raises ProgramError, with ``gas_left`` set, when it fails or does not end with a true value.
    """
    machine = run(context, gas_limit)
    if isinstance(machine, ProgramError):
        raise machine
    return machine.run_limit


def run(context: Context, gas_limit: int) -> Machine | ProgramError:
    """As ``verify``, but returns the machine at its end, or the error with its ``machine``."""
    if context.vm_version != VM_VERSION:
        error: ProgramError = UnsupportedVM()
        error.gas_left = gas_limit
        return error
    machine = Machine(context.code, gas_limit, context, [], context.tx_version == 1)
    try:
        if context.true_is_spoilt or not _runs_through(machine, context.arguments):
            machine, arguments = AliasingMachine.outermost(context, gas_limit)
            run_program(machine, arguments)
    except ProgramError as failure:
        failure.gas_left = machine.run_limit
        failure.machine = machine
        return failure
    return machine


def _runs_through(machine: Machine, arguments: tuple[bytes, ...]) -> bool:
    """Run a program; False when it appends, so that it matters what lies in memory behind its items."""
    try:
        run_program(machine, arguments)
    except SharedMemoryNeeded:
        return False
    return True
