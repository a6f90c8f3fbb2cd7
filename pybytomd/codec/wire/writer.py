"""Writing the primitives of blocks and transactions. The counterpart of ``reader``."""

from __future__ import annotations

from collections.abc import Sequence

from pybytomd.codec.wire.reader import MAX_UINT31, MAX_UINT63, OutOfRange

SINGLE_BYTES = tuple(bytes((value,)) for value in range(0x80))


def uvarint(number: int) -> bytes:
    """A number of at most 64 bits in its shortest form."""
    if number < 0x80:
        return SINGLE_BYTES[number]
    encoded = bytearray()
    while number >= 0x80:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def uint31(number: int) -> bytes:
    """A count or length; ``OutOfRange`` above 2^31-1."""
    if number > MAX_UINT31:
        raise OutOfRange
    return uvarint(number)


def uint63(number: int) -> bytes:
    """An amount, a height or another number; ``OutOfRange`` above 2^63-1."""
    if number > MAX_UINT63:
        raise OutOfRange
    return uvarint(number)


def string(data: bytes) -> bytes:
    """Length, then the bytes."""
    return uint31(len(data)) + data


def string_list(items: Sequence[bytes]) -> bytes:
    """Count, then each byte string."""
    return uint31(len(items)) + b"".join([string(item) for item in items])
