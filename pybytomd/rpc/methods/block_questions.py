"""What both chains are asked and answer of blocks in the same words.

Source: rpc-and-cli reference, section 4.7; ``api/block_retrieve.go``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from pybytomd.rpc.schema.field_types import HexBytes, HexList, Uint64
from pybytomd.rpc.schema.transaction_reply import padded_hash


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
