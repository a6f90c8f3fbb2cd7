"""Instructions on the bits of byte strings."""

from __future__ import annotations

from pybytomd.vm.errors import VerifyFailed
from pybytomd.vm.frame import Frame
from pybytomd.vm.opcode_table import opcode

INVERTED = bytes(range(255, -1, -1))
"""By byte: the one with all bits turned over."""


@opcode(0x83, "INVERT", gas=1)
def op_invert(vm: Frame) -> None:
    """( x -- ~x )"""
    top = vm.top()
    vm.charge(len(top))
    vm.stack[-1] = vm.item_of(vm.bytes_of(top).translate(INVERTED))


@opcode(0x84, "AND", gas=1)
def op_and(vm: Frame) -> None:
    """( a b -- a&b ), as long as the shorter one"""
    b, a = vm.pop_bytes(), vm.pop_bytes()
    size = min(len(a), len(b))
    vm.charge(size)
    vm.push_bytes(
        (int.from_bytes(a[:size], "little") & int.from_bytes(b[:size], "little")).to_bytes(size, "little")
    )


def _pop_padded(vm: Frame) -> tuple[int, int, int]:
    """The bits of two operands, and the longer length, which is charged: zeros fill up the end of the other."""
    b, a = vm.pop_bytes(), vm.pop_bytes()
    size = max(len(a), len(b))
    vm.charge(size)
    return int.from_bytes(a, "little"), int.from_bytes(b, "little"), size


@opcode(0x85, "OR", gas=1)
def op_or(vm: Frame) -> None:
    """( a b -- a|b )"""
    a, b, size = _pop_padded(vm)
    vm.push_bytes((a | b).to_bytes(size, "little"))


@opcode(0x86, "XOR", gas=1)
def op_xor(vm: Frame) -> None:
    """( a b -- a^b )"""
    a, b, size = _pop_padded(vm)
    vm.push_bytes((a ^ b).to_bytes(size, "little"))


def _pop_equal(vm: Frame) -> bool:
    b, a = vm.pop_bytes(), vm.pop_bytes()
    vm.charge(min(len(a), len(b)))
    return a == b


@opcode(0x87, "EQUAL", gas=1)
def op_equal(vm: Frame) -> None:
    """( a b -- a==b ), byte for byte"""
    vm.push_bool(_pop_equal(vm))


@opcode(0x88, "EQUALVERIFY", gas=1)
def op_equalverify(vm: Frame) -> None:
    """( a b -- ), fail if they differ"""
    if not _pop_equal(vm):
        raise VerifyFailed
