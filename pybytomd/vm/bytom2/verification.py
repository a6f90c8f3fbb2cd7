"""Running one program of Bytom 2 to its verdict: the way into the virtual machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from pybytomd.vm.bytom2.context import Context, SharedBuffer
from pybytomd.vm.bytom2.errors import Crash, UnexpectedFailure
from pybytomd.vm.bytom2.frame import WideAliasingFrame, WideFrame
from pybytomd.vm.bytom2.ops import TABLE
from pybytomd.vm.errors import ProgramError, UnsupportedVM
from pybytomd.vm.frame import ITEM_COST, Frame, SharedMemoryNeeded, Sized
from pybytomd.vm.machine import run_program
from pybytomd.vm.shared_memory import View, view_in

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
    frame: Frame = WideFrame(context.code, gas_limit, context, [], context.tx_version == 1)
    try:
        if context.vm_version != VM_VERSION:
            raise UnsupportedVM
        if context.true_is_spoilt or not _runs_through(frame, context):
            frame, arguments = WideAliasingFrame.outermost(context, gas_limit)
            _put_state(frame, _state_in_memory(context))
            run_program(frame, arguments, TABLE)
    except Crash as crash:
        return frame, UnexpectedFailure.because(str(crash))
    except ProgramError as failure:
        failure.gas_left = frame.run_limit
        return frame, failure
    return frame, None


def _runs_through(frame: Frame, context: Context) -> bool:
    """Run a program; False when it appends, so that it matters what lies in memory behind its items."""
    try:
        _put_state(frame, context.state_data)
        run_program(frame, context.arguments, TABLE)
    except SharedMemoryNeeded:
        return False
    return True


def _put_state(frame: Frame, state_data: Sequence[Sized]) -> None:
    """Put state data on the alt stack, each paid for at once. Raises RunLimitExceeded."""
    if not state_data:
        return
    frame.alt_stack = []
    for index, item in enumerate(state_data):
        try:
            frame.charge(ITEM_COST + len(item))
        except ProgramError as error:
            raise error.within(f"pushing initial statedata {index}") from None
        frame.alt_stack.append(item)


def _state_in_memory(context: Context) -> list[Sized]:
    """State data as it lies in memory."""
    if context.shared_buffer is None:
        return [View.of(item) for item in context.state_data]
    buffer = cast(SharedBuffer, context.shared_buffer())
    return [view_in(buffer.memory.buffer, start, end) for start, end in buffer.state_spans]
