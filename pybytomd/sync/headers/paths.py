"""Ways from our chain to a higher block: along headers we checked, or along a path to a checkpoint."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from pybytomd.chain.ports import ChainReader
from pybytomd.sync.headers.checkpoint_path import Segment
from pybytomd.sync.headers.tree import HeaderNode


class Route(Protocol):
    """Blocks above one of our chain, without gaps."""

    @property
    def bottom(self) -> int:
        """The height of the first of them."""

    @property
    def top(self) -> int:
        """The height of the last one; below ``bottom`` if there is none."""

    def hash_at(self, height: int) -> bytes | None:
        """The block at a height, None outside of the route."""

    def parent_at(self, height: int) -> bytes:
        """The parent of the block at a height of the route."""


class BranchRoute:
    """Along headers, lowest first."""

    def __init__(self, branch: Sequence[HeaderNode]) -> None:
        self._branch = branch
        self.bottom = branch[0].height if branch else 0
        self.top = self.bottom + len(branch) - 1

    def hash_at(self, height: int) -> bytes | None:
        """See ``Route``."""
        return self._branch[height - self.bottom].hash if self.bottom <= height <= self.top else None

    def parent_at(self, height: int) -> bytes:
        """See ``Route``."""
        return self._branch[height - self.bottom].header.previous_block_hash


class SegmentRoute:
    """Along the complete segments that follow on our chain."""

    def __init__(self, chain: ChainReader, segments: Sequence[Segment]) -> None:
        self._segments = segments
        self.top = segments[-1].stop_height
        self.bottom = self._fork(chain) + 1

    def _fork(self, chain: ChainReader) -> int:
        """The highest block of our main chain on the route: below our best block, if that is on a branch."""
        height = min(chain.best_height, self.top)
        while height > self._segments[0].start_height and chain.hash_at(height) != self.hash_at(height):
            height -= 1
        return height

    def hash_at(self, height: int) -> bytes | None:
        """See ``Route``."""
        for segment in self._segments:
            if segment.start_height <= height <= segment.stop_height:
                return segment.hash_at(height)
        return None

    def parent_at(self, height: int) -> bytes:
        """See ``Route``."""
        return self.hash_at(height - 1) or b""


def blocks_of(route: Route, first: int, count: int) -> Iterator[tuple[int, bytes, bytes]]:
    """Height, hash and parent's hash of up to ``count`` blocks of a route, from the height ``first`` on."""
    for height in range(first, min(route.top, first + count - 1) + 1):
        block_hash = route.hash_at(height)
        if block_hash is not None:
            yield height, block_hash, route.parent_at(height)
