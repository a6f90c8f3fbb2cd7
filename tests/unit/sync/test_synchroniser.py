"""What the synchroniser makes of answers that come late, twice, unasked, or to a question that is out of date."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pybytomd.clock import ManualClock
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.p2p.transport.traffic import TrafficMeter
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.sync.messages import GetHeaders
from pybytomd.sync.peers.peer_set import PeerSet
from pybytomd.sync.peers.peer_state import PeerState
from pybytomd.sync.state_store import StateStore
from pybytomd.sync.synchroniser import REST_SECONDS, Synchroniser
from tests.chain_builder import GENESIS, make_branch, open_chain
from tests.functional.sync_network import TrustingVerifier
from tests.unit.sync.stubs import StubJudge, StubPeer, state_of

BLOCKS = [GENESIS, *make_branch(GENESIS, 60)]
TIMEOUT = 30.0
LOCATOR = (GENESIS.hash,)


class Setup:
    def __init__(self) -> None:
        self.chain = open_chain()
        self.clock = ManualClock(now=BLOCKS[-1].header.timestamp + 100.0)
        self.peers, self.judge = PeerSet(), StubJudge()
        self.peers.judged_by(self.judge)
        self.sync = Synchroniser(
            self.chain, self.peers, TrustingVerifier(), StateStore(MemoryStore()), self.clock,
            request_timeout=TIMEOUT, stall_timeout=4.0, on_round=lambda: None,
        )  # fmt: skip

    def connect(self, name: str, best: Block = BLOCKS[-1]) -> tuple[StubPeer, PeerState]:
        stub = StubPeer(name)
        stub.received = TrafficMeter(self.clock)
        state = state_of(stub, best)
        self.peers.add(state)
        return stub, state

    def step(self, seconds: float = 0.0) -> None:
        self.clock.advance(seconds)
        self.sync.step()


@pytest.fixture
def setup() -> Iterator[Setup]:
    made = Setup()
    yield made
    made.chain.close()


def headers(first: int, last: int) -> list[BlockHeader]:
    return [block.header for block in BLOCKS[first : last + 1]]


async def test_late_answers_are_no_offence(setup: Setup) -> None:
    stub, state = setup.connect("slow")
    setup.step()
    setup.step(TIMEOUT + 1)
    setup.step(REST_SECONDS + 1)
    assert len([message for message in stub.sent if isinstance(message, GetHeaders)]) == 2
    assert setup.judge.reasons == ["requireHeaders: request timeout"]
    await setup.sync.on_headers(state, headers(1, 40))
    await setup.sync.on_headers(state, headers(1, 40))
    assert len(setup.sync.tree) == 40
    assert len(setup.judge.reasons) == 1
    await setup.sync.on_headers(state, headers(1, 40))
    assert setup.judge.reasons[1:] == ["headers nobody asked for"]


async def test_bodies_do_not_use_up_what_headers_were_asked_for(setup: Setup) -> None:
    _, state = setup.connect("a")
    setup.step()
    setup.sync.on_blocks(state, [])
    assert setup.judge.reasons == ["blocks nobody asked for"]
    await setup.sync.on_headers(state, headers(1, 40))
    assert len(setup.judge.reasons) == 1


async def test_an_answer_may_come_over_a_later_connection_of_the_same_node(setup: Setup) -> None:
    stub, _ = setup.connect("a")
    setup.step()
    setup.peers.remove(stub)  # type: ignore[arg-type]
    setup.sync.on_peer_gone("a", is_banned=False)
    _, again = setup.connect("a")
    await setup.sync.on_headers(again, headers(1, 40))
    assert setup.judge.reasons == []
    assert len(setup.sync.tree) == 40


async def test_a_connection_that_takes_the_place_of_another_has_its_questions(setup: Setup) -> None:
    setup.connect("a")
    setup.step()
    _, again = setup.connect("a")
    await setup.sync.on_headers(again, headers(1, 40))
    assert setup.judge.reasons == []


async def test_headers_that_go_on_from_what_we_gave_up_meanwhile_are_no_offence(setup: Setup) -> None:
    _, state = setup.connect("a")
    _, other = setup.connect("b")
    setup.step()
    await setup.sync.on_headers(state, headers(1, 20))
    setup.step(REST_SECONDS)
    setup.sync.tree.condemn(BLOCKS[1].hash)
    await setup.sync.on_headers(state, headers(21, 40))
    assert setup.judge.reasons == []
    await setup.sync.on_headers(other, headers(21, 40))
    assert setup.judge.reasons == ["headers nobody asked for"]


async def test_headers_out_of_order_are_an_offence_however_they_begin(setup: Setup) -> None:
    _, state = setup.connect("a")
    setup.step()
    await setup.sync.on_headers(state, [*headers(1, 20), *headers(22, 40)])
    assert setup.judge.reasons == ["headers: fail to append list due to order dismatch"]


def test_what_former_peers_owe_is_remembered_for_a_bounded_number_of_them(setup: Setup) -> None:
    for number in range(300):
        stub, state = setup.connect(str(number))
        state.due.headers.append(LOCATOR)
        setup.peers.remove(stub)  # type: ignore[arg-type]
    assert len(setup.peers._former_dues) == 256
    _, late = setup.connect("299")
    _, forgotten = setup.connect("0")
    assert (list(late.due.headers), list(forgotten.due.headers)) == ([LOCATOR], [])


async def test_nothing_is_asked_for_while_it_is_held(setup: Setup) -> None:
    setup.sync.hold("the disk is nearly full")
    stub, state = setup.connect("a")
    setup.step()
    assert stub.sent == []
    setup.sync.release()
    setup.step()
    assert [type(message) for message in stub.sent] == [GetHeaders]
    setup.sync.hold("the disk is nearly full")
    await setup.sync.on_headers(state, headers(1, 40))
    setup.step()
    assert [type(message) for message in stub.sent] == [GetHeaders], "no bodies"
    assert not await setup.sync.feeder._feed_one()
    setup.sync.release()
    setup.step()
    assert len(stub.sent) > 1
    assert setup.judge.reasons == []
