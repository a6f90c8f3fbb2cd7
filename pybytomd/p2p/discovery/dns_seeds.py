"""Seeds by name: a host name whose addresses are nodes.

Source: p2p-and-sync reference, section 7.9; ``p2p/discover/dht/dns_seeds.go``. Proxies are not used for this.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Sequence

from pybytomd.codec.hostport import parse_ip
from pybytomd.p2p.network_address import NetAddress, distinct

logger = logging.getLogger(__name__)

TIMEOUT = 5.0
"""Seconds a name server gets."""
MAX_ADDRESSES = 64
"""Addresses taken from one name."""

Resolve = Callable[[str, int], Awaitable[list[str]]]


async def resolve_seeds(names: Sequence[str], port: int, resolve: Resolve | None = None) -> list[NetAddress]:
    """The nodes behind ``names``, all at ``port``; names that do not resolve in time are skipped."""
    if not names:
        logger.info("dns seeds is empty")
        return []
    answers = await asyncio.gather(*(_resolve_one(name, port, resolve or _system_resolve) for name in names))
    return distinct(address for answer in answers for address in answer)


async def _resolve_one(name: str, port: int, resolve: Resolve) -> list[NetAddress]:
    try:
        async with asyncio.timeout(TIMEOUT):
            found = await resolve(name, port)
        return [NetAddress(str(parse_ip(ip)), port) for ip in found[:MAX_ADDRESSES]]
    except TimeoutError:
        logger.warning("get dns seed timeout", extra={"seed": name})
    except (OSError, ValueError) as error:
        logger.warning("DNS seed does not resolve", extra={"seed": name, "reason": str(error)})
    return []


async def _system_resolve(name: str, port: int) -> list[str]:
    loop = asyncio.get_running_loop()
    answers = await loop.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return [str(answer[4][0]) for answer in answers]
