"""What the wallet's index tells on Bytom 2 and not on 1.x, or in another shape: transactions, votes.

Source: bytom2-network-wallet-api reference, sections 4.6 and 5.4; ``api/query.go``.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.rpc.bytom2.api import Bytom2Api
from pybytomd.rpc.bytom2.replies import InputObject, OutputObject
from pybytomd.rpc.methods.wallet_access import AccountRequest, wallet_of
from pybytomd.rpc.methods.wallet_lists import (
    ListTransactionsRequest,
    TransactionIdRequest,
    TransactionSummaryReply,
    account_id,
    transactions,
    transactions_at_once,
)
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.registry import method
from pybytomd.rpc.schema.replies import OMIT_EMPTY, Rendered
from pybytomd.wallet.query.votes import AccountVotes

KINDS = (ChainKind.BYTOM2,)


@dataclass(frozen=True, slots=True)
class WalletTransactionReply:
    """A transaction with the names of accounts and assets. Without a block it waits to be in one.

    Quirk: ``block_time`` is in milliseconds, but in seconds of one that waits.
    """

    tx_id: bytes
    block_time: int
    block_hash: bytes
    block_height: int
    block_index: int
    inputs: list[InputObject]
    outputs: list[OutputObject]
    size: int
    block_transactions_count: int = field(default=0, metadata=OMIT_EMPTY)


Transactions = list[WalletTransactionReply] | list[TransactionSummaryReply] | Rendered


@method("get-transaction", role=Role.WALLET, needs_wallet=True, reads=True, kinds=KINDS)
def get_transaction(api: Bytom2Api, request: TransactionIdRequest) -> WalletTransactionReply | Rendered:
    """A transaction of the wallet, or any one if they are indexed."""
    return Rendered(wallet_of(api).queries.transaction(request.tx_id))


@method(
    "list-transactions",
    role=Role.WALLET,
    needs_wallet=True,
    ready=transactions_at_once,
    reads=True,
    kinds=KINDS,
)
async def list_transactions(api: Bytom2Api, request: ListTransactionsRequest) -> Transactions:
    """Transactions of the wallet, newest first."""
    return await asyncio.to_thread(transactions, api, request)


@method("list-account-votes", role=Role.WALLET, needs_wallet=True, reads=True, kinds=KINDS)
def list_account_votes(api: Bytom2Api, request: AccountRequest) -> list[AccountVotes]:
    """Whom accounts vote for, and with how much, votes that cannot be taken back yet among them."""
    wallet = wallet_of(api)
    return wallet.queries.votes(account_id(wallet, request))
