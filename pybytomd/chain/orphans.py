"""Blocks that came before their parents. They are kept in memory for a while, and nothing about them is checked.

Source: chain-and-storage reference, section 7.6; ``protocol/orphan_manage.go``.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import Generic, TypeVar

from pybytomd.chain.events import AnyBlock
from pybytomd.clock import Clock

logger = logging.getLogger(__name__)

ORPHAN_BLOCK_SECONDS = 60 * 60.0
MAX_ORPHAN_BLOCKS = 256
MAX_ORPHAN_BYTES = 64 << 20
"""Together. The reference counts only blocks, and anyone can make large ones: orphans need no proof of work."""


B = TypeVar("B", bound=AnyBlock)


@dataclass(frozen=True, slots=True)
class _Orphan(Generic[B]):
    block: B
    expires: float
    size: int


class OrphanBlocks(Generic[B]):
    """The orphans by their hash, and by the parent they wait for. Safe to use from several threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._orphans: dict[bytes, _Orphan[B]] = {}
        """The one to expire first stands first: all live equally long, and their time is never extended."""
        self._children: dict[bytes, list[bytes]] = {}
        self._bytes = 0

    def __contains__(self, block_hash: bytes) -> bool:
        with self._lock:
            self._expire()
            return block_hash in self._orphans

    def __len__(self) -> int:
        with self._lock:
            self._expire()
            return len(self._orphans)

    def add(self, block: B) -> None:
        """Keep a block, in place of the oldest ones if there are too many. One kept already is left alone."""
        size = len(block.to_bytes())
        with self._lock:
            self._expire()
            if block.hash in self._orphans:
                return
            if size > MAX_ORPHAN_BYTES:
                logger.warning("orphan block is too large", extra={"hash": block.hash.hex(), "bytes": size})
                return
            while len(self._orphans) >= MAX_ORPHAN_BLOCKS or self._bytes + size > MAX_ORPHAN_BYTES:
                self._drop(next(iter(self._orphans)))
            expires = self._clock.monotonic() + ORPHAN_BLOCK_SECONDS
            self._orphans[block.hash] = _Orphan(block, expires, size)
            self._children.setdefault(block.header.previous_block_hash, []).append(block.hash)
            self._bytes += size

    def remove(self, block_hash: bytes) -> None:
        """Forget a block; nothing happens if it is not here."""
        with self._lock:
            if block_hash in self._orphans:
                self._drop(block_hash)

    def children_of(self, parent_hash: bytes) -> list[B]:
        """The blocks that wait for this one, in order of arrival."""
        with self._lock:
            self._expire()
            return [self._orphans[block_hash].block for block_hash in self._children.get(parent_hash, ())]

    def _expire(self) -> None:
        now = self._clock.monotonic()
        while self._orphans:
            block_hash, oldest = next(iter(self._orphans.items()))
            if oldest.expires > now:
                return
            self._drop(block_hash)

    def _drop(self, block_hash: bytes) -> None:
        orphan = self._orphans.pop(block_hash)
        self._bytes -= orphan.size
        parent_hash = orphan.block.header.previous_block_hash
        siblings = self._children[parent_hash]
        siblings.remove(block_hash)
        if not siblings:
            del self._children[parent_hash]
