"""Headers whose blocks are not in the chain yet, checked as far as headers can be; pruned as the chain grows.

A tree that grows out of the chain's blocks, of every branch. Each node carries what its children are judged by,
so that a header costs the same however long the branch is. Proofs of work are not checked here.

Without any input or output; not for several threads.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future

from pybytomd.chain.ports import ChainReader
from pybytomd.clock import Clock
from pybytomd.consensus import difficulty
from pybytomd.consensus import header as rules
from pybytomd.ledger.block import BlockHeader
from pybytomd.ledger.constants import BLOCKS_PER_RETARGET, MEDIAN_TIME_BLOCKS
from pybytomd.pow.compact import work
from pybytomd.sync.errors import CondemnedBlock, ForbiddenFork, UnknownParent

CAPACITY = 6144
"""Headers kept, three full messages: some 4 MB. Proofs and bodies never get so far ahead of the chain."""


CONDEMNED_SECONDS = 600.0
"""How long a header that turned out bad is remembered. Not for ever: the reason may have been ours."""
MAX_CONDEMNED = 4096


class HeaderNode:
    """A header, and what follows from it and its ancestors for its children."""

    __slots__ = (
        "child_bits",
        "child_seed",
        "hash",
        "header",
        "median",
        "period_start",
        "proof",
        "seed",
        "source",
        "timestamps",
        "work",
    )

    def __init__(self, header: BlockHeader, source: str, parent: HeaderNode | Root) -> None:
        self.header = header
        self.hash = header.hash
        self.source = source
        """The node id of the peer that sent it first."""
        self.seed: bytes = parent.child_seed
        """The seed of its own proof of work."""
        self.proof: Future[bool] | None = None
        self.work: int = parent.work + work(header.bits)
        self.timestamps: tuple[int, ...] = (*parent.timestamps[1 - MEDIAN_TIME_BLOCKS :], header.timestamp)
        self.median = difficulty.median_time(self.timestamps)
        self.period_start = parent.next_period_start
        self.child_seed: bytes = difficulty.next_seed(header.height, self.hash, parent.child_seed)
        self.child_bits = difficulty.next_bits(header.height, header.bits, header.timestamp, self.period_start)

    @property
    def height(self) -> int:
        """The header's."""
        return self.header.height

    @property
    def next_period_start(self) -> int:
        """The timestamp its children's retarget period began with."""
        return next_period_start(self.header, self.period_start)

    def __repr__(self) -> str:
        return f"<HeaderNode {self.height} {self.hash.hex()[:8]}>"


class Root:
    """A block of the chain that headers grow out of."""

    __slots__ = ("child_bits", "child_seed", "hash", "header", "median", "next_period_start", "timestamps", "work")

    def __init__(self, chain: ChainReader, header: BlockHeader) -> None:
        self.header = header
        self.hash = header.hash
        self.child_seed = chain.next_seed(self.hash)
        self.child_bits = chain.next_bits(self.hash)
        self.work = chain.work(self.hash)
        self.timestamps = tuple(reversed([h.timestamp for h in _ancestry(chain, header, MEDIAN_TIME_BLOCKS)]))
        self.median = difficulty.median_time(self.timestamps)
        height = header.height
        start = height - height % BLOCKS_PER_RETARGET
        self.next_period_start = _ancestor(chain, header, start).timestamp

    @property
    def height(self) -> int:
        """The header's."""
        return self.header.height


def next_period_start(header: BlockHeader, period_start: int) -> int:
    """When the retarget period of a header's children began, given its own period's beginning (timestamps)."""
    return header.timestamp if header.height % BLOCKS_PER_RETARGET == 0 else period_start


def _ancestry(chain: ChainReader, header: BlockHeader, count: int) -> list[BlockHeader]:
    """A header and up to ``count - 1`` of its ancestors, the youngest first."""
    found = [header]
    while len(found) < count and found[-1].height > 0:
        found.append(chain.header(found[-1].previous_block_hash))
    return found


def _ancestor(chain: ChainReader, header: BlockHeader, height: int) -> BlockHeader:
    """The ancestor at ``height``; walks only as far as the branch is not the main chain."""
    while header.height > height:
        if chain.is_in_main_chain(header.hash):
            return chain.header_at(height)
        header = chain.header(header.previous_block_hash)
    return header


class HeaderTree:
    """The tree. ``capacity`` bounds the number of headers kept."""

    def __init__(self, chain: ChainReader, clock: Clock, capacity: int = CAPACITY) -> None:
        self._chain = chain
        self._clock = clock
        self._capacity = capacity
        self._nodes: dict[bytes, HeaderNode] = {}
        self._children: dict[bytes, set[bytes]] = {}
        self._condemned: dict[bytes, float] = {}
        self.version = 0
        """Goes up whenever headers are added or taken out, but not when blocks of them come into the chain."""

    def __len__(self) -> int:
        return len(self._nodes)

    def __contains__(self, block_hash: bytes) -> bool:
        return block_hash in self._nodes

    @property
    def is_full(self) -> bool:
        """Whether no more headers are taken now."""
        return len(self._nodes) >= self._capacity

    def get(self, block_hash: bytes) -> HeaderNode | None:
        """A header of the tree."""
        return self._nodes.get(block_hash)

    def knows(self, block_hash: bytes) -> bool:
        """Whether a hash is of the tree or of a block in the chain; orphans do not count."""
        return block_hash in self._nodes or self._in_chain(block_hash)

    def _in_chain(self, block_hash: bytes) -> bool:
        return self._chain.has_block(block_hash) and not self._chain.is_orphan(block_hash)

    def add(self, headers: Iterable[BlockHeader], source: str) -> list[HeaderNode]:
        """Check headers, each but the first the child of the one before, and keep those that are new.

        Stops quietly when the tree is full. Raises ValidationError for the first that breaks a rule, UnknownParent
        and ForbiddenFork; the ones before it are kept.
        """
        added: list[HeaderNode] = []
        before: bytes | None = None
        for header in headers:
            if before is not None and header.previous_block_hash != before:
                raise UnknownParent
            before = header.hash
            if self.knows(before):
                continue
            if self.is_full:
                break
            if self._is_condemned(before):
                raise CondemnedBlock
            added.append(self._add_one(header, source))
        return added

    def condemn(self, block_hash: bytes) -> list[HeaderNode]:
        """A header is bad, or its block is: take it out with what grows out of it, and refuse it from now on."""
        if len(self._condemned) >= MAX_CONDEMNED:
            del self._condemned[next(iter(self._condemned))]
        self._condemned[block_hash] = self._clock.monotonic() + CONDEMNED_SECONDS
        return self.remove(block_hash)

    def _is_condemned(self, block_hash: bytes) -> bool:
        until = self._condemned.get(block_hash)
        if until is None:
            return False
        if until > self._clock.monotonic():
            return True
        del self._condemned[block_hash]
        return False

    def _add_one(self, header: BlockHeader, source: str) -> HeaderNode:
        node = self.check(header, source)
        self._nodes[node.hash] = node
        self._children.setdefault(header.previous_block_hash, set()).add(node.hash)
        self.version += 1
        return node

    def check(self, header: BlockHeader, source: str) -> HeaderNode:
        """A node for a header that breaks no rule, without keeping it. Raises as ``add`` does."""
        parent = self._parent(header)
        judged_by = rules.ParentBlock(
            parent.header.version, parent.height, parent.hash, parent.child_bits, parent.median
        )
        rules.validate_header(header, judged_by, int(self._clock.now()), None)
        return HeaderNode(header, source, parent)

    def _parent(self, header: BlockHeader) -> HeaderNode | Root:
        parent_hash = header.previous_block_hash
        parent = self._nodes.get(parent_hash)
        if parent is not None:
            return parent
        if not self._in_chain(parent_hash):
            raise UnknownParent
        root = self._chain.header(parent_hash)
        if root.height < self.settled_height() and self._chain.hash_at(root.height + 1) != header.hash:
            raise ForbiddenFork
        return Root(self._chain, root)

    def settled_height(self) -> int:
        """The highest checkpoint our main chain has; nothing below it is reorganised any more."""
        reached = (h for h in self._chain.params.checkpoints if h <= self._chain.best_height)
        height = max(reached, default=0)
        return height if self._chain.hash_at(height) == self._chain.params.checkpoints.get(height) else 0

    def tips(self) -> list[HeaderNode]:
        """The ends of all branches."""
        return [node for node in self._nodes.values() if not self._children.get(node.hash)]

    def best_tip(self) -> HeaderNode | None:
        """The end of the branch with most work; of equals the one known first."""
        return max(self.tips(), key=lambda node: node.work, default=None)

    def path(self, tip_hash: bytes) -> list[HeaderNode]:
        """The headers from the chain up to ``tip_hash``, lowest first; empty if that is not in the tree."""
        found: list[HeaderNode] = []
        node = self._nodes.get(tip_hash)
        while node is not None:
            found.append(node)
            node = self._nodes.get(node.header.previous_block_hash)
        found.reverse()
        return found

    def connected(self, block_hash: bytes) -> None:
        """The block of a header is in the chain: its children grow out of the chain now."""
        node = self._nodes.pop(block_hash, None)
        if node is not None:
            self._forget_child(node)
            self._children.pop(block_hash, None)

    def remove(self, block_hash: bytes) -> list[HeaderNode]:
        """Take out a header and everything that grows out of it; the removed nodes."""
        node = self._nodes.get(block_hash)
        if node is not None:
            self._forget_child(node)
        removed: list[HeaderNode] = []
        waiting = [block_hash]
        while waiting:
            current = waiting.pop()
            waiting.extend(self._children.pop(current, ()))
            gone = self._nodes.pop(current, None)
            if gone is not None:
                removed.append(gone)
                self.version += 1
        return removed

    def _forget_child(self, node: HeaderNode) -> None:
        siblings = self._children.get(node.header.previous_block_hash)
        if siblings is not None:
            siblings.discard(node.hash)
            if not siblings:
                del self._children[node.header.previous_block_hash]

    def settle(self) -> None:
        """Take out the headers whose blocks have come into the chain by other ways."""
        found = [block_hash for block_hash in self._nodes if self._in_chain(block_hash)]
        for block_hash in found:
            self.connected(block_hash)
        if found:
            self.version += 1

    def prune(self, keep: bytes | None) -> list[HeaderNode]:
        """Take out branches that lead nowhere, for they are not higher than our chain; the removed nodes.

        The branch up to ``keep`` stays.
        """
        best = self._chain.best_height
        wanted = {node.hash for node in self.path(keep)} if keep is not None else set()
        removed: list[HeaderNode] = []
        for tip in self.tips():
            if tip.height > best:
                continue
            branch: HeaderNode | None = tip
            while branch is not None and branch.hash not in wanted and not self._children.get(branch.hash):
                removed += self.remove(branch.hash)
                branch = self._nodes.get(branch.header.previous_block_hash)
        return removed
