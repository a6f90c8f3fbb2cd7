"""Blocks and transactions of Bytom 2 as they are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, NotRequired

from pybytomd.chain.bytom2.annotated import annotated_inputs, annotated_outputs
from pybytomd.ledger.bytom2.block import Block
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.rpc.schema.shapes import InputShape, OutputShape


class Bytom2InputShape(InputShape):
    """What a transaction spends; ``vote`` is whose vote is taken back."""

    vote: NotRequired[str]


class Bytom2OutputShape(OutputShape):
    """What a transaction pays; ``vote`` is who it votes for."""

    vote: NotRequired[str]
    state_data: NotRequired[list[str]]


InputObject = Annotated[Mapping[str, object], Bytom2InputShape]
OutputObject = Annotated[Mapping[str, object], Bytom2OutputShape]


@dataclass(frozen=True, slots=True)
class TransactionReply:
    """A transaction of a block or of the pool."""

    id: bytes
    version: int
    size: int
    time_range: int
    inputs: Sequence[InputObject]
    outputs: Sequence[OutputObject]
    mux_id: bytes


@dataclass(frozen=True, slots=True)
class BlockReply:
    """A block with its transactions; ``timestamp`` is in milliseconds.

    Quirk: ``size`` is that of its hex text, twice the bytes.
    """

    hash: bytes
    size: int
    version: int
    height: int
    validator: str
    previous_block_hash: bytes
    timestamp: int
    transaction_merkle_root: bytes
    transactions: list[TransactionReply]


def block_reply(block: Block, validator: str, prefix: str) -> BlockReply:
    """What ``get-block`` shows; ``validator`` is the key of who made it."""
    header = block.header
    return BlockReply(
        hash=block.hash,
        size=2 * len(block.to_bytes()),
        version=header.version,
        height=header.height,
        validator=validator,
        previous_block_hash=header.previous_block_hash,
        timestamp=header.timestamp,
        transaction_merkle_root=header.transactions_merkle_root,
        transactions=[transaction_reply(tx, prefix, tx.mux_id) for tx in block.transactions],
    )


def transaction_reply(tx: Transaction, prefix: str, mux_id: bytes) -> TransactionReply:
    """What is shown of a transaction, addresses for the network with this prefix."""
    return TransactionReply(
        id=tx.id,
        version=tx.version,
        size=tx.serialized_size,
        time_range=tx.time_range,
        inputs=annotated_inputs(tx, prefix),
        outputs=annotated_outputs(tx, prefix),
        mux_id=mux_id,
    )
