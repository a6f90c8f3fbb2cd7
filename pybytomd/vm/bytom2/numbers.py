"""How the machine of Bytom 2 reads and writes numbers: unsigned, below 2^255, least byte first.

Source: bytom2-ledger-and-consensus reference, section 2.1; ``protocol/vm/types.go``.
"""

from __future__ import annotations

from typing import Final

from pybytomd.vm.errors import BadValue, NumberOutOfRange
from pybytomd.vm.numbers import SMALL_NUMBERS

MAX_NUMBER: Final = (1 << 255) - 1
MAX_NUMBER_SIZE: Final = 32
MAX_COUNT: Final = (1 << 63) - 1
"""The largest number that can be a length, a count or a limit of gas."""
MASK64: Final = (1 << 64) - 1
MASK256: Final = (1 << 256) - 1


def decode_number(data: bytes) -> int:
    """The number in at most 32 bytes, with zeros at the end or not. Raises BadValue or NumberOutOfRange."""
    size = len(data)
    if size == 1:
        return data[0]
    if size == 2:  # one and two bytes are most, and quicker by hand
        return data[0] | data[1] << 8
    if size > MAX_NUMBER_SIZE:
        raise BadValue
    number = int.from_bytes(data, "little")
    if number > MAX_NUMBER:
        raise NumberOutOfRange
    return number


def encode_number(number: int) -> bytes:
    """The shortest form of a number of up to 256 bits; nothing for zero."""
    if number < len(SMALL_NUMBERS):
        return SMALL_NUMBERS[number]
    return number.to_bytes((number.bit_length() + 7) // 8, "little")


def checked_number(number: int) -> int:
    """The number itself. Raises NumberOutOfRange for one that is negative or has more than 255 bits."""
    if not 0 <= number <= MAX_NUMBER:
        raise NumberOutOfRange
    return number
