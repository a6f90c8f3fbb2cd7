"""What both chains say of transactions that are built, signed and estimated.

Source: rpc-and-cli reference, section 4.4; ``api/transact.go``, ``api/hsm.go``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pybytomd.codec.golang.goduration import NANOSECONDS, parse_duration
from pybytomd.codec.json.gofields import kind_of, whole_number
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import BytomError, DecodeError
from pybytomd.rpc.api import ApiParts
from pybytomd.rpc.methods.wallet_access import builder_of, keys_of
from pybytomd.rpc.schema.field_types import ListKind, Mismatch, Schema, Uint64
from pybytomd.rpc.schema.replies import schema_of
from pybytomd.rpc.schema.shapes import TemplateObject, TemplateShape
from pybytomd.wallet.spend.build import BuildRequest
from pybytomd.wallet.spend.estimate import GasEstimate
from pybytomd.wallet.spend.signing import is_complete, sign
from pybytomd.wallet.spend.template import AnyTemplate

logger = logging.getLogger(__name__)

SIGN_REQUEST = 'struct { Password string "json:\\"password\\""; Txs txbuilder.Template "json:\\"transaction\\"" }'
SIGN_ALL_REQUEST = (
    'struct { Password string "json:\\"password\\""; Txs []*txbuilder.Template "json:\\"transactions\\"" }'
)
ESTIMATE_REQUEST = 'struct { TxTemplate txbuilder.Template "json:\\"transaction_template\\"" }'
ESTIMATE_CHAIN_REQUEST = 'struct { TxTemplates []txbuilder.Template "json:\\"transaction_templates\\"" }'
"""What the reference calls requests in errors."""


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
    """A template of the chain's ledger. ``where`` is its place in the request, for errors."""

    template: type[AnyTemplate[Any]]
    where: str
    go_type: str = "txbuilder.Template"

    def read(self, value: JsonValue, mismatch: Mismatch) -> object:
        """See ``Kind``."""
        if not isinstance(value, Mapping):
            raise mismatch(kind_of(value), self.go_type)
        return self.template.from_value(value, self.where)

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


Duration = Annotated[float, DurationKind()]


@dataclass(frozen=True, slots=True)
class ActionsRequest:
    """What a transaction is built from. A request of a chain says what its transactions and actions are."""

    GO_NAME = "api.BuildRequest"
    base_transaction: Any = None
    actions: Sequence[Mapping[str, Any]] = ()
    ttl: Duration = 0
    time_range: Uint64 = 0


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


def _of_wallet(request: ActionsRequest, *, merge_assets: bool = False) -> BuildRequest:
    """The request as the wallet takes it."""
    return BuildRequest(request.actions, request.base_transaction, request.ttl, request.time_range, merge_assets)


async def built(api: ApiParts, request: ActionsRequest) -> TemplateObject:
    """The template of a transaction from actions. Raises BytomError."""
    template = await asyncio.to_thread(builder_of(api).build, _of_wallet(request))
    return template.to_value()


async def built_chain(api: ApiParts, request: ActionsRequest, *, merge_assets: bool) -> Sequence[TemplateObject]:
    """The templates of a transaction, and of those before it. Raises BytomError."""
    asked = _of_wallet(request, merge_assets=merge_assets)
    templates = await asyncio.to_thread(builder_of(api).build_chain, asked)
    return [template.to_value() for template in templates]


async def signed(api: ApiParts, template: AnyTemplate[Any], password: str) -> SignedReply:
    """A template with what keys of a password can sign. Raises BytomError."""
    (one,) = await _signed(api, [template], password)
    return SignedReply(one.to_value(), is_complete(one))


async def all_signed(api: ApiParts, templates: Sequence[AnyTemplate[Any]] | None, password: str) -> AllSignedReply:
    """Templates with what keys of a password can sign. Raises BytomError."""
    done = await _signed(api, templates or (), password)
    values = None if templates is None else [template.to_value() for template in done]
    return AllSignedReply(values, all(map(is_complete, done)))


async def _signed(api: ApiParts, templates: Sequence[AnyTemplate[Any]], password: str) -> list[AnyTemplate[Any]]:
    """All templates signed. If one cannot be, what they spend is free again: nothing will come of them."""
    hsm = keys_of(api)
    try:
        return [await asyncio.to_thread(sign, template, password, hsm) for template in templates]
    except BytomError as error:
        logger.warning("fail on sign transaction.", extra={"build err": str(error)})
        for template in templates:
            builder_of(api).give_up(template)
        raise
