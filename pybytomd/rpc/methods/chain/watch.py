"""Watched addresses: what single addresses have, without their keys. Not in the reference."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.rpc.api import Api
from pybytomd.rpc.methods.followers import watching
from pybytomd.rpc.methods.followers.watching import WatchedRequest, WatchRequest
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.registry import method
from pybytomd.vm.programs.address import address_of_program
from pybytomd.watching.records import Watched


@dataclass(frozen=True, slots=True)
class WatchedBalance:
    """How much of an asset, in its smallest unit; of it ``immature`` was mined and cannot be spent yet."""

    asset_id: str
    amount: int
    immature: int


@dataclass(frozen=True, slots=True)
class WatchedReply:
    """A watched address, and what it has received from ``from_height`` on and not spent, up to block ``height``.

    ``is_behind`` says that the chain is still being read for it.
    """

    address: str
    control_program: bytes
    label: str
    from_height: int
    height: int
    is_behind: bool
    balances: Sequence[WatchedBalance]


@dataclass(frozen=True, slots=True)
class WatchedListReply:
    """All watched addresses, and why they cannot be followed; empty while they can."""

    failure: str
    addresses: list[WatchedReply]


def _reply(api: Api, watched: Watched, height: int) -> WatchedReply:
    maturity = watching.service_of(api).forms.maturity
    immature = {BTM_ASSET_ID.hex(): watched.immature(height, maturity)}
    balances = [
        WatchedBalance(asset_id, amount, immature.get(asset_id, 0))
        for asset_id, amount in sorted(watched.balance.items())
    ]
    return WatchedReply(
        address=address_of_program(watched.program, api.address_prefix),
        control_program=watched.program,
        label=watched.label,
        from_height=watched.from_height,
        height=max(height, 0),
        is_behind=watched.place is not None,
        balances=balances,
    )


@method("watch-address", role=Role.WALLET, in_reference=False)
async def watch_address(api: Api, request: WatchRequest) -> WatchedReply:
    """Keep what an address has, without its key; the topic watched_transactions tells of its transactions."""
    new = await watching.watch(api, request)
    return _reply(api, new, new.from_height - 1)


@method("unwatch-address", role=Role.WALLET, in_reference=False)
async def unwatch_address(api: Api, request: WatchedRequest) -> None:
    """Keep the balance of an address no longer, and forget it."""
    await watching.unwatch(api, request)


@method("list-watched-addresses", role=Role.WALLET, in_reference=False, reads=True)
async def list_watched_addresses(api: Api) -> WatchedListReply:
    """The watched addresses with what they have."""
    service = watching.service_of(api)
    found = await asyncio.to_thread(service.list)
    return WatchedListReply(service.failure, [_reply(api, watched, height) for watched, height in found])
