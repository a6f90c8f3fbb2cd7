"""Answering what peers of Bytom 2 ask about our chain.

Blocks are sent as they are stored, as hex text, without decoding them. Answers wait for room in the peer's queue;
what a peer asks beyond a steady rate waits as well.

Source: bytom2-network-wallet-api reference, section 2.7; ``netsync/chainmgr/handle.go``.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from pybytomd.clock import Clock
from pybytomd.errors import ChainError, StoreError
from pybytomd.ledger.bytom2.block import Block
from pybytomd.ledger.merkle import transaction_proof
from pybytomd.p2p.peers.peer import Peer
from pybytomd.sync.bytom2.block_locator import located_hashes
from pybytomd.sync.bytom2.messages import (
    MAX_BLOCKS,
    MAX_HEADERS,
    BlockMessage,
    Blocks,
    GetBlock,
    GetBlocks,
    GetHeaders,
    GetMerkleBlock,
    Headers,
    MerkleBlock,
    Status,
)
from pybytomd.sync.bytom2.peers import PeerState
from pybytomd.sync.relay.answers import Answers, block_texts

if TYPE_CHECKING:
    from pybytomd.chain.bytom2.chain import Chain

logger = logging.getLogger(__name__)


class ChainServer:
    """Answers requests of all peers."""

    def __init__(self, chain: Chain, clock: Clock) -> None:
        self._chain = chain
        self._answers = Answers(clock)

    def forget(self, peer: Peer) -> None:
        """A peer is gone."""
        self._answers.forget(peer)

    def status(self) -> Status:
        """Our best block, and the last one that is justified."""
        best, justified = self._chain.best_header, self._chain.justified
        return Status(best.height, best.hash, justified.height, justified.hash)

    def _find(self, height: int, block_hash: bytes) -> bytes | None:
        """The hash asked for. Quirk: a height of 0 stands for a request by hash."""
        return self._chain.hash_at(height) if height else block_hash

    async def get_block(self, state: PeerState, request: GetBlock) -> None:
        """One block of any branch; no answer if there is none."""
        async with self._answers.lookups:
            found = await asyncio.to_thread(self._block_text, request)
        if found is not None:
            block_hash, text = found
            state.known_blocks.add(block_hash)
            await self._answers.send(state.peer, BlockMessage(text))

    def _block_text(self, request: GetBlock) -> tuple[bytes, bytes] | None:
        block_hash = self._find(request.height, request.block_hash)
        text = None if block_hash is None else self._chain.block_hex(block_hash)
        return None if block_hash is None or text is None else (block_hash, text)

    async def get_headers(self, state: PeerState, request: GetHeaders) -> None:
        """Headers at a distance from each other, both ends included; no answer if there are none."""
        async with self._answers.lookups:
            message = await asyncio.to_thread(self._headers, request)
        if message.texts:
            await self._answers.send(state.peer, message)

    def _headers(self, request: GetHeaders) -> Headers:
        hashes = located_hashes(self._chain, request.locator, request.stop_hash, request.skip, MAX_HEADERS)
        return Headers.of(self._chain.header(block_hash) for block_hash in hashes)

    async def get_blocks(self, state: PeerState, request: GetBlocks) -> None:
        """Blocks from the locator on, with it, up to 64 and 11 MB of text; no answer if there are none."""
        async with self._answers.lookups:
            hashes, texts = await asyncio.to_thread(self._block_texts, request)
        if not texts:
            return
        for block_hash in hashes[: len(texts)]:
            state.known_blocks.add(block_hash)
        await self._answers.send(state.peer, Blocks(texts))

    def _block_texts(self, request: GetBlocks) -> tuple[list[bytes], tuple[bytes, ...]]:
        hashes = located_hashes(self._chain, request.locator, request.stop_hash, 0, MAX_BLOCKS)
        return hashes, block_texts(self._chain.block_hex, hashes)

    async def get_merkle_block(self, state: PeerState, request: GetMerkleBlock) -> None:
        """What of a block concerns the filter of a light wallet; no answer if there is no such block."""
        async with self._answers.lookups:
            try:
                message = await asyncio.to_thread(self._merkle_block, state, request)
            except ChainError:
                return
            except StoreError as error:
                logger.warning("a merkle block cannot be read", extra={"reason": str(error)})
                return
        if message is not None:
            await self._answers.send(state.peer, message)

    def _merkle_block(self, state: PeerState, request: GetMerkleBlock) -> MerkleBlock | None:
        block_hash = self._find(request.height, request.block_hash)
        return None if block_hash is None else merkle_block(self._chain.block(block_hash), state)


def merkle_block(block: Block, state: PeerState) -> MerkleBlock:
    """The transactions of a block that concern a filter, and the proof that they are in it."""
    related = [transaction for transaction in block.transactions if state.is_related(transaction)]
    ids = [transaction.id for transaction in block.transactions]
    proof = transaction_proof(ids, [transaction.id for transaction in related])
    return MerkleBlock(
        header_text=block.header.to_hex().encode(),
        transaction_hashes=proof.hashes,
        transaction_texts=tuple(transaction.to_hex().encode() for transaction in related),
        flags=bytes(proof.flags),
    )
