"""A transaction as blocks and the pool show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pybytomd.chain.annotated import Annotator
from pybytomd.ledger.transaction import Transaction
from pybytomd.rpc.schema.shapes import InputObject, OutputObject

HASH_SIZE = 32


@dataclass(frozen=True, slots=True)
class TransactionReply:
    """A transaction of a block or of the pool."""

    id: bytes
    version: int
    size: int
    time_range: int
    inputs: Sequence[InputObject]
    outputs: Sequence[OutputObject]
    status_fail: bool
    mux_id: bytes


def padded_hash(data: bytes) -> bytes:
    """Bytes as a hash: too many are cut off, too few filled up with zeros, as Go copies into an array."""
    return data[:HASH_SIZE].ljust(HASH_SIZE, b"\x00")


def transaction_reply(tx: Transaction, prefix: str, *, failed: bool) -> TransactionReply:
    """What is shown of a transaction, addresses for the network with this prefix."""
    annotator = Annotator(prefix)
    return TransactionReply(
        id=tx.id,
        version=tx.version,
        size=tx.serialized_size,
        time_range=tx.time_range,
        inputs=annotator.inputs(tx),
        outputs=annotator.outputs(tx),
        status_fail=failed,
        mux_id=tx.mux_id,
    )
