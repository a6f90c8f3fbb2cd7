"""Instructions that move items. Moves are free; only copies are paid for."""

from __future__ import annotations

from pybytomd.vm.errors import BadValue, DataStackUnderflow
from pybytomd.vm.frame import Frame
from pybytomd.vm.numbers import MAX_INT64, decode_bool
from pybytomd.vm.opcode_table import opcode


@opcode(0x6B, "TOALTSTACK", gas=2)
def op_toaltstack(vm: Frame) -> None:
    """( x -- ) alt: ( -- x )"""
    vm.require(1)
    vm.alt_stack.append(vm.stack.pop())


@opcode(0x6C, "FROMALTSTACK", gas=2)
def op_fromaltstack(vm: Frame) -> None:
    """( -- x ) alt: ( x -- )"""
    vm.stack.append(vm.pop_alt())


@opcode(0x6D, "2DROP", gas=2)
def op_2drop(vm: Frame) -> None:
    """( a b -- )"""
    vm.pop_now()
    vm.pop_now()


def _duplicate(vm: Frame, count: int) -> None:
    vm.require(count)
    for _ in range(count):
        vm.push_now(vm.stack[-count])


@opcode(0x6E, "2DUP", gas=2)
def op_2dup(vm: Frame) -> None:
    """( a b -- a b a b )"""
    _duplicate(vm, 2)


@opcode(0x6F, "3DUP", gas=3)
def op_3dup(vm: Frame) -> None:
    """( a b c -- a b c a b c )"""
    _duplicate(vm, 3)


@opcode(0x70, "2OVER", gas=2)
def op_2over(vm: Frame) -> None:
    """( a b c d -- a b c d a b )"""
    vm.require(4)
    for _ in range(2):
        vm.push_now(vm.stack[-4])


@opcode(0x71, "2ROT", gas=2)
def op_2rot(vm: Frame) -> None:
    """( a b c d e f -- c d e f a b )"""
    vm.require(6)
    vm.stack[-6:] = vm.stack[-4:] + vm.stack[-6:-4]


@opcode(0x72, "2SWAP", gas=2)
def op_2swap(vm: Frame) -> None:
    """( a b c d -- c d a b )"""
    vm.require(4)
    vm.stack[-4:] = vm.stack[-2:] + vm.stack[-4:-2]


@opcode(0x73, "IFDUP", gas=1)
def op_ifdup(vm: Frame) -> None:
    """( x -- x x ) if x is true"""
    item = vm.top()
    if decode_bool(vm.bytes_of(item)):
        vm.push_now(item)


@opcode(0x74, "DEPTH", gas=1)
def op_depth(vm: Frame) -> None:
    """( -- n ), how many items there are"""
    vm.push_now(vm.number_item(len(vm.stack)))


@opcode(0x75, "DROP", gas=1)
def op_drop(vm: Frame) -> None:
    """( x -- )"""
    vm.pop_now()


@opcode(0x76, "DUP", gas=1)
def op_dup(vm: Frame) -> None:
    """( x -- x x )"""
    vm.push_now(vm.top())


@opcode(0x77, "NIP", gas=1)
def op_nip(vm: Frame) -> None:
    """( a b -- b ). When a is missing b is already lost."""
    top = vm.top()
    vm.stack.pop()
    vm.pop_now()
    vm.stack.append(top)


@opcode(0x78, "OVER", gas=1)
def op_over(vm: Frame) -> None:
    """( a b -- a b a )"""
    vm.require(2)
    vm.push_now(vm.stack[-2])


def _pop_depth(vm: Frame) -> int:
    """The operand of PICK and ROLL as a distance from the top, 1 for the top."""
    number = vm.pop_int_now()
    if number < 0 or number == MAX_INT64:
        raise BadValue
    if number + 1 > len(vm.stack):
        raise DataStackUnderflow
    return number + 1


@opcode(0x79, "PICK", gas=2)
def op_pick(vm: Frame) -> None:
    """( xn ... x0 n -- xn ... x0 xn )"""
    vm.push_now(vm.stack[-_pop_depth(vm)])


@opcode(0x7A, "ROLL", gas=2)
def op_roll(vm: Frame) -> None:
    """( xn ... x0 n -- ... x0 xn )"""
    vm.stack.append(vm.stack.pop(-_pop_depth(vm)))


@opcode(0x7B, "ROT", gas=2)
def op_rot(vm: Frame) -> None:
    """( a b c -- b c a )"""
    vm.require(3)
    vm.stack.append(vm.stack.pop(-3))


@opcode(0x7C, "SWAP", gas=1)
def op_swap(vm: Frame) -> None:
    """( a b -- b a )"""
    vm.require(2)
    vm.stack.append(vm.stack.pop(-2))


@opcode(0x7D, "TUCK", gas=1)
def op_tuck(vm: Frame) -> None:
    """( a b -- b a b ). When the copy cannot be paid both are lost."""
    vm.require(2)
    top = vm.stack.pop()
    below = vm.stack.pop()
    vm.push_now(top)
    vm.stack += (below, top)
