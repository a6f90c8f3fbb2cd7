"""Blocks, headers, votes and finality of Bytom 2.

Answers are kept. To the header of a block that ends an epoch signatures are added as they come, so of such a block
an answer is good as long as its header is the same.
Source: bytom2-network-wallet-api reference, sections 5.2 to 5.4.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from pybytomd.chain.errors import BlockHeightNotFound, HeaderHeightNotFound
from pybytomd.errors import ChainError
from pybytomd.ledger import merkle
from pybytomd.ledger.bytom2.block import Block, BlockHeader
from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.rpc.block_cache import KeptReply
from pybytomd.rpc.bytom2.api import Bytom2Api
from pybytomd.rpc.bytom2.replies import BlockReply, block_reply
from pybytomd.rpc.bytom2.view import validator_of
from pybytomd.rpc.methods.block_questions import (
    BlockCountReply,
    BlockHashReply,
    BlockRequest,
    MerkleProofRequest,
    answer_key,
    kept,
    matched_ids,
)
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.body_limits import TRANSACTION_BODY
from pybytomd.rpc.schema.registry import method
from pybytomd.rpc.schema.replies import Rendered
from pybytomd.rpc.schema.transaction_reply import HASH_SIZE

KINDS = (ChainKind.BYTOM2,)


@dataclass(frozen=True, slots=True)
class VoteResultRequest(BlockRequest):
    """The block whose makers were voted for."""

    GO_NAME: ClassVar[str] = "BlockReq"


@dataclass(frozen=True, slots=True)
class RawBlockReply:
    """A serialized block, and the key of who made it."""

    raw_block: bytes
    validator: str


@dataclass(frozen=True, slots=True)
class BlockHeaderReply:
    """A serialized header, with the signatures that were collected for it."""

    block_header: bytes


@dataclass(frozen=True, slots=True)
class ChainStatusReply:
    """How far the chain is: no block up to the finalized one can change any more."""

    current_height: int
    current_hash: bytes
    finalized_height: int
    finalized_hash: bytes
    justified_height: int
    justified_hash: bytes


@dataclass(frozen=True, slots=True)
class VoteReply:
    """A key, and the neu that vote for it."""

    vote: str
    vote_number: int


@dataclass(frozen=True, slots=True)
class MerkleProofReply:
    """What shows that transactions are in a block."""

    block_header: bytes
    tx_hashes: tuple[bytes, ...]
    flags: tuple[int, ...]
    matched_tx_ids: list[bytes] | None


class NoSuchHeader(ChainError):
    """No block has this hash (``database/store.go``)."""

    message = "There are no blockHeader with given hash"

    @classmethod
    def of(cls, block_hash: bytes) -> NoSuchHeader:
        """The error for a hash."""
        return cls(f"{cls.message} {block_hash.hex()}")


def _hash_of(api: Bytom2Api, request: BlockRequest, missing: type[ChainError]) -> bytes:
    """The hash of the block a request means. Raises ``missing`` for a height above the best block's.

    Quirk: a hash that has not 32 bytes does not count.
    """
    if len(request.block_hash) == HASH_SIZE:
        return request.block_hash
    found = api.chain.hash_at(request.block_height)
    if found is None:
        height = request.block_height
        raise missing(f"{missing.message}: There are no BlockHash with given height {height}")
    return found


def asked_header(api: Bytom2Api, request: BlockRequest) -> BlockHeader:
    """The header of the block a request means, with the signatures collected for it. Raises ChainError."""
    return _header(api, _hash_of(api, request, HeaderHeightNotFound))


def _header(api: Bytom2Api, block_hash: bytes) -> BlockHeader:
    header = api.chain.store.header(block_hash)
    if header is None:
        raise NoSuchHeader.of(block_hash)
    return header


def _block(api: Bytom2Api, block_hash: bytes) -> Block:
    block = api.chain.store.block(block_hash)
    if block is None:
        raise NoSuchHeader.of(block_hash)
    return block


@method("get-block-hash", role=Role.READ, reads=True, kinds=KINDS)
def get_block_hash(api: Bytom2Api) -> BlockHashReply:
    """Hash of the best block."""
    return BlockHashReply(api.chain.best_hash)


@method("get-block-count", role=Role.READ, reads=True, kinds=KINDS)
def get_block_count(api: Bytom2Api) -> BlockCountReply | Rendered:
    """Height of the best block."""
    return api.blocks.of_height(api.chain.best_height, BlockCountReply)


class _AnswerAboutBlock(KeptReply):
    """An answer, with the header that it is about."""

    __slots__ = ("header",)

    header: BlockHeader


def _kept(name: str) -> Callable[[Bytom2Api, BlockRequest], Rendered | None]:
    """The answer of a method about a block that it was asked for before, and that has not changed since."""
    find = kept(name)

    def answer(api: Bytom2Api, request: BlockRequest) -> Rendered | None:
        found = find(api, request)
        if not isinstance(found, _AnswerAboutBlock):
            return found
        header = found.header
        may_change = header.height % api.chain.params.casper.blocks_per_epoch == 0
        return None if may_change and api.chain.store.header(header.hash) is not header else found

    return answer


async def _render(api: Bytom2Api, request: BlockRequest, name: str, reply: Callable[[Block], object]) -> Rendered:
    """The answer of a method about a block, made in a thread, for blocks may be large, and kept."""

    def make() -> _AnswerAboutBlock:
        block = _block(api, _hash_of(api, request, BlockHeightNotFound))
        answer = _AnswerAboutBlock.of(reply(block))
        answer.header = block.header
        return answer

    answer = await asyncio.to_thread(make)
    api.blocks.put(answer_key(name, answer.header.hash), answer)
    return answer


@method("get-block", role=Role.READ, ready=_kept("get-block"), reads=True, kinds=KINDS)
async def get_block(api: Bytom2Api, request: BlockRequest) -> BlockReply | Rendered:
    """A block with its transactions, and who made it."""

    def reply(block: Block) -> BlockReply:
        return block_reply(block, validator_of(api.chain, block.header), api.address_prefix)

    return await _render(api, request, "get-block", reply)


@method("get-raw-block", role=Role.READ, ready=_kept("get-raw-block"), reads=True, kinds=KINDS)
async def get_raw_block(api: Bytom2Api, request: BlockRequest) -> RawBlockReply | Rendered:
    """A serialized block, and who made it."""

    def reply(block: Block) -> RawBlockReply:
        return RawBlockReply(block.to_bytes(), validator_of(api.chain, block.header))

    return await _render(api, request, "get-raw-block", reply)


@method("get-block-header", role=Role.READ, reads=True, kinds=KINDS)
def get_block_header(api: Bytom2Api, request: BlockRequest) -> BlockHeaderReply:
    """A serialized header."""
    return BlockHeaderReply(_header(api, _hash_of(api, request, BlockHeightNotFound)).to_bytes())


@method("chain-status", role=Role.READ, reads=True, kinds=KINDS)
def chain_status(api: Bytom2Api) -> ChainStatusReply:
    """The best, the last justified and the last finalized block."""
    best, finalized, justified = api.chain.best_header, api.chain.finalized, api.chain.justified
    return ChainStatusReply(
        best.height, best.hash, finalized.height, finalized.hash, justified.height, justified.hash
    )


@method("get-vote-result", role=Role.READ, reads=True, kinds=KINDS)
async def get_vote_result(api: Bytom2Api, request: VoteResultRequest) -> list[VoteReply]:
    """The keys with enough votes to make blocks in the epoch of a block, most votes first."""

    def reply() -> list[VoteReply]:
        header = asked_header(api, request)
        return [VoteReply(key, votes) for key, votes in api.chain.elected(header.hash)]

    return await asyncio.to_thread(reply)


@method("get-merkle-proof", role=Role.READ, reads=True, body=TRANSACTION_BODY, kinds=KINDS)
async def get_merkle_proof(api: Bytom2Api, request: MerkleProofRequest) -> MerkleProofReply:
    """Proof that transactions are in a block; ids that are not in it are passed over."""
    return await asyncio.to_thread(_prove, api, request)


def _prove(api: Bytom2Api, request: MerkleProofRequest) -> MerkleProofReply:
    block = _block(api, _hash_of(api, BlockRequest(0, request.block_hash), BlockHeightNotFound))
    ids = [tx.id for tx in block.transactions]
    matched = matched_ids(request, ids)
    proof = merkle.transaction_proof(ids, matched)
    return MerkleProofReply(block.header.to_bytes(), proof.hashes, proof.flags, matched or None)
