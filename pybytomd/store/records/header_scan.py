"""The scan of all stored headers when a chain is opened, for the block index, a thousand headers at a time.

A node reads every header when it starts. To decode one after the other takes ten microseconds each; the compiled
``_block_index`` cuts them up in a fraction of one, where a C compiler has built it.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from pybytomd.errors import DecodeError
from pybytomd.ledger.block import BlockHeader
from pybytomd.store import schema

BATCH = 1024
HASH_SIZE = 32

Item = tuple[bytes, bytes]
"""Key and value of a stored header."""

columns: Callable[[list[Item]], tuple[bytes, bytes, bytes, bytes, bytes] | None] | None
try:
    from pybytomd.store._block_index import columns
except ImportError:  # there was no compiler
    columns = None


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
        yield _cut_up(chunk) or _decoded(chunk)


def _cut_up(chunk: list[Item]) -> HeaderBatch | None:
    """The batch, None when a header has an unusual form, correct or not, or this is not compiled."""
    found = None if columns is None else columns(chunk)
    if found is None:
        return None
    heights, hashes, previous, timestamps, bits = found
    return HeaderBatch(array("Q", heights), hashes, previous, array("Q", timestamps), array("Q", bits))


def _decoded(chunk: list[Item]) -> HeaderBatch:
    keys = [schema.parse_header_key(key) for key, _ in chunk]
    headers = [_header(*item) for item in chunk]
    return HeaderBatch(
        array("Q", [height for height, _ in keys]),
        b"".join(block_hash for _, block_hash in keys),
        b"".join(header.previous_block_hash for header in headers),
        array("Q", [header.timestamp for header in headers]),
        array("Q", [header.bits for header in headers]),
    )


def _header(key: bytes, text: bytes) -> BlockHeader:
    try:
        return BlockHeader.from_hex(text)
    except DecodeError as error:
        raise error.within(key[-HASH_SIZE:].hex()) from None
