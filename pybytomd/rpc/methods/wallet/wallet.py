"""What the wallet's index tells: transactions, unspent outputs, balances; its state, rescan and recovery.

Source: rpc-and-cli reference, section 4.6; ``api/query.go``, ``api/wallet.go``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from pybytomd.rpc.api import Api, ApiParts
from pybytomd.rpc.methods.wallet_access import AccountRequest, wallet_of
from pybytomd.rpc.methods.wallet_lists import (
    ITEMS_AT_ONCE,
    ListTransactionsRequest,
    TransactionIdRequest,
    TransactionSummaryReply,
    account_id,
    transactions,
    transactions_at_once,
)
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.field_types import Flag, Text, Uint, XPubList
from pybytomd.rpc.schema.registry import BOTH, method
from pybytomd.rpc.schema.replies import OMIT_EMPTY, Rendered
from pybytomd.rpc.schema.shapes import InputObject, OutputObject
from pybytomd.wallet.query.lists import Page


@dataclass(frozen=True, slots=True)
class UnspentRequest:
    """Which unspent outputs: of an account, by the beginning of their id, a part of the list."""

    account_id: Text = ""
    account_alias: Text = ""
    id: Text = ""
    unconfirmed: Flag = False
    smart_contract: Flag = False
    from_: Uint = 0
    count: Uint = 0


@dataclass(frozen=True, slots=True)
class RecoveryRequest:
    """Root keys, in the order their accounts were made with."""

    xpubs: XPubList = ()


@dataclass(frozen=True, slots=True)
class BalanceReply:
    """What an account holds of an asset."""

    account_id: str
    account_alias: str
    asset_alias: str
    asset_id: bytes
    amount: int
    asset_definition: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class UnspentReply:
    """An unspent output. It can be spent from block ``valid_height`` on."""

    account_alias: str
    id: bytes
    asset_id: bytes
    asset_alias: str
    amount: int
    account_id: str
    address: str
    control_program_index: int
    program: bytes
    source_id: bytes
    source_pos: int
    valid_height: int
    change: bool
    derive_rule: int


@dataclass(frozen=True, slots=True)
class WalletTransactionReply:
    """A transaction with the names of accounts and assets. Without a block it waits to be in one."""

    tx_id: bytes
    block_time: int
    block_hash: bytes
    block_height: int
    block_index: int
    inputs: list[InputObject]
    outputs: list[OutputObject]
    status_fail: bool
    size: int
    block_transactions_count: int = field(default=0, metadata=OMIT_EMPTY)


@dataclass(frozen=True, slots=True)
class RecoveryReply:
    """What a recovery has found since it began."""

    accounts_found: int
    addresses_found: int


@dataclass(frozen=True, slots=True)
class WalletInfoReply:
    """How far the index is. ``recovery`` is there during one, ``error`` while the wallet cannot go on."""

    best_block_height: int
    wallet_height: int
    recovery: RecoveryReply | None = field(default=None, metadata=OMIT_EMPTY)
    error: str = field(default="", metadata=OMIT_EMPTY)


Transactions = list[WalletTransactionReply] | list[TransactionSummaryReply] | Rendered


@method("list-balances", role=Role.WALLET, needs_wallet=True, reads=True, kinds=BOTH)
def list_balances(api: ApiParts, request: AccountRequest) -> list[BalanceReply] | Rendered:
    """What accounts hold, confirmed, immature rewards included."""
    wallet = wallet_of(api)
    return Rendered(wallet.queries.balances(account_id(wallet, request)))


def _unspent(api: ApiParts, request: UnspentRequest) -> Rendered:
    wallet = wallet_of(api)
    return Rendered(
        wallet.queries.unspent_outputs(
            account_id(wallet, request),
            request.id,
            Page(request.from_, request.count),
            unconfirmed=request.unconfirmed,
            contracts=request.smart_contract,
        )
    )


def _unspent_at_once(api: ApiParts, request: UnspentRequest) -> Rendered | None:
    wallet = wallet_of(api)
    total = wallet.queries.unspent_count(
        account_id(wallet, request),
        request.id,
        unconfirmed=request.unconfirmed,
        contracts=request.smart_contract,
    )
    is_short = Page(request.from_, request.count).size(total) <= ITEMS_AT_ONCE
    return _unspent(api, request) if is_short else None


@method(
    "list-unspent-outputs", role=Role.WALLET, needs_wallet=True, ready=_unspent_at_once, reads=True, kinds=BOTH
)
async def list_unspent_outputs(api: ApiParts, request: UnspentRequest) -> list[UnspentReply] | Rendered:
    """Unspent outputs of accounts, or those with programs of contracts, by descending id."""
    return await asyncio.to_thread(_unspent, api, request)


@method("get-transaction", role=Role.WALLET, needs_wallet=True, reads=True)
def get_transaction(api: Api, request: TransactionIdRequest) -> WalletTransactionReply | Rendered:
    """A transaction of the wallet, or any one if they are indexed."""
    return Rendered(wallet_of(api).queries.transaction(request.tx_id))


@method("list-transactions", role=Role.WALLET, needs_wallet=True, ready=transactions_at_once, reads=True)
async def list_transactions(api: Api, request: ListTransactionsRequest) -> Transactions:
    """Transactions of the wallet, newest first."""
    return await asyncio.to_thread(transactions, api, request)


@method("wallet-info", role=Role.WALLET, needs_wallet=True, reads=True, kinds=BOTH)
def wallet_info(api: ApiParts) -> WalletInfoReply:
    """How far the wallet is, and what keeps it from going on."""
    status = wallet_of(api).status()
    return WalletInfoReply(
        best_block_height=status.chain_height,
        wallet_height=status.wallet_height,
        recovery=RecoveryReply(status.accounts_found, status.addresses_found) if status.is_recovering else None,
        error=status.failure,
    )


@method("rescan-wallet", role=Role.ADMIN, needs_wallet=True, kinds=BOTH)
async def rescan_wallet(api: ApiParts) -> None:
    """Go through the chain again, and look for addresses of all accounts past the known ones."""
    await asyncio.to_thread(wallet_of(api).find_addresses)


@method("recovery-wallet", role=Role.ADMIN, needs_wallet=True, kinds=BOTH)
async def recovery_wallet(api: ApiParts, request: RecoveryRequest) -> None:
    """Look for the accounts of root keys on the chain, and for addresses of those that are here already."""
    await asyncio.to_thread(wallet_of(api).recover, request.xpubs)
