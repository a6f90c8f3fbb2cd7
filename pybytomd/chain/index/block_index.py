"""What is known of every block on every branch: columns of numbers instead of an object for each.

A block is a *position* here, counted in order of arrival; a parent always has a lower position than its children.
All that is needed to judge the next header is in memory, in some 80 bytes a block, and the rest is read from the
database when asked for. Source: chain-and-storage reference, sections 7.1, 7.5 and 7.7.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache

from pybytomd.chain.index.hash_table import HASH_SIZE, HashTable
from pybytomd.consensus.difficulty import ends_period, median_time, next_bits
from pybytomd.ledger.block import BlockHeader
from pybytomd.ledger.constants import BLOCKS_PER_RETARGET, BLOCKS_PER_SEED, INITIAL_SEED, MEDIAN_TIME_BLOCKS
from pybytomd.pow.compact import work
from pybytomd.pow.rule import ProofRule
from pybytomd.store.block_store import damaged_core
from pybytomd.store.records.header_scan import HeaderBatch

GENESIS_POSITION = 0

_work = lru_cache(maxsize=64)(work)


class BlockIndex:
    """All blocks that were found valid on their own, and which of them make up the main chain.

    One thread changes it, any number may ask: columns only grow, and a block is found by its hash, or in the main
    chain, only when all columns have it.
    """

    def __init__(
        self, genesis_hash: bytes, timestamp: int, bits: int, rule: ProofRule = ProofRule.TENSORITY
    ) -> None:
        """``timestamp`` in Unix seconds and ``bits`` are those of the genesis block, ``rule`` is the network's."""
        self._rule = rule
        self._hashes = HashTable()
        self._hashes.add(genesis_hash)
        self._parents = array("I", [GENESIS_POSITION])
        self._heights = array("I", [0])
        self._timestamps = array("Q", [timestamp])
        self._bits = array("Q", [bits])
        self._seeds = array("I", [GENESIS_POSITION])
        """The block whose hash is the seed of a block's children; genesis stands for the first seed."""
        self._works = {GENESIS_POSITION: _work(bits)}
        """Sums from genesis on, of the blocks that are seeds. Those between are added up when asked for."""
        self._main = array("I", [GENESIS_POSITION])
        """Positions by height."""
        self.best = GENESIS_POSITION
        """The last block of the main chain."""

    @classmethod
    def load(
        cls,
        batches: Iterable[HeaderBatch],
        best_height: int,
        best_hash: bytes,
        rule: ProofRule = ProofRule.TENSORITY,
    ) -> BlockIndex:
        """Rebuild the index from what is stored, by height, with this best block.

        Blocks above the best one are forgotten: their transactions may not have been found spendable. Raises
        StoreError when a block has no parent or the best one is missing.
        """
        index: BlockIndex | None = None
        has_branches = False
        for batch in batches:
            first, end = 0, bisect_right(batch.heights, best_height)
            if index is None:
                if batch.heights[0] != 0:
                    break
                index = cls(batch.hashes[:HASH_SIZE], batch.timestamps[0], batch.bits[0], rule)
                first = 1
            has_branches |= not index._add_batch(batch, first, end)
            if end < len(batch):
                break
        if index is None:
            raise damaged_core("as the first block is missing")
        best = index.find(best_hash)
        if best is None or index._heights[best] != best_height:
            raise damaged_core(f"as the best block {best_hash.hex()} is missing")
        if has_branches:
            index.set_best(best)
        else:  # every height has one block
            index._main = array("I", range(best + 1))
            index.best = best
        return index

    def _add_batch(self, batch: HeaderBatch, first: int, end: int) -> bool:
        """Add the headers from ``first`` to ``end`` of a batch; whether each is the parent of the next.

        Raises StoreError when one has no parent.
        """
        if first >= end:
            return True
        last = len(self) - 1
        columns = slice(HASH_SIZE * first, HASH_SIZE * end)
        hashes, previous = batch.hashes[columns], batch.previous_block_hashes[columns]
        height = self._heights[last] + 1
        linear = (
            batch.heights[first] == height
            and batch.heights[end - 1] == height + end - first - 1
            and self._hashes.is_last(previous[:HASH_SIZE])
            and previous[HASH_SIZE:] == hashes[:-HASH_SIZE]
        )
        if linear:  # as nearly always
            self._extend(hashes, batch.timestamps[first:end], batch.bits[first:end])
            return True
        for number in range(first, end):
            place = slice(HASH_SIZE * number, HASH_SIZE * (number + 1))
            block_hash, height = batch.hashes[place], batch.heights[number]
            parent = self.find(batch.previous_block_hashes[place])
            if parent is None or self._heights[parent] != height - 1:
                raise damaged_core(f"as block {block_hash.hex()} at height {height} has no parent")
            self._append(block_hash, parent, height, batch.timestamps[number], batch.bits[number])
        return False

    def _extend(self, hashes: bytes, timestamps: array[int], bits: array[int]) -> None:
        """Add blocks each of which is the parent of the next, the last one known that of the first."""
        last, count = len(self) - 1, len(timestamps)
        height = self._heights[last] + 1
        self._parents.extend(range(last, last + count))
        self._heights.extend(range(height, height + count))
        self._timestamps.extend(timestamps)
        self._bits.extend(bits)
        seed = self._seeds[last]
        position = last + 1
        while position <= last + count:
            at = height + position - last - 1
            if at % BLOCKS_PER_SEED == 0:
                seed = position
                self._works[position] = _work(self._bits[position]) + self.work_of(position - 1)
            until_next = BLOCKS_PER_SEED - at % BLOCKS_PER_SEED
            same = min(until_next, last + 1 + count - position)
            self._seeds.extend([seed] * same)
            position += same
        self._hashes.extend(hashes)

    def __len__(self) -> int:
        return len(self._hashes)

    # --- blocks ---------------------------------------------------------------------------------------------

    def find(self, block_hash: bytes) -> int | None:
        """The position of a block, None if it is not known."""
        return self._hashes.find(block_hash)

    def hash_of(self, position: int) -> bytes:
        """The hash of the block at a position."""
        return self._hashes[position]

    def height_of(self, position: int) -> int:
        """How far from genesis the block at a position is."""
        return self._heights[position]

    def parent_of(self, position: int) -> int:
        """The position of its parent; genesis is its own."""
        return self._parents[position]

    def work_of(self, position: int) -> int:
        """The sum of the work from genesis up to it. Takes some 20 microseconds."""
        total, works = 0, self._works
        while position not in works:
            total += _work(self._bits[position])
            position = self._parents[position]
        return total + works[position]

    def next_seed(self, position: int) -> bytes:
        """The Tensority seed of its children."""
        seed = self._seeds[position]
        return INITIAL_SEED if seed == GENESIS_POSITION else self._hashes[seed]

    def next_bits(self, position: int) -> int:
        """The target of its children, in compact form."""
        height = self._heights[position]
        bits = self._bits[position]
        if self._rule is ProofRule.ANY_NONCE or not ends_period(height):
            return bits
        start, parents = position, self._parents
        for _ in range(BLOCKS_PER_RETARGET):
            start = parents[start]
        return next_bits(height, bits, self._timestamps[position], self._timestamps[start])

    def median_time(self, position: int) -> int:
        """The time its children must be after, in Unix seconds."""
        times = [self._timestamps[position]]
        while len(times) < MEDIAN_TIME_BLOCKS and position != GENESIS_POSITION:
            position = self._parents[position]
            times.append(self._timestamps[position])
        return median_time(times)

    def add(self, header: BlockHeader, parent: int) -> int:
        """Add the block of a header that is not known yet; returns its position."""
        return self._append(header.hash, parent, header.height, header.timestamp, header.bits)

    def _append(self, block_hash: bytes, parent: int, height: int, timestamp: int, bits: int) -> int:
        self._parents.append(parent)
        self._heights.append(height)
        self._timestamps.append(timestamp)
        self._bits.append(bits)
        if height % BLOCKS_PER_SEED:
            self._seeds.append(self._seeds[parent])
        else:
            position = len(self._hashes)
            self._seeds.append(position)
            self._works[position] = _work(bits) + self.work_of(parent)
        return self._hashes.add(block_hash)  # last: from now on it is found

    # --- the main chain -------------------------------------------------------------------------------------

    def at(self, height: int) -> int | None:
        """The position of a block of the main chain, None above its end."""
        try:
            return self._main[height] if height >= 0 else None
        except IndexError:
            return None

    def is_main(self, position: int) -> bool:
        """Whether a block is on the main chain."""
        return self.at(self._heights[position]) == position

    def branch(self, position: int) -> Sequence[int]:
        """The blocks from the main chain, which they branch off, up to this one; empty if it is on it."""
        # At the start that is every block, so ``is_main`` is written out: a fifth of its time.
        found = []
        main, heights, parents = self._main, self._heights, self._parents
        known = len(main)
        while (height := heights[position]) >= known or main[height] != position:
            found.append(position)
            position = parents[position]
        found.reverse()
        return found

    def above(self, position: int) -> Sequence[int]:
        """The blocks of the main chain above one of its blocks, the best one first."""
        return self._main[: self._heights[position] : -1]

    def set_best(self, position: int) -> None:
        """Make this block the last of the main chain."""
        branch = self.branch(position)
        fork = self._parents[branch[0]] if branch else position
        self._main[self._heights[fork] + 1 :] = array("I", branch)  # one step, also for those who read meanwhile
        self.best = position
