"""What the block index needs of all stored headers, a thousand at a time.

A node reads every header when it starts, and to decode one after the other takes ten microseconds each. But nearly
all of them have what is needed at the same places: flags, version, height, parent and time at the front, bits at
the end. These are cut out of a thousand headers at once, and become columns by working on whole columns of bytes.
A batch with a header of another form goes to the decoder. A header takes a microsecond this way.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from pybytomd.codec.writer import uvarint
from pybytomd.errors import DecodeError
from pybytomd.ledger.block import BlockHeader
from pybytomd.store import schema

BATCH = 1024
HASH_SIZE = 32
HEIGHT_SIZE = 8
START = b"\x01\x01"
"""Serialization flags of a header, and version."""
TIME_BYTES = 5
"""Seconds since 1970, from 1978 until the year 3058."""
ROOTS_BYTES = 65
"""A length of 64, and two hashes."""
NONCE_BYTES = range(1, 10)
BITS_BYTES = 9
"""Of every target with an exponent other than 0."""
SEVEN_BITS = bytes(byte & 0x7F for byte in range(0x100))
LOW = bytes(range(0x80))
HIGH = bytes(range(0x80, 0x100))
"""Bytes that end a number, and bytes that are followed by more of it."""

Item = tuple[bytes, bytes]
"""Key and value of a stored header."""


@dataclass(frozen=True, slots=True)
class HeaderBatch:
    """Some headers, in columns. Heights and hashes are those of the keys; the headers are not compared to them.

    The columns of hashes are joined, 32 bytes for each header.
    """

    heights: array[int]
    hashes: bytes
    previous_block_hashes: bytes
    timestamps: array[int]
    bits: array[int]

    def __len__(self) -> int:
        return len(self.heights)


def header_batches(items: Iterable[Item]) -> Iterator[HeaderBatch]:
    """The headers of database keys and values. Raises ValueError or DecodeError for one that does not parse."""
    source = iter(items)
    while chunk := list(islice(source, BATCH)):
        yield _batch(chunk)


def _batch(chunk: Sequence[Item]) -> HeaderBatch:
    keys, texts = zip(*chunk, strict=True)
    for key in keys:
        if len(key) != schema.HEADER_KEY_SIZE:
            schema.parse_header_key(key)
    start = len(schema.HEADER_PREFIX)
    hashes = b"".join([key[-HASH_SIZE:] for key in keys])
    heights = array("Q", b"".join([key[start : start + HEIGHT_SIZE] for key in keys]))
    if sys.byteorder == "little":  # keys are in the other order
        heights.byteswap()
    found = _cut_out(texts, heights)
    if found is None:
        facts = [_decoded(*item) for item in chunk]
        previous = b"".join([fact[0] for fact in facts])
        found = previous, array("Q", [fact[1] for fact in facts]), array("Q", [fact[2] for fact in facts])
    return HeaderBatch(heights, hashes, *found)


def _decoded(key: bytes, text: bytes) -> tuple[bytes, int, int]:
    """Previous block hash, timestamp and bits of a header."""
    try:
        header = BlockHeader.from_hex(text)
    except DecodeError as error:
        raise error.within(key[-HASH_SIZE:].hex()) from None
    return header.previous_block_hash, header.timestamp, header.bits


def _cut_out(texts: Sequence[bytes], heights: array[int]) -> tuple[bytes, array[int], array[int]] | None:
    """The columns of headers in hex that all have the usual form, None if one has not.

    What lies between time and bits is passed over: two hashes and a nonce, which nobody asks the index for.
    """
    height_bytes = len(uvarint(heights[0]))
    if height_bytes != len(uvarint(heights[-1])):
        return None
    parent = len(START) + height_bytes
    time = parent + HASH_SIZE
    front = time + TIME_BYTES
    sizes = {2 * (front + ROOTS_BYTES + nonce_bytes + BITS_BYTES) for nonce_bytes in NONCE_BYTES}
    if not sizes.issuperset(map(len, texts)):
        return None
    fronts = _bytes_of([text[: 2 * front] for text in texts])
    ends = _bytes_of([text[-2 * BITS_BYTES :] for text in texts])
    if fronts is None or ends is None:
        return None
    if fronts[::front].strip(START[:1]) or fronts[1::front].strip(START[1:]):
        return None
    has_heights = _numbers(fronts, front, len(START), height_bytes) is not None
    timestamps = _numbers(fronts, front, time, TIME_BYTES)
    bits = _numbers(ends, BITS_BYTES, 0, BITS_BYTES)
    if not has_heights or timestamps is None or bits is None:
        return None
    previous = bytearray(HASH_SIZE * len(texts))
    for at in range(HASH_SIZE):
        previous[at::HASH_SIZE] = fronts[parent + at :: front]
    return bytes(previous), timestamps, bits


def _bytes_of(texts: Sequence[bytes]) -> bytes | None:
    """The bytes of hex texts, joined; None if there is anything else in them."""
    joined = b"".join(texts)
    if not joined.isalnum():  # ``fromhex`` would skip blanks
        return None
    try:
        return bytes.fromhex(joined.decode("ascii"))
    except ValueError:
        return None


def _numbers(raw: bytes, size: int, start: int, width: int) -> array[int] | None:
    """A column of numbers of ``width`` bytes each, seven bits a byte, at ``start`` of records of ``size`` bytes.

    None when one of them has another width. All are added up at once, as one long integer of 64 bits for each.
    """
    total = 0
    for index in range(width):
        column = raw[start + index :: size]
        if column.translate(None, delete=LOW if index == width - 1 else HIGH):
            return None
        lanes = bytearray(8 * len(column))
        lanes[::8] = column.translate(SEVEN_BITS)
        total += int.from_bytes(lanes, "little") << 7 * index
    numbers = array("Q", total.to_bytes(8 * (len(raw) // size), "little"))
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
