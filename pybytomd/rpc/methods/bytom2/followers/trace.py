"""Contracts that are followed over the chain of Bytom 2.

Source: bytom2-network-wallet-api reference, section 4.11; ``api/contract.go``. What bytomd 2.0.7 does not have is
the list of them all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.rpc.bytom2.api import Bytom2Api
from pybytomd.rpc.methods.bytom2.blocks import NoSuchHeader
from pybytomd.rpc.methods.followers.tracing import CreateInstanceRequest, InstanceRequest, service_of
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.registry import method
from pybytomd.rpc.schema.shapes import InstanceObject
from pybytomd.rpc.schema.transaction_reply import padded_hash
from pybytomd.tracing.errors import InstanceNotFound

KINDS = (ChainKind.BYTOM2,)


class NoSuchInstance(InstanceNotFound):
    """Quirk: no record is read as an empty one."""

    message = "unexpected end of JSON input"


@method("create-contract-instance", role=Role.WALLET, kinds=KINDS)
async def create_contract_instance(api: Bytom2Api, request: CreateInstanceRequest) -> Sequence[str]:
    """Begin to follow the contracts in a transaction of a block; an id for each."""
    service, tx_id, block_hash = service_of(api), padded_hash(request.tx_hash), padded_hash(request.block_hash)
    if api.chain.store.header(block_hash) is None:
        raise NoSuchHeader.of(block_hash)
    return await asyncio.to_thread(service.create, tx_id, block_hash)


@method("get-contract-instance", role=Role.READ, reads=True, kinds=KINDS)
def get_contract_instance(api: Bytom2Api, request: InstanceRequest) -> InstanceObject:
    """Where a contract that is followed is now."""
    try:
        return service_of(api).get(request.trace_id).to_reply()
    except InstanceNotFound as error:
        raise NoSuchInstance from error


@method("list-contract-instances", role=Role.READ, in_reference=False, reads=True, kinds=KINDS)
async def list_contract_instances(api: Bytom2Api) -> Sequence[InstanceObject]:
    """All contracts that were followed and not removed, by id."""
    found = await asyncio.to_thread(service_of(api).instances)
    return [{"trace_id": instance.trace_id, **instance.to_reply()} for instance in found]


@method("remove-contract-instance", role=Role.WALLET, kinds=KINDS)
async def remove_contract_instance(api: Bytom2Api, request: InstanceRequest) -> None:
    """Follow a contract no longer and forget it; unknown ids are passed over."""
    await asyncio.to_thread(service_of(api).remove, request.trace_id)
