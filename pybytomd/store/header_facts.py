"""The part of a stored header that the block index needs, read without decoding the whole."""

from __future__ import annotations

from typing import NamedTuple

from pybytomd.ledger.block import BlockHeader
from pybytomd.store import schema

ONE_BYTE = 0x80
"""Numbers below this have one byte."""
HASH_SIZE = 32
USUAL_TIMESTAMP_BYTES = 5
"""Seconds since 1970, from 1978 until the year 3058."""
ROOTS = 1 + 2 * HASH_SIZE
"""Bytes of the block commitment: its length, and two merkle roots."""
ROOTS_LENGTH = 2 * HASH_SIZE


class HeaderFacts(NamedTuple):
    """Hash and height are those of the key, which the header itself is not compared to here."""

    hash: bytes
    height: int
    previous_block_hash: bytes
    timestamp: int
    bits: int


def header_facts(key: bytes, text: bytes) -> HeaderFacts:
    """The facts of a header stored under ``key`` as hex text. Raises ValueError or DecodeError.

    Headers as the reference writes them take two microseconds, where the decoder takes ten; what is not of that
    form goes to the decoder.
    """
    height, block_hash = schema.parse_header_key(key)
    try:
        raw = bytes.fromhex(text.decode("ascii"))
        found = _usual(raw)
    except (ValueError, IndexError):
        found = None
    if found is None:
        header = BlockHeader.from_hex(text)
        found = (header.previous_block_hash, header.timestamp, header.bits)
    return HeaderFacts(block_hash, height, *found)


def _usual(raw: bytes) -> tuple[bytes, int, int] | None:
    """Previous hash, timestamp and bits; None for another form than flags 1, version 1, shortest numbers."""
    if raw[0] != 1 or raw[1] != 1:
        return None
    position = 2
    while raw[position] >= ONE_BYTE:  # the height
        position += 1
    position += 1
    previous_block_hash = raw[position : position + HASH_SIZE]
    position += HASH_SIZE
    first, second, third, fourth, fifth = raw[position : position + USUAL_TIMESTAMP_BYTES]
    if not (first & second & third & fourth & ONE_BYTE) or fifth >= ONE_BYTE:
        return None
    timestamp = first & 127 | (second & 127) << 7 | (third & 127) << 14 | (fourth & 127) << 21 | fifth << 28
    position += USUAL_TIMESTAMP_BYTES
    if raw[position] != ROOTS_LENGTH:
        return None
    position += ROOTS
    while raw[position] >= ONE_BYTE:  # the nonce
        position += 1
    bits = shift = 0
    for byte in raw[position + 1 : -1]:
        if byte < ONE_BYTE:
            return None
        bits |= (byte & 127) << shift
        shift += 7
    last = raw[-1]
    if last >= ONE_BYTE:
        return None
    return previous_block_hash, timestamp, bits | last << shift
