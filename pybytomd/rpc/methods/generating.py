"""Blocks on demand, the same on either chain: how many, whom they pay, and until when they are wanted."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass

from pybytomd.errors import RequestError
from pybytomd.mining.coinbase import OneProgram
from pybytomd.rpc.api import ApiParts
from pybytomd.rpc.errors import NotAvailable
from pybytomd.rpc.schema.field_types import Text, Uint64
from pybytomd.vm.programs.address import decode_address

MAX_GENERATED = 1_000
"""Blocks that one request may ask for; each takes 15 ms at least where a proof of work is wanted."""


class TooManyBlocks(RequestError):
    """More blocks are asked for than one request may."""

    message = f"count must be from 1 to {MAX_GENERATED}"


@dataclass(frozen=True, slots=True)
class GenerateRequest:
    """How many blocks to make now, and the address to pay for them, empty for the node's mining address."""

    count: Uint64 = 1
    address: Text = ""


@dataclass(frozen=True, slots=True)
class GenerateReply:
    """The hashes of the blocks that were made."""

    block_hashes: list[bytes]


def check_generation(api: ApiParts, request: GenerateRequest) -> None:
    """So many blocks may be asked for now. Raises TooManyBlocks and NotAvailable."""
    if not 1 <= request.count <= MAX_GENERATED:
        raise TooManyBlocks
    report = None if api.storage is None else api.storage.report
    if report is not None and report.low:
        raise NotAvailable(f"there is no room for blocks: {report.low}")


def receiver_of(address: str, prefix: str) -> OneProgram:
    """Who is paid at an address. Raises DecodeError."""
    return OneProgram(decode_address(address, prefix).control_program)


async def while_wanted(make: Callable[[Callable[[], bool]], list[bytes]]) -> list[bytes]:
    """Make blocks in a thread, as long as somebody waits for them, which is what ``make`` is given to ask."""
    given_up = threading.Event()
    try:
        return await asyncio.to_thread(make, lambda: not given_up.is_set())
    finally:
        given_up.set()  # when the node stops meanwhile, the thread must not hold it up
