"""Takes bodies from the download window, lowest first, and puts them into the chain."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from pybytomd.chain.ports import ChainWriter
from pybytomd.errors import BytomError, DecodeError, StoreError
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.p2p.peers.bans import ILLEGAL_MESSAGE
from pybytomd.sync.bodies.download_window import DownloadWindow, Wanted
from pybytomd.sync.headers.checkpoint_path import TrustedPath
from pybytomd.sync.headers.tree import HeaderNode, HeaderTree
from pybytomd.sync.peers.peer_set import PeerSet
from pybytomd.sync.progress import Progress

logger = logging.getLogger(__name__)

INLINE_BYTES = 16 * 1024
"""Blocks up to this size are decoded on the event loop, in about a millisecond; larger ones on a thread."""
MAX_ATTEMPTS = 3
"""Bodies from different peers after which a block counts as bad, not its senders alone: arguments of programs are
not committed to by any hash, so that a sender can spoil them."""
MAX_LOOKED_AT = 64
"""Other bodies of a peer that are looked at when one of them was wrong. Each that is wrong, too, counts."""
DISK_PAUSE = 5.0
"""Seconds before writing is tried again after the database failed."""


class WrongBody(DecodeError):
    """The transactions are not those that the header commits to."""

    message = "mismatched merkle root"


def decode_body(body: bytes, block_hash: bytes, header: BlockHeader | None = None) -> Block:
    """The block in ``body``. Raises DecodeError unless it has this hash and the transactions it commits to.

    ``header`` is the one of this hash, where it is known.
    """
    block = Block.from_bytes(body, header)
    if block.hash != block_hash or block.root != block.header.transactions_merkle_root:
        raise WrongBody
    return block


def wrong_bodies(bodies: Sequence[tuple[bytes, bytes]]) -> list[str]:
    """What is wrong with each of these block hashes and serializations that is not what its header promises."""
    reasons: list[str] = []
    for block_hash, body in bodies:
        try:
            decode_body(body, block_hash)
        except DecodeError as error:
            reasons.append(str(error))
    return reasons


class BodyFeeder:
    """The only one who takes from the window."""

    def __init__(
        self,
        chain: ChainWriter,
        window: DownloadWindow,
        tree: HeaderTree,
        path: TrustedPath,
        peers: PeerSet,
        progress: Progress,
        on_connected: Callable[[bytes], None],
        on_rejected: Callable[[str, list[HeaderNode]], None],
    ) -> None:
        """``on_connected`` gets the hash of each block that came into the chain; ``on_rejected`` is called when
        others have to be asked, with the peer that sent a wrong body, if one did, and the headers that were found
        bad and taken out of the tree.
        """
        self._chain = chain
        self._window = window
        self._tree = tree
        self._path = path
        self._peers = peers
        self._progress = progress
        self._on_connected = on_connected
        self._on_rejected = on_rejected
        self._attempts: dict[bytes, int] = {}
        self._event = asyncio.Event()
        self.held = ""
        """Why nothing is to be put into the chain now, empty if it is."""
        self.trouble: str | None = None
        """Why blocks cannot be put into the chain, when that is nobody's fault but ours."""

    def wake(self) -> None:
        """A body or a proof has come."""
        self._event.set()

    async def run(self) -> None:
        """Feed for ever."""
        while True:
            if not await self._feed_one():
                await self._event.wait()
                self._event.clear()

    def _is_proven(self, wanted: Wanted) -> bool:
        node = self._tree.get(wanted.hash)
        if node is not None and node.proof is not None:
            return node.proof.done() and not node.proof.cancelled() and node.proof.result()
        return self._path.trusts(wanted.height, wanted.hash)

    async def _feed_one(self) -> bool:
        """Put the lowest wanted block into the chain; False when it is not ready."""
        if self.held:
            return False
        wanted = self._window.head
        if wanted is not None and self._chain.has_block(wanted.hash) and not self._chain.is_orphan(wanted.hash):
            self._done(wanted)
            return True
        if wanted is None or wanted.body is None or not self._is_proven(wanted):
            return False
        body, sender = wanted.body, wanted.sender
        node = self._tree.get(wanted.hash)
        header = None if node is None else node.header
        try:
            if len(body) <= INLINE_BYTES:
                block = decode_body(body, wanted.hash, header)
            else:
                block = await asyncio.to_thread(decode_body, body, wanted.hash, header)
        except DecodeError as error:
            await self._bad_body(wanted, sender, str(error))
            return True
        try:
            is_orphan = await self._chain.add_block(block, True)
        except StoreError as error:
            self.trouble = f"the database cannot be written: {error}"
            logger.exception("a block could not be stored")
            await asyncio.sleep(DISK_PAUSE)
            return True
        except BytomError as error:
            await self._refused(wanted, sender, error)
            return True
        self.trouble = None
        if is_orphan:  # its parent went away meanwhile: what is wanted is found out anew
            self._window.replace(())
            self._on_rejected("", [])
            return True
        self._progress.add()
        state = self._peers.get(sender)
        if state is not None:
            state.known_blocks.add(wanted.hash)
            state.peer.served()
        self._done(wanted)
        return True

    def _done(self, wanted: Wanted) -> None:
        self._attempts.pop(wanted.hash, None)
        if self._window.head is wanted:  # the window may have been given another branch while the chain worked
            self._window.advance()
        self._tree.connected(wanted.hash)
        self._on_connected(wanted.hash)

    async def _bad_body(self, wanted: Wanted, sender: str, reason: str) -> None:
        """A body is wrong: nothing of its sender is kept, and the others it has sent count as well."""
        logger.info("a peer sent a wrong body", extra={"height": wanted.height, "peer": sender, "reason": reason})
        others = self._window.bodies_of(sender)
        if wanted.sender == sender:  # it may have been banned meanwhile, and the body be another's already
            self._window.reject(wanted)
        self._on_rejected(sender, [])
        self._peers.punish(sender, ILLEGAL_MESSAGE, f"wrong body of block {wanted.height}: {reason}")
        looked_at = [(block_hash, body) for block_hash, body in others if block_hash != wanted.hash]
        for also in await asyncio.to_thread(wrong_bodies, looked_at[:MAX_LOOKED_AT]):
            self._peers.punish(sender, ILLEGAL_MESSAGE, f"wrong body: {also}")

    async def _refused(self, wanted: Wanted, sender: str, error: BytomError) -> None:
        """The chain refuses the block: another peer may have a good one, unless enough were tried."""
        fields = {"height": wanted.height, "block": wanted.hash.hex(), "peer": sender, "reason": str(error)}
        logger.warning("a block is refused", extra=fields)
        attempts = self._attempts[wanted.hash] = self._attempts.get(wanted.hash, 0) + 1
        others = [s for s in self._peers if s.is_full_node and s.height >= wanted.height and s.id != sender]
        await self._bad_body(wanted, sender, str(error))
        # What the chain has stored nevertheless spends what cannot be spent: no other body makes that right.
        if attempts < MAX_ATTEMPTS and others and not self._chain.has_block(wanted.hash):
            return
        self._attempts.pop(wanted.hash, None)
        node = self._tree.get(wanted.hash)
        if node is None:
            self.trouble = f"block {wanted.height}, which leads to a checkpoint, is refused: {error}"
            return
        removed = self._tree.condemn(wanted.hash)
        if node.source != sender:
            self._peers.punish(node.source, ILLEGAL_MESSAGE, f"header of a bad block {wanted.height}")
        self._on_rejected("", removed)
