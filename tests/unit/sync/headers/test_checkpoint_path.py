from dataclasses import replace

import pytest

from pybytomd.ledger.networks.params import SOLONET
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.sync.errors import ForbiddenFork, UnknownParent
from pybytomd.sync.headers.checkpoint_path import Segment, TrustedPath
from pybytomd.sync.headers.paths import SegmentRoute, blocks_of
from pybytomd.sync.state_store import StateStore
from tests.chain_builder import GENESIS, make_branch, open_chain

BLOCKS = [GENESIS, *make_branch(GENESIS, 60)]
HEADERS = [block.header for block in BLOCKS]
PARAMS = replace(SOLONET, checkpoints={height: BLOCKS[height].hash for height in (20, 40, 50)})


def test_a_segment_leads_to_its_checkpoint_or_begins_anew() -> None:
    segment = Segment(0, GENESIS.hash, 20, BLOCKS[20].hash)
    segment.add(HEADERS[1:11])
    assert (segment.height, segment.last_hash, segment.is_complete) == (10, BLOCKS[10].hash, False)
    segment.add(HEADERS[5:13])  # some of them are here already
    assert segment.height == 12
    with pytest.raises(UnknownParent):
        segment.add(HEADERS[15:])
    segment.add(HEADERS[13:])
    assert segment.is_complete
    assert segment.height == 20
    assert segment.holds(7, BLOCKS[7].hash)
    assert not segment.holds(7, BLOCKS[8].hash)
    assert not segment.holds(21, BLOCKS[21].hash)
    other = Segment(0, GENESIS.hash, 20, BLOCKS[20].hash)
    with pytest.raises(ForbiddenFork):
        other.add([block.header for block in make_branch(GENESIS, 20)])
    assert other.height == 0


def test_segments_follow_each_other_as_far_as_peers_go() -> None:
    chain = open_chain(params=PARAMS)
    store = StateStore(MemoryStore())
    path = TrustedPath(chain, store)
    path.update(19)
    assert path.wanting_headers() == []
    assert not path.covers(1)
    path.update(45)
    assert [s.stop_height for s in path.wanting_headers()] == [20, 40]
    assert path.covers(1)
    assert path.covers(40)
    assert not path.covers(41)
    first, second = path.wanting_headers()
    second.add(HEADERS[21:41])
    path.completed(second)
    assert path.ready() == []  # not before what is below it
    first.add(HEADERS[1:21])
    path.completed(first)
    assert path.ready() == [first, second]
    assert path.trusts(33, BLOCKS[33].hash)
    assert not path.trusts(33, BLOCKS[34].hash)
    for block in BLOCKS[1:26]:
        chain.process_block(block, proof=True)
    route = SegmentRoute(chain, path.ready())
    assert (route.bottom, route.top) == (26, 40)
    assert list(blocks_of(route, 26, 2)) == [
        (26, BLOCKS[26].hash, BLOCKS[25].hash),
        (27, BLOCKS[27].hash, BLOCKS[26].hash),
    ]
    path.update(60)
    assert path.ready() == [second]
    assert store.segment(20) is None
    assert [s.stop_height for s in path.wanting_headers()] == [50]
    chain.close()


def test_complete_segments_outlive_a_restart() -> None:
    chain, database = open_chain(params=PARAMS), MemoryStore()
    path = TrustedPath(chain, StateStore(database))
    path.update(60)
    first, second, _ = path.wanting_headers()
    for segment in (first, second):
        segment.add(HEADERS[segment.start_height + 1 : segment.stop_height + 1])
        path.completed(segment)
    later = TrustedPath(chain, StateStore(database))
    later.update(60)
    assert [s.stop_height for s in later.ready()] == [20, 40]
    database.put(b"S:" + (20).to_bytes(4, "big"), GENESIS.hash + b"damaged")
    damaged = TrustedPath(chain, StateStore(database))
    damaged.update(60)
    assert [s.stop_height for s in damaged.wanting_headers()] == [20, 50]
    chain.close()


def test_a_chain_on_a_branch_of_its_own_returns_to_the_path() -> None:
    chain = open_chain(params=PARAMS)
    for block in [*BLOCKS[1:6], *make_branch(BLOCKS[5], 10)]:
        chain.process_block(block, proof=True)
    path = TrustedPath(chain, StateStore(MemoryStore()))
    path.update(20)
    segment = path.wanting_headers()[0]
    segment.add(HEADERS[1:21])
    route = SegmentRoute(chain, path.ready())
    assert route.bottom == 6
    assert route.parent_at(6) == BLOCKS[5].hash
    chain.close()


def test_good_proofs_are_remembered() -> None:
    database = MemoryStore()
    store = StateStore(database)
    store.save_proofs([b"a" * 32, b"b" * 32])
    store.save_proofs([b"a" * 32])
    again = StateStore(database)
    assert again.is_proven(b"a" * 32)
    again.forget_proofs([b"a" * 32, b"c" * 32])
    assert not StateStore(database).is_proven(b"a" * 32)
    assert StateStore(database).is_proven(b"b" * 32)
