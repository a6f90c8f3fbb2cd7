"""Who follows the chain of Bytom 2 is handed its blocks as on 1.x: what was just judged, and what left it."""

from __future__ import annotations

from pybytomd.chain.bytom2.chain import Chain
from pybytomd.chain.bytom2.events import JudgedBlock
from pybytomd.chain.following.block_feed import BlockFeed
from pybytomd.chain.following.walk import Position, Step, next_step
from tests.bytom2_builder import Builder


def test_a_follower_gets_what_was_just_judged_and_reads_the_rest(chain: Chain, builder: Builder) -> None:
    early = builder.extend(1)
    feed = BlockFeed(chain)
    blocks = builder.extend(3)
    assert len(feed) == 3
    assert [feed.take(block.hash) for block in blocks] == [JudgedBlock(block) for block in blocks]
    assert len(feed) == 0
    judged = feed.take(early[0].hash)
    assert judged.block.hash == early[0].hash
    assert list(judged.fails) == [False] * len(early[0].transactions)


def test_a_reorganisation_is_steps_back_and_forth(chain: Chain, builder: Builder) -> None:
    blocks = builder.extend(3)
    position = Position.at(blocks[2].header)
    branch = [builder.block(blocks[0], slots=5)]
    chain.process_block(branch[0])
    while chain.best_hash != branch[-1].hash:
        branch += builder.extend(1, branch[-1])
    steps: list[Step[JudgedBlock]] = []
    while (step := next_step(chain, position, chain.judged)) is not None:
        steps.append(step)
        position = step.position
    walked = [(step.judged.block.hash, step.is_connected) for step in steps]
    left = [(block.hash, False) for block in (blocks[2], blocks[1])]
    assert walked == left + [(block.hash, True) for block in branch]
