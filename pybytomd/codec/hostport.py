"""Hosts and ports as text, such as ``10.0.0.5:46657``, and which addresses are this machine's own (loopback).

Who may ask without a token, whom limits spare and which names are ours all rest on ``is_loopback`` and
``is_this_machine``, so there is one of each.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache

from pybytomd.errors import DecodeError

LOCAL_NAMES = frozenset({"localhost", "localhost.localdomain", "ip6-localhost"})
"""Names that lead to this machine wherever they are looked up."""
MAX_PORT = 65_535
REMEMBERED = 1024
"""Addresses whose nature is remembered; a connection's is asked for with each of its requests."""

HOST_BITS = 64
"""Bits of an IPv6 address behind those of its site."""
IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class BadHostPort(DecodeError):
    """Text that is not host and port."""


def parse_ip(text: str) -> IPAddress:
    """An address; IPv4 in its IPv6 disguise becomes plain IPv4, and a zone is left out. Raises ValueError."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def site_of(address: str) -> str:
    """What counts as one machine: an IPv4 address, of an IPv6 one the first of its /64.

    Whoever has one IPv6 address commonly has all of its /64. Other texts stand for themselves.
    """
    try:
        ip = parse_ip(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Address(int(ip) >> HOST_BITS << HOST_BITS))
    return str(ip)


@lru_cache(REMEMBERED)
def is_loopback(ip: str) -> bool:
    """Whether a text is an IP address of this machine's own; False for what is no address."""
    try:
        return parse_ip(ip).is_loopback
    except ValueError:
        return False


def is_this_machine(host: str) -> bool:
    """Whether a host, by address or by name, can be nothing but this machine."""
    return host.lower().removesuffix(".") in LOCAL_NAMES or is_loopback(host)


def is_ip(host: str) -> bool:
    """Whether a host is a literal address."""
    try:
        parse_ip(host)
    except ValueError:
        return False
    return True


def split_host_port(
    text: str, *, default_port: int | None = None, with_bare_ipv6: bool = False
) -> tuple[str, int]:
    """Host, without brackets, and port of ``host:port`` or ``[v6]:port``; an empty host is left to the caller.

    Without ``default_port`` there must be a port. ``with_bare_ipv6`` takes ``v6:port``, too: the port is
    behind the last colon. Raises BadHostPort, whose text says what is wrong.
    """
    host, colon, port = text.rpartition(":")
    if default_port is not None and (not colon or text.endswith("]")):
        host, port = text, str(default_port)
    elif not colon:
        raise BadHostPort("there is no port")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
        if ":" not in host or not is_ip(host):
            raise BadHostPort("what stands in brackets is no IPv6 address")
    elif (":" in host or "[" in host or "]" in host) and not (with_bare_ipv6 and is_ip(host)):
        raise BadHostPort("an IPv6 address stands in brackets, like [::1]:9888")
    if not (port.isascii() and port.isdigit() and len(port) <= len(str(MAX_PORT))):
        raise BadHostPort("the port is no number")
    if int(port) > MAX_PORT:
        raise BadHostPort(f"ports end at {MAX_PORT}")
    return host, int(port)


def join_host_port(host: str, port: int) -> str:
    """The text of both, IPv6 addresses in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
