"""Blocks and headers of the chain. Source: rpc-and-cli reference, section 4.7; ``api/block_retrieve.go``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from pybytomd.chain.errors import BlockHeightNotFound, BlockNotFound, HeaderNotFound
from pybytomd.errors import RequestError
from pybytomd.ledger import merkle
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.pow.compact import work
from pybytomd.rpc.api import Api
from pybytomd.rpc.block_cache import KeptReply
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
from pybytomd.rpc.schema.block_reply import BlockReply, block_reply
from pybytomd.rpc.schema.body_limits import TRANSACTION_BODY
from pybytomd.rpc.schema.registry import method
from pybytomd.rpc.schema.replies import OMIT_EMPTY, Rendered
from pybytomd.rpc.schema.transaction_reply import HASH_SIZE

MAX_UINT64 = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class StatusReply:
    """Whether a transaction failed."""

    status_fail: bool = field(default=False, metadata=OMIT_EMPTY)


@dataclass(frozen=True, slots=True)
class BlockStatusReply:
    """Which transactions of a block failed."""

    version: int = field(metadata=OMIT_EMPTY)
    verify_status: list[StatusReply] = field(metadata=OMIT_EMPTY)


@dataclass(frozen=True, slots=True)
class RawBlockReply:
    """A serialized block and the status of its transactions."""

    raw_block: Block
    transaction_status: BlockStatusReply


@dataclass(frozen=True, slots=True)
class BlockHeaderReply:
    """A serialized header, and what the block pays its miner in neu."""

    block_header: BlockHeader
    reward: int


@dataclass(frozen=True, slots=True)
class DifficultyReply:
    """How hard a block was: hashes it takes on average, in decimal."""

    hash: bytes
    height: int
    bits: int
    difficulty: str


@dataclass(frozen=True, slots=True)
class HashRateReply:
    """Hashes a second it took to find a block, on average."""

    hash: bytes
    height: int
    hash_rate: int


@dataclass(frozen=True, slots=True)
class MerkleProofReply:
    """What shows that transactions are in a block, and their status."""

    block_header: BlockHeader
    tx_hashes: tuple[bytes, ...]
    status_hashes: tuple[bytes, ...]
    flags: tuple[int, ...]
    matched_tx_ids: list[bytes] | None


class BadHashLength(RequestError):
    """A block hash has 32 bytes."""

    message = "Block hash format error."


def find_block(api: Api, block_hash: bytes, height: int) -> Block:
    """The block a request names. Raises ChainError. Quirk: a hash that has not 32 bytes does not count."""
    return api.chain.block(block_hash) if len(block_hash) == HASH_SIZE else api.chain.block_at(height)


def find_header(api: Api, block_hash: bytes, height: int) -> BlockHeader:
    """The header of the block a request names, without the block. Raises ChainError with the text for blocks."""
    found = block_hash if len(block_hash) == HASH_SIZE else api.chain.hash_at(height)
    if found is not None:
        try:
            return api.chain.header(found)
        except HeaderNotFound:
            raise BlockNotFound.of(found) from None
    raise BlockHeightNotFound


@method("get-block-hash", role=Role.READ, reads=True)
def get_block_hash(api: Api) -> BlockHashReply:
    """Hash of the best block."""
    return BlockHashReply(api.chain.best_hash)


@method("get-block-count", role=Role.READ, reads=True)
def get_block_count(api: Api) -> BlockCountReply | Rendered:
    """Height of the best block."""
    return api.blocks.of_height(api.chain.best_height, BlockCountReply)


async def _render(api: Api, request: BlockRequest, name: str, reply: Callable[[Block], object]) -> Rendered:
    """The answer of a method about a block, made in a thread, for blocks may be large, and kept."""

    def make() -> tuple[bytes, KeptReply]:
        block = find_block(api, request.block_hash, request.block_height)
        return block.hash, KeptReply.of(reply(block))

    block_hash, answer = await asyncio.to_thread(make)
    api.blocks.put(answer_key(name, block_hash), answer)
    return answer


@method("get-block", role=Role.READ, ready=kept("get-block"), reads=True)
async def get_block(api: Api, request: BlockRequest) -> BlockReply | Rendered:
    """A block with its transactions."""

    def reply(block: Block) -> BlockReply:
        return block_reply(block, api.chain.transaction_status(block.hash), api.address_prefix)

    return await _render(api, request, "get-block", reply)


@method("get-raw-block", role=Role.READ, ready=kept("get-raw-block"), reads=True)
async def get_raw_block(api: Api, request: BlockRequest) -> RawBlockReply | Rendered:
    """A serialized block, and which of its transactions failed."""

    def reply(block: Block) -> RawBlockReply:
        status = api.chain.transaction_status(block.hash)
        return RawBlockReply(block, BlockStatusReply(status.version, [StatusReply(fail) for fail in status.fails]))

    return await _render(api, request, "get-raw-block", reply)


@method("get-block-header", role=Role.READ, ready=kept("get-block-header"), reads=True)
async def get_block_header(api: Api, request: BlockRequest) -> BlockHeaderReply | Rendered:
    """A serialized header, and the reward of its block."""

    def reply(block: Block) -> BlockHeaderReply:
        first = block.transactions[0] if block.transactions else None
        return BlockHeaderReply(block.header, first.outputs[0].amount if first and first.outputs else 0)

    return await _render(api, request, "get-block-header", reply)


@method("get-difficulty", role=Role.READ, reads=True)
def get_difficulty(api: Api, request: BlockRequest) -> DifficultyReply:
    """How many hashes a block takes on average."""
    header = find_header(api, request.block_hash, request.block_height)
    return DifficultyReply(header.hash, header.height, header.bits, str(work(header.bits)))


@method("get-hash-rate", role=Role.READ, reads=True)
def get_hash_rate(api: Api, request: BlockRequest) -> HashRateReply:
    """Hashes a second of the whole network when a block was found; without height, the best block."""
    if len(request.block_hash) not in (0, HASH_SIZE):
        raise BadHashLength
    header = find_header(api, request.block_hash, request.block_height or api.chain.best_height)
    parent = find_header(api, header.previous_block_hash, 0)
    seconds = max(1, header.timestamp - parent.timestamp)
    return HashRateReply(header.hash, header.height, work(header.bits) // seconds & MAX_UINT64)


@method("get-merkle-proof", role=Role.READ, reads=True, body=TRANSACTION_BODY)
async def get_merkle_proof(api: Api, request: MerkleProofRequest) -> MerkleProofReply:
    """Proof that transactions are in a block; ids that are not in it are passed over."""
    return await asyncio.to_thread(_prove, api, request)


def _prove(api: Api, request: MerkleProofRequest) -> MerkleProofReply:
    block = find_block(api, request.block_hash, 0)
    ids = [tx.id for tx in block.transactions]
    matched = matched_ids(request, ids)
    proof = merkle.transaction_proof(ids, matched)
    fails = api.chain.transaction_status(block.hash).fails
    return MerkleProofReply(
        block_header=block.header,
        tx_hashes=proof.hashes,
        status_hashes=merkle.status_proof(fails, proof.flags),
        flags=proof.flags,
        matched_tx_ids=matched or None,
    )
