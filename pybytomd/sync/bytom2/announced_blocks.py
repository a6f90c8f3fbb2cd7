"""Blocks that validators just made, as peers tell of them: put into the chain in order of height, and passed on.

What is announced waits in a bounded queue. A block whose parent is not known is kept by the chain for a while, as
an orphan, and what is missing is fetched by synchronising.

Source: bytom2-network-wallet-api reference, section 2.11; ``netsync/consensusmgr/block_fetcher.go``.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from pybytomd.clock import Clock
from pybytomd.errors import BytomError, StoreError
from pybytomd.ledger.bytom2.block import Block
from pybytomd.p2p.peers.peer import Peer
from pybytomd.sync.bytom2.faults import offence_of_block
from pybytomd.sync.bytom2.peers import PeerSet, PeerState
from pybytomd.sync.peers.limits import ORPHAN_BURST, ORPHAN_RATE, PeerLimits

if TYPE_CHECKING:
    from pybytomd.chain.bytom2.chain import Chain

logger = logging.getLogger(__name__)

MAX_DISTANCE = 64
"""Announced blocks further above our best one, or below it, are not taken; synchronising gets there."""
MAX_QUEUED_OF_PEER = 128
MAX_QUEUED_BYTES = 32 * 1024 * 1024
"""Of all peers together."""


class BlockFetcher:
    """The queue, and the one task that works on it."""

    def __init__(
        self,
        chain: Chain,
        peers: PeerSet,
        clock: Clock,
        on_block: Callable[[Block], None],
        on_gap: Callable[[], None],
    ) -> None:
        """``on_block`` gets every announced block that came into the chain; ``on_gap`` is called for orphans."""
        self._chain = chain
        self._peers = peers
        self._clock = clock
        self._on_block = on_block
        self._on_gap = on_gap
        self._heap: list[tuple[int, int, Block, str]] = []
        self._queued: set[bytes] = set()
        self._of_peer: Counter[str] = Counter()
        self._queued_bytes = 0
        self._arrivals = 0
        self._event = asyncio.Event()
        self._orphans = PeerLimits(ORPHAN_RATE, ORPHAN_BURST, clock)
        self.is_held = False
        """Whether nothing is taken now."""

    def __len__(self) -> int:
        return len(self._queued)

    def forget(self, peer: Peer) -> None:
        """A peer is gone."""
        self._orphans.forget(peer)

    def offer(self, state: PeerState, block: Block) -> bool:
        """A peer announced a block; whether it is taken."""
        size = len(block.to_bytes())
        full = self._of_peer[state.id] >= MAX_QUEUED_OF_PEER or self._queued_bytes + size > MAX_QUEUED_BYTES
        too_far = abs(block.height - self._chain.best_height) > MAX_DISTANCE
        if self.is_held or full or too_far or block.hash in self._queued or self._chain.has_block(block.hash):
            return False
        self._queued.add(block.hash)
        self._of_peer[state.id] += 1
        self._queued_bytes += size
        self._arrivals += 1
        heappush(self._heap, (block.height, self._arrivals, block, state.id))
        self._event.set()
        return True

    async def run(self) -> None:
        """Work on what is queued, for ever."""
        while True:
            if not self._heap:
                self._event.clear()
                await self._event.wait()
                continue
            _, _, block, peer_id = heappop(self._heap)
            try:
                await self._process(block, peer_id)
            except StoreError:
                logger.exception("an announced block could not be stored")
            finally:
                self._queued.discard(block.hash)
                self._queued_bytes -= len(block.to_bytes())
                self._of_peer[peer_id] -= 1
                self._of_peer += Counter()  # those of none go

    async def _process(self, block: Block, peer_id: str) -> None:
        state, parent = self._peers.get(peer_id), block.header.previous_block_hash
        is_gap = not self._chain.has_block(parent) or self._chain.is_orphan(parent)
        if is_gap and (state is None or self._orphans.charge(state.peer, 1) > 0):
            return
        try:
            is_orphan = await self._chain.add_block(block)
        except StoreError:
            raise  # nobody's fault but ours
        except BytomError as error:
            self._refused(block, peer_id, error)
            return
        if is_orphan:
            self._on_gap()
            return
        if state is not None:
            state.peer.served()
        self._on_block(block)

    def _refused(self, block: Block, peer_id: str, error: BytomError) -> None:
        fields = {"height": block.height, "block": block.hash.hex(), "peer": peer_id, "reason": str(error)}
        logger.warning("an announced block is refused", extra=fields)
        offence = offence_of_block(error)
        if offence is not None:
            self._peers.punish(peer_id, offence, f"announced block: {error}")
