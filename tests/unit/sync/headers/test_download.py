from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace

from pybytomd.clock import ManualClock
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.p2p.transport.node_info import OWN_SERVICES, Service
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.sync.headers.checkpoint_path import TrustedPath
from pybytomd.sync.headers.download import EXTENSION, PATIENCE, HeaderDownload
from pybytomd.sync.headers.proofs_ahead import UNDER_WAY, ProofsAhead
from pybytomd.sync.headers.tree import HeaderTree
from pybytomd.sync.peers.peer_state import PeerState
from pybytomd.sync.state_store import StateStore
from tests.chain_builder import GENESIS, make_branch, open_chain
from tests.unit.sync.stubs import StubPeer, state_of

BLOCKS = [GENESIS, *make_branch(GENESIS, 120)]
PARAMS = replace(SOLONET, checkpoints={20: BLOCKS[20].hash, 40: BLOCKS[40].hash})
LATE = GENESIS.header.timestamp + 36_525 * 86_400.0


class Setup:
    def __init__(self, own: Sequence[Block] = (), *, checkpoints: bool = False) -> None:
        self.clock = ManualClock(LATE)
        self.chain = open_chain(params=PARAMS if checkpoints else SOLONET)
        for block in own:
            self.chain.process_block(block, proof=True)
        self.tree = HeaderTree(self.chain, self.clock)
        self.path = TrustedPath(self.chain, StateStore(MemoryStore()))
        self.download = HeaderDownload(self.chain, self.tree, self.path, self.clock)


def peer(name: str, best: Block = BLOCKS[-1], services: Service = OWN_SERVICES) -> PeerState:
    return state_of(StubPeer(name, services), best)


def headers(first: int, last: int) -> list[BlockHeader]:
    return [block.header for block in BLOCKS[first : last + 1]]


def test_one_of_equal_peers_is_asked_and_a_second_one_if_it_takes_long() -> None:
    setup = Setup(BLOCKS[1:11])
    a, b = peer("a"), peer("b")
    requests = setup.download.plan([a, b])
    assert [r.peer_id for r in requests] == ["a"]
    assert requests[0].locator[:2] == (BLOCKS[10].hash, BLOCKS[9].hash)
    assert requests[0].locator[-1] == GENESIS.hash
    assert requests[0].stop_hash == BLOCKS[-1].hash
    assert setup.download.plan([a, b]) == []
    setup.clock.advance(PATIENCE)
    assert [r.peer_id for r in setup.download.plan([a, b])] == ["b"]
    assert setup.download.expire(30, {}) == []
    setup.clock.advance(29)
    assert setup.download.expire(30, {}) == ["a"]


def test_an_honest_peer_behind_silent_ones_is_asked_soon() -> None:
    setup = Setup()
    peers = [peer(name) for name in "abcdefgh"] + [peer("honest")]
    started = setup.clock.monotonic()
    asked: list[str] = []
    while "honest" not in asked:
        asked += [request.peer_id for request in setup.download.plan(peers)]
        setup.clock.advance(0.125)
    assert setup.clock.monotonic() - started <= 2 * PATIENCE + 0.125 * len(peers)


def test_who_gave_no_answer_is_asked_after_those_who_were_not_asked() -> None:
    setup = Setup()
    peers = [peer(name) for name in "abc"]
    asked: list[str] = []
    for _ in range(3):
        asked += [request.peer_id for request in setup.download.plan(peers)]
        setup.clock.advance(2.5)
        setup.download.expire(2, {})
    assert asked == ["a", "b", "c"]
    (request,) = setup.download.plan([peers[0]])
    setup.download.answered("a", request)
    assert [request.peer_id for request in setup.download.plan(peers)] == ["a"]


def test_an_answer_that_is_being_sent_is_waited_for_within_reason() -> None:
    setup = Setup()
    setup.download.plan([peer("a")])
    for _ in range(EXTENSION - 1):
        setup.clock.advance(29)
        assert setup.download.expire(30, {"a": setup.clock.monotonic() - 1}) == []
    setup.clock.advance(34)
    assert setup.download.expire(30, {"a": setup.clock.monotonic()}) == ["a"]


def test_late_answers_are_matched_with_what_they_answer() -> None:
    setup = Setup(checkpoints=True)
    setup.path.update(120)
    a, b = peer("a"), peer("b")
    first, second = setup.download.plan([a, b])
    setup.clock.advance(31)
    assert setup.download.expire(30, {}) == ["a", "b"]
    again = setup.download.plan([b, a])
    assert [(r.peer_id, r.segment) for r in again] == [("b", first.segment), ("a", second.segment)]
    low, high = headers(1, 20), headers(21, 40)
    assert setup.download.match("a", low) is first
    assert setup.download.match("a", high) is again[1]
    assert setup.download.match("b", high) is second
    assert setup.download.match("b", headers(60, 70)) is again[0]
    setup.download.answered("a", first)
    assert setup.download.of("a") is again[1]
    assert setup.download.match("a", low) is again[1]
    setup.download.answered("a", again[1])
    assert setup.download.of("a") is None
    setup.download.drop_peer("b")
    assert setup.download.match("b", high) is None


def test_what_a_request_asked_for() -> None:
    setup = Setup()
    (request,) = setup.download.plan([peer("a")])
    assert request.asked_for(headers(1, 5))
    assert not request.asked_for([])
    assert not request.asked_for(headers(2, 5))
    assert not request.asked_for([*headers(1, 3), *headers(5, 6)])


def test_after_an_answer_the_next_part_is_asked_for_from_where_it_ended() -> None:
    setup = Setup()
    a = peer("a")
    setup.download.plan([a])
    setup.tree.add([block.header for block in BLOCKS[1:50]], "a")
    setup.download.answered("a", setup.download.of("a"))
    assert setup.download.of("a") is None
    request = setup.download.plan([a])[0]
    assert request.start_hash == BLOCKS[49].hash
    assert BLOCKS[40].hash in request.locator
    setup.tree.add([block.header for block in BLOCKS[50:]], "a")
    setup.download.answered("a", setup.download.of("a"))
    assert setup.download.plan([a]) == []


def test_who_is_not_asked() -> None:
    setup = Setup(BLOCKS[1:60])
    resting = peer("resting")
    resting.rests_until = setup.clock.monotonic() + 1
    peers = [peer("spv", services=Service.SPV), peer("lower", BLOCKS[59]), resting, peer("known", BLOCKS[30])]
    assert setup.download.plan(peers) == []
    setup.clock.advance(2)
    assert [r.peer_id for r in setup.download.plan(peers)] == ["resting"]
    setup.download.drop_peer("resting")
    assert len(setup.download) == 0


def test_segments_are_fetched_from_several_peers_at_once() -> None:
    setup = Setup(checkpoints=True)
    setup.path.update(120)
    a, b, c = peer("a"), peer("b"), peer("c", services=Service.FULL_NODE)
    requests = setup.download.plan([a, b, c])
    assert [(r.peer_id, r.locator, r.stop_hash) for r in requests] == [
        ("a", (GENESIS.hash,), BLOCKS[20].hash),
        ("b", (BLOCKS[20].hash,), BLOCKS[40].hash),
    ]
    assert all(request.segment is not None for request in requests)


class SlowVerifier:
    def __init__(self) -> None:
        self.futures: dict[bytes, Future[bool]] = {}

    def submit(self, header_hash: bytes, seed: bytes, bits: int) -> Future[bool]:
        return self.futures.setdefault(header_hash, Future())


def test_proofs_are_begun_in_order_and_bad_ones_found() -> None:
    setup, verifier, store = Setup(), SlowVerifier(), StateStore(MemoryStore())
    results: list[None] = []
    proofs = ProofsAhead(verifier, store, lambda: results.append(None))
    setup.tree.add([block.header for block in BLOCKS[1:101]], "a")
    branch = setup.tree.path(BLOCKS[100].hash)
    assert proofs.start(branch) is None
    assert list(verifier.futures) == [block.hash for block in BLOCKS[1 : UNDER_WAY + 1]]
    for block in BLOCKS[1:31]:
        verifier.futures[block.hash].set_result(block.height != 7)
    assert len(results) == 30
    bad = proofs.start(branch)
    assert bad is not None
    assert bad.height == 7
    assert proofs.checked == 30
    proofs.save(lambda block_hash: block_hash != BLOCKS[3].hash)
    assert store.is_proven(BLOCKS[2].hash)
    assert not store.is_proven(BLOCKS[3].hash)
    assert not store.is_proven(BLOCKS[7].hash)
    proofs.drop(setup.tree.condemn(bad.hash))
    assert proofs.under_way == 0
    assert verifier.futures[BLOCKS[40].hash].cancelled()
    assert proofs.start(setup.tree.path(BLOCKS[6].hash)) is None


def test_proofs_of_an_earlier_run_are_not_checked_again() -> None:
    setup, verifier, store = Setup(), SlowVerifier(), StateStore(MemoryStore())
    store.save_proofs([block.hash for block in BLOCKS[1:11]])
    setup.tree.add([block.header for block in BLOCKS[1:13]], "a")
    ProofsAhead(verifier, store, lambda: None).start(setup.tree.path(BLOCKS[12].hash))
    assert list(verifier.futures) == [BLOCKS[11].hash, BLOCKS[12].hash]
