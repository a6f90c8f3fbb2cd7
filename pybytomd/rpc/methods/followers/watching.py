"""Watching addresses on either chain: what is asked, and who is told of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pybytomd.errors import DecodeError, RequestError
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.rpc.api import ApiParts
from pybytomd.rpc.errors import NotAvailable
from pybytomd.rpc.schema.field_types import HexBytes, Int64, Text
from pybytomd.vm.programs.address import decode_address
from pybytomd.watching.records import Watched
from pybytomd.watching.service import WatchService

FROM_NOW_ON = -1
ASSET_DIGITS = 64
"""Of a purse that is an asset; one of votes goes on with whom they are for."""
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


def service_of(api: ApiParts) -> WatchService:
    """The service. Raises NotAvailable."""
    if api.watch is None:
        raise NotAvailable("this node watches no addresses")
    return api.watch


def _program(prefix: str, address: str, program: bytes) -> bytes:
    """The control program that is meant. Raises BadWatchedAddress."""
    if bool(address) == bool(program):
        raise BadWatchedAddress.because("neither is given, or both")
    if len(program) > MAX_PROGRAM:
        raise BadWatchedAddress.because(f"a control program has at most {MAX_PROGRAM} bytes")
    if program:
        return program
    try:
        return decode_address(address, prefix).control_program
    except DecodeError as error:
        raise BadWatchedAddress.because(f"{address[:100]!r} is no address of this network: {error}") from error


def told_of(api: ApiParts, watched: Watched, height: int) -> Mapping[str, Any]:
    """The fields of a ``WatchedReply`` but the address, at a height."""
    immature = {BTM_ASSET_ID.hex(): watched.immature(height, service_of(api).forms.maturity)}
    return {
        "control_program": watched.program,
        "label": watched.label,
        "from_height": watched.from_height,
        "height": max(height, 0),
        "is_behind": watched.place is not None,
        "balances": [
            WatchedBalance(purse, amount, immature.get(purse, 0))
            for purse, amount in sorted(watched.balance.items())
            if len(purse) == ASSET_DIGITS
        ],
    }


async def watch(api: ApiParts, request: WatchRequest) -> Watched:
    """Begin to watch. Raises BytomError."""
    service = service_of(api)
    program = _program(api.address_prefix, request.address, request.control_program)
    if len(request.label) > MAX_LABEL:
        raise BadWatchedAddress.because(f"a label has at most {MAX_LABEL} letters")
    from_height = None if request.from_height == FROM_NOW_ON else request.from_height
    return await asyncio.to_thread(service.watch, program, request.label, from_height)


async def unwatch(api: ApiParts, request: WatchedRequest) -> None:
    """Watch no longer. Raises BytomError."""
    service = service_of(api)
    program = _program(api.address_prefix, request.address, request.control_program)
    await asyncio.to_thread(service.unwatch, program)
