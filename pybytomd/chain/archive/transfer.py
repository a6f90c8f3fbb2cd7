"""Writing a chain to a file, and adding the blocks of one: fast, checked like blocks from peers, and resumable."""

from __future__ import annotations

import gzip
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from pybytomd.chain.archive.file_format import ArchiveError, ChainArchive, decode_block, write_archive
from pybytomd.chain.chain import Chain
from pybytomd.consensus.difficulty import next_seed
from pybytomd.errors import BytomError, ChainError, DecodeError, StoreError
from pybytomd.files import writing_whole
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.pow.rule import ProofRule
from pybytomd.pow.verifier import ProofVerifier
from pybytomd.store.block_store import damaged_core

BLOCKS_AHEAD = 64
"""Blocks whose proofs are checked, or have been, before the block in hand is added."""
BYTES_AHEAD = 32 << 20
GZIP_LEVEL = 6

Progress = Callable[[int], None]
"""Called with the height of each block that is done."""


def export_chain(chain: Chain, path: Path, on_block: Progress, go_on: Callable[[], bool] = lambda: True) -> int:
    """Write the main chain to a new file, gzipped if its name says so; returns how many blocks.

    The file gets its name when it is complete. Raises ArchiveError, also when ``go_on()`` becomes false.
    """
    if path.exists():
        raise ArchiveError(f"{path} exists already; choose another name, or move it away")
    hashes = [chain.hash_at(height) for height in range(chain.best_height + 1)]  # the chain may change meanwhile

    def blocks() -> Iterator[bytes]:
        for height, block_hash in enumerate(hashes):
            if not go_on():
                raise ArchiveError(f"stopped at block {height}; nothing was written")
            yield _stored_bytes(chain, height, block_hash)
            on_block(height)

    try:
        with ExitStack() as opened:
            stream = opened.enter_context(writing_whole(path, new=True))
            if path.suffix == ".gz":
                packed = gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=GZIP_LEVEL)
                stream = cast("BinaryIO", opened.enter_context(packed))
            write_archive(stream, chain.params, 0, len(hashes), blocks())
    except FileExistsError as error:
        raise ArchiveError(f"{path} has been made meanwhile; choose another name") from error
    except OSError as error:
        raise ArchiveError(f"cannot write {path}: {error.strerror or error}") from error
    return len(hashes)


def _stored_bytes(chain: Chain, height: int, block_hash: bytes | None) -> bytes:
    text = None if block_hash is None else chain.block_hex(block_hash)
    if text is None:
        raise ArchiveError(f"block {height} is missing in the database; pybytomd db verify tells more")
    try:
        return bytes.fromhex(text.decode("ascii"))
    except ValueError as error:
        raise damaged_core(f"at block {height}: {error}") from error


@dataclass(slots=True)
class Imported:
    """What an import did."""

    added: int = 0
    known: int = 0
    """Blocks that were here already."""
    is_complete: bool = True
    """Whether the whole file was read: it is not when the import was stopped."""


def import_chain(
    chain: Chain,
    archive: ChainArchive,
    proofs: ProofVerifier,
    on_block: Progress,
    go_on: Callable[[], bool] = lambda: True,
) -> Imported:
    """Add the blocks of an archive, each as strictly as one from a peer. What is here already is passed over.

    ``go_on`` is asked before every block. Raises ArchiveError for a bad file or block, and StoreError. What came
    before stays, so the same import can be begun anew and goes on where it was.
    """
    archive.header.require(chain.params)
    if archive.header.first > chain.best_height + 1:
        raise ArchiveError(
            f"the archive begins with block {archive.header.first}, but this chain ends with {chain.best_height}"
        )
    done = Imported()
    ahead = _Ahead(chain, proofs)
    try:
        for height, raw in archive:
            if not go_on():
                done.is_complete = False
                return done
            if ahead.is_known(height, raw):
                done.known += 1
                on_block(height)
                continue
            while ahead.is_full:
                _add(chain, ahead, done, on_block)
            ahead.enter(decode_block(height, raw), len(raw))
    except ArchiveError:
        while ahead.blocks:  # what came before stays; if something is wrong with that, it is told instead
            _add(chain, ahead, done, on_block)
        raise
    while ahead.blocks:
        if not go_on():
            done.is_complete = False
            return done
        _add(chain, ahead, done, on_block)
    return done


def _add(chain: Chain, ahead: _Ahead, done: Imported, on_block: Progress) -> None:
    """Add the block that has been ahead longest."""
    block, proof = ahead.leave()
    try:
        chain.process_block(block, proof)
    except StoreError:
        raise
    except BytomError as error:
        raise ArchiveError(f"block {block.height} of the archive is refused: {error}") from error
    done.added += 1
    on_block(block.height)


class _Ahead:
    """Blocks whose proofs are being checked while those before them are added."""

    def __init__(self, chain: Chain, proofs: ProofVerifier) -> None:
        self.blocks: deque[tuple[Block, Future[bool] | None, int]] = deque()
        """With their sizes. A block that is known on a side branch needs no proof again, on some networks none."""
        self._chain = chain
        self._proofs = proofs
        self._size = 0
        self._last: BlockHeader | None = None
        self._last_seed = b""
        """Of the last block itself, not of its children."""

    @property
    def is_full(self) -> bool:
        """Whether a block must leave before another may enter."""
        return len(self.blocks) >= BLOCKS_AHEAD or self._size > BYTES_AHEAD

    def is_known(self, height: int, raw: bytes) -> bool:
        """Whether the main chain has this block. Once one was new, none is looked for any more."""
        if self._last is not None or height > self._chain.best_height:
            return False
        try:
            return BlockHeader.from_bytes(raw).hash == self._chain.hash_at(height)
        except DecodeError:
            return False  # decoding it as a block will tell what is wrong

    def enter(self, block: Block, size: int) -> None:
        """Begin to check the proof of a block. Raises ArchiveError when it follows no block that is known."""
        header = block.header
        seed = self._seed_of(header)
        needs_none = self._chain.params.proof is ProofRule.ANY_NONCE or self._chain.has_block(block.hash)
        proof = None if needs_none else self._proofs.submit(block.hash, seed, header.bits)
        self._last, self._last_seed = header, seed
        self.blocks.append((block, proof, size))
        self._size += size

    def leave(self) -> tuple[Block, Future[bool] | None]:
        """Take out the block that entered first."""
        block, proof, size = self.blocks.popleft()
        self._size -= size
        return block, proof

    def _seed_of(self, header: BlockHeader) -> bytes:
        last = self._last
        if last is not None and header.previous_block_hash == last.hash:
            return next_seed(last.height, last.hash, self._last_seed)
        try:
            return self._chain.next_seed(header.previous_block_hash)
        except ChainError as error:
            where = f"block {header.height} of the archive"
            raise ArchiveError(f"{where} does not follow the one before it") from error
