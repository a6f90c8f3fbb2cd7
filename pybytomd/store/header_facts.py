"""The part of a stored header that the block index needs, read without decoding the whole."""

from __future__ import annotations

from typing import NamedTuple

from pybytomd.ledger.block import BlockHeader
from pybytomd.store import schema

ONE_BYTE = 0x80
"""Numbers below this have one byte."""
START = b"\x01\x01"
"""Serialization flags of a header, and version."""
HASH_SIZE = 32
USUAL_TIMESTAMP_BYTES = 5
"""Seconds since 1970, from 1978 until the year 3058."""
ROOTS_LENGTH = 2 * HASH_SIZE
BITS_BYTES = 9
"""At most, as of all numbers."""


class HeaderFacts(NamedTuple):
    """Hash and height are those of the key, which the header itself is not compared to here."""

    hash: bytes
    height: int
    previous_block_hash: bytes
    timestamp: int
    bits: int


class HeaderFactsReader:
    """Reads one header after the other.

    One as the reference writes it takes two microseconds, where the decoder takes ten: a node reads all of them
    when it starts. What is not of that form goes to the decoder.
    """

    __slots__ = ("_bits", "_bits_bytes")

    def __init__(self) -> None:
        self._bits_bytes = b""
        self._bits = 0
        """What the bytes say. It is the same for thousands of headers."""

    def read(self, key: bytes, text: bytes) -> HeaderFacts:
        """The facts of a header stored under ``key`` as hex text. Raises ValueError or DecodeError."""
        height, block_hash = schema.parse_header_key(key)
        try:
            raw = bytes.fromhex(text.decode("ascii"))
            found = self._usual(raw)
        except (ValueError, IndexError):
            found = None
        if found is None:
            header = BlockHeader.from_hex(text)
            found = (header.previous_block_hash, header.timestamp, header.bits)
        return HeaderFacts(block_hash, height, *found)

    def _usual(self, raw: bytes) -> tuple[bytes, int, int] | None:
        """Previous hash, timestamp and bits; None for another form than version 1 and numbers of few bytes."""
        if raw[:2] != START:
            return None
        position = 2
        while raw[position] >= ONE_BYTE:  # the height
            position += 1
        times = position + 1 + HASH_SIZE
        roots = times + USUAL_TIMESTAMP_BYTES
        first, second, third, fourth, fifth = raw[times:roots]
        if not (first & second & third & fourth & ONE_BYTE) or fifth >= ONE_BYTE or raw[roots] != ROOTS_LENGTH:
            return None
        timestamp = first & 127 | (second & 127) << 7 | (third & 127) << 14 | (fourth & 127) << 21 | fifth << 28
        end = roots + 1 + ROOTS_LENGTH
        while raw[end] >= ONE_BYTE:  # the nonce
            end += 1
        bits_bytes = raw[end + 1 :]
        if bits_bytes != self._bits_bytes:
            bits = _number(bits_bytes)
            if bits is None:
                return None
            self._bits_bytes, self._bits = bits_bytes, bits
        return raw[position + 1 : times], timestamp, self._bits


def _number(data: bytes) -> int | None:
    """The number that these bytes are; None if they are not one number and nothing else."""
    if not data or len(data) > BITS_BYTES or data[-1] >= ONE_BYTE or any(byte < ONE_BYTE for byte in data[:-1]):
        return None
    return sum((byte & 127) << 7 * index for index, byte in enumerate(data))
