"""Running one program to its verdict: the way into the virtual machine."""

from __future__ import annotations

from pybytomd.vm.context import Context
from pybytomd.vm.errors import ProgramError, UnsupportedVM
from pybytomd.vm.frame import Frame, SharedMemoryNeeded
from pybytomd.vm.machine import run_program
from pybytomd.vm.ops import TABLE
from pybytomd.vm.shared_memory import AliasingFrame

VM_VERSION = 1


def verify(context: Context, gas_limit: int) -> int:
    """Run the context's program on at most ``gas_limit`` gas; returns the gas left.

    Raises ProgramError, with ``gas_left`` set, when it fails or does not end with a true value.
    """
    frame, failure = run(context, gas_limit)
    if failure is not None:
        raise failure
    return frame.run_limit


def run(context: Context, gas_limit: int) -> tuple[Frame, ProgramError | None]:
    """As ``verify``, but returns the outermost frame as it was at its end, with the error if it failed."""
    frame = Frame(context.code, gas_limit, context, [], context.tx_version == 1)
    try:
        if context.vm_version != VM_VERSION:
            raise UnsupportedVM
        if context.true_is_spoilt or not _runs_through(frame, context.arguments):
            frame, arguments = AliasingFrame.outermost(context, gas_limit)
            run_program(frame, arguments, TABLE)
    except ProgramError as failure:
        failure.gas_left = frame.run_limit
        return frame, failure
    return frame, None


def _runs_through(frame: Frame, arguments: tuple[bytes, ...]) -> bool:
    """Run a program; False when it appends, so that it matters what lies in memory behind its items."""
    try:
        run_program(frame, arguments, TABLE)
    except SharedMemoryNeeded:
        return False
    return True
