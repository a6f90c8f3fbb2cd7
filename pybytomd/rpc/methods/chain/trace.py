"""Contracts that are followed over the chain. Source: contracts-and-tracing reference, section A2.7."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from pybytomd.rpc.api import Api
from pybytomd.rpc.methods.followers.tracing import CreateInstanceRequest, InstanceRequest, service_of
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.registry import method
from pybytomd.rpc.schema.shapes import InstanceObject
from pybytomd.rpc.schema.transaction_reply import padded_hash


@method("create-contract-instance", role=Role.WALLET, in_reference=False)
async def create_contract_instance(api: Api, request: CreateInstanceRequest) -> Sequence[str]:
    """Begin to follow the contracts in a transaction of a block; an id for each."""
    tx_id, block_hash = padded_hash(request.tx_hash), padded_hash(request.block_hash)
    return await asyncio.to_thread(service_of(api).create, tx_id, block_hash)


@method("get-contract-instance", role=Role.READ, in_reference=False, reads=True)
def get_contract_instance(api: Api, request: InstanceRequest) -> InstanceObject:
    """Where a contract that is followed is now."""
    return service_of(api).get(request.trace_id).to_reply()


@method("list-contract-instances", role=Role.READ, in_reference=False, reads=True)
async def list_contract_instances(api: Api) -> Sequence[InstanceObject]:
    """All contracts that were followed and not removed, by id."""
    found = await asyncio.to_thread(service_of(api).instances)
    return [{"trace_id": instance.trace_id, **instance.to_reply()} for instance in found]


@method("remove-contract-instance", role=Role.WALLET, in_reference=False)
async def remove_contract_instance(api: Api, request: InstanceRequest) -> None:
    """Follow a contract no longer and forget it; unknown ids are passed over."""
    await asyncio.to_thread(service_of(api).remove, request.trace_id)
