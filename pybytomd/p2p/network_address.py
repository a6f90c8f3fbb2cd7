"""Addresses of nodes as text, such as ``10.0.0.5:46657``, and what an IP address alone tells of them."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from pybytomd.codec.hostport import join_host_port, parse_ip, split_host_port
from pybytomd.errors import ConfigError, DecodeError

logger = logging.getLogger(__name__)

SUBNET_BITS = {4: 24, 6: 48}
"""Addresses that share so many leading bits count as one neighbourhood when connections are limited."""

RANGE_BYTES = {4: 2, 6: 4}
"""Addresses that share so many leading bytes mostly belong to one provider; an attacker gets them together."""


@dataclass(frozen=True, slots=True, order=True)
class NetAddress:
    """Where a node listens: a literal IP address and a port."""

    ip: str
    port: int

    @classmethod
    def parse(cls, text: str) -> NetAddress:
        """Read ``ip:port`` or ``[ip6]:port``. Raises ConfigError for names, missing and impossible ports."""
        try:
            host, port = split_host_port(text.removeprefix("tcp://"), with_bare_ipv6=True)
        except DecodeError as error:
            raise ConfigError(f"{text!r} is not of the form ip:port: {error}") from error
        try:
            ip = str(parse_ip(host))
        except ValueError as error:
            raise ConfigError(f"{text!r} needs a literal IP address, not a name") from error
        if not port:
            raise ConfigError(f"{text!r} needs a port from 1 to 65535")
        return cls(ip, port)

    def __str__(self) -> str:
        return join_host_port(self.ip, self.port)


def parse_list(text: str) -> list[NetAddress]:
    """The addresses of a comma-separated setting; what does not parse is skipped with a warning.

    Quirk: blanks are not trimmed by the reference; here they are, as nobody means them.
    """
    found = []
    for item in text.split(","):
        if not item.strip():
            continue
        try:
            found.append(NetAddress.parse(item.strip()))
        except ConfigError as error:
            logger.warning("address skipped", extra={"reason": str(error)})
    return found


def subnet(ip: str) -> str:
    """The neighbourhood of an address, as text: its /24 or /48 network."""
    address = parse_ip(ip)
    return str(ipaddress.ip_network((address, SUBNET_BITS[address.version]), strict=False))


@lru_cache(
    maxsize=4096
)  # it costs 40 us, and whoever chooses among addresses asks for the same ones again and again
def network_range(address: NetAddress) -> str:
    """The part of the network that an address belongs to (netgroup), as text: its /16, or /32 of IPv6.

    Loopback and private addresses are given out by nobody, so that each stands for itself: a network of nodes on
    one machine or behind one router is no attack.
    """
    ip = parse_ip(address.ip)
    if ip.is_loopback or ip.is_private or ip.is_link_local:
        return str(address)
    return f"IPv{ip.version} {ip.packed[: RANGE_BYTES[ip.version]].hex()}"


def distinct(addresses: Iterable[NetAddress]) -> list[NetAddress]:
    """The addresses without repetition, in order."""
    return list(dict.fromkeys(addresses))
