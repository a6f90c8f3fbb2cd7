"""From the name of a host to the addresses where a node may listen, by the resolver of the system."""

from __future__ import annotations

import asyncio
import socket

from pybytomd.codec.hostport import parse_ip
from pybytomd.p2p.network_address import NetAddress, distinct
from pybytomd.p2p.transport.dial import DialError

LOOKUP_SECONDS = 10.0
MAX_ADDRESSES = 8
"""Of one name."""


async def resolved(host: str, port: int, *, may_ask: bool = True) -> list[NetAddress]:
    """The addresses of a host given by name or literally. Raises DialError for a name that leads nowhere.

    Without ``may_ask`` no name is looked up: who calls through a proxy does not want others to see whom.
    """
    try:
        return [NetAddress(str(parse_ip(host)), port)]
    except ValueError:
        pass
    if not may_ask:
        raise DialError(f"{host} is a name, and none is looked up while peers are called through a proxy")
    try:
        async with asyncio.timeout(LOOKUP_SECONDS):
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:  # a TimeoutError is an OSError
        raise DialError(f"{host} is not known: {getattr(error, 'strerror', None) or 'no answer'}") from error
    return distinct(NetAddress(str(parse_ip(str(place[0]))), port) for *_, place in found)[:MAX_ADDRESSES]
