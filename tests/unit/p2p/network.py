"""Small networks on loopback: switches with a clock turned by hand and a reactor that writes down what happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from random import Random

from pybytomd.clock import Clock, ManualClock
from pybytomd.crypto import ed25519
from pybytomd.p2p.discovery.address_book import AddressBook
from pybytomd.p2p.identity import Ed25519Identity
from pybytomd.p2p.network_address import NetAddress
from pybytomd.p2p.peers.bans import BanList
from pybytomd.p2p.peers.peer import Peer
from pybytomd.p2p.peers.switch import Switch
from pybytomd.p2p.peers.switch_config import SwitchConfig
from pybytomd.p2p.transport.multiplexer import ChannelSpec
from pybytomd.p2p.transport.node_info import NodeInfo

CHANNEL = ChannelSpec(0x40, priority=5)
LOOPBACK = "127.0.0.1"
PATIENCE = 20.0


def node_key(number: int) -> bytes:
    return ed25519.private_key_from_seed(number.to_bytes(32, "big"))


def identity(number: int) -> Ed25519Identity:
    return Ed25519Identity(node_key(number))


def node_info(key: bytes, **changes: object) -> NodeInfo:
    fields = {
        "public_key": key[32:],
        "moniker": "test",
        "network": "solonet",
        "listen_address": "127.0.0.1:1",
        "version": "1.1.1",
        "other": ("7",),
        **changes,
    }
    return NodeInfo(**fields)  # type: ignore[arg-type]


class Recorder:
    """A reactor that keeps what it is told; ``until`` waits for a condition on it."""

    def __init__(self) -> None:
        self.connected: list[Peer] = []
        self.messages: list[bytes] = []
        self.gone: list[tuple[Peer, str]] = []
        self._changed = asyncio.Event()
        self.answer: Callable[[Peer, bytes], None] | None = None

    async def on_peer(self, peer: Peer) -> None:
        self.connected.append(peer)
        self._changed.set()

    async def on_message(self, peer: Peer, message: bytes) -> None:
        self.messages.append(message)
        if self.answer is not None:
            self.answer(peer, message)
        self._changed.set()

    async def on_disconnect(self, peer: Peer, reason: str) -> None:
        self.gone.append((peer, reason))
        self._changed.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                self._changed.clear()
                await self._changed.wait()


class Node:
    """A switch with what belongs to it."""

    def __init__(
        self,
        number: int,
        *,
        clock: Clock | None = None,
        book: AddressBook | None = None,
        info: dict[str, object] | None = None,
        **config: object,
    ) -> None:
        self.key = node_key(number)
        self.clock = clock or ManualClock()
        self.recorder = Recorder()
        self.bans = BanList()
        self.saved_bans: list[dict[str, float]] = []
        self.listen_text = "127.0.0.1:1"
        self.switch = Switch(
            SwitchConfig(CHANNEL, **config),  # type: ignore[arg-type]
            Ed25519Identity(self.key),
            lambda: node_info(self.key, **{"listen_address": self.listen_text, **(info or {})}),
            self.recorder,
            self.bans,
            self.clock,
            book=book,
            save_bans=self.saved_bans.append,
            random=Random(number),
        )

    async def listen(self) -> NetAddress:
        address = await self.switch.listen(LOOPBACK, 0)
        self.listen_text = str(address)
        return address


@asynccontextmanager
async def running(*nodes: Node) -> AsyncIterator[list[NetAddress]]:
    """The nodes, listening; their addresses. Their clocks do not move, and nothing ticks unless the test does."""
    addresses = [await node.listen() for node in nodes]
    try:
        yield addresses
    finally:
        for node in nodes:
            await node.switch.close()


async def eventually(condition: Callable[[], bool]) -> None:
    """Give the event loop turns until the condition holds; for states nothing announces."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - what is waited for here tells nobody
            await asyncio.sleep(0)
