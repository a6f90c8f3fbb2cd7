"""The settings of the network side of a node."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pybytomd import REFERENCE_VERSION
from pybytomd.p2p.identity import Identity
from pybytomd.p2p.network_address import NetAddress, network_range
from pybytomd.p2p.transport.dial import DIAL_TIMEOUT, ProxySettings

REQUEST_TIMEOUT = 30.0
"""Seconds a peer has to answer a request (reference ``syncTimeout``)."""
GREETING_TIMEOUT = 10.0
"""Seconds a new peer has to tell its best block (reference ``handshakeTimeout``)."""


@dataclass(frozen=True, slots=True)
class SyncConfig:
    """What the operator decides. Times in seconds.

    A node in vault mode has no network side, so there is no such setting here.
    """

    identity: Identity
    listen_address: str = "tcp://0.0.0.0:46658"
    moniker: str = "anonymous"
    node_alias: str = ""
    version: str = REFERENCE_VERSION
    seeds: tuple[NetAddress, ...] = ()
    dns_seeds: tuple[str, ...] = ()
    """Host names; their addresses are called at the network's port for such seeds."""
    keep_dial: tuple[NetAddress, ...] = ()
    max_peers: int = 50
    target_outbound: int = 4
    handshake_timeout: float = 30.0
    dial_timeout: float = DIAL_TIMEOUT
    proxy: ProxySettings | None = None
    max_upload: int = 0
    """Bytes a second sent to all peers together; 0 for no limit."""
    skip_upnp: bool = False
    lan_discoverable: bool = True
    discoverable: bool = True
    """Whether the UDP table is used; only tests do without."""
    address_book: Path | None = None
    """The file of addresses that answered; none is kept without it."""
    range_of: Callable[[NetAddress], str] = network_range
    """The part of the network that an address belongs to; of the outbound peers no two share one."""
    request_timeout: float = REQUEST_TIMEOUT
    stall_timeout: float = 4.0
    """After so long without an answer others are asked as well; no offence yet."""
    greeting_timeout: float = GREETING_TIMEOUT
    proof_threads: int | None = None
    """Threads that check proofs of work ahead of the blocks; as many as processors by default."""
