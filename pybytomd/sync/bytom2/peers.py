"""The peers of Bytom 2, and what is known of each: what it claims, what it has, what it was asked for.

Claims are believed no further than blocks that were judged here bear them out. A justified height above the best
one is none.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass

from pybytomd.ledger.bytom2.inputs import SpendInput
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.p2p.peers.peer import Peer
from pybytomd.p2p.transport.node_info import Service
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
from pybytomd.sync.peers.judged_peers import JudgedPeers
from pybytomd.sync.peers.known import MAX_KNOWN_BLOCKS, MAX_KNOWN_TRANSACTIONS, KnownSet

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


class PeerState:
    """One connected peer. Of what it claims nobody has checked anything: its best and its justified block."""

    __slots__ = (
        "best_hash",
        "block_asked",
        "blocks_asked",
        "ever_asked_for_blocks",
        "failures",
        "headers_asked",
        "height",
        "justified_hash",
        "justified_height",
        "known_blocks",
        "known_signatures",
        "known_transactions",
        "peer",
        "programs",
        "rests_until",
        "told_height",
    )

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.height = self.justified_height = 0
        self.best_hash = self.justified_hash = b""
        self.told_height = 0
        """The height it last heard of from us."""
        self.known_blocks = KnownSet(MAX_KNOWN_BLOCKS)
        self.known_transactions = KnownSet(MAX_KNOWN_TRANSACTIONS)
        self.known_signatures = KnownSet(MAX_KNOWN_SIGNATURES)
        self.programs: set[bytes] = set()
        """The control programs of its filter."""
        self.headers_asked: asyncio.Future[list[bytes]] | None = None
        self.block_asked: Asked | None = None
        self.blocks_asked: deque[tuple[bytes, asyncio.Future[Blocks]]] = deque()
        """The hash that each answer begins with."""
        self.ever_asked_for_blocks = False
        self.rests_until = 0.0
        """On the monotonic clock."""
        self.failures = 0

    @property
    def id(self) -> str:
        """The peer's node id."""
        return self.peer.node_id

    @property
    def is_full_node(self) -> bool:
        """Whether it keeps whole blocks; others want merkle blocks."""
        return Service.FULL_NODE in self.peer.services

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

    def is_related(self, transaction: Transaction) -> bool:
        """Whether a transaction spends from or sends to a program of the filter.

        Quirk: vetos are not looked at, as the reference.
        """
        spends = (i.control_program for i in transaction.inputs if type(i) is SpendInput)
        if any(program in self.programs for program in spends):
            return True
        return any(output.control_program in self.programs for output in transaction.outputs)

    def wants(self, transaction: Transaction) -> bool:
        """Whether to tell the peer of a transaction: it does not know it, and its filter lets it through."""
        if transaction.id in self.known_transactions:
            return False
        return self.is_full_node or self.is_related(transaction)


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
