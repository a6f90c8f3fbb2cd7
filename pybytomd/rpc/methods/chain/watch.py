"""Watched addresses: what single addresses have, without their keys. Not in the reference."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from pybytomd.rpc.api import Api, ApiParts
from pybytomd.rpc.methods.followers import watching
from pybytomd.rpc.methods.followers.watching import WatchedReply, WatchedRequest, WatchRequest
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.registry import BOTH, method
from pybytomd.vm.programs.address import address_of_program
from pybytomd.watching.records import Watched


@dataclass(frozen=True, slots=True)
class WatchedListReply:
    """All watched addresses, and why they cannot be followed; empty while they can."""

    failure: str
    addresses: list[WatchedReply]


def _reply(api: Api, watched: Watched, height: int) -> WatchedReply:
    address = address_of_program(watched.program, api.address_prefix)
    return WatchedReply(address=address, **watching.told_of(api, watched, height))


@method("watch-address", role=Role.WALLET, in_reference=False)
async def watch_address(api: Api, request: WatchRequest) -> WatchedReply:
    """Keep what an address has, without its key; the topic watched_transactions tells of its transactions."""
    new = await watching.watch(api, request)
    return _reply(api, new, new.from_height - 1)


@method("unwatch-address", role=Role.WALLET, in_reference=False, kinds=BOTH)
async def unwatch_address(api: ApiParts, request: WatchedRequest) -> None:
    """Keep the balance of an address no longer, and forget it."""
    await watching.unwatch(api, request)


@method("list-watched-addresses", role=Role.WALLET, in_reference=False, reads=True)
async def list_watched_addresses(api: Api) -> WatchedListReply:
    """The watched addresses with what they have."""
    service = watching.service_of(api)
    found = await asyncio.to_thread(service.list)
    return WatchedListReply(service.failure, [_reply(api, watched, height) for watched, height in found])
