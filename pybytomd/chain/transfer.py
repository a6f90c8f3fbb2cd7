"""Writing a chain to a file, and adding the blocks of one: fast, checked like blocks from peers, and resumable."""

from __future__ import annotations

import gzip
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from pybytomd.chain.archive import ArchiveError, ChainArchive, decode_block, write_archive
from pybytomd.chain.chain import Chain
from pybytomd.consensus.difficulty import next_seed
from pybytomd.errors import BytomError, ChainError
from pybytomd.ledger.block import Block

BLOCKS_AHEAD = 64
"""Blocks whose proofs are checked, or have been, before the block in hand is added."""
BYTES_AHEAD = 32 << 20
GZIP_LEVEL = 6

Progress = Callable[[int], None]
"""Called with the height of each block that is done."""


class ProofChecker(Protocol):
    """Checks proofs of work on threads of its own."""

    def submit(self, header_hash: bytes, seed: bytes, bits: int) -> Future[bool]:
        """Begin to check a proof."""
        ...


def export_chain(chain: Chain, path: Path, on_block: Progress, go_on: Callable[[], bool] = lambda: True) -> int:
    """Write the main chain to a new file, gzipped if its name says so; returns how many blocks.

    The file gets its name when it is complete. Raises ArchiveError, also when ``go_on()`` becomes false.
    """
    if path.exists():
        raise ArchiveError(f"{path} exists already; choose another name, or move it away")
    last = chain.best_height
    partial = path.with_name(f"{path.name}.part")

    def blocks() -> Iterator[bytes]:
        for height in range(last + 1):
            if not go_on():
                raise ArchiveError(f"stopped at block {height}; nothing was written")
            yield _stored_bytes(chain, height)
            on_block(height)

    try:
        with ExitStack() as opened:
            stream = cast("BinaryIO", opened.enter_context(partial.open("wb")))
            if path.suffix == ".gz":
                packed = gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=GZIP_LEVEL)
                stream = cast("BinaryIO", opened.enter_context(packed))
            write_archive(stream, chain.params, 0, last + 1, blocks())
        partial.rename(path)
    except OSError as error:
        raise ArchiveError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)
    return last + 1


def _stored_bytes(chain: Chain, height: int) -> bytes:
    block_hash = chain.hash_at(height)
    text = None if block_hash is None else chain.store.block_hex(block_hash)
    if text is None:
        raise ArchiveError(f"block {height} is missing in the database; pybytomd db verify tells more")
    return bytes.fromhex(text.decode("ascii"))


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
    proofs: ProofChecker,
    on_block: Progress,
    go_on: Callable[[], bool] = lambda: True,
) -> Imported:
    """Add the blocks of an archive, each as strictly as one from a peer. What is here already is passed over.

    ``go_on`` is asked before every block. Raises ArchiveError for a bad file or block; what came before stays.
    """
    archive.header.require(chain.params)
    if archive.header.first > chain.best_height + 1:
        raise ArchiveError(
            f"the archive begins with block {archive.header.first}, but this chain ends with {chain.best_height}"
        )
    done = Imported()
    for block, proof in _with_proofs(chain, archive, proofs):
        if not go_on():
            done.is_complete = False
            break
        if proof is None:
            done.known += 1
        else:
            _add(chain, block, proof)
            done.added += 1
        on_block(block.height)
    return done


def _add(chain: Chain, block: Block, proof: Future[bool]) -> None:
    try:
        is_orphan = chain.process_block(block, proof)
    except BytomError as error:
        raise ArchiveError(f"block {block.height} of the archive is refused: {error}") from error
    if is_orphan:
        raise ArchiveError(f"block {block.height} of the archive does not follow the one before it")


def _with_proofs(
    chain: Chain, archive: ChainArchive, proofs: ProofChecker
) -> Iterator[tuple[Block, Future[bool] | None]]:
    """Each block with its proof, which is being checked a while ahead; None for blocks that are known."""
    ahead: deque[tuple[Block, Future[bool] | None, int]] = deque()
    size_ahead = 0
    seeds = _Seeds(chain)
    try:
        for height, raw in archive:
            block = decode_block(height, raw)
            ahead.append((block, _begin(chain, block, seeds, proofs), len(raw)))
            size_ahead += len(raw)
            while len(ahead) > BLOCKS_AHEAD or (size_ahead > BYTES_AHEAD and len(ahead) > 1):
                block, proof, size = ahead.popleft()
                size_ahead -= size
                yield block, proof
        for block, proof, _ in ahead:
            yield block, proof
    finally:
        for _, proof, _ in ahead:
            if proof is not None:
                proof.cancel()


def _begin(chain: Chain, block: Block, seeds: _Seeds, proofs: ProofChecker) -> Future[bool] | None:
    seed = seeds.for_next(block)
    if chain.has_block(block.hash) and not chain.is_orphan(block.hash):
        return None
    return proofs.submit(block.hash, seed, block.header.bits)


class _Seeds:
    """The seed of each block in turn, known from the blocks before it, whether or not the chain has those yet."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._seed: bytes | None = None

    def for_next(self, block: Block) -> bytes:
        """The seed of this block. Asks the chain for that of the first; the others follow. Raises ArchiveError."""
        seed = self._first(block) if self._seed is None else self._seed
        self._seed = next_seed(block.height, block.hash, seed)
        return seed

    def _first(self, block: Block) -> bytes:
        if block.height == 0:
            return b""  # nobody asks for it: genesis is known
        try:
            return self._chain.next_seed(block.header.previous_block_hash)
        except ChainError as error:
            raise ArchiveError(f"block {block.height} of the archive does not follow any that is here") from error
