"""The registry of contracts. Source: contracts-and-tracing reference, section A1.2."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pybytomd.codec.hextext import decode_hex
from pybytomd.rpc.api import ApiParts
from pybytomd.rpc.methods.wallet_access import wallet_of
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.field_types import EncodedKind, Text
from pybytomd.rpc.schema.registry import BOTH, method
from pybytomd.rpc.schema.shapes import ContractObject

GivenBytes = Annotated[bytes | None, EncodedKind("json.HexBytes", decode_hex, "bytes in hex")]
"""Bytes of which it matters whether they were given, be they none."""


@dataclass(frozen=True, slots=True)
class CreateContractRequest:
    """A contract and what to call it."""

    alias: Text = ""
    contract: GivenBytes = None


@dataclass(frozen=True, slots=True)
class ContractAliasRequest:
    """Another alias for a contract."""

    id: GivenBytes = None
    alias: Text = ""


@dataclass(frozen=True, slots=True)
class ContractRequest:
    """A contract by its id."""

    id: GivenBytes = None


@method("create-contract", role=Role.SPEND, needs_wallet=True, in_reference=False, kinds=BOTH)
async def create_contract(api: ApiParts, request: CreateContractRequest) -> ContractObject:
    """Register a contract under an alias."""
    made = await asyncio.to_thread(wallet_of(api).contracts.create, request.alias, request.contract)
    return made.to_value()


@method("update-contract-alias", role=Role.SPEND, needs_wallet=True, in_reference=False, kinds=BOTH)
async def update_contract_alias(api: ApiParts, request: ContractAliasRequest) -> None:
    """Give a registered contract another alias."""
    await asyncio.to_thread(wallet_of(api).contracts.rename, request.id, request.alias)


@method("get-contract", role=Role.WALLET, needs_wallet=True, in_reference=False, reads=True, kinds=BOTH)
def get_contract(api: ApiParts, request: ContractRequest) -> ContractObject:
    """A registered contract."""
    return wallet_of(api).contracts.find(request.id).to_value()


@method("list-contracts", role=Role.WALLET, needs_wallet=True, in_reference=False, reads=True, kinds=BOTH)
def list_contracts(api: ApiParts) -> Sequence[ContractObject]:
    """All registered contracts, by id."""
    return [contract.to_value() for contract in wallet_of(api).contracts.list()]
