"""Transactions of the wallet: built, signed, estimated.

Source: rpc-and-cli reference, section 4.4; ``api/transact.go``, ``api/hsm.go``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from pybytomd.ledger.transaction import Transaction
from pybytomd.rpc.api import Api
from pybytomd.rpc.methods import building
from pybytomd.rpc.methods.building import (
    ESTIMATE_CHAIN_REQUEST,
    ESTIMATE_REQUEST,
    SIGN_ALL_REQUEST,
    SIGN_REQUEST,
    AllSignedReply,
    GasReply,
    SignedReply,
    TemplateKind,
    TemplateListKind,
    all_signed,
    built,
    built_chain,
    signed,
)
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.actions import ActionKind
from pybytomd.rpc.schema.body_limits import TRANSACTION_BODY
from pybytomd.rpc.schema.field_types import EncodedKind, Flag, ListKind, Text
from pybytomd.rpc.schema.registry import method
from pybytomd.rpc.schema.shapes import TemplateObject
from pybytomd.wallet.spend.estimate import estimate, estimate_chain
from pybytomd.wallet.spend.ledgers.bytom1 import Template

NO_TEMPLATE = Template(None, None)
"""Stands for a template that was not given."""

# ``JsonValue`` refers to itself, which is more than hints of a request are resolved for.
ActionList = Annotated[tuple[Mapping[str, Any], ...], ListKind(ActionKind(), {})]
BaseTransaction = Annotated[
    Transaction | None, EncodedKind("*types.TxData", Transaction.from_hex, "a serialized transaction in hex")
]
TemplateToSign = Annotated[Template, TemplateKind(Template, "transaction.")]
TemplatesToSign = Annotated[
    tuple[Template, ...] | None, TemplateListKind(TemplateKind(Template, "transactions."), NO_TEMPLATE)
]
TemplateToEstimate = Annotated[Template, TemplateKind(Template, "transaction_template.")]
TemplatesToEstimate = Annotated[
    tuple[Template, ...], ListKind(TemplateKind(Template, "transaction_templates."), NO_TEMPLATE)
]


@dataclass(frozen=True, slots=True)
class BuildTransactionRequest(building.ActionsRequest):
    """Actions, and how long and how high the transaction is good for."""

    base_transaction: BaseTransaction = None
    actions: ActionList = ()


@dataclass(frozen=True, slots=True)
class BuildChainRequest(BuildTransactionRequest):
    """Actions, and how long the transactions are good for. ``merge_assets`` is not of the reference."""

    merge_assets: Flag = False


@dataclass(frozen=True, slots=True)
class SignTransactionRequest:
    """A template, and the password of the key that signs."""

    GO_TYPE: ClassVar[str] = SIGN_REQUEST
    password: Text = field(default="", repr=False)
    transaction: TemplateToSign = NO_TEMPLATE


@dataclass(frozen=True, slots=True)
class SignTransactionsRequest:
    """Templates, and the password of the key that signs."""

    GO_TYPE: ClassVar[str] = SIGN_ALL_REQUEST
    password: Text = field(default="", repr=False)
    transactions: TemplatesToSign = None


@dataclass(frozen=True, slots=True)
class EstimateRequest:
    """A template."""

    GO_TYPE: ClassVar[str] = ESTIMATE_REQUEST
    transaction_template: TemplateToEstimate = NO_TEMPLATE


@dataclass(frozen=True, slots=True)
class EstimateChainRequest:
    """The templates of build-chain-transactions."""

    GO_TYPE: ClassVar[str] = ESTIMATE_CHAIN_REQUEST
    transaction_templates: TemplatesToEstimate = ()


@method("build-transaction", role=Role.SPEND, needs_wallet=True, body=TRANSACTION_BODY)
async def build_transaction(api: Api, request: BuildTransactionRequest) -> TemplateObject:
    """Build a transaction from actions; what it spends is reserved for it."""
    return await built(api, request)


@method("build-chain-transactions", role=Role.SPEND, needs_wallet=True, body=TRANSACTION_BODY)
async def build_chain_transactions(api: Api, request: BuildChainRequest) -> Sequence[TemplateObject]:
    """Build a transaction, and before it those that merge as many outputs as it takes."""
    return await built_chain(api, request, merge_assets=request.merge_assets)


@method("sign-transaction", role=Role.SPEND, needs_wallet=True, body=TRANSACTION_BODY)
async def sign_transaction(api: Api, request: SignTransactionRequest) -> SignedReply:
    """Sign a template with the keys of a password. A wrong password is no error, but completes nothing."""
    return await signed(api, request.transaction, request.password)


@method("sign-transactions", role=Role.SPEND, needs_wallet=True, body=TRANSACTION_BODY)
async def sign_transactions(api: Api, request: SignTransactionsRequest) -> AllSignedReply:
    """Sign templates with the keys of a password. Quirk: with no templates at all it counts as complete."""
    return await all_signed(api, request.transactions, request.password)


@method("estimate-transaction-gas", role=Role.READ, reads=True, body=TRANSACTION_BODY)
async def estimate_transaction_gas(api: Api, request: EstimateRequest) -> GasReply:  # noqa: ARG001 - as all
    """What a template should pay, in neu."""
    return GasReply.of(await asyncio.to_thread(estimate, request.transaction_template))


@method("estimate-chain-transaction-gas", role=Role.READ, reads=True, body=TRANSACTION_BODY)
async def estimate_chain_transaction_gas(api: Api, request: EstimateChainRequest) -> GasReply:  # noqa: ARG001
    """What the last of several templates should pay, and what those before it do pay for merging, in neu."""
    return GasReply.of(await asyncio.to_thread(estimate_chain, request.transaction_templates))
