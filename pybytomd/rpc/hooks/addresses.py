"""Where a webhook of the API may post to: the public internet, and nothing else unless the operator says so.

Who may make webhooks could otherwise have the node ask services that only its machine or its network reaches
(server-side request forgery). The address that counts is the one that is connected to, whatever a name resolves to
at that moment; redirections are not followed.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
HINT = "set hooks.private_addresses, or name the hook in hooks.toml, if this is meant"
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
V4_BITS = 32
V4_COMPATIBLE = ipaddress.IPv6Network((0, 128 - V4_BITS))
"""Version 4 inside version 6 as it was first written, ``::127.0.0.1``: withdrawn, and still read by some."""


def is_public(text: str) -> bool:
    """Whether an IP address is one of the public internet; what is no address is not."""
    try:
        address: IPAddress = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    inner = _inner(address)
    is_of_a_site = isinstance(inner, ipaddress.IPv6Address) and inner.is_site_local
    return inner.is_global and not (inner.is_multicast or is_of_a_site)


def _inner(address: IPAddress) -> IPAddress:
    """The address that one of version 6 only carries, as gateways unwrap it."""
    if not isinstance(address, ipaddress.IPv6Address):
        return address
    if address in NAT64 or address in V4_COMPATIBLE:
        return ipaddress.IPv4Address(int(address) % (1 << V4_BITS))
    return address.ipv4_mapped or address.sixtofour or address


def is_literal(host: str) -> bool:
    """Whether a host is taken for an IP address, and not looked up as a name.

    aiohttp takes everything of digits and dots for one; so the system may read ``127.1`` or ``2130706433``, which
    are no addresses by any standard, as this machine's.
    """
    return ":" in host or host.replace(".", "").isdigit()


def refusal_of(url: str) -> str:
    """Why nothing may be posted to a URL, by what can be seen of it; a name is resolved later. Empty if it may."""
    host = urlsplit(url).hostname or ""
    return f"{host} is not on the public internet; {HINT}" if is_literal(host) and not is_public(host) else ""
