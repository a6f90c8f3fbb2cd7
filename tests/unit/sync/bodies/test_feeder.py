"""Whose fault it is when the chain refuses a block, and when a header counts as bad."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest

from pybytomd.clock import ManualClock
from pybytomd.consensus.errors import BadTimeRange
from pybytomd.errors import DecodeError, StoreError
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.merkle import transaction_root
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.sync.bodies.download_window import Candidate, DownloadWindow
from pybytomd.sync.bodies.feeder import DISK_PAUSE, MAX_ATTEMPTS, BodyFeeder, WrongBody, decode_body
from pybytomd.sync.headers.checkpoint_path import TrustedPath
from pybytomd.sync.headers.tree import HeaderNode, HeaderTree
from pybytomd.sync.peers.peer_set import PeerSet
from pybytomd.sync.progress import Progress
from pybytomd.sync.state_store import StateStore
from tests.chain_builder import GENESIS, make_branch, open_chain
from tests.functional.sync_network import TrustingVerifier
from tests.unit.sync.stubs import StubJudge, StubPeer, state_of

BLOCKS = [GENESIS, *make_branch(GENESIS, 3)]
BLOCK = BLOCKS[1]


class Setup:
    """A window that wants three blocks, whose headers came from ``author``; the chain refuses them."""

    def __init__(self, *names: str) -> None:
        clock = ManualClock(now=BLOCKS[-1].header.timestamp + 100.0)
        self.chain = open_chain()
        self.peers, self.judge = PeerSet(), StubJudge()
        self.peers.judged_by(self.judge)
        for name in names:
            self.peers.add(state_of(StubPeer(name), BLOCKS[-1]))
        self.window = DownloadWindow(clock)
        self.tree = HeaderTree(self.chain, clock)
        for node in self.tree.add([block.header for block in BLOCKS[1:]], "author"):
            node.proof = TrustingVerifier().submit(node.hash, node.seed, node.header.bits)
        self.window.extend((b.height, b.hash, b.header.previous_block_hash) for b in BLOCKS[1:])
        self.rejected: list[tuple[str, list[HeaderNode]]] = []
        self.feeder = BodyFeeder(
            self.chain, self.window, self.tree, TrustedPath(self.chain, StateStore(MemoryStore())), self.peers,
            Progress(clock), lambda _: None, lambda *told: self.rejected.append(told),
        )  # fmt: skip

    async def body_from(self, name: str, block: Block = BLOCK) -> None:
        """A body comes from a peer and is fed to the chain."""
        for request in self.window.assign([Candidate(name, 10)]):
            self.window.take(name, [(block.hash, block.to_bytes())], request.question)
        await self.feeder._feed_one()

    @property
    def is_condemned(self) -> bool:
        return BLOCK.hash not in self.tree


@pytest.fixture
async def setup(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Setup]:
    async def refuse(_block: Block, _proof: bool) -> bool:
        raise BadTimeRange

    made = Setup("author", "b", "c", "d")
    monkeypatch.setattr(made.chain, "add_block", refuse)
    yield made
    made.chain.close()


async def test_a_block_counts_as_bad_when_bodies_of_several_peers_were_refused(setup: Setup) -> None:
    for attempt, name in enumerate("bcd", 1):
        assert not setup.is_condemned
        await setup.body_from(name)
        assert setup.is_condemned is (attempt == MAX_ATTEMPTS)
    assert [name for name, _, _ in setup.judge.offences] == ["b", "c", "d", "author"]
    assert len(setup.rejected[-1][1]) == 3  # with what grows out of it


async def test_without_others_to_ask_the_first_refusal_decides() -> None:
    setup = Setup("b")

    async def refuse(_block: Block, _proof: bool) -> bool:
        raise BadTimeRange

    setup.chain.add_block = refuse  # type: ignore[method-assign]
    await setup.body_from("b")
    assert setup.is_condemned
    setup.chain.close()


async def test_a_lower_peer_or_the_sender_is_nobody_else_to_ask(setup: Setup) -> None:
    for name in "cd":
        state = setup.peers.get(name)
        assert state is not None
        state.height = 0
    author = setup.peers.get("author")
    assert author is not None
    author.height = 0
    await setup.body_from("b")
    assert setup.is_condemned


async def test_what_the_chain_has_stored_all_the_same_is_bad_whoever_sends_it(
    setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It spends what cannot be spent, which no other body makes right."""
    stored: set[bytes] = set()

    async def store_and_refuse(block: Block, _proof: bool) -> bool:
        stored.add(block.hash)
        raise BadTimeRange

    monkeypatch.setattr(setup.chain, "add_block", store_and_refuse)
    monkeypatch.setattr(setup.chain, "has_block", stored.__contains__)
    await setup.body_from("b")
    assert setup.is_condemned


async def test_attempts_are_counted_for_each_block_anew_after_it_was_condemned(setup: Setup) -> None:
    for name in "bcd":
        await setup.body_from(name)
    assert setup.feeder._attempts == {}


async def test_a_full_disk_is_nobody_s_fault(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    paused: list[float] = []

    async def fail(_block: Block, _proof: bool) -> bool:
        raise StoreError("no room")

    async def pause(seconds: float) -> None:
        paused.append(seconds)

    monkeypatch.setattr(setup.chain, "add_block", fail)
    monkeypatch.setattr("pybytomd.sync.bodies.feeder.asyncio.sleep", pause)
    await setup.body_from("b")
    assert paused == [DISK_PAUSE]
    assert setup.judge.offences == []
    assert setup.feeder.trouble == "the database cannot be written: no room"
    assert not setup.is_condemned


def test_of_a_body_whose_header_is_known_only_the_rest_is_decoded() -> None:
    block = make_branch(GENESIS, 1)[0]
    body = block.to_bytes()
    known = BlockHeader.from_bytes(body)
    decoded = decode_body(body, block.hash, known)
    assert decoded == block
    assert decoded.header is known
    assert decoded.to_bytes() is body
    other = make_branch(GENESIS, 2)[1]
    assert decode_body(other.to_bytes(), other.hash, known) == other  # the one that is there counts
    with pytest.raises(WrongBody):
        decode_body(other.to_bytes(), block.hash, known)
    with pytest.raises(DecodeError, match="trailing garbage"):
        decode_body(body + b"\0", block.hash, known)


def test_the_merkle_root_of_a_body_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    computed: list[int] = []

    def counting(ids: Sequence[bytes]) -> bytes:
        computed.append(len(ids))
        return transaction_root(ids)

    monkeypatch.setattr("pybytomd.ledger.block.transaction_root", counting)
    block = make_branch(GENESIS, 1)[0]
    with open_chain() as chain:
        chain.process_block(decode_body(block.to_bytes(), block.hash), proof=True)
        assert chain.best_hash == block.hash
    assert computed == [1]
