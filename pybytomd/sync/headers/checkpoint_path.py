"""The hashes of the blocks up to a checkpoint, linked to it by their headers: their proofs need no checking.

The path is cut at the checkpoints into segments, which are fetched from several peers at once, since where each
begins and ends is known beforehand. Only hashes are kept, 32 bytes a block; headers come again with the bodies and
are checked in full then, but for the proof of work. Complete segments are stored, so that a restart goes on.

Source: p2p-and-sync reference, section 6.2, fast sync.
"""

from __future__ import annotations

from collections.abc import Sequence

from pybytomd.chain.ports import ChainReader
from pybytomd.ledger.block import BlockHeader
from pybytomd.sync.errors import ForbiddenFork, UnknownParent
from pybytomd.sync.state_store import StateStore

HASH_SIZE = 32
MAX_OPEN_SEGMENTS = 4
"""Segments fetched at once. The longest of the main network has 70,000 blocks, 2.2 MB of hashes."""


class Segment:
    """The blocks above ``start_height`` up to a checkpoint."""

    def __init__(self, start_height: int, start_hash: bytes, stop_height: int, stop_hash: bytes) -> None:
        self.start_height = start_height
        self.start_hash = start_hash
        self.stop_height = stop_height
        self.stop_hash = stop_hash
        self._hashes = bytearray()

    @property
    def height(self) -> int:
        """How far the hashes go."""
        return self.start_height + len(self._hashes) // HASH_SIZE

    @property
    def last_hash(self) -> bytes:
        """The hash at ``height``."""
        return bytes(self._hashes[-HASH_SIZE:]) if self._hashes else self.start_hash

    @property
    def is_complete(self) -> bool:
        """Whether the checkpoint is reached, so that all of it can be relied on."""
        return self.height == self.stop_height

    def add(self, headers: Sequence[BlockHeader]) -> None:
        """Append headers, each the child of the one before. Nothing of them is checked but that.

        Those that are here already, because two peers were asked, are passed over. Raises UnknownParent, and
        ForbiddenFork when they do not lead to the checkpoint; the segment starts anew in the latter case, as
        nobody can tell which of the headers were wrong.
        """
        for header in headers:
            if self.is_complete or self.holds(header.height, header.hash):
                continue
            if header.previous_block_hash != self.last_hash or header.height != self.height + 1:
                raise UnknownParent
            self._hashes += header.hash
        if self.height == self.stop_height and self.last_hash != self.stop_hash:
            self._hashes.clear()
            raise ForbiddenFork

    def hash_at(self, height: int) -> bytes:
        """The hash at a height from ``start_height`` to ``height``."""
        if height == self.start_height:
            return self.start_hash
        start = (height - self.start_height - 1) * HASH_SIZE
        return bytes(self._hashes[start : start + HASH_SIZE])

    def holds(self, height: int, block_hash: bytes) -> bool:
        """Whether a block is on this segment."""
        return self.start_height <= height <= self.height and self.hash_at(height) == block_hash

    def encode(self) -> bytes:
        """The hashes, for the database."""
        return bytes(self._hashes)

    def restore(self, data: bytes) -> None:
        """Take stored hashes, if they lead to the checkpoint."""
        length = (self.stop_height - self.start_height) * HASH_SIZE
        if len(data) == length and data[-HASH_SIZE:] == self.stop_hash:
            self._hashes = bytearray(data)


class TrustedPath:
    """The segments between our chain and the last checkpoint that peers have."""

    def __init__(self, chain: ChainReader, store: StateStore) -> None:
        self._chain = chain
        self._store = store
        self._checkpoints = sorted(chain.params.checkpoints.items())
        self._segments: list[Segment] = []

    def update(self, highest: int) -> None:
        """Drop what the chain has passed and open the next segments, as far as peers claim to have blocks."""
        best = self._chain.best_height
        for passed in [s for s in self._segments if s.stop_height <= best]:
            self._segments.remove(passed)
            self._store.delete_segment(passed.stop_height)
        while len(self._segments) < MAX_OPEN_SEGMENTS:
            segment = self._next_segment(best)
            if segment is None or segment.stop_height > highest:
                return
            stored = self._store.segment(segment.stop_height)
            if stored is not None and stored[0] == segment.start_hash:
                segment.restore(stored[1])
            self._segments.append(segment)

    def _next_segment(self, best: int) -> Segment | None:
        if self._segments:
            start_height, start_hash = self._segments[-1].stop_height, self._segments[-1].stop_hash
        else:
            start_height, start_hash = self._base(best)
        above = [known for known in self._checkpoints if known[0] > max(start_height, best)]
        return Segment(start_height, start_hash, *above[0]) if above else None

    def _base(self, best: int) -> tuple[int, bytes]:
        """Where the first segment begins: at the last checkpoint our chain has, so that it is the same each time.

        Our best block may be on a branch of its own above it.
        """
        passed = [
            known for known in self._checkpoints if known[0] <= best and self._chain.hash_at(known[0]) == known[1]
        ]
        return passed[-1] if passed else (0, self._chain.params.genesis.hash)

    def wanting_headers(self) -> list[Segment]:
        """The segments that are not complete, lowest first."""
        return [segment for segment in self._segments if not segment.is_complete]

    def completed(self, segment: Segment) -> None:
        """Store a segment that has become complete."""
        self._store.save_segment(segment.stop_height, segment.start_hash, segment.encode())

    def ready(self) -> list[Segment]:
        """The complete segments that follow on our chain without a gap, lowest first."""
        found: list[Segment] = []
        for segment in self._segments:
            if not segment.is_complete:
                break
            found.append(segment)
        return found

    def covers(self, height: int) -> bool:
        """Whether the block at ``height`` is to come by this path, fetched already or not."""
        return any(segment.start_height < height <= segment.stop_height for segment in self._segments)

    def trusts(self, height: int, block_hash: bytes) -> bool:
        """Whether a block is known to lead to a checkpoint."""
        return any(segment.is_complete and segment.holds(height, block_hash) for segment in self._segments)
