"""Blocks nobody asked for cost the same whenever they come and use up no question; late answers cost nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from pybytomd.ledger.block import Block
from pybytomd.sync.messages import GetBlocks
from pybytomd.sync.peers.answers_due import MAX_BODIES_DUE, AnswersDue, BodyQuestion
from pybytomd.sync.peers.peer_state import PeerState
from pybytomd.sync.synchroniser import Body
from tests.chain_builder import GENESIS, make_block
from tests.unit.sync.stubs import StubPeer
from tests.unit.sync.test_synchroniser import BLOCKS, TIMEOUT, Setup, headers


@pytest.fixture
def setup() -> Iterator[Setup]:
    made = Setup()
    yield made
    made.chain.close()


async def wanting(setup: Setup, *names: str) -> list[tuple[StubPeer, PeerState]]:
    """Peers that have told their headers and are asked for the blocks."""
    connected = [setup.connect(name) for name in names]
    setup.step()
    await setup.sync.on_headers(connected[0][1], headers(1, 60))
    setup.step()
    return connected


def bodies(blocks: Sequence[Block]) -> list[Body]:
    return [(block.hash, block.header.previous_block_hash, block.to_bytes()) for block in blocks]


def answer(stub: StubPeer, blocks: Sequence[Block] = BLOCKS) -> list[list[Body]]:
    """What a node with these blocks answers to the questions for runs of blocks, one after the other."""
    heights = {block.hash: block.height for block in blocks}
    questions = [message for message in stub.sent if isinstance(message, GetBlocks)]
    return [bodies(blocks[heights[q.locator[0]] + 1 : heights[q.stop_hash] + 1]) for q in questions]


STRAYS = {
    "of a branch nobody knows": [make_block(make_block(BLOCKS[60]))],
    "above a block that is known": [make_block(BLOCKS[60])],
    "known to everybody": [BLOCKS[50]],
    "wanted, from the middle of a run": [BLOCKS[40], BLOCKS[41]],
}


@pytest.mark.parametrize("stray", STRAYS)
@pytest.mark.parametrize("alone", [False, True])
async def test_a_stray_body_costs_the_same_whenever_it_comes(setup: Setup, stray: str, alone: bool) -> None:
    """Before the headers, while an answer is due, and after it; and the answer that was due still counts."""
    stub, state = setup.connect("a")
    setup.step()
    blocks = bodies(STRAYS[stray])

    def comes() -> None:
        setup.judge.offences.clear()
        window, held = setup.sync.window.requests_under_way, setup.sync.window.held_bytes
        if alone:
            setup.sync.on_block(state, blocks[0])
        else:
            setup.sync.on_blocks(state, blocks)
        assert setup.judge.reasons == ["blocks nobody asked for"]
        assert (setup.sync.window.requests_under_way, setup.sync.window.held_bytes) == (window, held)

    comes()
    await setup.sync.on_headers(state, headers(1, 60))
    comes()
    setup.step()
    comes()
    setup.judge.offences.clear()
    for given in answer(stub):
        setup.sync.on_blocks(state, given)
    assert setup.judge.reasons == []
    assert not setup.sync.window.requests_under_way
    assert all(setup.sync.window.bodies_of("a")[h - 1][1] == BLOCKS[h].to_bytes() for h in range(1, 61))
    comes()


async def test_late_blocks_of_an_honest_slow_peer_are_no_offence(setup: Setup) -> None:
    ((stub, state),) = await wanting(setup, "slow")
    late = answer(stub)
    stub.sent.clear()
    setup.step(TIMEOUT + 1)
    assert setup.judge.reasons == ["requireBlocks: request timeout"]
    setup.step()
    again = answer(stub)
    assert again
    for given in [*late, *again]:
        setup.sync.on_blocks(state, given)
    assert len(setup.judge.reasons) == 1
    assert state.bodies_rest_until == 0
    assert len(setup.sync.window.bodies_of("slow")) == 60
    setup.sync.on_blocks(state, late[0])
    assert setup.judge.reasons[1:] == ["blocks nobody asked for"]


async def test_late_blocks_over_a_later_connection_are_no_offence(setup: Setup) -> None:
    ((stub, _),) = await wanting(setup, "a")
    late = answer(stub)
    setup.peers.remove(stub)  # type: ignore[arg-type]
    setup.sync.on_peer_gone("a", is_banned=False)
    _, again = setup.connect("a")
    for given in late:
        setup.sync.on_blocks(again, given)
    assert setup.judge.reasons == []


async def test_a_node_of_another_branch_that_answers_with_its_own_blocks_rests(setup: Setup) -> None:
    """Without the block we named, the reference answers from its genesis block on."""
    (_, (stub, state)) = await wanting(setup, "a", "b")
    assert answer(stub)
    setup.sync.on_blocks(state, bodies([make_block(GENESIS)]))
    assert setup.judge.reasons == []
    assert state.bodies_rest_until > setup.clock.monotonic()


async def test_a_list_of_no_blocks_is_for_the_oldest_question_that_may_still_be_answered(setup: Setup) -> None:
    ((stub, state),) = await wanting(setup, "a")
    first, second = answer(stub)
    setup.sync.on_blocks(state, second)  # so the first will not be answered any more, or late
    assert not setup.sync.window.requests_under_way
    setup.sync.on_blocks(state, [])
    assert setup.judge.reasons == []
    setup.sync.on_blocks(state, [])
    assert setup.judge.reasons == ["blocks nobody asked for"]
    assert first


def test_questions_are_kept_within_bounds_the_oldest_is_forgotten_first() -> None:
    due = AnswersDue()
    for number in range(3 * MAX_BODIES_DUE):
        due.bodies.append(BodyQuestion(None, number.to_bytes(32, "big")))
    for number in range(MAX_BODIES_DUE, 3 * MAX_BODIES_DUE):
        kept = due.take_block(number.to_bytes(32, "big")) is not None
        assert kept is (number >= 2 * MAX_BODIES_DUE)


def test_an_answer_out_of_order_is_for_its_own_question() -> None:
    due = AnswersDue()
    first, second, alone = BodyQuestion(b"a", b"b"), BodyQuestion(b"c", b"d"), BodyQuestion(None, b"d")
    due.bodies.extend([first, second, alone])
    assert due.take_blocks(b"c", b"genesis") is second
    assert due.take_block(b"b") is None
    assert due.take_blocks(b"a", b"genesis") is first
    assert due.take_blocks(b"genesis", b"genesis") is None
    assert due.take_block(b"d") == alone
    assert due.take_block(b"d") is None
