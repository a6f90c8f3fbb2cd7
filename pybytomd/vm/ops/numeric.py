"""Arithmetic and comparison of numbers, signed of 64 bits here; the frame knows their range."""

from __future__ import annotations

from collections.abc import Callable

from pybytomd.vm.errors import BadValue, DivisionByZero, NumberOutOfRange, VerifyFailed
from pybytomd.vm.frame import Frame
from pybytomd.vm.numbers import MIN_INT64
from pybytomd.vm.opcode_table import opcode

BITS = 64

UNARY: tuple[tuple[int, str, Callable[[int], int]], ...] = (
    (0x8B, "1ADD", lambda n: n + 1),
    (0x8C, "1SUB", lambda n: n - 1),
    (0x8D, "2MUL", lambda n: n * 2),
    (0x8E, "2DIV", lambda n: n >> 1),
    (0x8F, "NEGATE", lambda n: -n),
    (0x90, "ABS", abs),
)
"""( n -- f(n) ); a result out of range is an error."""

BINARY: tuple[tuple[int, str, int, Callable[[int, int], int]], ...] = (
    (0x93, "ADD", 2, lambda x, y: x + y),
    (0x94, "SUB", 2, lambda x, y: x - y),
    (0x95, "MUL", 8, lambda x, y: x * y),
    (0xA3, "MIN", 2, min),
    (0xA4, "MAX", 2, max),
)
"""( x y -- f(x, y) ), with the gas of each."""

COMPARISONS: tuple[tuple[int, str, Callable[[int, int], bool]], ...] = (
    (0x9C, "NUMEQUAL", lambda x, y: x == y),
    (0x9E, "NUMNOTEQUAL", lambda x, y: x != y),
    (0x9F, "LESSTHAN", lambda x, y: x < y),
    (0xA0, "GREATERTHAN", lambda x, y: x > y),
    (0xA1, "LESSTHANOREQUAL", lambda x, y: x <= y),
    (0xA2, "GREATERTHANOREQUAL", lambda x, y: x >= y),
)
"""( x y -- truth )"""


def _unary(function: Callable[[int], int]) -> Callable[[Frame], None]:
    def operation(vm: Frame) -> None:
        vm.push_result(function(vm.pop_int()))

    return operation


def _binary(function: Callable[[int, int], int]) -> Callable[[Frame], None]:
    def operation(vm: Frame) -> None:
        y, x = vm.pop_int(), vm.pop_int()
        vm.push_result(function(x, y))

    return operation


def _comparison(function: Callable[[int, int], bool]) -> Callable[[Frame], None]:
    def operation(vm: Frame) -> None:
        y, x = vm.pop_int(), vm.pop_int()
        vm.push_bool(function(x, y))

    return operation


for _number, _name, _of_one in UNARY:
    opcode(_number, _name, gas=2)(_unary(_of_one))
for _number, _name, _gas, _of_two in BINARY:
    opcode(_number, _name, gas=_gas)(_binary(_of_two))
for _number, _name, _compare in COMPARISONS:
    opcode(_number, _name, gas=2)(_comparison(_compare))


@opcode(0x91, "NOT", gas=2)
def op_not(vm: Frame) -> None:
    """( n -- n==0 )"""
    vm.push_bool(vm.pop_int() == 0)


@opcode(0x92, "0NOTEQUAL", gas=2)
def op_0notequal(vm: Frame) -> None:
    """( n -- n!=0 )"""
    vm.push_bool(vm.pop_int() != 0)


def _pop_for_division(vm: Frame) -> tuple[int, int]:
    y, x = vm.pop_int(), vm.pop_int()
    if y == 0:
        raise DivisionByZero
    if x == MIN_INT64 and y == -1:
        raise NumberOutOfRange
    return x, y


@opcode(0x96, "DIV", gas=8)
def op_div(vm: Frame) -> None:
    """( x y -- x/y ), rounded towards zero"""
    x, y = _pop_for_division(vm)
    quotient = abs(x) // abs(y)
    vm.push_int(quotient if (x < 0) == (y < 0) else -quotient)


@opcode(0x97, "MOD", gas=8)
def op_mod(vm: Frame) -> None:
    """( x y -- x mod y ), with the sign of y"""
    x, y = _pop_for_division(vm)
    vm.push_int(x % y)


@opcode(0x98, "LSHIFT", gas=8)
def op_lshift(vm: Frame) -> None:
    """( x y -- x<<y ). A negative y fails before x is taken."""
    y = vm.pop_int()
    if y < 0:
        raise BadValue
    x = vm.pop_int()
    if x != 0 and y >= BITS:
        raise NumberOutOfRange
    vm.push_result(x << y if x else 0)


@opcode(0x99, "RSHIFT", gas=8)
def op_rshift(vm: Frame) -> None:
    """( x y -- x>>y ), keeping the sign"""
    y, x = vm.pop_int(), vm.pop_int()
    if y < 0:
        raise BadValue
    vm.push_int(x >> min(y, BITS))


@opcode(0x9A, "BOOLAND", gas=2)
def op_booland(vm: Frame) -> None:
    """( a b -- a and b ), byte strings of any length as truths"""
    b, a = vm.pop_bool(), vm.pop_bool()
    vm.push_bool(a and b)


@opcode(0x9B, "BOOLOR", gas=2)
def op_boolor(vm: Frame) -> None:
    """( a b -- a or b ), byte strings of any length as truths"""
    b, a = vm.pop_bool(), vm.pop_bool()
    vm.push_bool(a or b)


@opcode(0x9D, "NUMEQUALVERIFY", gas=2)
def op_numequalverify(vm: Frame) -> None:
    """( x y -- ), fail if they differ"""
    y, x = vm.pop_int(), vm.pop_int()
    if x != y:
        raise VerifyFailed


@opcode(0xA5, "WITHIN", gas=4)
def op_within(vm: Frame) -> None:
    """( x min max -- min<=x<max )"""
    upper, lower, x = vm.pop_int(), vm.pop_int(), vm.pop_int()
    vm.push_bool(lower <= x < upper)
