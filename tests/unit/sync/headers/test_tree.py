from collections.abc import Sequence
from dataclasses import replace

import pytest

from pybytomd.clock import ManualClock
from pybytomd.consensus.errors import BadBits, BadTimestamp, MisorderedBlockHeight, VersionRegression
from pybytomd.errors import ValidationError
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.sync.errors import CondemnedBlock, ForbiddenFork, UnknownParent
from pybytomd.sync.headers.tree import CONDEMNED_SECONDS, HeaderTree
from tests.chain_builder import GENESIS, extend, make_block, make_branch, open_chain

LATE = GENESIS.header.timestamp + 36_525 * 86_400.0


def headers_of(blocks: Sequence[Block]) -> list[BlockHeader]:
    return [block.header for block in blocks]


def tree_on(length: int = 0, capacity: int = 5000) -> tuple[HeaderTree, list[Block]]:
    chain = open_chain()
    return HeaderTree(chain, ManualClock(LATE), capacity), [GENESIS, *extend(chain, length)]


def test_what_follows_from_headers_is_what_the_chain_says() -> None:
    """Across a change of the seed and of the target, with times that vary."""
    chain = open_chain()
    blocks = [GENESIS]
    tree = HeaderTree(chain, ManualClock(LATE), 3000)
    bits = GENESIS.header.bits
    for height in range(1, 2100):
        timestamp = blocks[-1].header.timestamp + 60 + height % 7
        blocks.append(make_block(blocks[-1], bits=bits, timestamp=timestamp))
        node = tree.add([blocks[-1].header], "a")[0]
        bits = node.child_bits
    for block in blocks[1:]:
        assert not chain.process_block(block, proof=True)  # so every target and median was right
        node = tree.get(block.hash)
        assert node is not None
        assert node.child_bits == chain.next_bits(block.hash)
        assert node.child_seed == chain.next_seed(block.hash)
        assert node.median == chain.median_time(block.hash)
        assert node.work == chain.work(block.hash)
    assert len({node.child_bits for node in tree.path(blocks[-1].hash)}) == 2
    other = HeaderTree(chain, ManualClock(LATE))  # grown out of the chain in the middle of a period
    child = make_block(blocks[-1], bits=bits)
    node = other.add([child.header], "a")[0]
    assert not chain.process_block(child, proof=True)
    assert (node.child_bits, node.child_seed) == (chain.next_bits(child.hash), chain.next_seed(child.hash))
    chain.close()


def test_branches() -> None:
    tree, blocks = tree_on(5)
    first, second = make_branch(blocks[5], 4), make_branch(blocks[3], 8)
    assert len(tree.add(headers_of(first), "a")) == 4
    assert len(tree.add(headers_of(second), "b")) == 8
    assert tree.add(headers_of(first), "b") == []
    assert {tip.hash for tip in tree.tips()} == {first[-1].hash, second[-1].hash}
    best = tree.best_tip()
    assert best is not None
    assert best.hash == second[-1].hash
    assert [node.hash for node in tree.path(second[3].hash)] == [block.hash for block in second[:4]]
    assert tree.path(bytes(32)) == []
    assert tree.get(first[0].hash).source == "a"  # type: ignore[union-attr]
    assert len(tree.remove(second[2].hash)) == 6
    assert len(tree) == 6
    tree.connected(first[0].hash)
    assert [node.hash for node in tree.path(first[-1].hash)] == [block.hash for block in first[1:]]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"bits": GENESIS.header.bits - 1}, BadBits),
        ({"timestamp": GENESIS.header.timestamp}, BadTimestamp),
        ({"timestamp": int(LATE) + 3601}, BadTimestamp),
    ],
)
def test_rules(changes: dict[str, int], error: type[ValidationError]) -> None:
    tree, _ = tree_on()
    good = make_block(GENESIS)
    with pytest.raises(error):
        tree.add([good.header, make_block(good, **changes).header], "a")  # type: ignore[arg-type]
    assert good.hash in tree
    assert len(tree) == 1


def test_versions_and_heights() -> None:
    tree, _ = tree_on()
    good = make_block(GENESIS).header
    for version, height, error in ((2, 1, VersionRegression), (1, 2, MisorderedBlockHeight)):
        header = BlockHeader(
            version, height, good.previous_block_hash, good.timestamp, bytes(32), bytes(32), 0, good.bits
        )
        with pytest.raises(error):
            tree.add([header], "a")


def test_headers_that_do_not_connect() -> None:
    tree, _ = tree_on()
    branch = make_branch(GENESIS, 4)
    with pytest.raises(UnknownParent):
        tree.add(headers_of(branch[1:]), "a")
    with pytest.raises(UnknownParent):
        tree.add([branch[0].header, branch[2].header], "a")
    assert len(tree) == 1


def test_it_takes_no_more_than_it_may() -> None:
    tree, _ = tree_on(capacity=5)
    branch = make_branch(GENESIS, 9)
    assert len(tree.add(headers_of(branch), "a")) == 5
    assert tree.is_full
    assert tree.add(headers_of(branch), "a") == []
    tree.connected(branch[0].hash)
    assert not tree.is_full


def test_condemned_headers_are_refused_for_a_while() -> None:
    clock = ManualClock(LATE)
    tree = HeaderTree(open_chain(), clock)
    branch = make_branch(GENESIS, 5)
    tree.add(headers_of(branch), "a")
    assert len(tree.condemn(branch[2].hash)) == 3
    with pytest.raises(CondemnedBlock):
        tree.add(headers_of(branch), "b")
    clock.advance(CONDEMNED_SECONDS + 1)
    assert len(tree.add(headers_of(branch), "b")) == 3


def test_nothing_below_a_checkpoint_is_taken() -> None:
    blocks = make_branch(GENESIS, 10)
    chain = open_chain(params=replace(SOLONET, checkpoints={6: blocks[5].hash}))
    for block in blocks:
        chain.process_block(block, proof=True)
    tree = HeaderTree(chain, ManualClock(LATE))
    with pytest.raises(ForbiddenFork):
        tree.add(headers_of(make_branch(blocks[4], 20)), "a")
    assert len(tree.add(headers_of(make_branch(blocks[5], 20)), "a")) == 20
    chain.close()


@pytest.mark.parametrize("height", [1, 6, 10])
def test_a_chain_on_the_wrong_side_of_a_checkpoint_may_be_left_below_it(height: int) -> None:
    """Our chain has another block there, so what leads to the right one must be taken."""
    blocks = make_branch(GENESIS, 10)
    right = make_branch(GENESIS, 20)
    chain = open_chain(params=replace(SOLONET, checkpoints={height: right[height - 1].hash}))
    for block in blocks:
        chain.process_block(block, proof=True)
    tree = HeaderTree(chain, ManualClock(LATE))
    assert tree.settled_height() == 0
    assert len(tree.add(headers_of(right), "a")) == 20
    chain.close()


def test_the_highest_checkpoint_that_is_reached_counts() -> None:
    blocks = make_branch(GENESIS, 10)
    checkpoints = {3: blocks[2].hash, 10: blocks[9].hash, 11: bytes(32)}
    chain = open_chain(params=replace(SOLONET, checkpoints=checkpoints))
    tree = HeaderTree(chain, ManualClock(LATE))
    reached = []
    for block in blocks:
        chain.process_block(block, proof=True)
        reached.append(tree.settled_height())
    assert reached == [0, 0, 3, 3, 3, 3, 3, 3, 3, 10]
    chain.close()


def test_what_came_by_other_ways_and_what_leads_nowhere_is_taken_out() -> None:
    chain = open_chain()
    tree = HeaderTree(chain, ManualClock(LATE))
    useful, useless, wanted = make_branch(GENESIS, 6), make_branch(GENESIS, 3), make_branch(GENESIS, 2)
    for branch in (useful, useless, wanted):
        tree.add(headers_of(branch), "a")
    for block in useful[:4]:
        chain.process_block(block, proof=True)
    before = tree.version
    tree.settle()
    assert tree.version > before
    assert useful[3].hash not in tree
    assert len(tree.path(useful[-1].hash)) == 2
    removed = tree.prune(keep=wanted[-1].hash)
    assert {node.hash for node in removed} == {block.hash for block in useless}
    assert wanted[-1].hash in tree
    chain.close()
