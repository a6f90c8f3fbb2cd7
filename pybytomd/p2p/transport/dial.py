"""Calling another node: plain TCP, or through a SOCKS5 proxy.

Source: p2p-and-sync reference, sections 2.2 and 2.3. The proxy protocol is python-socks'.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field

from pybytomd.p2p.errors import HandshakeError
from pybytomd.p2p.network_address import NetAddress

DIAL_TIMEOUT = 3.0
"""Seconds for the TCP connection; configured by ``p2p.dial_timeout``."""
PROXY_PATIENCE = 30.0
"""Seconds the proxy gets to reach the peer. The reference sets no limit here."""
READ_LIMIT = 128 * 1024
"""Bytes asyncio buffers for a connection before it stops reading from the socket."""


REFUSALS = {
    1: "general failure",
    2: "connection not allowed by ruleset",
    3: "network unreachable",
    4: "host unreachable",
    5: "connection refused by destination host",
    6: "TTL expired",
    7: "command not supported / protocol error",
    8: "address type not supported",
}
"""What a proxy's reply codes mean, in the words of the reference (go-socks)."""


class DialError(HandshakeError):
    """The other end cannot be reached."""


@dataclass(frozen=True, slots=True)
class ProxySettings:
    """A SOCKS5 proxy. No user name means no authentication."""

    host: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)


class _HostName(str):
    """An IP address that python-socks passes on as a host name.

    Quirk: the reference sends every address as address type 3, a name, and some proxies are set up for just that.
    python-socks takes a text for a name unless it looks like an address, and sends what its ``encode`` returns.
    """

    __slots__ = ()
    MARK = "address "

    @classmethod
    def of(cls, ip: str) -> _HostName:
        """The name that is sent as ``ip``."""
        return cls(cls.MARK + ip)

    def encode(self, encoding: str = "ascii", errors: str = "strict") -> bytes:  # noqa: ARG002 - addresses are ASCII
        return self.removeprefix(self.MARK).encode("ascii")


Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def dial(address: NetAddress, timeout: float = DIAL_TIMEOUT, proxy: ProxySettings | None = None) -> Streams:  # noqa: ASYNC109 - one of several steps of a call, each with a limit of its own
    """Connect to ``address`` within ``timeout`` seconds. Raises DialError."""
    if proxy is not None:
        return await _dial_through(proxy, address, timeout)
    try:
        async with asyncio.timeout(timeout):
            return await asyncio.open_connection(address.ip, address.port, limit=READ_LIMIT)
    except TimeoutError as error:
        raise DialError(f"Error dial peer: dial tcp {address}: i/o timeout") from error
    except OSError as error:
        raise DialError(f"Error dial peer: dial tcp {address}: connect: {_reason(error)}") from error


def _reason(error: OSError) -> str:
    """What the system says, in the words of Go: in lower case, without the address that asyncio adds."""
    return os.strerror(error.errno).lower() if error.errno else str(error)


async def _dial_through(proxy: ProxySettings, address: NetAddress, patience: float) -> Streams:
    """Connect by way of a proxy. Neither DNS nor UDP go through it, as in the reference."""
    # Few have a proxy, so nobody else waits for it to be imported.
    from python_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError, ProxyType
    from python_socks.async_.asyncio import Proxy

    socks = Proxy(
        proxy_type=ProxyType.SOCKS5,
        host=proxy.host,
        port=proxy.port,
        username=proxy.username or None,
        password=proxy.password if proxy.username else None,
        rdns=True,
    )
    try:
        connection = await socks.connect(_HostName.of(address.ip), address.port, timeout=patience + PROXY_PATIENCE)
        return await asyncio.open_connection(sock=connection, limit=READ_LIMIT)
    except ProxyError as error:
        reason = REFUSALS.get(error.error_code or 0, str(error))
        raise DialError(f"Error dial peer: dial {address} through the proxy: {reason}") from error
    except (ProxyConnectionError, ProxyTimeoutError) as error:
        where = f"{address} through the proxy {proxy.host}:{proxy.port}"
        raise DialError(f"Error dial peer: dial {where}: {error}") from error
    except OSError as error:
        raise DialError(f"Error dial peer: dial {address} through the proxy: {_reason(error)}") from error
