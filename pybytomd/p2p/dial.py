"""Calling another node: plain TCP, or through a SOCKS5 proxy.

Source: p2p-and-sync reference, sections 2.2 and 2.3. The proxy protocol is python-socks'.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from python_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError, ProxyType
from python_socks.async_.asyncio import Proxy

from pybytomd.p2p.addresses import NetAddress
from pybytomd.p2p.errors import HandshakeError

DIAL_TIMEOUT = 3.0
"""Seconds for the TCP connection; configured by ``p2p.dial_timeout``."""
PROXY_PATIENCE = 30.0
"""Seconds the proxy gets to reach the peer. The reference sets no limit here."""
READ_LIMIT = 128 * 1024
"""Bytes asyncio buffers for a connection before it stops reading from the socket."""


class DialError(HandshakeError):
    """The other end cannot be reached."""


@dataclass(frozen=True, slots=True)
class ProxySettings:
    """A SOCKS5 proxy. No user name means no authentication."""

    host: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)


Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def dial(address: NetAddress, timeout: float = DIAL_TIMEOUT, proxy: ProxySettings | None = None) -> Streams:  # noqa: ASYNC109 - one of several steps of a call, each with a limit of its own
    """Connect to ``address`` within ``timeout`` seconds. Raises DialError."""
    if proxy is not None:
        return await _dial_through(proxy, address, timeout)
    try:
        async with asyncio.timeout(timeout):
            return await asyncio.open_connection(address.ip, address.port, limit=READ_LIMIT)
    except TimeoutError as error:
        raise DialError(f"dial {address}: no answer within {timeout:g} seconds") from error
    except OSError as error:
        raise DialError(f"dial {address}: {error.strerror or error}") from error


async def _dial_through(proxy: ProxySettings, address: NetAddress, patience: float) -> Streams:
    """Connect by way of a proxy. Neither DNS nor UDP go through it, as in the reference."""
    socks = Proxy(
        proxy_type=ProxyType.SOCKS5,
        host=proxy.host,
        port=proxy.port,
        username=proxy.username or None,
        password=proxy.password if proxy.username else None,
        rdns=True,
    )
    try:
        connection = await socks.connect(address.ip, address.port, timeout=patience + PROXY_PATIENCE)
        return await asyncio.open_connection(sock=connection, limit=READ_LIMIT)
    except (ProxyConnectionError, ProxyTimeoutError, ProxyError) as error:
        raise DialError(f"dial {address} through the proxy {proxy.host}:{proxy.port}: {error}") from error
    except OSError as error:
        raise DialError(f"dial {address} through the proxy: {error.strerror or error}") from error
