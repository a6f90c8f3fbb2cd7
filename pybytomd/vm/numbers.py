"""How the machine reads and writes numbers and booleans on its stacks of byte strings."""

from __future__ import annotations

from typing import Final

from pybytomd.vm.errors import BadValue, NumberOutOfRange

MIN_INT64: Final = -(1 << 63)
MAX_INT64: Final = (1 << 63) - 1
MASK64: Final = (1 << 64) - 1
MAX_NUMBER_SIZE: Final = 8

TRUE: Final = b"\x01"
FALSE: Final = b""

SHORT: Final = 64
SMALL_NUMBERS: Final = [bytes((number,)).rstrip(b"\x00") for number in range(256)]
"""The forms of the numbers that most are, made once."""


def decode_bool(data: bytes) -> bool:
    """False when every byte is zero, however many there are."""
    if not data:
        return False
    if data[0]:
        return True
    # A long item can be asked about for two gas, so it is compared in one go: 20 times faster than a strip.
    return data.strip(b"\x00") != b"" if len(data) <= SHORT else data != bytes(len(data))


def encode_bool(value: bool) -> bytes:
    """``01`` or the empty string."""
    return TRUE if value else FALSE


def decode_int(data: bytes) -> int:
    """A signed 64-bit number: at most 8 bytes, little-endian. A negative number has all 8 of them."""
    size = len(data)
    if size == 1:
        return data[0]
    if size == 2:  # one and two bytes are most, and quicker by hand
        return data[0] | data[1] << 8
    if size > MAX_NUMBER_SIZE:
        raise BadValue
    number = int.from_bytes(data, "little")
    return number - (1 << 64) if number > MAX_INT64 else number


def encode_int(number: int) -> bytes:
    """The shortest form of a signed 64-bit number; nothing for zero."""
    if 0 <= number < len(SMALL_NUMBERS):
        return SMALL_NUMBERS[number]
    if not 0 <= number <= MAX_INT64:
        number &= MASK64
    return number.to_bytes(MAX_NUMBER_SIZE, "little").rstrip(b"\x00")


def checked(number: int) -> int:
    """The number itself. Raises NumberOutOfRange when it does not fit in 64 bits, signed."""
    if not MIN_INT64 <= number <= MAX_INT64:
        raise NumberOutOfRange
    return number
