"""What is known of a peer on either chain: its claims, what it has, and the filter of a light wallet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from pybytomd.chain.mempool.pool_entry import AnyTransaction
from pybytomd.p2p.peers.peer import Peer
from pybytomd.p2p.transport.node_info import Service
from pybytomd.sync.errors import FilterTooLarge
from pybytomd.sync.peers.known import MAX_KNOWN_BLOCKS, MAX_KNOWN_TRANSACTIONS, KnownSet

MAX_FILTER_PROGRAMS = 1000
MAX_FILTER_PROGRAM_SIZE = 50


class AnyPeerState:
    """A connected peer. ``height`` and ``best_hash`` are its claims, which nobody checked."""

    __slots__ = ("best_hash", "height", "known_blocks", "known_transactions", "peer", "programs")
    SPENDS: ClassVar[type[Any]]
    """The class of inputs that filters look at."""

    def __init__(self, peer: Peer, height: int = 0, best_hash: bytes = b"") -> None:
        self.peer = peer
        self.height = height
        self.best_hash = best_hash
        self.known_blocks = KnownSet(MAX_KNOWN_BLOCKS)
        self.known_transactions = KnownSet(MAX_KNOWN_TRANSACTIONS)
        self.programs: set[bytes] = set()
        """The control programs of its filter."""

    @property
    def id(self) -> str:
        """The peer's node id."""
        return self.peer.node_id

    @property
    def is_full_node(self) -> bool:
        """Whether it keeps whole blocks; others want merkle blocks."""
        return Service.FULL_NODE in self.peer.services

    def load_filter(self, programs: Iterable[bytes]) -> None:
        """Replace the control programs that are kept. Raises FilterTooLarge when not all of them are."""
        self.programs.clear()
        refused: FilterTooLarge | None = None
        for program in programs:
            try:
                self.add_to_filter(program)
            except FilterTooLarge as error:
                refused = error
        if refused is not None:
            raise refused

    def add_to_filter(self, program: bytes) -> None:
        """One control program more. Raises FilterTooLarge beyond the limits; the filter stays as it is then."""
        if len(program) > MAX_FILTER_PROGRAM_SIZE:
            raise FilterTooLarge("the size of filter address is greater than limit")
        if len(self.programs) >= MAX_FILTER_PROGRAMS and program not in self.programs:
            raise FilterTooLarge("the count of filter addresses is greater than limit")
        self.programs.add(program)

    def is_related(self, transaction: AnyTransaction) -> bool:
        """Whether a transaction spends from or sends to a program of the filter.

        Quirk: only inputs that spend are looked at, no vetos, and programs are compared whole; there is no bloom
        filter.
        """
        programs = self.programs
        if not programs:
            return False
        if any(type(one) is self.SPENDS and one.control_program in programs for one in transaction.inputs):
            return True
        return any(output.control_program in programs for output in transaction.outputs)

    def wants(self, transaction: AnyTransaction) -> bool:
        """Whether to tell the peer of a transaction: it does not know it, and its filter lets it through."""
        if transaction.id in self.known_transactions:
            return False
        return self.is_full_node or self.is_related(transaction)
