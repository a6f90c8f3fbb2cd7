"""A block as it is shown, whole or in short."""

from __future__ import annotations

from dataclasses import dataclass

from pybytomd.ledger.block import Block
from pybytomd.ledger.status import TransactionStatus
from pybytomd.pow.compact import work
from pybytomd.rpc.schema.transaction_reply import TransactionReply, transaction_reply


@dataclass(frozen=True, slots=True)
class BlockReply:
    """A block with its transactions. Quirk: ``size`` is that of its hex text, twice the bytes."""

    hash: bytes
    size: int
    version: int
    height: int
    previous_block_hash: bytes
    timestamp: int
    nonce: int
    bits: int
    difficulty: str
    transaction_merkle_root: bytes
    transaction_status_hash: bytes
    transactions: list[TransactionReply]


@dataclass(frozen=True, slots=True)
class BlockSummary:
    """A block without its transactions. ``size`` is in bytes, ``timestamp`` in Unix seconds."""

    hash: bytes
    height: int
    previous_block_hash: bytes
    timestamp: int
    difficulty: str
    size: int
    transaction_count: int


def block_reply(block: Block, status: TransactionStatus, prefix: str) -> BlockReply:
    """What ``get-block`` shows."""
    header = block.header
    judged = zip(block.transactions, status.fails, strict=False)
    return BlockReply(
        hash=header.hash,
        size=2 * len(block.to_bytes()),
        version=header.version,
        height=header.height,
        previous_block_hash=header.previous_block_hash,
        timestamp=header.timestamp,
        nonce=header.nonce,
        bits=header.bits,
        difficulty=str(work(header.bits)),
        transaction_merkle_root=header.transactions_merkle_root,
        transaction_status_hash=header.transaction_status_hash,
        transactions=[transaction_reply(tx, prefix, failed=fail) for tx, fail in judged],
    )


def block_summary(block: Block) -> BlockSummary:
    """A block in short."""
    header = block.header
    return BlockSummary(
        hash=header.hash,
        height=header.height,
        previous_block_hash=header.previous_block_hash,
        timestamp=header.timestamp,
        difficulty=str(work(header.bits)),
        size=len(block.to_bytes()),
        transaction_count=len(block.transactions),
    )
