"""A synchronisation in simulated time: the real parts, peers that answer at a rate, and a clock turned by hand.

Everything is deterministic, so that what takes how long can be asserted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import cast

from pybytomd.clock import ManualClock
from pybytomd.ledger.block import Block
from pybytomd.p2p.peers.bans import BanList, Offence
from pybytomd.p2p.peers.peer import Peer
from pybytomd.p2p.transport.traffic import TrafficMeter
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.sync import messages
from pybytomd.sync.message_handler import read_bodies
from pybytomd.sync.peers.peer_set import PeerSet
from pybytomd.sync.state_store import StateStore
from pybytomd.sync.synchroniser import Synchroniser
from tests.chain_builder import open_chain
from tests.functional.sync_network import TrustingVerifier
from tests.unit.sync.stubs import StubPeer, state_of

TICK = 0.01
"""Seconds of simulated time between looks."""
LATENCY = 0.05
LIMIT = 600.0
"""Seconds of simulated time a synchronisation may take at all."""

Spoil = Callable[[Block], Block | None]


class SimulatedPeer:
    """Answers in order, ``rate`` blocks a second. ``spoil`` makes of each block what it sends instead."""

    def __init__(
        self,
        name: str,
        blocks: Sequence[Block],
        rate: float,
        spoil: Spoil = lambda block: block,
        *,
        drips: bool = False,
    ) -> None:
        """One that ``drips`` sends something all the time, if only a byte."""
        self.drips = drips
        self.stub = StubPeer(name)
        self.state = state_of(self.stub, blocks[-1])
        self.blocks = blocks
        self.heights = {block.hash: block.height for block in blocks}
        self.rate = rate
        self.spoil = spoil
        self.free_at = 0.0
        self.asked_blocks = 0
        self.answers: deque[tuple[float, messages.Headers | messages.Blocks | messages.BlockMessage]] = deque()

    def read(self, now: float) -> None:
        """Take in what was asked."""
        for message in self.stub.sent:
            answer = self.answer(message)
            if answer is not None:
                count = len(answer.texts) if isinstance(answer, messages.Blocks) else 1
                self.free_at = max(self.free_at, now + LATENCY) + count / self.rate
                self.answers.append((self.free_at, answer))
        self.stub.sent.clear()

    def answer(
        self, message: messages.AnyMessage
    ) -> messages.Headers | messages.Blocks | messages.BlockMessage | None:
        if isinstance(message, messages.GetHeaders):
            first = next(self.heights[known] for known in message.locator if known in self.heights) + 1
            headers = [block.header for block in self.blocks[first : first + messages.MAX_HEADERS]]
            return messages.Headers.of(headers)
        if isinstance(message, messages.GetBlocks):
            first, last = self.heights[message.locator[0]] + 1, self.heights[message.stop_hash]
        elif isinstance(message, messages.GetBlock):
            first = last = self.heights[message.block_hash]
        else:
            return None
        self.asked_blocks += last - first + 1
        sent = [self.spoil(block) for block in self.blocks[first : last + 1]]
        found = [block for block in sent if block is not None]
        if not found:
            return None
        return (
            messages.Blocks.of(found)
            if isinstance(message, messages.GetBlocks)
            else messages.BlockMessage.of(found[0])
        )


class Simulation:
    """One node that fetches a chain from some peers."""

    def __init__(self, blocks: Sequence[Block], peers: Sequence[SimulatedPeer]) -> None:
        self.blocks = blocks
        self.chain = open_chain()
        self.clock = ManualClock(now=blocks[-1].header.timestamp + 1000.0)
        self.started = self.clock.monotonic()
        self.peers = {peer.state.id: peer for peer in peers}
        self.bans = BanList()
        self.banned: list[str] = []
        self.reasons: list[tuple[str, str]] = []
        self.known = PeerSet()
        self.known.judged_by(self)
        for peer in peers:
            peer.stub.received = TrafficMeter(self.clock)
            self.known.add(peer.state)
        self.sync = Synchroniser(
            self.chain, self.known, TrustingVerifier(), StateStore(MemoryStore()), self.clock,
            request_timeout=30.0, stall_timeout=4.0, on_round=lambda: None,
        )  # fmt: skip

    def punish(self, peer: Peer, offence: Offence, reason: str) -> bool:
        """The judge: who is banned is gone before the next look."""
        self.reasons.append((peer.node_id, reason))
        _, banned = self.bans.report(peer.node_id, offence, self.clock.now())
        if banned:
            stub = cast(StubPeer, peer)
            stub.is_banned = True
            stub.close("banned")
        return banned

    async def run(self) -> float:
        """Fetch everything; the simulated seconds it took."""
        while self.chain.best_hash != self.blocks[-1].hash:
            self.clock.advance(TICK)
            for peer in list(self.peers.values()):
                await self._hear(peer)
            while await self.sync.feeder._feed_one():
                self._part_with_banned()
            self._part_with_banned()
            self.sync.step()
            assert self.elapsed < LIMIT, self.sync.window.head
        self.chain.close()
        return self.elapsed

    @property
    def elapsed(self) -> float:
        return self.clock.monotonic() - self.started

    async def _hear(self, peer: SimulatedPeer) -> None:
        now = self.clock.monotonic()
        peer.read(now)
        if peer.drips:
            peer.stub.received.add(1)
        while peer.answers and peer.answers[0][0] <= now and not peer.stub.is_closed:
            _, answer = peer.answers.popleft()
            peer.stub.received.add(1000)
            if isinstance(answer, messages.Headers):
                await self.sync.on_headers(peer.state, answer.headers())
            elif isinstance(answer, messages.Blocks):
                self.sync.on_blocks(peer.state, read_bodies(answer.texts, are_json=True))
            else:
                self.sync.on_block(peer.state, *read_bodies([answer.text], are_json=False))

    def _part_with_banned(self) -> None:
        for name, peer in list(self.peers.items()):
            if peer.stub.is_closed:
                del self.peers[name]
                self.banned.append(name)
                self.known.remove(cast(Peer, peer.stub))
                self.sync.on_peer_gone(name, is_banned=peer.stub.is_banned)
