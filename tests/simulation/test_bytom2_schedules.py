"""Four validators under random schedules of partitions, delays and kills: nothing finalized is ever undone.

``--schedules 500`` runs as many of each kind; a handful are run by default.
"""

from __future__ import annotations

import pytest

from tests.simulation.bytom2_net import BLOCKS_PER_EPOCH, Net

TROUBLED_SLOTS = 48
CALM_SLOTS = 8 * BLOCKS_PER_EPOCH


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "schedule" in metafunc.fixturenames:
        metafunc.parametrize("schedule", range(metafunc.config.getoption("--schedules")))


@pytest.mark.parametrize("two_faced", [False, True], ids=["honest", "two-faced"])
def test_no_two_finalized_branches(schedule: int, two_faced: bool) -> None:
    net = Net(schedule, two_faced=two_faced)
    net.run(TROUBLED_SLOTS)
    net.check()
    before = max(node.chain.finalized.height for node in net.nodes)
    net.run(CALM_SLOTS, calm=True)
    net.check()
    if not two_faced:
        assert min(node.chain.finalized.height for node in net.nodes) > before or disagree_for_good(net)
    net.close()


def disagree_for_good(net: Net) -> bool:
    """Whether a majority counts for some nodes and not for others, and finality stands still with every node
    right.

    Quirk: a source that is final already justifies nothing any more (``addVerificationToCheckpoint``). Where the
    signatures that finalize it come before those of another step from it, that step never counts.
    """
    counted = [
        {c.hash: c.status for c in node.chain._casper.tree.checkpoints() if not c.is_growing} for node in net.nodes
    ]
    shared = set.intersection(*map(set, counted))
    return any(len({statuses[block_hash] for statuses in counted}) > 1 for block_hash in shared)


def test_a_schedule_is_the_same_each_time() -> None:
    tips = set()
    for _ in range(2):
        net = Net(7, two_faced=True)
        net.run(TROUBLED_SLOTS // 2)
        tips.add(tuple(node.chain.best_hash for node in net.nodes))
        net.close()
    assert len(tips) == 1


@pytest.mark.parametrize("seed", [1, 2, 6])
def test_finality_goes_on_with_one_silent_one_two_faced_and_one_slow(seed: int) -> None:
    """The silent one signs nothing, the two-faced one whatever it sees; the slow one hears of it late."""
    net = Net(seed, two_faced=True)
    net.silence({0}, slow={1})
    net.run(20 * BLOCKS_PER_EPOCH, calm=True)
    net.check()
    assert min(node.chain.finalized.height for node in net.nodes[1:]) > 8 * BLOCKS_PER_EPOCH
    net.close()
