"""The tree of checkpoints from the last finalized one on, and the best chain in it (fork choice).

A growing checkpoint is a leaf; its hash is the last block of that branch. Every change can be taken back up to a
``mark``, so that a block or a signature that is refused halfway, or cannot be stored, leaves nothing behind.
Source: bytom2-ledger-and-consensus reference, sections 3.8 and 3.11; ``protocol/casper/tree_node.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from pybytomd.ledger.bytom2.checkpoint import Checkpoint, Status

MAX_GROWING = 64
"""Branches that grow from one checkpoint at the same time. A validator can start as many as it likes in its slot;
beyond these the lowest are forgotten here. Their blocks stay stored, and the next one on them brings them back."""


class Node:
    """A place in the tree. ``checkpoint`` is what stands there now."""

    __slots__ = ("checkpoint", "children", "justified_height", "parent")

    def __init__(self, checkpoint: Checkpoint, parent: Node | None) -> None:
        self.checkpoint = checkpoint
        self.parent = parent
        self.children: list[Node] = []
        """In the order in which they came."""
        self.justified_height = 0
        """Of the last justified checkpoint on the way from the root to here, else of the root."""

    def __repr__(self) -> str:
        return f"<Node {self.checkpoint.height} {self.checkpoint.status.name} {self.checkpoint.hash.hex()}>"


class CheckpointTree:
    """The tree. For one thread; what it answers are values that do not change."""

    def __init__(self, root: Checkpoint) -> None:
        self.root = Node(root, None)
        self._undo: list[Callable[[], None]] = []
        self._last_justified: Checkpoint | None = None
        """Found when it is asked for: with every block, but it changes once in an epoch."""
        self._index()

    @classmethod
    def load(cls, root: Checkpoint, others: Iterable[Checkpoint]) -> CheckpointTree:
        """The tree of checkpoints that have ended, each linked to that of its ``parent_hash``.

        Those that cannot be reached from the root are left out.
        """
        tree = cls(root)
        children: dict[bytes, list[Checkpoint]] = {}
        for checkpoint in others:
            children.setdefault(checkpoint.parent_hash, []).append(checkpoint)
        waiting = [tree.root]
        while waiting:
            node = waiting.pop()
            for checkpoint in children.pop(node.checkpoint.hash, ()):
                node.children.append(Node(checkpoint, node))
            waiting += node.children
        tree._index()
        return tree

    # --- questions ----------------------------------------------------------------------------------------------

    def find(self, block_hash: bytes) -> Node | None:
        """The node whose checkpoint ends with a block now."""
        return self._by_hash.get(block_hash)

    def best(self) -> Checkpoint:
        """The checkpoint at the end of the best chain.

        Highest justified checkpoint on the branch first, then the greatest height, then the larger hash.
        """
        return max(self._leaves, key=_rank).checkpoint

    def last_justified(self) -> Checkpoint:
        """The justified checkpoint of the greatest height; the root if none is."""
        if self._last_justified is None:
            justified = [node.checkpoint for node in self.nodes() if node.checkpoint.status == Status.JUSTIFIED]
            self._last_justified = max(justified, key=_height, default=self.root.checkpoint)
        return self._last_justified

    def nodes(self) -> Iterator[Node]:
        """All nodes, a parent before its children, and these with all that is below one before the next."""
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))

    def leaves(self) -> Iterable[Node]:
        """The nodes that nothing is below of."""
        return self._leaves

    def checkpoints(self) -> Iterator[Checkpoint]:
        """What stands at the nodes."""
        return (node.checkpoint for node in self.nodes())

    # --- changes ------------------------------------------------------------------------------------------------

    def mark(self) -> int:
        """What to give to ``take_back`` for the tree as it is now."""
        return len(self._undo)

    def take_back(self, mark: int) -> None:
        """Undo all changes made since a mark."""
        while len(self._undo) > mark:
            self._undo.pop()()

    def settle(self) -> None:
        """All changes are to stay; no mark is good any longer."""
        self._undo.clear()

    def add(self, parent: Node, checkpoint: Checkpoint) -> Node:
        """Put a checkpoint below another."""
        node = Node(checkpoint, parent)
        self._attach(node, len(parent.children))
        self._undo.append(lambda: self._detach(node))
        self._limit_growing(parent, node)
        return node

    def set(self, node: Node, checkpoint: Checkpoint) -> None:
        """Put another checkpoint in the place of the one at a node."""
        before = node.checkpoint
        self._put(node, checkpoint)
        self._undo.append(lambda: self._put(node, before))

    def set_root(self, node: Node) -> None:
        """Forget all that is not at this node or below it."""
        before, parent = self.root, node.parent

        def undo() -> None:
            node.parent = parent
            self.root = before
            self._index()

        node.parent = None
        self.root = node
        self._index()
        self._undo.append(undo)

    def _put(self, node: Node, checkpoint: Checkpoint) -> None:
        before = node.checkpoint
        node.checkpoint = checkpoint
        if self._by_hash.get(before.hash) is node:
            del self._by_hash[before.hash]
        self._by_hash[checkpoint.hash] = node
        if Status.JUSTIFIED in (checkpoint.status, before.status):
            self._index()

    def _attach(self, node: Node, position: int) -> None:
        parent = node.parent
        assert parent is not None  # noqa: S101 - only the root has none
        parent.children.insert(position, node)
        node.justified_height = parent.justified_height
        if node.checkpoint.status == Status.JUSTIFIED:
            node.justified_height = node.checkpoint.height
            self._last_justified = None
        self._by_hash[node.checkpoint.hash] = node
        self._leaves.pop(parent, None)
        self._leaves[node] = None

    def _detach(self, node: Node) -> None:
        """Take a leaf away."""
        parent = node.parent
        assert parent is not None  # noqa: S101 - only the root has none
        parent.children.remove(node)
        self._last_justified = None
        del self._by_hash[node.checkpoint.hash]
        del self._leaves[node]
        if not parent.children:
            self._leaves[parent] = None

    def _limit_growing(self, parent: Node, newest: Node) -> None:
        """Forget the lowest growing branch if there are too many. They are equal but for height and hash."""
        growing = [child for child in parent.children if child is not newest and child.checkpoint.is_growing]
        if len(growing) < MAX_GROWING:
            return
        lowest = min(growing, key=_rank)
        position = parent.children.index(lowest)
        self._detach(lowest)
        self._undo.append(lambda: self._attach(lowest, position))

    def _index(self) -> None:
        """Look through the whole tree: after its shape has changed, or what is justified in it."""
        self._last_justified = None
        self._by_hash: dict[bytes, Node] = {}
        self._leaves: dict[Node, None] = {}
        for node in self.nodes():
            checkpoint, parent = node.checkpoint, node.parent
            self._by_hash[checkpoint.hash] = node
            if not node.children:
                self._leaves[node] = None
            if parent is None or checkpoint.status == Status.JUSTIFIED:
                node.justified_height = checkpoint.height
            else:
                node.justified_height = parent.justified_height


def _rank(node: Node) -> tuple[int, int, bytes]:
    return node.justified_height, node.checkpoint.height, node.checkpoint.hash


def _height(checkpoint: Checkpoint) -> int:
    return checkpoint.height
