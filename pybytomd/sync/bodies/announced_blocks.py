"""Blocks that peers announce: checked, put into the chain in order of height, and passed on.

What is announced waits in a bounded queue. A block whose parent is not known is kept by the chain for a while, as
an orphan, and the peer is asked for the parent; what is further away than that comes by way of headers.

Source: p2p-and-sync reference, section 6.4; ``netsync/block_fetcher.go``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from heapq import heappop, heappush

from pybytomd.chain.ports import ChainWriter
from pybytomd.clock import Clock
from pybytomd.consensus.header import check_proof_of_work
from pybytomd.errors import BytomError, StoreError
from pybytomd.ledger.block import Block
from pybytomd.p2p.peers.bans import ILLEGAL_MESSAGE
from pybytomd.p2p.peers.peer import Peer
from pybytomd.pow.verifier import ProofVerifier
from pybytomd.sync.headers.tree import HeaderTree
from pybytomd.sync.messages import GetBlock
from pybytomd.sync.peers.answers_due import BodyQuestion
from pybytomd.sync.peers.known import KnownSet
from pybytomd.sync.peers.limits import ORPHAN_BURST, ORPHAN_RATE, PeerLimits
from pybytomd.sync.peers.peer_set import PeerSet
from pybytomd.sync.peers.peer_state import PeerState

logger = logging.getLogger(__name__)

MAX_DISTANCE = 64
"""Announced blocks further above our best one are not taken; synchronising gets there."""
MAX_DEPTH_BELOW = 64
"""So far below our best block announced ones are still taken, as they may begin a branch."""
MAX_QUEUED = 128
MAX_QUEUED_BYTES = 32 * 1024 * 1024
STALE_SECONDS = 2 * 3600.0
"""A block that was just found is not so old: its time is at most an hour before or after the right one."""


class BlockFetcher:
    """The queue, and the one task that works on it."""

    def __init__(
        self,
        chain: ChainWriter,
        tree: HeaderTree,
        verifier: ProofVerifier,
        peers: PeerSet,
        clock: Clock,
        on_block: Callable[[Block], None],
    ) -> None:
        """``on_block`` gets every announced block that came into the chain, in order."""
        self._chain = chain
        self._tree = tree
        self._verifier = verifier
        self._peers = peers
        self._clock = clock
        self._on_block = on_block
        self._heap: list[tuple[int, int, Block, str]] = []
        self._queued: set[bytes] = set()
        self._queued_bytes = 0
        self._arrivals = 0
        self._event = asyncio.Event()
        self._parents_asked = KnownSet(MAX_QUEUED)
        self._orphans = PeerLimits(ORPHAN_RATE, ORPHAN_BURST, clock)
        self.is_held = False
        """Whether nothing is taken now. What is announced meanwhile comes by way of headers afterwards."""
        self.stale_news = 0
        """Blocks, one after the other, that became our best one when they were announced, and were old already."""
        self.news_age = 0.0
        """How old the last of them was, in seconds."""

    def __len__(self) -> int:
        return len(self._queued)

    def forget(self, peer: Peer) -> None:
        """A peer is gone."""
        self._orphans.forget(peer)

    def offer(self, state: PeerState, block: Block) -> bool:
        """A peer announced a block; whether it is taken."""
        best = self._chain.best_height
        size = len(block.to_bytes())
        too_far = not best - MAX_DEPTH_BELOW <= block.height <= best + MAX_DISTANCE
        if self.is_held:
            return False
        full = len(self._queued) >= MAX_QUEUED or self._queued_bytes + size > MAX_QUEUED_BYTES
        if too_far or full or block.hash in self._queued or self._chain.has_block(block.hash):
            return False
        self._queued.add(block.hash)
        self._queued_bytes += size
        self._arrivals += 1
        heappush(self._heap, (block.height, self._arrivals, block, state.id))
        self._event.set()
        return True

    def is_parent_asked(self, block_hash: bytes) -> bool:
        """Whether a block is the parent of an announced one that we asked for."""
        return block_hash in self._parents_asked

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

    async def _process(self, block: Block, peer_id: str) -> None:
        parent = block.header.previous_block_hash
        try:
            if not self._chain.has_block(parent) or self._chain.is_orphan(parent):
                is_orphan = await self._process_orphan(block, peer_id)
            else:
                await self._check_header(block, peer_id)
                is_orphan = await self._chain.add_block(block, True)
        except StoreError:
            raise  # nobody's fault but ours
        except BytomError as error:
            self._refused(block, peer_id, error)
            return
        if not is_orphan:
            self._note_age(block)
            state = self._peers.get(peer_id)
            if state is not None:
                state.peer.served()
            self._on_block(block)

    def _note_age(self, block: Block) -> None:
        if block.hash == self._chain.best_hash:
            self.news_age = self._clock.now() - block.header.timestamp
            self.stale_news = self.stale_news + 1 if self.news_age > STALE_SECONDS else 0

    def _refused(self, block: Block, peer_id: str, error: BytomError) -> None:
        fields = {"height": block.height, "block": block.hash.hex(), "peer": peer_id, "reason": str(error)}
        logger.warning("an announced block is refused", extra=fields)
        self._peers.punish(peer_id, ILLEGAL_MESSAGE, f"announced block: {error}")

    async def _check_header(self, block: Block, peer_id: str) -> None:
        """Apply the cheap rules of headers, then have the proof checked on a thread. Raises ValidationError."""
        node = self._tree.check(block.header, peer_id)
        check_proof_of_work(
            await asyncio.wrap_future(self._verifier.submit(node.hash, node.seed, node.header.bits))
        )

    async def _process_orphan(self, block: Block, peer_id: str) -> bool:
        """Have the chain keep it, and ask who announced it for the parent; whether it is an orphan still."""
        state = self._peers.get(peer_id)
        if state is None or self._orphans.charge(state.peer, 1) > 0:
            return True
        if not await self._chain.add_block(block):
            return False
        parent = block.header.previous_block_hash
        unknown = parent not in self._queued and not self._chain.has_block(parent)
        if unknown and state.send(GetBlock(0, parent)):
            state.due.bodies.append(BodyQuestion(None, parent))
            self._parents_asked.add(parent)
        return True
