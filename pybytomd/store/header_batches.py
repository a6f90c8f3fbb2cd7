"""What the block index needs of all stored headers, a thousand at a time.

A node reads every header when it starts, and to decode one after the other takes ten microseconds each. Headers
nearly always differ in nothing but the length of the nonce, so those of one length are cut up together, in one
step. What has another form goes to the decoder. A header takes a microsecond or two this way.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from struct import Struct

from pybytomd.codec.writer import uvarint
from pybytomd.errors import DecodeError
from pybytomd.ledger.block import BlockHeader
from pybytomd.store import schema

BATCH = 1024
KEY = Struct(f">{len(schema.HEADER_PREFIX)}xQ{schema.HASH_SIZE}s")
START = b"\x01\x01"
"""Serialization flags of a header, and version."""
HASH_SIZE = 32
TIMESTAMP_BYTES = 5
"""Seconds since 1970, from 1978 until the year 3058."""
ROOTS_LENGTH = 2 * HASH_SIZE
MAX_NONCE_BYTES = 9
BITS_BYTES = 9
"""Of every target with an exponent other than 0."""
LOW = bytes(range(0x80))
HIGH = bytes(range(0x80, 0x100))
"""Bytes that end a number, and bytes that are followed by more of it."""


@dataclass(frozen=True, slots=True)
class HeaderBatch:
    """Some headers, in columns. Heights and hashes are those of the keys; the headers are not compared to them."""

    heights: Sequence[int]
    hashes: list[bytes]
    previous_block_hashes: list[bytes]
    timestamps: array[int]
    bits: array[int]

    def __len__(self) -> int:
        return len(self.hashes)


Facts = tuple[bytes, int, int]
"""Previous block hash, timestamp and bits of a header."""


def header_batches(items: Iterable[tuple[bytes, bytes]]) -> Iterator[HeaderBatch]:
    """The headers of database keys and values. Raises ValueError or DecodeError for one that does not parse."""
    source = iter(items)
    while chunk := list(islice(source, BATCH)):
        yield _batch(chunk)


def _batch(chunk: Sequence[tuple[bytes, bytes]]) -> HeaderBatch:
    for key, _ in chunk:
        if len(key) != KEY.size:
            schema.parse_header_key(key)
    heights, hashes = zip(*KEY.iter_unpack(b"".join([key for key, _ in chunk])), strict=True)
    facts: list[Facts | None] = [None] * len(chunk)
    height_bytes = len(uvarint(heights[0]))
    if height_bytes == len(uvarint(heights[-1])):
        _cut_up(chunk, height_bytes, facts)
    found = [known or _decoded(*item) for known, item in zip(facts, chunk, strict=True)]
    return HeaderBatch(
        heights,
        list(hashes),
        [previous for previous, _, _ in found],
        array("Q", [timestamp for _, timestamp, _ in found]),
        array("Q", [bits for _, _, bits in found]),
    )


def _decoded(key: bytes, text: bytes) -> Facts:
    try:
        header = BlockHeader.from_hex(text)
    except DecodeError as error:
        raise error.within(key[-HASH_SIZE:].hex()) from None
    return header.previous_block_hash, header.timestamp, header.bits


def _cut_up(chunk: Sequence[tuple[bytes, bytes]], height_bytes: int, facts: list[Facts | None]) -> None:
    """Fill in the facts of all headers of the usual form; the height takes ``height_bytes`` in each."""
    by_length: dict[int, list[int]] = {}
    for number, (_, text) in enumerate(chunk):
        by_length.setdefault(len(text), []).append(number)
    fixed = len(START) + height_bytes + HASH_SIZE + TIMESTAMP_BYTES + 1 + ROOTS_LENGTH + BITS_BYTES
    for length, numbers in by_length.items():
        nonce_bytes = length // 2 - fixed
        if length % 2 or not 1 <= nonce_bytes <= MAX_NONCE_BYTES:
            continue
        texts = b"".join([chunk[number][1] for number in numbers])
        if not texts.isalnum():  # ``fromhex`` would skip blanks
            continue
        raw = bytes.fromhex(texts.decode("ascii"))
        if _is_usual(raw, length // 2, height_bytes, nonce_bytes):
            for number, found in zip(numbers, _facts(raw, height_bytes, nonce_bytes), strict=True):
                facts[number] = found


def _is_usual(raw: bytes, size: int, height_bytes: int, nonce_bytes: int) -> bool:
    """Whether every number ends where it should in all headers of ``size`` bytes. Looks at all of them at once."""
    after_start = len(START)
    timestamp = after_start + height_bytes + HASH_SIZE
    roots = timestamp + TIMESTAMP_BYTES
    nonce = roots + 1 + ROOTS_LENGTH
    numbers = (
        (after_start, height_bytes),
        (timestamp, TIMESTAMP_BYTES),
        (nonce, nonce_bytes),
        (size - BITS_BYTES, BITS_BYTES),
    )
    return (
        all(not raw[at::size].strip(START[at : at + 1]) for at in range(after_start))
        and not raw[roots::size].strip(bytes((ROOTS_LENGTH,)))
        and all(
            not raw[at::size].translate(None, delete=LOW if at == start + length - 1 else HIGH)
            for start, length in numbers
            for at in range(start, start + length)
        )
    )


def _facts(raw: bytes, height_bytes: int, nonce_bytes: int) -> Iterator[Facts]:
    before = len(START) + height_bytes
    between = 1 + ROOTS_LENGTH + nonce_bytes
    layout = Struct(f"<{before}x{HASH_SIZE}s{TIMESTAMP_BYTES}B{between}x{BITS_BYTES}s")
    last, bits = b"", 0
    for previous, first, second, third, fourth, fifth, target in layout.iter_unpack(raw):
        if target != last:  # the same for two thousand headers
            last, bits = target, sum((byte & 127) << 7 * index for index, byte in enumerate(target))
        yield (
            previous,
            first & 127 | (second & 127) << 7 | (third & 127) << 14 | (fourth & 127) << 21 | fifth << 28,
            bits,
        )
