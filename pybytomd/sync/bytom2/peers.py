"""The peers of Bytom 2, and what is known of each: what it claims, what it has, what it was asked for.

Claims are believed no further than blocks that were judged here bear them out. A justified height above the best
one is none.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass

from pybytomd.ledger.bytom2.inputs import SpendInput
from pybytomd.p2p.peers.peer import Peer
from pybytomd.sync.bytom2.messages import (
    CONSENSUS_CHANNEL,
    BlockPropose,
    Blocks,
    BlockVerification,
    ChainMessage,
    ConsensusMessage,
    Status,
    encode,
)
from pybytomd.sync.peers.any_peer import AnyPeerState
from pybytomd.sync.peers.judged_peers import JudgedPeers
from pybytomd.sync.peers.known import KnownSet

MAX_KNOWN_SIGNATURES = 1024
FIRST_REST = 5.0
"""Seconds a peer is not asked after it was no use; twice as long each time, up to ``LONGEST_REST``."""
LONGEST_REST = 320.0


@dataclass(slots=True, eq=False)
class Asked:
    """A question to a peer that waits for its answer."""

    height: int | None
    """Of the block asked for, if it was by height."""
    block_hash: bytes
    """The block asked for, or the one that the blocks asked for begin with."""
    answer: asyncio.Future[bytes]


class PeerState(AnyPeerState):
    """One connected peer. Its justified block is a claim as well as its best one."""

    __slots__ = (
        "block_asked",
        "blocks_asked",
        "ever_asked_for_blocks",
        "failures",
        "headers_asked",
        "justified_hash",
        "justified_height",
        "known_signatures",
        "rests_until",
        "told_height",
    )
    SPENDS = SpendInput

    def __init__(self, peer: Peer) -> None:
        super().__init__(peer)
        self.justified_height = 0
        self.justified_hash = b""
        self.told_height = 0
        """The height it last heard of from us."""
        self.known_signatures = KnownSet(MAX_KNOWN_SIGNATURES)
        self.headers_asked: asyncio.Future[list[bytes]] | None = None
        self.block_asked: Asked | None = None
        self.blocks_asked: deque[tuple[bytes, asyncio.Future[Blocks]]] = deque()
        """The hash that each answer begins with."""
        self.ever_asked_for_blocks = False
        self.rests_until = 0.0
        """On the monotonic clock."""
        self.failures = 0

    @property
    def rank(self) -> tuple[int, int, bool]:
        """By which it is chosen to follow: what is justified counts more than what is long."""
        return min(self.justified_height, self.height), self.height, self.peer.is_lan

    def claims(self, status: Status) -> None:
        """It told its best and its justified block. Quirk: heights may go down as well as up."""
        self.height, self.best_hash = status.height, status.block_hash
        self.justified_height, self.justified_hash = status.justified_height, status.justified_hash

    def was_no_use(self, now: float) -> None:
        """Ask others for a while."""
        self.rests_until = now + min(LONGEST_REST, FIRST_REST * 2**self.failures)
        self.failures = min(self.failures + 1, 16)

    def send(self, message: ChainMessage | ConsensusMessage) -> bool:
        """Send at once, or not at all: False when the peer is gone or far behind with reading."""
        is_consensus = isinstance(message, BlockPropose | BlockVerification)
        return self.peer.send(encode(message), CONSENSUS_CHANNEL if is_consensus else None)

    def end_questions(self) -> None:
        """The peer is gone: nothing that it was asked will be answered."""
        for _, blocks in self.blocks_asked:
            blocks.cancel()
        if self.headers_asked is not None:
            self.headers_asked.cancel()
        if self.block_asked is not None:
            self.block_asked.answer.cancel()


class PeerSet(JudgedPeers[PeerState]):
    """Those of Bytom 2, who need no introduction."""

    def add(self, peer: Peer) -> PeerState:
        """A peer is connected."""
        state = self._states[peer.node_id] = PeerState(peer)
        return state

    def remove(self, peer: Peer) -> PeerState | None:
        """See ``JudgedPeers``; what it was asked for will not be answered."""
        state = super().remove(peer)
        if state is not None:
            state.end_questions()
        return state

    @property
    def highest(self) -> int:
        """The greatest height a full node claims, 0 without any."""
        return max((state.height for state in self if state.is_full_node), default=0)
