"""Instructions that join and cut byte strings.

The bytes moved are charged before the result is made and given back at the end, so that a program must be able to
afford what it makes.
"""

from __future__ import annotations

from pybytomd.vm.errors import BadValue
from pybytomd.vm.frame import Frame, Sized
from pybytomd.vm.instructions import push_data
from pybytomd.vm.opcode_table import opcode


def _pay_and_return(vm: Frame, size: int) -> None:
    vm.charge(size)
    vm.deferred_cost -= size


def _pop_operands(vm: Frame) -> tuple[Sized, bytes]:
    second = vm.pop()
    first = vm.pop()
    _pay_and_return(vm, len(first) + len(second))
    return first, vm.bytes_of(second)


@opcode(0x7E, "CAT", gas=4)
def op_cat(vm: Frame) -> None:
    """( a b -- ab )"""
    first, second = _pop_operands(vm)
    vm.push(vm.append_to_item(first, second))


@opcode(0x89, "CATPUSHDATA", gas=4)
def op_catpushdata(vm: Frame) -> None:
    """( a b -- ab' ), b' the instruction that pushes b"""
    first, second = _pop_operands(vm)
    vm.push(vm.append_to_item(first, push_data(second)))


def _pop_size(vm: Frame) -> int:
    size = vm.pop_count()
    _pay_and_return(vm, size)
    return size


@opcode(0x7F, "SUBSTR", gas=4)
def op_substr(vm: Frame) -> None:
    """( s offset size -- s[offset:offset+size] )"""
    size = _pop_size(vm)
    offset = vm.pop_count()
    text = vm.pop()
    if offset + size > len(text):
        raise BadValue
    vm.push(vm.slice_item(text, offset, offset + size))


def _pop_part(vm: Frame) -> tuple[Sized, int]:
    size = _pop_size(vm)
    text = vm.pop()
    if size > len(text):
        raise BadValue
    return text, size


@opcode(0x80, "LEFT", gas=4)
def op_left(vm: Frame) -> None:
    """( s size -- s[:size] )"""
    text, size = _pop_part(vm)
    vm.push(vm.slice_item(text, 0, size))


@opcode(0x81, "RIGHT", gas=4)
def op_right(vm: Frame) -> None:
    """( s size -- s[-size:] )"""
    text, size = _pop_part(vm)
    vm.push(vm.slice_item(text, len(text) - size, len(text)))


@opcode(0x82, "SIZE", gas=1)
def op_size(vm: Frame) -> None:
    """( s -- s n ), the length of s"""
    vm.push_int(len(vm.top()))
