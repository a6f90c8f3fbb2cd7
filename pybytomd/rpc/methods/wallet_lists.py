"""Lists of the wallet's transactions as both chains are asked for them, and assets as both show them.

Source: rpc-and-cli reference, sections 4.3 and 4.6; ``api/query.go``, ``asset/annotate.go``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol

from pybytomd.codec.json.gojson import Raw
from pybytomd.crypto.chainkd import XPub
from pybytomd.rpc.api import ApiParts
from pybytomd.rpc.methods.wallet_access import wallet_of
from pybytomd.rpc.schema.field_types import Flag, Text, Uint
from pybytomd.rpc.schema.replies import Rendered
from pybytomd.rpc.schema.requests import StructKind
from pybytomd.rpc.schema.shapes import SummaryObject
from pybytomd.wallet.accounts.signers import Signer
from pybytomd.wallet.assets.asset_records import Asset
from pybytomd.wallet.query.lists import Page
from pybytomd.wallet.wallet import Wallet

NO_SIGNER = Signer("")
NO_DEFINITION = Raw(b"{}")
ITEMS_AT_ONCE = 400
"""Items of a list that are put together on the event loop, in a few milliseconds; longer lists go to a thread."""


@dataclass(frozen=True, slots=True)
class TransactionIdRequest:
    """A transaction by its id."""

    tx_id: Text = ""


@dataclass(frozen=True, slots=True)
class TransactionsOfReference:
    """Which transactions, as the reference knows it: one by its id, of an account, a part of the list."""

    id: Text = ""
    account_id: Text = ""
    detail: Flag = False
    unconfirmed: Flag = False
    from_: Uint = 0
    count: Uint = 0


@dataclass(frozen=True, slots=True)
class ListTransactionsRequest(TransactionsOfReference):
    """Which transactions: one by its id, of an account by its id or alias, a part of the list.

    The reference passes over ``account_alias`` here and lists those of all accounts.
    """

    GO_TYPE: ClassVar[str] = StructKind(TransactionsOfReference).go_type
    account_alias: Text = ""


@dataclass(frozen=True, slots=True)
class TransactionSummaryReply:
    """A transaction in short."""

    tx_id: bytes
    block_time: int
    inputs: list[SummaryObject]
    outputs: list[SummaryObject]


class OfAccount(Protocol):
    """A request about one account, by its alias if that is given, or about all."""

    @property
    def account_id(self) -> str:
        """Its id."""

    @property
    def account_alias(self) -> str:
        """Its alias."""


def account_id(wallet: Wallet, request: OfAccount) -> str:
    """The id asked for. Quirk: one that does not exist finds nothing, while such an alias is an error."""
    if not request.account_alias:
        return request.account_id
    return wallet.accounts.find(alias=request.account_alias).id


def transactions(api: ApiParts, request: ListTransactionsRequest) -> Rendered:
    """The part of a list that is asked for."""
    wallet, page = wallet_of(api), Page(request.from_, request.count)
    queries = wallet.queries
    detail, unconfirmed = request.detail, request.unconfirmed
    if request.id:
        return Rendered(queries.one_transaction(request.id, page, detail=detail, unconfirmed=unconfirmed))
    return Rendered(
        queries.transactions(account_id(wallet, request), page, detail=detail, unconfirmed=unconfirmed)
    )


def transactions_at_once(api: ApiParts, request: ListTransactionsRequest) -> Rendered | None:
    """The same if it is short enough for the event loop."""
    if request.id:
        return transactions(api, request)
    wallet = wallet_of(api)
    total = wallet.queries.transaction_count(account_id(wallet, request), unconfirmed=request.unconfirmed)
    is_short = Page(request.from_, request.count).size(total) <= ITEMS_AT_ONCE
    return transactions(api, request) if is_short else None


@dataclass(frozen=True, slots=True)
class AssetReply:
    """An asset. ``limit_height`` is read back from its program."""

    type: str
    xpubs: tuple[XPub, ...] | None
    quorum: int
    key_index: int
    derive_rule: int
    id: bytes
    alias: str
    vm_version: int
    issue_program: bytes
    raw_definition_byte: bytes
    definition: Raw
    limit_height: int

    @classmethod
    def of(cls, asset: Asset, height_limit: Callable[[bytes], int]) -> AssetReply:
        """What is shown of an asset; ``height_limit`` reads it from its program, as the chain does."""
        signer, text = asset.signer or NO_SIGNER, asset.definition_text
        return cls(
            type=signer.kind,
            xpubs=signer.xpubs or None,
            quorum=signer.quorum,
            key_index=signer.key_index,
            derive_rule=signer.derive_rule,
            id=asset.id,
            alias=asset.alias,
            vm_version=asset.vm_version,
            issue_program=asset.issuance_program,
            raw_definition_byte=asset.raw_definition,
            definition=NO_DEFINITION if text is None else Raw(text),
            limit_height=height_limit(asset.issuance_program),
        )
