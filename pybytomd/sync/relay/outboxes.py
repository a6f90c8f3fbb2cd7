"""The transactions that wait for each peer, on either chain: an outbox of ids, emptied by a task of its own."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from typing import Any, Generic, TypeVar

from pybytomd.chain.mempool.mempool import Mempool
from pybytomd.chain.mempool.pool_entry import Tx
from pybytomd.p2p.peers.peer import Peer
from pybytomd.sync.peers.any_peer import AnyPeerState
from pybytomd.sync.peers.judged_peers import JudgedPeers
from pybytomd.tasks import TaskSet

MAX_OUTBOX = 16_384
"""Ids that wait for one peer, more than the pool holds; the oldest are dropped first."""


S = TypeVar("S", bound=AnyPeerState)


class Outbox(Generic[S]):
    """The ids that wait for one peer."""

    def __init__(self, state: S) -> None:
        self.state = state
        self.ids: deque[bytes] = deque(maxlen=MAX_OUTBOX)
        self.event = asyncio.Event()

    def put(self, tx_id: bytes) -> None:
        """One more."""
        self.ids.append(tx_id)
        self.event.set()


class Outboxes(ABC, Generic[S, Tx]):
    """Those of all peers."""

    def __init__(self, pool: Mempool[Tx, Any], peers: JudgedPeers[S], tasks: TaskSet) -> None:
        self._pool = pool
        self._peers = peers
        self._tasks = tasks
        self._outboxes: dict[Peer, Outbox[S]] = {}

    def greet(self, state: S) -> None:
        """A new peer: it gets what is in the pool."""
        outbox = self._outboxes[state.peer] = Outbox(state)
        for entry in self._pool.entries():
            outbox.put(entry.transaction.id)
        self._tasks.start(self._empty(outbox), f"transactions for {state.peer.remote_address}")

    def forget(self, peer: Peer) -> None:
        """A peer is gone."""
        outbox = self._outboxes.pop(peer, None)
        if outbox is not None:
            outbox.event.set()

    def announce(self, tx_id: bytes) -> None:
        """A transaction came into the pool."""
        for outbox in self._outboxes.values():
            if tx_id not in outbox.state.known_transactions:
                outbox.put(tx_id)

    @abstractmethod
    async def _empty(self, outbox: Outbox[S]) -> None:
        """Send what comes into an outbox, until its peer is gone."""
