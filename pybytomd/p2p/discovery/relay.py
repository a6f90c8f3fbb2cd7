"""Which addresses we believe when another node tells us about them.

Nobody may send us calling into networks it is not in itself. Source: p2p-and-sync reference, section 7.5;
``p2p/netutil/net.go``.
"""

from __future__ import annotations

import ipaddress

from pybytomd.codec.hostport import IPAddress, parse_ip
from pybytomd.errors import DecodeError
from pybytomd.p2p.discovery.packets import NodeRecord

LOWEST_PORT = 1025
"""Ports below belong to services that should not be pinged on somebody's word."""

LOCAL_NETWORKS = (
    "0.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fe80::/10", "fc00::/7",
)  # fmt: skip
SPECIAL_NETWORKS = (
    "192.0.0.0/29", "192.0.0.9/32", "192.0.0.170/32", "192.0.0.171/32", "192.0.2.0/24", "192.31.196.0/24",
    "192.52.193.0/24", "192.88.99.0/24", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    "255.255.255.255/32",
    "100::/64", "2001::/32", "2001:1::1/128", "2001:2::/48", "2001:3::/32", "2001:4:112::/48", "2001:5::/32",
    "2001:10::/28", "2001:20::/28", "2001:db8::/32", "2002::/16",
)  # fmt: skip
"""Networks set aside for documentation, measurement and the like."""

_LOCAL = [ipaddress.ip_network(text) for text in LOCAL_NETWORKS]
_SPECIAL = [ipaddress.ip_network(text) for text in SPECIAL_NETWORKS]


def is_local(address: IPAddress) -> bool:
    """Whether the address belongs to a local network, as the reference sees it."""
    return any(address in network for network in _LOCAL)


def objection(sender_ip: str, address: IPAddress) -> str | None:
    """Why a node at ``sender_ip`` may not tell us of ``address``, or None."""
    sender = parse_ip(sender_ip)
    if address.is_unspecified:
        return "zero address"
    if address.is_multicast or any(address in network for network in _SPECIAL):
        return "special network"
    if address.is_loopback and not sender.is_loopback:
        return "loopback address from non-loopback host"
    if is_local(address) and not (is_local(sender) or sender.is_loopback):
        return "LAN address from WAN host"
    return None


def checked_address(sender_ip: str, record: NodeRecord) -> str:
    """The IP address in a record sent by ``sender_ip``. Raises DecodeError when it is not to be believed."""
    if record.udp < LOWEST_PORT:
        raise DecodeError("low port")
    if record.tcp == 0:
        raise DecodeError("missing TCP port")
    if len(record.ip) not in (4, 16):
        raise DecodeError("an IP address has 4 or 16 bytes")
    address = parse_ip(str(ipaddress.ip_address(record.ip)))
    reason = objection(sender_ip, address)
    if reason is not None:
        raise DecodeError(reason)
    return str(address)
