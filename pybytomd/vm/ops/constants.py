"""Instructions that push constants."""

from __future__ import annotations

from pybytomd.vm.frame import Frame
from pybytomd.vm.instructions import OP_1, PUSHDATA1, PUSHDATA2, PUSHDATA4
from pybytomd.vm.opcode_table import DATA_RANGE, SMALL_NUMBER_RANGE, opcode


def op_push_data(vm: Frame) -> None:
    """( -- data ), the bytes that follow the opcode, or the number it names."""
    vm.push_data_now(vm.data)


for _number in DATA_RANGE:
    opcode(_number, f"DATA_{_number}", gas=1)(op_push_data)
for _number in SMALL_NUMBER_RANGE:
    opcode(_number, str(_number - OP_1 + 1), gas=1)(op_push_data)
for _number, _name in (
    (0x00, "FALSE"),
    (PUSHDATA1, "PUSHDATA1"),
    (PUSHDATA2, "PUSHDATA2"),
    (PUSHDATA4, "PUSHDATA4"),
):
    opcode(_number, _name, gas=1)(op_push_data)


@opcode(0x4F, "1NEGATE", gas=1)
def op_1negate(vm: Frame) -> None:
    """( -- -1 )"""
    vm.push_now(vm.number_item(-1))


@opcode(0x61, "NOP", gas=1)
def op_nop(vm: Frame) -> None:
    """( -- )"""
