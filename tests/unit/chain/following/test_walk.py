"""From any block to the best one, a step at a time."""

from __future__ import annotations

import pytest

from pybytomd.chain.chain import Chain
from pybytomd.chain.following.block_feed import read_judged
from pybytomd.chain.following.walk import BEGINNING, Position, Step, fork_below, next_step, position_of
from pybytomd.errors import BytomError
from tests.unit.rpc.push.worlds import forked_blocks, forked_chain


def walk(chain: Chain, position: Position, until: int | None = None) -> list[Step]:
    steps = []
    while (step := next_step(chain, position, lambda h: read_judged(chain, h), until)) is not None:
        steps.append(step)
        position = step.position
    return steps


def test_a_walk_goes_back_to_the_fork_and_then_on() -> None:
    chain, blocks = forked_chain("A1", "A2", "B1", "B2", "B3"), forked_blocks()
    steps = walk(chain, Position.at(blocks["A2"].header))
    assert [(step.judged.block.hash, step.is_connected) for step in steps] == [
        (blocks["A2"].hash, False),
        (blocks["A1"].hash, False),
        *((blocks[name].hash, True) for name in ("B1", "B2", "B3")),
    ]
    assert [step.position for step in steps[:2]] == [
        Position.at(blocks["A1"].header),
        Position(blocks["A1"].height - 1, blocks["A1"].header.previous_block_hash),
    ]
    assert fork_below(chain, Position.at(blocks["A2"].header)) == steps[1].position
    chain.close()


def test_a_walk_from_the_beginning_sees_every_block_up_to_a_height() -> None:
    chain = forked_chain("B1")
    assert [step.judged.block.height for step in walk(chain, BEGINNING)] == list(range(chain.best_height + 1))
    assert [step.judged.block.height for step in walk(chain, BEGINNING, until=2)] == [0, 1, 2]
    assert walk(chain, Position.at(chain.best_header)) == []
    assert fork_below(chain, BEGINNING) == BEGINNING
    assert Position.before(chain.header_at(0)) == BEGINNING
    chain.close()


def test_a_position_is_that_of_a_known_block() -> None:
    chain, blocks = forked_chain("A1"), forked_blocks()
    header = blocks["A1"].header
    assert position_of(chain, header.height, header.hash) == Position.at(header)
    assert position_of(chain, *BEGINNING) == BEGINNING
    chain.process_block(blocks["B2"], True)  # an orphan
    for height, block_hash in (
        (header.height, bytes(32)),
        (1, header.hash),
        (blocks["B2"].height, blocks["B2"].hash),
    ):
        with pytest.raises(BytomError, match="There are no block with given hash"):
            position_of(chain, height, block_hash)
    chain.close()
