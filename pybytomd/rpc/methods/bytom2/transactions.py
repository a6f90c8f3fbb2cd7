"""Transactions of Bytom 2 outside of blocks: taken apart, submitted, waiting in the pool.

Source: bytom2-network-wallet-api reference, sections 4.5 and 5.1; ``blockchain/txbuilder/finalize.go``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from pybytomd.chain.bytom2.annotated import annotated_inputs, annotated_outputs
from pybytomd.chain.errors import TransactionNotInPool
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.ledger.constants import NEU_PER_GAS, ZERO_HASH
from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.rpc.bytom2.api import Bytom2Api
from pybytomd.rpc.bytom2.fields import RawTransaction, RawTransactionList
from pybytomd.rpc.bytom2.replies import InputObject, OutputObject, TransactionReply, transaction_reply
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
from pybytomd.rpc.schema.registry import method
from pybytomd.rpc.schema.transaction_reply import padded_hash
from pybytomd.wallet.spend.errors import FeeTooHigh

KINDS = (ChainKind.BYTOM2,)


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


def _decoded(tx: Transaction, prefix: str) -> DecodedReply:
    return DecodedReply(
        tx_id=tx.id,
        version=tx.version,
        size=tx.serialized_size,
        time_range=tx.time_range,
        inputs=annotated_inputs(tx, prefix),
        outputs=annotated_outputs(tx, prefix),
        fee=tx.fee,
    )


@method("decode-raw-transaction", role=Role.READ, reads=True, body=TRANSACTION_BODY, kinds=KINDS)
async def decode_raw_transaction(api: Bytom2Api, request: TransactionRequest) -> DecodedReply:
    """Take a serialized transaction apart."""
    return await asyncio.to_thread(_decoded, request.transaction, api.address_prefix)


async def _submit(api: Bytom2Api, tx: Transaction) -> None:
    """Hand a transaction in to the pool, from where it goes to peers and into blocks. Raises BytomError if it is
    refused.
    """
    if tx.fee > api.max_transaction_fee:
        raise FeeTooHigh
    await add_to_pool(api.chain.add_transaction, tx)
    await tell_wallet(api)
    note_submitted(tx)


@method("submit-transaction", role=Role.SPEND, body=TRANSACTION_BODY, kinds=KINDS)
async def submit_transaction(api: Bytom2Api, request: TransactionRequest) -> SubmittedReply:
    """Hand in a signed transaction."""
    tx = request.transaction
    await _submit(api, tx)
    return SubmittedReply(tx.id)


@method("submit-transactions", role=Role.SPEND, body=TRANSACTION_BODY, kinds=KINDS)
async def submit_transactions(api: Bytom2Api, request: TransactionsRequest) -> AllSubmittedReply:
    """Hand in signed transactions, one after another. The first that is refused ends it; those before it stay."""
    return await submit_all(partial(_submit, api), request.raw_transactions)


@method("list-unconfirmed-transactions", role=Role.READ, reads=True, kinds=KINDS)
def list_unconfirmed_transactions(api: Bytom2Api) -> PoolReply:
    """Transactions that wait for a block, in the order in which they came."""
    ids = [entry.transaction.id for entry in api.chain.pool.entries()]
    return PoolReply(len(ids), ids)


@method("get-unconfirmed-transaction", role=Role.READ, reads=True, kinds=KINDS)
async def get_unconfirmed_transaction(api: Bytom2Api, request: UnconfirmedRequest) -> TransactionReply:
    """A transaction that waits for a block.

    Quirk: ``mux_id`` is all zeros when the first output is a vote.
    """
    entry = api.chain.pool.get(padded_hash(request.tx_id))
    if entry is None:
        raise TransactionNotInPool
    tx = entry.transaction
    is_vote = bool(tx.outputs) and tx.outputs[0].is_vote
    mux_id = ZERO_HASH if is_vote else tx.mux_id
    return await asyncio.to_thread(transaction_reply, tx, api.address_prefix, mux_id)


@method("gas-rate", role=Role.READ, reads=True, kinds=KINDS)
def gas_rate(api: Bytom2Api) -> GasRateReply:  # noqa: ARG001 - every method is given the node's parts
    """Neu a unit of gas costs."""
    return GasRateReply(NEU_PER_GAS)
