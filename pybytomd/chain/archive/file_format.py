"""The file of ``chain export`` and ``chain import``: the blocks of a main chain, in order, and little else.

::

    magic     8 bytes  89 "BTMCHN" 0a   not text, and damaged by anything that translates line ends
    version   1 byte   1
    network   varstr   the chain id in ASCII
    genesis   32 bytes hash of the block at height 0
    first     u64le    height of the first block here
    count     u64le    number of blocks here
    blocks    count times: u32le length, then the block as serialized (flags 3)

The count leads, so a file cut anywhere is known to be cut, a reader can tell how long it will take, and a writer
needs no way back: both work on pipes. There is no checksum: whoever imports a block checks all of it anyway.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, cast

from pybytomd.codec.wire.writer import string
from pybytomd.errors import ChainError, DecodeError
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.networks.params import NetParams

MAGIC = b"\x89BTMCHN\n"
VERSION = 1
GZIP_MAGIC = b"\x1f\x8b"
UNNAMED = ""
"""The network of a file that does not name it and is known by its genesis block."""
MAX_NETWORK_NAME = 64
MAX_BLOCK_BYTES = 32 << 20
"""More than the gas limit lets a block have (a byte costs a gas, of 10 million); a longer record is damage."""


MAX_RECORDED_BYTES = 512 << 20
"""A chain recorded as JSON is read as a whole, so it may not be any size, packed or not."""


class ArchiveError(ChainError):
    """The file is no archive, is of another network, or is cut or damaged. The text is meant for the user."""


@dataclass(frozen=True, slots=True)
class ArchiveHeader:
    """What an archive says about itself: ``genesis`` is a hash, ``first`` a height, ``count`` counts blocks."""

    network: str
    genesis: bytes
    first: int
    count: int

    def to_bytes(self) -> bytes:
        """The bytes in front of the blocks."""
        return b"".join(
            (
                MAGIC,
                bytes((VERSION,)),
                string(self.network.encode()),
                self.genesis,
                self.first.to_bytes(8, "little"),
                self.count.to_bytes(8, "little"),
            )
        )

    @classmethod
    def read(cls, stream: BinaryIO) -> ArchiveHeader:
        """Read and check the bytes in front of the blocks. Raises ArchiveError."""
        if _exactly(stream, len(MAGIC), "its header") != MAGIC:
            raise ArchiveError("not a chain archive: it does not begin with the mark of one")
        version, name_length = _exactly(stream, 2, "its header")
        if version != VERSION:
            raise ArchiveError(f"the archive is of version {version}; this program knows version {VERSION}")
        if name_length > MAX_NETWORK_NAME:
            raise ArchiveError("the archive is damaged in its header")
        name = _exactly(stream, name_length, "its header")
        genesis = _exactly(stream, 32, "its header")
        first = int.from_bytes(_exactly(stream, 8, "its header"), "little")
        count = int.from_bytes(_exactly(stream, 8, "its header"), "little")
        try:
            return cls(name.decode("ascii"), genesis, first, count)
        except UnicodeDecodeError:
            raise ArchiveError("the archive is damaged in its header") from None

    def require(self, params: NetParams) -> None:
        """Raise ArchiveError unless the archive is of this network."""
        if self.network not in (params.chain_id, UNNAMED) or self.genesis != params.genesis.hash:
            theirs = self.network or f"with the genesis block {self.genesis.hex()}"
            raise ArchiveError(f"the archive is of the network {theirs}, this node is of {params.chain_id}")


def write_archive(stream: BinaryIO, params: NetParams, first: int, count: int, blocks: Iterable[bytes]) -> None:
    """Write an archive of ``count`` serialized blocks, the first of them at height ``first``."""
    stream.write(ArchiveHeader(params.chain_id, params.genesis.hash, first, count).to_bytes())
    for raw in blocks:
        stream.write(len(raw).to_bytes(4, "little"))
        stream.write(raw)


class ChainArchive:
    """A file of blocks open for reading: its header, and its blocks one after the other.

    Use as a context manager. Every method raises ArchiveError for what is wrong with the file.
    """

    def __init__(self, stream: BinaryIO, header: ArchiveHeader, blocks: Iterator[bytes]) -> None:
        self.header = header
        self.close: Callable[[], None] = stream.close
        self._blocks = blocks

    @classmethod
    def open(cls, path: Path) -> ChainArchive:
        """Open an archive, plain or gzipped. Chains recorded as JSON, like the test vectors', are read too."""
        with ExitStack() as on_error:
            try:
                stream: BufferedReader | gzip.GzipFile = on_error.enter_context(path.open("rb"))
                if stream.peek(len(GZIP_MAGIC)).startswith(GZIP_MAGIC):
                    stream = on_error.enter_context(gzip.GzipFile(fileobj=stream))
                recorded = stream.peek(1).startswith(b"{")
            except (OSError, EOFError, zlib.error) as error:
                reason = getattr(error, "strerror", None) or error
                raise ArchiveError(f"cannot read {path}: {reason}") from error
            source = cast("BinaryIO", stream)
            try:
                archive = cls.recorded(source) if recorded else cls.read(source)
            except ArchiveError as error:
                raise error.within(str(path)) from error
            archive.close = on_error.pop_all().close
            return archive

    @classmethod
    def read(cls, stream: BinaryIO) -> ChainArchive:
        """Begin to read an archive. Only what is asked for is read, so a pipe will do."""
        header = ArchiveHeader.read(stream)
        return cls(stream, header, _records(stream, header))

    @classmethod
    def recorded(cls, stream: BinaryIO) -> ChainArchive:
        """Read a chain recorded as JSON: hex texts of blocks, from genesis on, under the key ``blocks``."""
        try:
            text = stream.read(MAX_RECORDED_BYTES + 1)
            if len(text) > MAX_RECORDED_BYTES:
                raise ArchiveError(f"a recorded chain of more than {MAX_RECORDED_BYTES >> 20} MB; use an archive")
            blocks = [bytes.fromhex(block) for block in json.loads(text)["blocks"]]
            genesis = BlockHeader.from_bytes(blocks[0])
        except (OSError, EOFError, zlib.error) as error:
            raise ArchiveError(f"cannot read the archive: {error}") from error
        except (ValueError, LookupError, TypeError, RecursionError, DecodeError) as error:
            raise ArchiveError("not a recorded chain: no list of blocks in hex under the key blocks") from error
        return cls(stream, ArchiveHeader(UNNAMED, genesis.hash, 0, len(blocks)), iter(blocks))

    def __enter__(self) -> ChainArchive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        """Height and serialization of each block; the height is the one expected, the block is not looked at."""
        return enumerate(self._blocks, self.header.first)


def decode_block(height: int, raw: bytes) -> Block:
    """The block of an archive at this height. Raises ArchiveError."""
    try:
        block = Block.from_bytes(raw)
    except DecodeError as error:
        raise ArchiveError(f"the archive is damaged at block {height}: {error}") from error
    if block.height != height:
        raise ArchiveError(f"the archive is damaged at block {height}: that one says its height is {block.height}")
    return block


def _records(stream: BinaryIO, header: ArchiveHeader) -> Iterator[bytes]:
    last = header.first + header.count - 1
    for height in range(header.first, last + 1):
        where = f"block {height} (it should end with block {last})"
        length = int.from_bytes(_exactly(stream, 4, where), "little")
        if length > MAX_BLOCK_BYTES:
            raise ArchiveError(f"the archive is damaged at {where}: no block has {length} bytes")
        yield _exactly(stream, length, where)


def _exactly(stream: BinaryIO, size: int, where: str) -> bytes:
    """The next ``size`` bytes. Raises ArchiveError where the file ends before."""
    try:
        data = stream.read(size)
    except (OSError, EOFError, zlib.error) as error:
        raise ArchiveError(f"the archive cannot be read at {where}: {error}") from error
    if len(data) != size:
        raise ArchiveError(f"the archive is cut off at {where}")
    return data
