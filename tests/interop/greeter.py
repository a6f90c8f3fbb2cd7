"""Our end of a test against a Go node: a reactor that greets, and a switch around it."""

from __future__ import annotations

import asyncio

from pybytomd.clock import SystemClock
from pybytomd.crypto import ed25519
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.p2p.discovery.address_book import AddressBook
from pybytomd.p2p.identity import Ed25519Identity
from pybytomd.p2p.peers.bans import BanList
from pybytomd.p2p.peers.peer import Peer
from pybytomd.p2p.peers.switch import Switch
from pybytomd.p2p.peers.switch_config import SwitchConfig
from pybytomd.p2p.transport.multiplexer import ChannelSpec
from pybytomd.p2p.transport.node_info import OWN_SERVICES, NodeInfo
from pybytomd.sync import messages

GENESIS = SOLONET.genesis
IDENTITY = Ed25519Identity(ed25519.private_key_from_seed(bytes(range(32))))


class Greeter:
    """A reactor that does the status exchange and keeps what else arrives."""

    def __init__(self) -> None:
        self.arrived: asyncio.Queue[messages.AnyMessage] = asyncio.Queue()
        self.peers: asyncio.Queue[Peer] = asyncio.Queue()
        self.gone: asyncio.Queue[str] = asyncio.Queue()

    async def on_peer(self, peer: Peer) -> None:
        peer.send(messages.encode(messages.StatusRequest()))
        await self.peers.put(peer)

    async def on_message(self, peer: Peer, message: bytes) -> None:
        decoded = messages.decode(message)
        if isinstance(decoded, messages.StatusRequest):
            peer.send(messages.encode(messages.StatusResponse(0, GENESIS.hash, GENESIS.hash)))
        else:
            await self.arrived.put(decoded)

    async def on_disconnect(self, peer: Peer, reason: str) -> None:
        await self.gone.put(reason)


def our_switch(greeter: Greeter, version: str = "1.1.1", *, book: AddressBook | None = None) -> Switch:
    """A switch that calls nobody by itself, unless it has a ``book`` of addresses."""
    channel = ChannelSpec(messages.CHANNEL, 5, size_limits=messages.SIZE_LIMITS)

    def info() -> NodeInfo:
        other = (str(int(OWN_SERVICES)),)
        return NodeInfo(IDENTITY.public_key, "pybytomd", "solonet", str(switch.listen_address), version, other)

    config = SwitchConfig(channel, target_outbound=0 if book is None else 4)
    switch = Switch(config, IDENTITY, info, greeter, BanList(), SystemClock(), book=book)
    return switch
