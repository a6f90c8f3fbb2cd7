"""Transactions outside of blocks: taken apart, submitted, waiting in the pool.

Source: rpc-and-cli reference, sections 4.4 and 4.8; ``blockchain/txbuilder/finalize.go``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from pybytomd.chain.annotated import Annotator
from pybytomd.chain.errors import TransactionNotInPool
from pybytomd.ledger.constants import NEU_PER_GAS
from pybytomd.ledger.transaction import Transaction
from pybytomd.rpc.api import Api
from pybytomd.rpc.methods.submitting import (
    AllSubmittedReply,
    GasRateReply,
    PoolReply,
    SubmittedReply,
    UnconfirmedRequest,
    add_to_pool,
    given,
    note_submitted,
    submit_all,
    tell_wallet,
)
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.body_limits import TRANSACTION_BODY
from pybytomd.rpc.schema.field_types import RawTransaction, RawTransactionList
from pybytomd.rpc.schema.registry import method
from pybytomd.rpc.schema.shapes import InputObject, OutputObject
from pybytomd.rpc.schema.transaction_reply import TransactionReply, padded_hash, transaction_reply
from pybytomd.wallet.spend.errors import FeeTooHigh, NoGasInput
from pybytomd.wallet.spend.ledgers.bytom1 import transaction_fee

FEW_ENTRIES = 200
"""Inputs and outputs of a transaction that is taken apart on the event loop, in a few milliseconds; larger ones go
to a thread."""


@dataclass(frozen=True, slots=True)
class TransactionRequest:
    """A serialized transaction."""

    GO_TYPE: ClassVar[str] = 'struct { Tx types.Tx "json:\\"raw_transaction\\"" }'
    raw_transaction: RawTransaction = None

    @property
    def transaction(self) -> Transaction:
        """The transaction. Raises MissingField."""
        return given(self.raw_transaction, "raw_transaction")


@dataclass(frozen=True, slots=True)
class TransactionsRequest:
    """Serialized transactions."""

    GO_TYPE: ClassVar[str] = 'struct { Tx []types.Tx "json:\\"raw_transactions\\"" }'
    raw_transactions: RawTransactionList = ()


@dataclass(frozen=True, slots=True)
class DecodedReply:
    """A transaction taken apart, with its fee in neu."""

    tx_id: bytes
    version: int
    size: int
    time_range: int
    inputs: Sequence[InputObject]
    outputs: Sequence[OutputObject]
    fee: int


def _decoded(api: Api, tx: Transaction) -> DecodedReply:
    annotator = Annotator(api.address_prefix)
    return DecodedReply(
        tx_id=tx.id,
        version=tx.version,
        size=tx.serialized_size,
        time_range=tx.time_range,
        inputs=annotator.inputs(tx),
        outputs=annotator.outputs(tx),
        fee=transaction_fee(tx),
    )


def _decoded_at_once(api: Api, request: TransactionRequest) -> DecodedReply | None:
    tx = request.transaction
    return _decoded(api, tx) if len(tx.inputs) + len(tx.outputs) <= FEW_ENTRIES else None


@method("decode-raw-transaction", role=Role.READ, ready=_decoded_at_once, reads=True, body=TRANSACTION_BODY)
async def decode_raw_transaction(api: Api, request: TransactionRequest) -> DecodedReply:
    """Take a serialized transaction apart."""
    return await asyncio.to_thread(_decoded, api, request.transaction)


async def submit(api: Api, tx: Transaction) -> None:
    """Hand a transaction in to the pool, from where it goes to peers and miners. Raises BytomError if it is
    refused.

    Quirk: the size that counts is that of the transaction as written anew.
    """
    if transaction_fee(tx) > api.max_transaction_fee:
        raise FeeTooHigh
    if not tx.gas_input_ids:
        raise NoGasInput
    await add_to_pool(api.chain.add_transaction, tx)
    await tell_wallet(api)
    note_submitted(tx)


@method("submit-transaction", role=Role.SPEND, body=TRANSACTION_BODY)
async def submit_transaction(api: Api, request: TransactionRequest) -> SubmittedReply:
    """Hand in a signed transaction."""
    tx = request.transaction
    await submit(api, tx)
    return SubmittedReply(tx.id)


@method("submit-transactions", role=Role.SPEND, body=TRANSACTION_BODY)
async def submit_transactions(api: Api, request: TransactionsRequest) -> AllSubmittedReply:
    """Hand in signed transactions, one after another. The first that is refused ends it; those before it stay."""
    return await submit_all(partial(submit, api), request.raw_transactions)


@method("list-unconfirmed-transactions", role=Role.READ, reads=True)
def list_unconfirmed_transactions(api: Api) -> PoolReply:
    """Transactions that wait for a block, in the order in which they came."""
    ids = [entry.transaction.id for entry in api.chain.pool.entries()]
    return PoolReply(len(ids), ids)


@method("get-unconfirmed-transaction", role=Role.READ, reads=True)
async def get_unconfirmed_transaction(api: Api, request: UnconfirmedRequest) -> TransactionReply:
    """A transaction that waits for a block."""
    entry = api.chain.pool.get(padded_hash(request.tx_id))
    if entry is None:
        raise TransactionNotInPool
    return await asyncio.to_thread(
        transaction_reply, entry.transaction, api.address_prefix, failed=entry.status_fail
    )


@method("gas-rate", role=Role.READ, reads=True)
def gas_rate(api: Api) -> GasRateReply:  # noqa: ARG001 - every method is given the node's parts
    """Neu a unit of gas costs."""
    return GasRateReply(NEU_PER_GAS)
