"""What is known of a peer beyond its connection: how far its chain goes, what it has, what it wants to hear of."""

from __future__ import annotations

from collections.abc import Iterable

from pybytomd.ledger.inputs import SpendInput
from pybytomd.ledger.transaction import Transaction
from pybytomd.p2p.peers.peer import Peer
from pybytomd.p2p.transport.node_info import Service
from pybytomd.sync.messages import AnyMessage, encode
from pybytomd.sync.peers.answers_due import AnswersDue
from pybytomd.sync.peers.known import (
    MAX_KNOWN_BLOCKS,
    MAX_KNOWN_TRANSACTIONS,
    KnownSet,
    add_to_filter,
    load_filter,
)


class PeerState:
    """One peer that told us its best block. ``height`` and ``best_hash`` are its claims, which nobody checked."""

    __slots__ = (
        "best_hash",
        "bodies_rest_until",
        "due",
        "height",
        "known_blocks",
        "known_transactions",
        "peer",
        "probe",
        "programs",
        "rests_until",
    )

    def __init__(self, peer: Peer, height: int, best_hash: bytes) -> None:
        self.peer = peer
        self.height = height
        self.best_hash = best_hash
        self.known_blocks = KnownSet(MAX_KNOWN_BLOCKS)
        self.known_transactions = KnownSet(MAX_KNOWN_TRANSACTIONS)
        self.programs: set[bytes] = set()
        """The control programs of its filter."""
        self.due = AnswersDue()
        """What it was asked for and has not answered yet; no other headers and blocks are taken of it."""
        self.probe: bytes | None = None
        """The block it was asked for to find out whether it is of use; empty once it has come."""
        self.rests_until = 0.0
        """On the monotonic clock: not asked for headers before, because the last ones were no use."""
        self.bodies_rest_until = 0.0
        """The same for bodies."""

    @property
    def id(self) -> str:
        """The peer's node id."""
        return self.peer.node_id

    @property
    def is_full_node(self) -> bool:
        """Whether it keeps whole blocks; others want merkle blocks."""
        return Service.FULL_NODE in self.peer.services

    @property
    def serves_headers(self) -> bool:
        """Whether it says that it answers requests for many headers and blocks at once.

        All versions of the reference do; the flag tells whom to choose for the part below checkpoints.
        """
        return Service.FAST_SYNC in self.peer.services

    def claims(self, height: int, best_hash: bytes) -> None:
        """It told its best block, or announced one. Quirk: the height may go down as well as up."""
        self.height = height
        self.best_hash = best_hash

    def send(self, message: AnyMessage) -> bool:
        """Send at once, or not at all: False when the peer is gone or far behind with reading."""
        return self.peer.send(encode(message))

    # --- the filter of a light wallet ---------------------------------------------------------------------------

    def load_filter(self, programs: Iterable[bytes]) -> None:
        """Replace the filter. Raises FilterTooLarge when not all of it is kept."""
        load_filter(self.programs, programs)

    def add_to_filter(self, program: bytes) -> None:
        """One control program more. Raises FilterTooLarge beyond the limits; the filter stays as it is then."""
        add_to_filter(self.programs, program)

    def is_related(self, transaction: Transaction) -> bool:
        """Whether a transaction spends from or sends to a program of the filter.

        Quirk: only inputs that spend are looked at, and programs are compared whole; there is no bloom filter.
        """
        if not self.programs:
            return False
        spends = (i.control_program for i in transaction.inputs if isinstance(i, SpendInput))
        if any(program in self.programs for program in spends):
            return True
        return any(output.control_program in self.programs for output in transaction.outputs)

    def wants(self, transaction: Transaction) -> bool:
        """Whether to tell the peer of a transaction: it does not know it, and its filter lets it through."""
        if transaction.id in self.known_transactions:
            return False
        return self.is_full_node or self.is_related(transaction)


def best_peer(peers: Iterable[PeerState]) -> PeerState | None:
    """The full node that claims the highest chain; of equals one on the local network, else the first."""
    best: PeerState | None = None
    for state in peers:
        if not state.is_full_node:
            continue
        if best is None or (state.height, state.peer.is_lan) > (best.height, best.peer.is_lan):
            best = state
    return best
