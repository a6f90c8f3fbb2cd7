"""Watched addresses: what single addresses have, without their keys. Not in the reference."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from pybytomd.errors import DecodeError, RequestError
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.ledger.networks.params import NetParams
from pybytomd.rpc.api import Api
from pybytomd.rpc.errors import NotAvailable
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.field_types import HexBytes, Int64, Text
from pybytomd.rpc.schema.registry import method
from pybytomd.vm.programs.address import address_of_program, decode_address
from pybytomd.watching.records import Watched
from pybytomd.watching.service import WatchService

FROM_NOW_ON = -1
MAX_LABEL = 200
"""Letters."""
MAX_PROGRAM = 65_536
"""Bytes of a control program; those of addresses have 34 at most."""


class BadWatchedAddress(RequestError):
    """The request does not say what to watch."""

    message = "what is watched is said by address or by control_program"


@dataclass(frozen=True, slots=True)
class WatchRequest:
    """An address or a control program, a label for people, and from which block on, -1 for the next one.

    From 0 on the whole chain is read for it.
    """

    address: Text = ""
    control_program: HexBytes = b""
    label: Text = ""
    from_height: Int64 = FROM_NOW_ON


@dataclass(frozen=True, slots=True)
class WatchedRequest:
    """An address or a control program."""

    address: Text = ""
    control_program: HexBytes = b""


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


def _service(api: Api) -> WatchService:
    if api.watch is None:
        raise NotAvailable("this node watches no addresses")
    return api.watch


def _program(params: NetParams, address: str, program: bytes) -> bytes:
    """The control program that is meant. Raises BadWatchedAddress."""
    if bool(address) == bool(program):
        raise BadWatchedAddress.because("neither is given, or both")
    if len(program) > MAX_PROGRAM:
        raise BadWatchedAddress.because(f"a control program has at most {MAX_PROGRAM} bytes")
    if program:
        return program
    try:
        return decode_address(address, params.address_prefix).control_program
    except DecodeError as error:
        raise BadWatchedAddress.because(f"{address[:100]!r} is no address of this network: {error}") from error


def _reply(api: Api, watched: Watched, height: int) -> WatchedReply:
    immature = {BTM_ASSET_ID.hex(): watched.immature(height)}
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
    service = _service(api)
    program = _program(api.chain.params, request.address, request.control_program)
    if len(request.label) > MAX_LABEL:
        raise BadWatchedAddress.because(f"a label has at most {MAX_LABEL} letters")
    from_height = None if request.from_height == FROM_NOW_ON else request.from_height
    new = await asyncio.to_thread(service.watch, program, request.label, from_height)
    return _reply(api, new, new.from_height - 1)


@method("unwatch-address", role=Role.WALLET, in_reference=False)
async def unwatch_address(api: Api, request: WatchedRequest) -> None:
    """Keep the balance of an address no longer, and forget it."""
    service = _service(api)
    program = _program(api.chain.params, request.address, request.control_program)
    await asyncio.to_thread(service.unwatch, program)


@method("list-watched-addresses", role=Role.WALLET, in_reference=False, reads=True)
async def list_watched_addresses(api: Api) -> WatchedListReply:
    """The watched addresses with what they have."""
    service = _service(api)
    found = await asyncio.to_thread(service.list)
    return WatchedListReply(service.failure, [_reply(api, watched, height) for watched, height in found])
