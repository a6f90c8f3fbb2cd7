"""Answering what peers ask about our chain.

Blocks are sent as they are stored, as hex text, without decoding them. Answers wait for room in the peer's queue,
so that a peer is served as fast as it reads and not faster; what it asks beyond a steady rate waits as well.

Source: p2p-and-sync reference, sections 5.1 and 6.8; ``netsync/handle.go``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from pybytomd.chain.ports import ChainWriter
from pybytomd.clock import Clock
from pybytomd.errors import ChainError, StoreError
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.merkle import status_proof, transaction_proof
from pybytomd.ledger.status import TransactionStatus
from pybytomd.p2p.peers.peer import Peer
from pybytomd.sync.headers.block_locator import located_headers
from pybytomd.sync.messages import (
    MAX_BLOCKS,
    MAX_HEADERS,
    STATUS_FAILED,
    STATUS_OK,
    BlockMessage,
    Blocks,
    GetBlock,
    GetBlocks,
    GetHeaders,
    GetMerkleBlock,
    Headers,
    MerkleBlock,
    StatusResponse,
)
from pybytomd.sync.peers.peer_state import PeerState
from pybytomd.sync.relay.answers import Answers, block_texts

logger = logging.getLogger(__name__)


class ChainServer:
    """Answers requests of all peers."""

    def __init__(self, chain: ChainWriter, clock: Clock) -> None:
        self._chain = chain
        self._answers = Answers(clock)

    def forget(self, peer: Peer) -> None:
        """A peer is gone."""
        self._answers.forget(peer)

    def status(self) -> StatusResponse:
        """Our best block."""
        best = self._chain.best_header
        return StatusResponse(best.height, best.hash, self._chain.params.genesis.hash)

    def _find(self, height: int, block_hash: bytes) -> bytes | None:
        """The hash asked for. Quirk: a height of 0 stands for a request by hash."""
        return self._chain.hash_at(height) if height else block_hash

    async def get_block(self, state: PeerState, request: GetBlock) -> None:
        """One block of any branch; no answer if there is none."""
        block_hash = self._find(request.height, request.block_hash)
        if block_hash is None:
            return
        async with self._answers.lookups:
            text = await asyncio.to_thread(self._chain.block_hex, block_hash)
        if text is not None:
            state.known_blocks.add(block_hash)
            await self._answers.send(state.peer, BlockMessage(text))

    async def get_headers(self, state: PeerState, request: GetHeaders) -> None:
        """Headers after the locator; no answer if there are none, since an empty one counts as an offence."""
        async with self._answers.lookups:
            texts = await asyncio.to_thread(self._header_texts, request.locator, request.stop_hash)
        if texts:
            await self._answers.send(state.peer, Headers(texts))

    def _header_texts(self, locator: Sequence[bytes], stop_hash: bytes) -> tuple[bytes, ...]:
        headers = located_headers(self._chain, locator, stop_hash, MAX_HEADERS)
        return Headers.of(headers).texts

    async def get_blocks(self, state: PeerState, request: GetBlocks) -> None:
        """Blocks after the locator, up to 128 and 11 MB of text.

        Quirk: where the first one alone is larger, the answer is a list of none.
        """
        async with self._answers.lookups:
            headers, texts = await asyncio.to_thread(self._block_texts, request.locator, request.stop_hash)
        if not headers:
            return
        for header in headers[: len(texts)]:
            state.known_blocks.add(header.hash)
        await self._answers.send(state.peer, Blocks(texts))

    def _block_texts(
        self, locator: Sequence[bytes], stop_hash: bytes
    ) -> tuple[list[BlockHeader], tuple[bytes, ...]]:
        headers = located_headers(self._chain, locator, stop_hash, MAX_BLOCKS)
        return headers, block_texts(self._chain.block_hex, [header.hash for header in headers])

    async def get_merkle_block(self, state: PeerState, request: GetMerkleBlock) -> None:
        """What of a block concerns the filter of a light wallet; no answer if there is no such block."""
        block_hash = self._find(request.height, request.block_hash)
        if block_hash is None:
            return
        async with self._answers.lookups:
            try:
                message = await asyncio.to_thread(self._merkle_block, state, block_hash)
            except ChainError:
                return
            except StoreError as error:
                logger.warning("a merkle block cannot be read", extra={"reason": str(error)})
                return
        await self._answers.send(state.peer, message)

    def _merkle_block(self, state: PeerState, block_hash: bytes) -> MerkleBlock:
        return merkle_block(self._chain.block(block_hash), self._chain.transaction_status(block_hash), state)


def merkle_block(block: Block, status: TransactionStatus, state: PeerState) -> MerkleBlock:
    """The transactions of a block that concern a filter, and the proofs that they and their status are in it."""
    pairs = list(zip(block.transactions, status.fails, strict=False))
    related = [(transaction, fail) for transaction, fail in pairs if state.is_related(transaction)]
    ids = [transaction.id for transaction in block.transactions]
    proof = transaction_proof(ids, [transaction.id for transaction, _ in related])
    return MerkleBlock(
        header_text=block.header.to_hex().encode(),
        transaction_hashes=proof.hashes,
        transaction_texts=tuple(transaction.to_hex().encode() for transaction, _ in related),
        status_hashes=status_proof(status.fails, proof.flags),
        statuses=tuple(STATUS_FAILED if fail else STATUS_OK for _, fail in related),
        flags=bytes(proof.flags),
    )
