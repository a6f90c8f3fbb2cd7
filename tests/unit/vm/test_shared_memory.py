"""Strings that lie in shared memory, and programs that write over one another there."""

from __future__ import annotations

from pybytomd.vm.context import Context, SharedBuffer, SharedMemory
from pybytomd.vm.errors import (
    ReturnExecuted,
)
from pybytomd.vm.programs.assembler import assemble
from pybytomd.vm.shared_memory import AliasingFrame, Shared, View, allocated_size, grown_capacity
from pybytomd.vm.verification import run, verify


def test_sizes_of_memory_as_go_gives_it() -> None:
    assert [allocated_size(size) for size in (0, 1, 8, 9, 33, 1025, 32768)] == [0, 8, 8, 16, 48, 1152, 32768]
    assert allocated_size(32769) == 40960
    assert grown_capacity(10, 30) == 32
    assert grown_capacity(16, 20) == 32
    assert grown_capacity(256, 300) == 512
    assert grown_capacity(512, 600) == 896  # a quarter more, and something
    assert grown_capacity(40_000, 50_000) == 57344


def test_views_are_strings_of_bytes() -> None:
    view = View(bytearray(b"abcdef"), 1, 3, 5)
    assert (len(view), list(view), bytes(view)) == (3, list(b"bcd"), b"bcd")
    assert View.of(b"ab", 8).capacity == 8


def test_an_empty_argument_has_no_memory() -> None:
    buffer = SharedBuffer(SharedMemory(bytearray(b"xy")), [(1, 1), (0, 2)])
    context = Context(b"\x51", (b"", b"xy"), shared_buffer=lambda: buffer)
    machine, arguments = AliasingFrame.outermost(context, 100)
    assert [machine.bytes_of(argument) for argument in arguments] == [b"", b"xy"]
    assert isinstance(machine._shared, Shared)


def test_an_argument_is_appended_to_in_place_only_where_there_is_room() -> None:
    program = assemble("DUP 'x' CAT DROP 'abx' EQUAL")
    assert run(Context(program, (b"ab",)), 1000)[1] is not None  # no memory is known to follow
    _, grown = run(Context(assemble("'y' CAT 'z' CAT 'abyz' EQUAL"), (b"ab",)), 1000)
    assert grown is None


def test_a_child_writes_over_the_program_that_started_it() -> None:
    """LEFT of the program and CAT put something else behind the CHECKPREDICATE that runs them."""
    text = "PROGRAM 12 LEFT 0x{} 2 0x7e51 0 CHECKPREDICATE VERIFY {} 1"
    verify(Context(assemble(text.format("61", "NOP"))), 10_000)
    verify(Context(assemble(text.format("61", "FAIL"))), 10_000)
    assert isinstance(run(Context(assemble(text.format("6a", "NOP"))), 10_000)[1], ReturnExecuted)
