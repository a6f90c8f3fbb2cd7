"""The settings of the switch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from pybytomd.p2p.network_address import NetAddress, network_range
from pybytomd.p2p.peers.admission import OriginLimits
from pybytomd.p2p.transport.dial import DIAL_TIMEOUT, ProxySettings
from pybytomd.p2p.transport.handshake import BYTOM1, HandshakeForm
from pybytomd.p2p.transport.multiplexer import ChannelSpec
from pybytomd.p2p.transport.traffic import UploadLimit


@dataclass(frozen=True, slots=True)
class SwitchConfig:
    """What the operator decides. Times in seconds."""

    channel: ChannelSpec
    side_channel: ChannelSpec | None = None
    """Another one, whose messages go to ``on_side_message`` of the switch."""
    max_peers: int = 50
    """Peers, of both directions, beyond which nobody who calls is taken."""
    target_outbound: int = 4
    max_lan_peers: int = 5
    """With so many peers from the local network no more are called there."""
    handshake_timeout: float = 30.0
    dial_timeout: float = DIAL_TIMEOUT
    keep_dial: tuple[NetAddress, ...] = ()
    proxy: ProxySettings | None = None
    max_waiting: int = 256
    """Handshakes that may go on at once."""
    form: HandshakeForm = BYTOM1
    """How nodes of this network introduce themselves."""
    upload: UploadLimit | None = None
    """What is sent to all peers together; None for no limit."""
    limits: OriginLimits = field(default_factory=OriginLimits)
    range_of: Callable[[NetAddress], str] = network_range
    """The part of the network that an address belongs to; of the outbound peers no two share one."""
