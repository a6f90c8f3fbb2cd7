"""The table of opcodes of Bytom 2: that of 1.x, without three, and with others in the place of seven.

The functions that both have work on the numbers their frame knows. Source: bytom2-ledger-and-consensus reference,
sections 2.1 to 2.5; ``protocol/vm``.
"""

from __future__ import annotations

from typing import Final, cast

from pybytomd.vm.bytom2.context import Context
from pybytomd.vm.bytom2.errors import Crash
from pybytomd.vm.bytom2.frame import UNUSED
from pybytomd.vm.bytom2.numbers import MASK64, MASK256, MAX_COUNT
from pybytomd.vm.errors import BadValue, DataStackUnderflow, WrongContext
from pybytomd.vm.frame import Frame
from pybytomd.vm.ops import TABLE as COMMON
from pybytomd.vm.ops.control import PREDICATE_COST, PREDICATE_DEPOSIT, start_predicate

BITS: Final = 256

TABLE: Final = COMMON.copy()
"""The opcodes of Bytom 2."""
for _name in ("1NEGATE", "NEGATE", "ABS"):
    TABLE.remove(_name)  # no number has a sign
opcode = TABLE.opcode


@opcode(0x6B, "TOALTSTACK", gas=2)
def op_toaltstack(vm: Frame) -> None:
    """( x -- ) alt: ( -- x )"""
    vm.require(1)
    if vm.alt_stack is UNUSED:
        vm.alt_stack = []
    vm.alt_stack.append(vm.stack.pop())


def _pop_distance(vm: Frame) -> int:
    """The operand of PICK and ROLL as a distance from the top, 1 for the top.

    Quirk: of the number only the low 64 bits count, and as a signed number (``stack.go``). So it may be below 1.
    """
    low = vm.pop_int_now() & MASK64
    if low == MAX_COUNT:
        raise BadValue
    return low + 1 if low <= MAX_COUNT else low + 1 - (1 << 64)


@opcode(0x79, "PICK", gas=2)
def op_pick(vm: Frame) -> None:
    """( xn ... x0 n -- xn ... x0 xn ). Quirk: above the top of the stack the reference panics (``stack.go``)."""
    distance = _pop_distance(vm)
    size = len(vm.stack)
    if distance > size:
        raise DataStackUnderflow
    if distance < 1:
        raise Crash(_out_of_range(size - distance, size))
    vm.push_now(vm.stack[-distance])


def _out_of_range(index: int, size: int) -> str:
    """What Go says of an index of 64 bits, signed, that is no index."""
    if index > MAX_COUNT:
        return f"runtime error: index out of range [{index - (1 << 64)}]"
    return f"runtime error: index out of range [{index}] with length {size}"


@opcode(0x7A, "ROLL", gas=2)
def op_roll(vm: Frame) -> None:
    """( xn ... x0 n -- ... x0 xn )"""
    distance = _pop_distance(vm)
    if distance < 1:
        raise BadValue
    if distance > len(vm.stack):
        raise DataStackUnderflow
    vm.stack.append(vm.stack.pop(-distance))


@opcode(0x98, "LSHIFT", gas=8)
def op_lshift(vm: Frame) -> None:
    """( x y -- x<<y ). Quirk: bits beyond 256 are lost before the result is looked at (``numeric.go``)."""
    y, x = vm.pop_int(), vm.pop_int()
    vm.push_result((x << y) & MASK256 if y < BITS else 0)


@opcode(0x99, "RSHIFT", gas=8)
def op_rshift(vm: Frame) -> None:
    """( x y -- x>>y )"""
    y, x = vm.pop_int(), vm.pop_int()
    vm.push_int(x >> min(y, BITS))


@opcode(0xC0, "CHECKPREDICATE", gas=PREDICATE_DEPOSIT)
def op_checkpredicate(vm: Frame) -> Frame:
    """( items n predicate limit -- result ), run a program on the top n items; n = 0 means all.

    A limit of 0 means all the gas there is at this point. The verdict is pushed when the child has ended.
    """
    vm.deferred_cost += PREDICATE_COST - PREDICATE_DEPOSIT
    limit = vm.pop_count()
    predicate = vm.pop()
    count = vm.pop_count()
    return start_predicate(vm, predicate, count or len(vm.stack), limit)


@opcode(0xC1, "CHECKOUTPUT", gas=16)
def op_checkoutput(vm: Frame) -> None:
    """( index amount asset version program -- matches ), does this output of the transaction exist.

    Its state data has to be what lies on the alt stack, the bottom first. Quirk: of the index and the
    version only the low 64 bits count (``introspection.go``).
    """
    program = vm.pop_bytes()
    version = vm.pop_int() & MASK64
    asset_id = vm.pop_bytes()
    amount = vm.pop_int()
    if amount > MASK64:
        raise BadValue
    index = vm.pop_int() & MASK64
    check_output = cast(Context, vm.context).check_state_output
    if check_output is None:
        raise WrongContext
    state = None if vm.alt_stack is UNUSED else [vm.bytes_of(item) for item in vm.alt_stack]
    vm.push_bool(check_output(index, amount, asset_id, version, program, state, vm.expansion_reserved))
