"""The tree of checkpoints against the reference's walk through it, and taking changes back."""

from __future__ import annotations

import random
from dataclasses import replace
from hashlib import sha3_256

import pytest

from pybytomd.consensus.bytom2.casper import checkpoint_tree
from pybytomd.consensus.bytom2.casper.checkpoint_tree import CheckpointTree, Node
from pybytomd.ledger.bytom2.checkpoint import Checkpoint, Status
from pybytomd.ledger.constants import ZERO_HASH


def checkpoint(
    height: int, name: str, status: Status = Status.UNJUSTIFIED, parent: bytes = ZERO_HASH
) -> Checkpoint:
    return Checkpoint(height, sha3_256(name.encode()).digest(), parent, height * 6000, status, {}, {}, 0)


def walked_best(node: Node, justified: int) -> tuple[Checkpoint, int]:
    """The best chain as ``tree_node.go`` finds it."""
    if node.checkpoint.status == Status.JUSTIFIED:
        justified = node.checkpoint.height
    best, best_justified = node.checkpoint, justified
    for child in node.children:
        other, other_justified = walked_best(child, justified)
        rank = (other_justified, other.height, other.hash)
        if rank > (best_justified, best.height, best.hash):
            best, best_justified = other, other_justified
    return best, best_justified


def shape(tree: CheckpointTree) -> list[tuple[Checkpoint, bytes | None, int]]:
    return [
        (node.checkpoint, None if node.parent is None else node.parent.checkpoint.hash, len(node.children))
        for node in tree.nodes()
    ]


def check(tree: CheckpointTree) -> None:
    best, justified = walked_best(tree.root, tree.root.checkpoint.height)
    assert tree.best() == best
    nodes = list(tree.nodes())
    assert next(node for node in nodes if node.checkpoint == best).justified_height == justified
    assert all(tree.find(node.checkpoint.hash) is node for node in nodes)
    assert set(tree.leaves()) == {node for node in nodes if not node.children}


@pytest.mark.parametrize("seed", range(40))
def test_best_chain_as_the_reference_finds_it_and_every_change_taken_back(seed: int) -> None:
    chance = random.Random(seed)
    tree = CheckpointTree(checkpoint(0, "genesis", Status.JUSTIFIED))
    history = [(tree.mark(), shape(tree))]
    for number in range(60):
        nodes = list(tree.nodes())
        node = chance.choice(nodes)
        now = node.checkpoint
        action = chance.random()
        if action < 0.6 and not now.is_growing:
            status = chance.choice((Status.GROWING, Status.UNJUSTIFIED))
            height = now.height + (chance.randrange(1, 4) if status == Status.GROWING else 4)
            tree.add(node, checkpoint(height, f"{seed} {number}", status, now.hash))
        elif action < 0.75 and now.is_growing:
            tree.set(node, replace(now, height=now.height + 1, hash=sha3_256(now.hash).digest()))
        elif action < 0.9 and now.status == Status.UNJUSTIFIED:
            tree.set(node, now.with_status(Status.JUSTIFIED))
        elif action > 0.97 and now.status == Status.JUSTIFIED:
            tree.set(node, now.with_status(Status.FINALIZED))
            tree.set_root(node)
        check(tree)
        history.append((tree.mark(), shape(tree)))
    for mark, before in reversed(history):
        tree.take_back(mark)
        assert shape(tree) == before
        check(tree)


def test_of_equal_branches_the_larger_hash_is_best() -> None:
    tree = CheckpointTree(checkpoint(0, "genesis", Status.JUSTIFIED))
    twins = [tree.add(tree.root, checkpoint(4, name)).checkpoint for name in ("one", "two", "three")]
    assert tree.best() == max(twins, key=lambda twin: twin.hash)


def test_a_lower_branch_with_a_higher_justified_checkpoint_is_best() -> None:
    tree = CheckpointTree(checkpoint(0, "genesis", Status.JUSTIFIED))
    long = tree.add(tree.add(tree.root, checkpoint(4, "a")), checkpoint(8, "b"))
    short = tree.add(tree.root, checkpoint(4, "c"))
    assert tree.best() == long.checkpoint
    tree.set(short, short.checkpoint.with_status(Status.JUSTIFIED))
    assert tree.best() == short.checkpoint
    assert tree.last_justified() == short.checkpoint


def test_the_first_of_equally_high_justified_ones_is_the_last_justified() -> None:
    tree = CheckpointTree(checkpoint(0, "genesis", Status.JUSTIFIED))
    first, second = (tree.add(tree.root, checkpoint(4, name, Status.JUSTIFIED)) for name in ("a", "b"))
    assert tree.last_justified() == first.checkpoint
    higher = tree.add(second, checkpoint(8, "c", Status.JUSTIFIED))
    assert tree.last_justified() == higher.checkpoint


def test_without_a_justified_one_the_root_is_named() -> None:
    tree = CheckpointTree(checkpoint(4, "root", Status.FINALIZED))
    tree.add(tree.root, checkpoint(8, "a"))
    assert tree.last_justified() == tree.root.checkpoint


def test_what_cannot_be_reached_from_the_root_is_left_out() -> None:
    root = checkpoint(4, "root", Status.FINALIZED)
    child = checkpoint(8, "child", parent=root.hash)
    grandchild = checkpoint(12, "grandchild", parent=child.hash)
    stray = checkpoint(8, "stray", parent=sha3_256(b"elsewhere").digest())
    tree = CheckpointTree.load(root, [stray, child, grandchild])
    assert [node.checkpoint for node in tree.nodes()] == [root, child, grandchild]
    check(tree)


def test_a_very_long_tree_is_no_deep_recursion() -> None:
    tree = CheckpointTree(checkpoint(0, "genesis", Status.JUSTIFIED))
    node = tree.root
    for height in range(1, 5000):
        node = tree.add(node, checkpoint(height, str(height)))
    tree.set(node, node.checkpoint.with_status(Status.JUSTIFIED))
    assert tree.best() == tree.last_justified() == node.checkpoint
    assert sum(1 for _ in tree.nodes()) == 5000


def test_branches_that_grow_from_one_checkpoint_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint_tree, "MAX_GROWING", 3)
    tree = CheckpointTree(checkpoint(0, "genesis", Status.JUSTIFIED))
    ended = tree.add(tree.root, checkpoint(4, "ended"))
    growing = [tree.add(tree.root, checkpoint(height, f"{height}", Status.GROWING)) for height in (3, 1, 2)]
    before, mark = shape(tree), tree.mark()
    tree.add(tree.root, checkpoint(1, "newest", Status.GROWING))
    heights = [node.checkpoint.height for node in tree.root.children]
    assert heights == [4, 3, 2, 1]
    assert ended in tree.root.children
    assert growing[1] not in tree.root.children
    check(tree)
    tree.take_back(mark)
    assert shape(tree) == before
    check(tree)
