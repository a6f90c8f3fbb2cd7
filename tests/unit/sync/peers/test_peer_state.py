import pytest

from pybytomd.ledger.block import Block
from pybytomd.p2p.peers.bans import NUISANCE
from pybytomd.p2p.transport.node_info import Service
from pybytomd.sync.errors import FilterTooLarge
from pybytomd.sync.peers.any_peer import MAX_FILTER_PROGRAMS, KnownSet
from pybytomd.sync.peers.peer_set import PeerSet
from pybytomd.sync.peers.peer_state import best_peer
from tests.chain_builder import GENESIS, TRUE_PROGRAM, Coin, btm, make_branch, spend
from tests.unit.sync.stubs import StubJudge, StubPeer, state_of

BLOCKS = [GENESIS, *make_branch(GENESIS, 3)]


def test_known_sets_forget_the_oldest() -> None:
    known = KnownSet(3)
    for item in (b"a", b"b", b"c", b"b", b"d"):
        known.add(item)
    assert [item in known for item in (b"a", b"b", b"c", b"d")] == [False, True, True, True]
    assert len(known) == 3


def test_the_best_peer() -> None:
    def state(name: str, block: Block, **more: object) -> object:
        return state_of(StubPeer(name, **more), block)  # type: ignore[arg-type]

    high, equal = state("high", BLOCKS[3]), state("equal", BLOCKS[3])
    lan = state("lan", BLOCKS[3], is_lan=True)
    light = state("light", BLOCKS[3], services=Service.SPV)
    low = state("low", BLOCKS[1])
    assert best_peer([low, high, equal, light]) is high  # type: ignore[list-item]
    assert best_peer([high, lan, low]) is lan  # type: ignore[list-item]
    assert best_peer([light]) is None  # type: ignore[list-item]
    assert best_peer([]) is None


def test_the_peer_set_tells_connections_of_one_node_apart() -> None:
    peers, judge = PeerSet(), StubJudge()
    peers.judged_by(judge)
    first, second = StubPeer("node"), StubPeer("node")
    peers.add(state_of(first, BLOCKS[1]))
    peers.add(state_of(second, BLOCKS[2]))
    assert peers.remove(first) is None  # type: ignore[arg-type]
    assert peers.highest == 2
    assert peers.remove(second) is not None  # type: ignore[arg-type]
    assert (len(peers), peers.highest, peers.best) == (0, 0, None)


def test_filters() -> None:
    coin = Coin.of(BLOCKS[1].transactions[0])
    transaction = spend([coin], [btm(1, b"\x00\x14" + bytes(20)), btm(2, b"other")])
    state = state_of(StubPeer("light", Service.SPV), BLOCKS[0])
    assert not state.wants(transaction)
    for program, expected in ((b"other", True), (b"othe", False), (TRUE_PROGRAM, True)):
        state.load_filter([program])
        assert state.is_related(transaction) is expected
    with pytest.raises(FilterTooLarge, match="the size of filter address is greater than limit"):
        state.add_to_filter(b"x" * 51)
    assert state.programs == {TRUE_PROGRAM}
    state.add_to_filter(b"x" * 50)
    with pytest.raises(FilterTooLarge, match="the count of filter addresses is greater than limit"):
        state.load_filter(b"%d" % n for n in range(MAX_FILTER_PROGRAMS + 5))
    assert len(state.programs) == MAX_FILTER_PROGRAMS
    state.add_to_filter(b"7")  # which it has
    with pytest.raises(FilterTooLarge):
        state.load_filter([b"x" * 51, b"other"])
    assert state.programs == {b"other"}
    state.known_transactions.add(transaction.id)
    state.load_filter([b"other"])
    assert not state.wants(transaction)
    full = state_of(StubPeer("full"), BLOCKS[0])
    assert full.wants(transaction)


def test_who_is_banned_is_not_punished_again() -> None:
    peers, judge, stub = PeerSet(), StubJudge(), StubPeer("node")
    peers.judged_by(judge)
    peers.punish_peer(stub, NUISANCE, "first")  # type: ignore[arg-type]
    stub.is_banned = True
    peers.punish_peer(stub, NUISANCE, "second")  # type: ignore[arg-type]
    assert judge.reasons == ["first"]
