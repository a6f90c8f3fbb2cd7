"""A peer that does what a test tells it to: honest, lazy, or a liar.

It speaks the wire with the parts of ``p2p`` and answers requests from a list of blocks. ``answers`` replaces the
answer to a kind of message: a function of the message that returns messages, or raw bytes, to send instead.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager

from pybytomd.clock import SystemClock
from pybytomd.crypto import ed25519
from pybytomd.ledger.block import Block
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.p2p.identity import Ed25519Identity
from pybytomd.p2p.network_address import NetAddress
from pybytomd.p2p.peers.bans import BanList
from pybytomd.p2p.peers.peer import Peer
from pybytomd.p2p.peers.switch import Switch
from pybytomd.p2p.peers.switch_config import SwitchConfig
from pybytomd.p2p.transport.multiplexer import ChannelSpec
from pybytomd.p2p.transport.node_info import OWN_SERVICES, NodeInfo, Service
from pybytomd.sync import messages
from pybytomd.sync.messages import AnyMessage

PATIENCE = 20.0
LOOPBACK = "127.0.0.1"

Answer = Callable[[AnyMessage], Iterable[AnyMessage | bytes]]


class FakePeer:
    """One connection at a time. ``blocks`` is its chain from genesis on; what it claims is its last block."""

    def __init__(self, number: int, blocks: Sequence[Block], *, services: Service = OWN_SERVICES) -> None:
        self.key = ed25519.private_key_from_seed(number.to_bytes(32, "big"))
        self.blocks = list(blocks)
        self.claim: tuple[int, bytes] | None = None
        self.answers: dict[type[AnyMessage], Answer] = {}
        self.received: list[AnyMessage] = []
        self.gone: list[str] = []
        self.peer: Peer | None = None
        self._changed = asyncio.Event()
        other = (str(int(services)),)
        info = NodeInfo(self.key[32:], "fake", SOLONET.chain_id, "127.0.0.1:1", "1.1.1", other)
        config = SwitchConfig(ChannelSpec(messages.CHANNEL, 5), target_outbound=0)
        self.switch = Switch(config, Ed25519Identity(self.key), lambda: info, self, BanList(), SystemClock())

    @property
    def node_id(self) -> str:
        return self.switch.node_id

    async def connect(self, address: NetAddress) -> None:
        await self.switch.connect(address)

    async def listen(self, host: str = LOOPBACK) -> NetAddress:
        """Wait for calls. Addresses other than 127.0.0.1 tell peers apart that are banned by address."""
        return await self.switch.listen(host, 0)

    def say(self, *said: AnyMessage | bytes) -> None:
        assert self.peer is not None
        for item in said:
            self.peer.send(item if isinstance(item, bytes) else messages.encode(item))

    def say_on_the_line(self, data: bytes) -> None:
        """Bytes that are not even sealed."""
        assert self.peer is not None
        self.peer._writer.write(data)

    def heard(self, kind: type[AnyMessage]) -> list[AnyMessage]:
        return [message for message in self.received if isinstance(message, kind)]

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    # --- the reactor --------------------------------------------------------------------------------------------

    async def on_peer(self, peer: Peer) -> None:
        self.peer = peer
        self._changed.set()
        self.say(messages.StatusRequest())

    async def on_message(self, peer: Peer, data: bytes) -> None:
        message = messages.decode(data)
        self.received.append(message)
        self._changed.set()
        answer = self.answers.get(type(message), self.honest_answer)
        self.say(*answer(message))

    async def on_disconnect(self, peer: Peer, reason: str) -> None:
        self.gone.append(reason)
        self._changed.set()

    # --- what an honest node answers ----------------------------------------------------------------------------

    def honest_answer(self, message: AnyMessage) -> Iterable[AnyMessage]:
        if isinstance(message, messages.StatusRequest):
            height, block_hash = self.claim or (self.blocks[-1].height, self.blocks[-1].hash)
            return [messages.StatusResponse(height, block_hash, self.blocks[0].hash)]
        if isinstance(message, messages.GetBlock):
            found = [b for b in self.blocks if b.hash == message.block_hash or message.height == b.height != 0]
            return [messages.BlockMessage.of(block) for block in found[:1]]
        if isinstance(message, messages.GetHeaders):
            headers = [block.header for block in self._after(message.locator, message.stop_hash)]
            return [messages.Headers.of(headers[: messages.MAX_HEADERS])] if headers else []
        if isinstance(message, messages.GetBlocks):
            blocks = self._after(message.locator, message.stop_hash)
            return [messages.Blocks.of(blocks[: messages.MAX_BLOCKS])] if blocks else []
        return []

    def _after(self, locator: Sequence[bytes], stop_hash: bytes) -> list[Block]:
        heights = {block.hash: block.height for block in self.blocks}
        if stop_hash not in heights:
            return []
        start = next((heights[known] for known in locator if known in heights), 0)
        return self.blocks[start + 1 : heights[stop_hash] + 1]


@asynccontextmanager
async def fake_peers(*peers: FakePeer) -> AsyncIterator[None]:
    """Hang up at the end, whatever happened."""
    try:
        yield
    finally:
        for peer in peers:
            await peer.switch.close()
