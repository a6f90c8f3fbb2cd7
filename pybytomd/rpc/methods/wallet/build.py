"""Transactions of the wallet: built, signed, estimated.

Source: rpc-and-cli reference, section 4.4; ``api/transact.go``, ``api/hsm.go``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from pybytomd.codec.golang.goduration import NANOSECONDS, parse_duration
from pybytomd.codec.json.gofields import kind_of, whole_number
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import BytomError, DecodeError
from pybytomd.ledger.transaction import Transaction
from pybytomd.rpc.api import Api
from pybytomd.rpc.errors import WalletClosed
from pybytomd.rpc.methods.wallet_access import keys_of
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.actions import ActionKind
from pybytomd.rpc.schema.body_limits import TRANSACTION_BODY
from pybytomd.rpc.schema.field_types import EncodedKind, Flag, ListKind, Mismatch, Schema, Text, Uint64
from pybytomd.rpc.schema.registry import method
from pybytomd.rpc.schema.replies import schema_of
from pybytomd.rpc.schema.shapes import TemplateObject, TemplateShape
from pybytomd.wallet.spend.build import BuildRequest, TransactionBuilder
from pybytomd.wallet.spend.estimate import GasEstimate, estimate, estimate_chain
from pybytomd.wallet.spend.ledgers.bytom1 import Template
from pybytomd.wallet.spend.signing import is_complete, sign

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DurationKind:
    """A span of time: milliseconds, or text such as ``1h30m``. Read as seconds."""

    go_type: str = "json.Duration"

    def read(self, value: JsonValue, mismatch: Mismatch) -> object:  # noqa: ARG002 - has errors of its own
        """See ``Kind``."""
        milliseconds = whole_number(value, "int64")
        if milliseconds is not None:
            nanoseconds = milliseconds * NANOSECONDS["ms"]
        elif isinstance(value, str):
            try:
                nanoseconds = parse_duration(value)
            except DecodeError as error:
                raise DecodeError("invalid json.Duration") from error
        else:
            raise DecodeError("invalid json.Duration")
        if nanoseconds < 0:
            raise DecodeError("invalid json.Duration: Duration cannot be less than 0")
        return nanoseconds / NANOSECONDS["s"]

    def schema(self) -> Schema:
        """See ``Kind``."""
        return {
            "anyOf": [{"type": "integer", "minimum": 0}, {"type": "string"}],
            "description": "milliseconds, or text such as 1h30m",
        }


@dataclass(frozen=True, slots=True)
class TemplateKind:
    """A template. ``where`` is its place in the request, for errors."""

    where: str
    go_type: str = "txbuilder.Template"

    def read(self, value: JsonValue, mismatch: Mismatch) -> object:
        """See ``Kind``."""
        if not isinstance(value, Mapping):
            raise mismatch(kind_of(value), self.go_type)
        return Template.from_value(value, self.where)

    def schema(self) -> Schema:
        """See ``Kind``."""
        return schema_of(TemplateShape)


@dataclass(frozen=True, slots=True)
class TemplateListKind(ListKind):
    """Templates, which the reference's struct has pointers to."""

    @property
    def go_type(self) -> str:
        """See ``Kind``."""
        return f"[]*{self.item.go_type}"


NO_TEMPLATE = Template(None, None)
"""Stands for a template that was not given."""

Duration = Annotated[float, DurationKind()]
# ``JsonValue`` refers to itself, which is more than hints of a request are resolved for.
ActionList = Annotated[tuple[Mapping[str, Any], ...], ListKind(ActionKind(), {})]
BaseTransaction = Annotated[
    Transaction | None, EncodedKind("*types.TxData", Transaction.from_hex, "a serialized transaction in hex")
]
TemplateToSign = Annotated[Template, TemplateKind("transaction.")]
TemplatesToSign = Annotated[
    tuple[Template, ...] | None, TemplateListKind(TemplateKind("transactions."), NO_TEMPLATE)
]
TemplateToEstimate = Annotated[Template, TemplateKind("transaction_template.")]
TemplatesToEstimate = Annotated[
    tuple[Template, ...], ListKind(TemplateKind("transaction_templates."), NO_TEMPLATE)
]


@dataclass(frozen=True, slots=True)
class BuildTransactionRequest:
    """Actions, and how long and how high the transaction is good for."""

    GO_NAME = "api.BuildRequest"
    base_transaction: BaseTransaction = None
    actions: ActionList = ()
    ttl: Duration = 0
    time_range: Uint64 = 0

    @property
    def build(self) -> BuildRequest:
        """The request as the wallet takes it."""
        return BuildRequest(self.actions, self.base_transaction, self.ttl, self.time_range)


@dataclass(frozen=True, slots=True)
class BuildChainRequest(BuildTransactionRequest):
    """Actions, and how long the transactions are good for. ``merge_assets`` is not of the reference."""

    merge_assets: Flag = False

    @property
    def build(self) -> BuildRequest:
        """The request as the wallet takes it."""
        return BuildRequest(self.actions, self.base_transaction, self.ttl, self.time_range, self.merge_assets)


@dataclass(frozen=True, slots=True)
class SignTransactionRequest:
    """A template, and the password of the key that signs."""

    GO_TYPE: ClassVar[str] = (
        'struct { Password string "json:\\"password\\""; Txs txbuilder.Template "json:\\"transaction\\"" }'
    )
    password: Text = field(default="", repr=False)
    transaction: TemplateToSign = NO_TEMPLATE


@dataclass(frozen=True, slots=True)
class SignTransactionsRequest:
    """Templates, and the password of the key that signs."""

    GO_TYPE: ClassVar[str] = (
        'struct { Password string "json:\\"password\\""; Txs []*txbuilder.Template "json:\\"transactions\\"" }'
    )
    password: Text = field(default="", repr=False)
    transactions: TemplatesToSign = None


@dataclass(frozen=True, slots=True)
class EstimateRequest:
    """A template."""

    GO_TYPE: ClassVar[str] = 'struct { TxTemplate txbuilder.Template "json:\\"transaction_template\\"" }'
    transaction_template: TemplateToEstimate = NO_TEMPLATE


@dataclass(frozen=True, slots=True)
class EstimateChainRequest:
    """The templates of build-chain-transactions."""

    GO_TYPE: ClassVar[str] = 'struct { TxTemplates []txbuilder.Template "json:\\"transaction_templates\\"" }'
    transaction_templates: TemplatesToEstimate = ()


@dataclass(frozen=True, slots=True)
class SignedReply:
    """The template as far as it is signed, and whether that is enough."""

    transaction: TemplateObject
    sign_complete: bool


@dataclass(frozen=True, slots=True)
class AllSignedReply:
    """The templates as far as they are signed, and whether that is enough for all. Quirk: the name is singular."""

    transaction: Sequence[TemplateObject] | None
    sign_complete: bool


@dataclass(frozen=True, slots=True)
class GasReply:
    """What a transaction should pay, in neu."""

    total_neu: int
    flexible_neu: int
    storage_neu: int
    vm_neu: int
    chain_tx_neu: int

    @classmethod
    def of(cls, found: GasEstimate) -> GasReply:
        """The reply for an estimate."""
        return cls(found.total, found.flexible, found.storage, found.vm, found.chain)


def _builder(api: Api) -> TransactionBuilder:
    if api.builder is None:
        raise WalletClosed
    return api.builder


@method("build-transaction", role=Role.SPEND, needs_wallet=True, body=TRANSACTION_BODY)
async def build_transaction(api: Api, request: BuildTransactionRequest) -> TemplateObject:
    """Build a transaction from actions; what it spends is reserved for it."""
    template = await asyncio.to_thread(_builder(api).build, request.build)
    return template.to_value()


@method("build-chain-transactions", role=Role.SPEND, needs_wallet=True, body=TRANSACTION_BODY)
async def build_chain_transactions(api: Api, request: BuildChainRequest) -> Sequence[TemplateObject]:
    """Build a transaction, and before it those that merge as many outputs as it takes."""
    templates = await asyncio.to_thread(_builder(api).build_chain, request.build)
    return [template.to_value() for template in templates]


async def _sign(api: Api, templates: Sequence[Template], password: str) -> list[Template]:
    """All templates signed. If one cannot be, what they spend is free again: nothing will come of them."""
    hsm = keys_of(api)
    try:
        return [await asyncio.to_thread(sign, template, password, hsm) for template in templates]
    except BytomError as error:
        logger.warning("fail on sign transaction.", extra={"build err": str(error)})
        for template in templates:
            _builder(api).give_up(template)
        raise


@method("sign-transaction", role=Role.SPEND, needs_wallet=True, body=TRANSACTION_BODY)
async def sign_transaction(api: Api, request: SignTransactionRequest) -> SignedReply:
    """Sign a template with the keys of a password. A wrong password is no error, but completes nothing."""
    (signed,) = await _sign(api, [request.transaction], request.password)
    return SignedReply(signed.to_value(), is_complete(signed))


@method("sign-transactions", role=Role.SPEND, needs_wallet=True, body=TRANSACTION_BODY)
async def sign_transactions(api: Api, request: SignTransactionsRequest) -> AllSignedReply:
    """Sign templates with the keys of a password. Quirk: with no templates at all it counts as complete."""
    signed = await _sign(api, request.transactions or (), request.password)
    values = None if request.transactions is None else [template.to_value() for template in signed]
    return AllSignedReply(values, all(map(is_complete, signed)))


@method("estimate-transaction-gas", role=Role.READ, reads=True, body=TRANSACTION_BODY)
async def estimate_transaction_gas(api: Api, request: EstimateRequest) -> GasReply:  # noqa: ARG001 - as all
    """What a template should pay, in neu."""
    return GasReply.of(await asyncio.to_thread(estimate, request.transaction_template))


@method("estimate-chain-transaction-gas", role=Role.READ, reads=True, body=TRANSACTION_BODY)
async def estimate_chain_transaction_gas(api: Api, request: EstimateChainRequest) -> GasReply:  # noqa: ARG001
    """What the last of several templates should pay, and what those before it do pay for merging, in neu."""
    return GasReply.of(await asyncio.to_thread(estimate_chain, request.transaction_templates))
