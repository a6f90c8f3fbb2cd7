"""What both chains are asked and answer of blocks in the same words.

Source: rpc-and-cli reference, section 4.7; ``api/block_retrieve.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar, Protocol

from pybytomd.rpc.block_cache import BlockCache
from pybytomd.rpc.schema.field_types import HexBytes, HexList, Uint64
from pybytomd.rpc.schema.replies import Rendered
from pybytomd.rpc.schema.transaction_reply import HASH_SIZE, padded_hash


class FindsHashes(Protocol):
    """A chain of either kind."""

    def hash_at(self, height: int) -> bytes | None:
        """The hash of the main chain's block, None above its end."""
        ...


class KeepsAnswers(Protocol):
    """The parts of a node of either kind that answers about blocks need."""

    @property
    def chain(self) -> FindsHashes:
        """The chain that is asked."""
        ...

    @property
    def blocks(self) -> BlockCache:
        """What was answered before."""
        ...


@dataclass(frozen=True, slots=True)
class BlockRequest:
    """A block by its hash, or by its height on the main chain."""

    GO_NAME: ClassVar[str] = "api.BlockReq"
    block_height: Uint64 = 0
    block_hash: HexBytes = b""


@dataclass(frozen=True, slots=True)
class BlockHashReply:
    """The hash of a block."""

    block_hash: bytes


@dataclass(frozen=True, slots=True)
class BlockCountReply:
    """The height of the best block. Quirk: there is one block more, the genesis block."""

    block_count: int


@dataclass(frozen=True, slots=True)
class MerkleProofRequest:
    """Transactions, and the block they are in; the genesis block without a hash."""

    GO_NAME: ClassVar[str] = "api.MerkleBlockReq"
    tx_ids: HexList = ()
    block_hash: HexBytes = b""


def matched_ids(request: MerkleProofRequest, ids: Iterable[bytes]) -> list[bytes]:
    """Those of the ids of a block's transactions that were asked for, in the order of the block."""
    wanted = {padded_hash(tx_id) for tx_id in request.tx_ids}
    return [tx_id for tx_id in ids if tx_id in wanted]


def kept(name: str) -> Callable[[KeepsAnswers, BlockRequest], Rendered | None]:
    """Finds the answer of a method about a block that it was asked for before; see ``answer_key``."""

    def answer(api: KeepsAnswers, request: BlockRequest) -> Rendered | None:
        block_hash: bytes | None = request.block_hash
        if len(request.block_hash) != HASH_SIZE:
            block_hash = api.chain.hash_at(request.block_height)
        return None if block_hash is None else api.blocks.get(answer_key(name, block_hash))

    return answer


def answer_key(name: str, block_hash: bytes) -> bytes:
    """Under which the answer of a method about a block is kept."""
    return name.encode() + block_hash
