"""Instructions that look at the transaction around the program."""

from __future__ import annotations

from pybytomd.vm.errors import WrongContext
from pybytomd.vm.frame import Frame
from pybytomd.vm.opcode_table import opcode


@opcode(0xC1, "CHECKOUTPUT", gas=16)
def op_checkoutput(vm: Frame) -> None:
    """( index amount asset version program -- matches ), does this output of the transaction exist"""
    program = vm.pop_bytes()
    version = vm.pop_count()
    asset_id = vm.pop_bytes()
    amount = vm.pop_count()
    index = vm.pop_count()
    check_output = vm.context.check_output
    if check_output is None:
        raise WrongContext
    vm.push_bool(check_output(index, amount, asset_id, version, program, vm.expansion_reserved))


def _push_number(vm: Frame, number: int | None) -> None:
    if number is None:
        raise WrongContext
    vm.push_int(number)


def _push_shared(vm: Frame, name: str, data: bytes | None) -> None:
    if data is None:
        raise WrongContext
    vm.push(vm.context_item(name, data))


@opcode(0xC2, "ASSET", gas=1)
def op_asset(vm: Frame) -> None:
    """( -- id ), of the asset spent or issued"""
    _push_shared(vm, "asset_id", vm.context.asset_id)


@opcode(0xC3, "AMOUNT", gas=1)
def op_amount(vm: Frame) -> None:
    """( -- n ), spent or issued"""
    _push_number(vm, vm.context.amount)


@opcode(0xC4, "PROGRAM", gas=1)
def op_program(vm: Frame) -> None:
    """( -- program ), the outermost one, a witness program already expanded"""
    _push_shared(vm, "code", vm.context.code)


@opcode(0xC9, "INDEX", gas=1)
def op_index(vm: Frame) -> None:
    """( -- n ), the position of this input in the transaction"""
    _push_number(vm, vm.context.input_position)


@opcode(0xCA, "ENTRYID", gas=1)
def op_entryid(vm: Frame) -> None:
    """( -- id ), of the spend or issuance"""
    _push_shared(vm, "entry_id", vm.context.entry_id)


@opcode(0xCB, "OUTPUTID", gas=1)
def op_outputid(vm: Frame) -> None:
    """( -- id ), of the output spent; not for issuances"""
    _push_shared(vm, "spent_output_id", vm.context.spent_output_id)


@opcode(0xCD, "BLOCKHEIGHT", gas=1)
def op_blockheight(vm: Frame) -> None:
    """( -- n ), of the block the transaction is validated for"""
    _push_number(vm, vm.context.block_height)
