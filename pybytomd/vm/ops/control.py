"""Instructions that decide what runs next."""

from __future__ import annotations

from pybytomd.vm.errors import BadValue, DataStackUnderflow, ReturnExecuted, VerifyFailed
from pybytomd.vm.frame import Frame, Sized
from pybytomd.vm.instructions import JUMP, JUMPIF
from pybytomd.vm.opcode_table import opcode

PREDICATE_DEPOSIT = 256
PREDICATE_COST = 64
"""CHECKPREDICATE takes 256 gas first and gives all but 64 back at its end."""


def _address(data: bytes) -> int:
    """Where to go: four bytes, little-endian; the last two are nearly always zero."""
    if data[3] or data[2]:
        return int.from_bytes(data, "little")
    return data[0] | data[1] << 8


@opcode(JUMP, "JUMP", gas=1)
def op_jump(vm: Frame) -> None:
    """( -- ), go to the address that follows. Past the end means a normal end."""
    vm.next_position = _address(vm.data)


@opcode(JUMPIF, "JUMPIF", gas=1)
def op_jumpif(vm: Frame) -> None:
    """( p -- ), go to the address that follows if p is true."""
    if vm.pop_bool():
        vm.next_position = _address(vm.data)


@opcode(0x69, "VERIFY", gas=1)
def op_verify(vm: Frame) -> None:
    """( p -- ), fail if p is false."""
    if not vm.pop_bool():
        raise VerifyFailed


@opcode(0x6A, "FAIL", gas=1)
def op_fail(_vm: Frame) -> None:
    """( -- ), fail."""
    raise ReturnExecuted


@opcode(0xC0, "CHECKPREDICATE", gas=PREDICATE_DEPOSIT)
def op_checkpredicate(vm: Frame) -> Frame:
    """( items n predicate limit -- result ), run a program on the top n items; a negative n means all.

    A limit of 0 means all the gas there is at this point. The verdict is pushed when the child has ended.
    """
    vm.deferred_cost += PREDICATE_COST - PREDICATE_DEPOSIT
    limit = vm.pop_int()
    predicate = vm.pop()
    count = vm.pop_int()
    if limit < 0:
        raise BadValue
    return start_predicate(vm, predicate, len(vm.stack) if count < 0 else count, limit)


def start_predicate(vm: Frame, predicate: Sized, count: int, limit: int) -> Frame:
    """The frame that runs a predicate on the top ``count`` items; a limit of 0 is all the gas there is."""
    if count > len(vm.stack):
        raise DataStackUnderflow
    if limit == 0:
        limit = vm.run_limit
    vm.charge(limit)
    kept = len(vm.stack) - count
    items = vm.stack[kept:]
    del vm.stack[kept:]
    return vm.child(predicate, limit, items)
