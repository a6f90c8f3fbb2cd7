"""How blocks and transactions of Bytom 2 are shown to who is told of them. See ``LedgerView``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pybytomd.chain.annotated import JsonObject, OwnerOf
from pybytomd.chain.bytom2.annotated import Annotator
from pybytomd.chain.mempool.pool_entry import Waiting
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.ledger.bytom2.block import Block, BlockHeader
from pybytomd.rpc.bytom2.replies import block_reply
from pybytomd.rpc.schema.replies import to_json

if TYPE_CHECKING:
    from pybytomd.chain.bytom2.chain import Chain
    from pybytomd.chain.bytom2.events import JudgedBlock


@dataclass(frozen=True, slots=True)
class BlockSummary:
    """A block without its transactions. ``size`` is in bytes, signatures for it left out, ``timestamp`` in ms."""

    hash: bytes
    height: int
    previous_block_hash: bytes
    timestamp: int
    validator: str
    size: int
    transaction_count: int


def validator_of(chain: Chain, header: BlockHeader) -> str:
    """The key of who made a stored block, nothing for the genesis block. Raises UnknownCheckpoint."""
    if not header.height:
        return ""
    return chain.validator(header.previous_block_hash, header.timestamp).key


class Bytom2View:
    """Of the blocks that a chain has stored."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._prefix = chain.params.address_prefix

    def annotator(self, owner_of: OwnerOf | None = None) -> Annotator:
        """See ``LedgerView``."""
        return Annotator(self._prefix, owner_of)

    def block(self, judged: JudgedBlock) -> JsonValue:
        """See ``LedgerView``."""
        block = judged.block
        return to_json(block_reply(block, validator_of(self._chain, block.header), self._prefix))

    def summary(self, block: Block) -> JsonValue:
        """See ``LedgerView``."""
        header = block.header
        return to_json(
            BlockSummary(
                hash=header.hash,
                height=header.height,
                previous_block_hash=header.previous_block_hash,
                timestamp=header.timestamp,
                validator=validator_of(self._chain, header),
                size=block.unsigned_size,
                transaction_count=len(block.transactions),
            )
        )


def arrival(entry: Waiting[Any]) -> JsonObject:
    """What the reference tells of a transaction that enters the pool."""
    return {"transaction": entry.transaction.to_hex()}
