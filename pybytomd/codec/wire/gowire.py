"""The go-wire binary encoding, which peers use for everything inside a connection.

========================  =====================================================================
value                     bytes
========================  =====================================================================
fixed-width integers      big-endian
``int`` and lengths       one size byte n (0..8), then n big-endian bytes; 0 is the single ``00``;
                          a negative number has size byte ``f0 + n`` and its magnitude
``bytes``, ``string``     length, then the bytes
``[N]byte``               the bytes
``[]T``                   count, then the elements; a negative count reads as an empty list
pointer                   ``00``, or ``01`` and the value
========================  =====================================================================

Source: p2p-and-sync reference, section 2.5; go-wire ``int.go``, ``byteslice.go``, ``reflect.go``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pybytomd.errors import DecodeError

NEGATIVE = 0xF0
MAX_INT_BYTES = 8
MAX_INT64 = (1 << 63) - 1

T = TypeVar("T")


class WireOverflow(DecodeError):
    """A value would pass the limit of what one message may hold."""

    message = "Error: binary read overflow"


class WireEnd(DecodeError):
    """The bytes end inside a value."""

    message = "unexpected EOF"


def encode_int(number: int) -> bytes:
    """A Go ``int`` (64 bit, signed) in the shortest form."""
    if number == 0:
        return b"\x00"
    magnitude = abs(number)
    size = (magnitude.bit_length() + 7) // 8
    if size > MAX_INT_BYTES:
        raise ValueError(f"{number} does not fit in {MAX_INT_BYTES} bytes")
    return bytes((size if number > 0 else NEGATIVE + size,)) + magnitude.to_bytes(size, "big")


def encode_bytes(data: bytes) -> bytes:
    """Length, then the bytes."""
    return encode_int(len(data)) + data


def encode_list(items: list[bytes] | tuple[bytes, ...]) -> bytes:
    """Count, then items that are encoded already."""
    return encode_int(len(items)) + b"".join(items)


def encode_uint64(number: int) -> bytes:
    """Eight bytes, big-endian."""
    return number.to_bytes(8, "big")


class WireReader:
    """Reads values one after the other; every failure is a ``DecodeError``.

    ``limit`` is how many bytes one message may hold, counted as go-wire counts: a byte string is refused
    when its length alone, or together with what was read before, passes the limit.
    """

    __slots__ = ("_data", "_limit", "position")

    def __init__(self, data: bytes, limit: int) -> None:
        self._data = data
        self._limit = limit
        self.position = 0

    def fixed(self, length: int) -> bytes:
        """Exactly ``length`` raw bytes."""
        end = self.position + length
        if end > self._limit:
            raise WireOverflow
        if end > len(self._data):
            raise WireEnd("EOF" if self.position == len(self._data) else None)
        piece = self._data[self.position : end]
        self.position = end
        return piece

    def uint8(self) -> int:
        """One byte."""
        return self.fixed(1)[0]

    def uint64(self) -> int:
        """Eight bytes, big-endian."""
        return int.from_bytes(self.fixed(8), "big")

    def integer(self) -> int:
        """A Go ``int``. Quirk: forms longer than needed are accepted (go-wire ``ReadVarint``)."""
        size = self.uint8()
        negative = size >> 4 == 0xF
        if negative:
            size &= 0x0F
            if size == 0:
                raise DecodeError("Varint does not allow negative zero")
        if size > MAX_INT_BYTES:
            raise DecodeError("Varint overflow")
        magnitude = int.from_bytes(self.fixed(size), "big")
        # Quirk: the magnitude is read as uint64 and reinterpreted as int64 before the sign is applied.
        signed = magnitude - (1 << 64) if magnitude > MAX_INT64 else magnitude
        return -signed if negative else signed

    def byte_string(self) -> bytes:
        """A length and that many bytes."""
        length = self.integer()
        if length < 0:
            raise DecodeError("Error: binary read invalid length")
        if max(length, self.position + length) > self._limit:
            raise WireOverflow
        return self.fixed(length)

    def text(self) -> str:
        """A byte string that holds UTF-8; damaged characters are replaced, as Go shows them."""
        return self.byte_string().decode("utf-8", "replace")

    def list_of(self, read_item: Callable[[], T], max_items: int) -> list[T]:
        """A count and that many items. Fails as soon as there are more than ``max_items`` of them.

        Quirk: a negative count is an empty list.
        """
        count = self.integer()
        items: list[T] = []
        while len(items) < count:
            if len(items) >= max_items:
                raise DecodeError(f"list of {count} items, at most {max_items} are allowed here")
            items.append(read_item())
        return items

    @property
    def remaining(self) -> int:
        """Bytes not read yet."""
        return len(self._data) - self.position
