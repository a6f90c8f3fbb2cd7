"""Watched addresses on Bytom 2: what they have and vote for, without their keys. Not in the reference."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.rpc.bytom2.api import Bytom2Api
from pybytomd.rpc.methods.followers import watching
from pybytomd.rpc.methods.followers.watching import ASSET_DIGITS, WatchRequest
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.registry import method
from pybytomd.vm.bytom2.address import address_of_program
from pybytomd.watching.records import Watched

KINDS = (ChainKind.BYTOM2,)


@dataclass(frozen=True, slots=True)
class WatchedVote:
    """How many neu of an address vote for a key. They are no part of its balances: a vote has to be taken back."""

    xpub: str
    amount: int


@dataclass(frozen=True, slots=True)
class WatchedReply(watching.WatchedReply):
    """A watched address, and what it has received from ``from_height`` on and not spent, up to block ``height``.

    ``is_behind`` says that the chain is still being read for it.
    """

    votes: Sequence[WatchedVote]


@dataclass(frozen=True, slots=True)
class WatchedListReply:
    """All watched addresses, and why they cannot be followed; empty while they can."""

    failure: str
    addresses: list[WatchedReply]


def _reply(api: Bytom2Api, watched: Watched, height: int) -> WatchedReply:
    address = address_of_program(watched.program, api.address_prefix)
    votes = [
        WatchedVote(purse[ASSET_DIGITS:], amount)
        for purse, amount in sorted(watched.balance.items())
        if len(purse) > ASSET_DIGITS
    ]
    return WatchedReply(address=address, **watching.told_of(api, watched, height), votes=votes)


@method("watch-address", role=Role.WALLET, in_reference=False, kinds=KINDS)
async def watch_address(api: Bytom2Api, request: WatchRequest) -> WatchedReply:
    """Keep what an address has, without its key; the topic watched_transactions tells of its transactions."""
    new = await watching.watch(api, request)
    return _reply(api, new, new.from_height - 1)


@method("list-watched-addresses", role=Role.WALLET, in_reference=False, reads=True, kinds=KINDS)
async def list_watched_addresses(api: Bytom2Api) -> WatchedListReply:
    """The watched addresses with what they have."""
    service = watching.service_of(api)
    found = await asyncio.to_thread(service.list)
    return WatchedListReply(service.failure, [_reply(api, watched, height) for watched, height in found])
