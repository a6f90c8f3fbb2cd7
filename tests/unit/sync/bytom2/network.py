"""Nodes of Bytom 2 on loopback: an engine in memory and its network side, and a peer that plays by no rules."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import count

from pybytomd import BYTOM2_REFERENCE_VERSION
from pybytomd.chain.bytom2.signer import Signer
from pybytomd.clock import SystemClock
from pybytomd.crypto.chainkd import XPrv
from pybytomd.ledger.bytom2.block import Block
from pybytomd.ledger.bytom2.params import NetParams
from pybytomd.p2p.network_address import NetAddress
from pybytomd.p2p.peers.bans import BanList
from pybytomd.p2p.peers.peer import Peer
from pybytomd.p2p.peers.switch import Switch
from pybytomd.p2p.transport.bytom2.identity import ChainkdIdentity
from pybytomd.p2p.transport.bytom2.node_info import NodeInfo
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.sync.bytom2 import messages
from pybytomd.sync.bytom2.manager import SyncManager, _switch_config
from pybytomd.sync.config import SyncConfig
from tests.bytom2_builder import open_chain

Message = messages.ChainMessage | messages.ConsensusMessage
Answer = Callable[[Message], Sequence[messages.ChainMessage]]
PATIENCE = 30.0
_numbers = count(1)


def identity() -> ChainkdIdentity:
    return ChainkdIdentity(XPrv.from_seed(b"node %d" % next(_numbers)))


def config(**settings: object) -> SyncConfig:
    fields: dict[str, object] = {
        "listen_address": "tcp://127.0.0.1:0",
        "version": BYTOM2_REFERENCE_VERSION,
        "skip_upnp": True,
        "lan_discoverable": False,
        "discoverable": False,
        "target_outbound": 0,
        **settings,
    }
    return SyncConfig(identity(), **fields)  # type: ignore[arg-type]


class Node:
    """A chain and the network side of a node."""

    def __init__(
        self, params: NetParams, blocks: Sequence[Block] = (), *, signer: Signer | None = None, **settings: object
    ) -> None:
        self.chain = open_chain(params, signer=signer)
        for block in blocks:
            self.chain.process_block(block)
        self.blacklist = MemoryStore()
        self.manager = SyncManager(
            config(**settings),
            self.chain,
            self.chain.events,
            SystemClock(),
            blacklist=self.blacklist,
            discover=MemoryStore(),
        )

    @property
    def address(self) -> NetAddress:
        found = self.manager.listen_address
        assert found is not None
        return found

    async def call(self, other: Node | Stranger) -> None:
        await self.manager.connect(str(other.address))
        if isinstance(other, Stranger):
            await eventually(lambda: bool(other.peers))

    def score(self) -> int:
        """Of everybody on loopback."""
        found = self.manager._switch._bans._scores.get("127.0.0.1")
        return 0 if found is None else found.value(int(SystemClock().now()))


class Stranger:
    """A peer that sends what it is told to, and writes down what it gets: channel and message."""

    def __init__(self, params: NetParams) -> None:
        self.identity = identity()
        info = NodeInfo(self.identity.public_key, "fake", params.chain_id, "127.0.0.1:1", "2.0.7", ("7",))
        self.switch = Switch(
            _switch_config(config(), SystemClock()), self.identity, lambda: info, self, BanList(), SystemClock(),
            on_side_message=self.on_consensus_message,
        )  # fmt: skip
        self.got: list[Message] = []
        self.answer: Answer = lambda _: ()
        self.peers: list[Peer] = []
        self.gone: list[str] = []

    @property
    def address(self) -> NetAddress:
        found = self.switch.listen_address
        assert found is not None
        return found

    async def on_peer(self, peer: Peer) -> None:
        self.peers.append(peer)

    async def on_message(self, peer: Peer, message: bytes) -> None:
        self._take(peer, messages.decode_chain(message))

    async def on_consensus_message(self, peer: Peer, message: bytes) -> None:
        self._take(peer, messages.decode_consensus(message))

    def _take(self, peer: Peer, message: Message) -> None:
        self.got.append(message)
        for answer in self.answer(message):
            peer.send(messages.encode(answer))

    async def on_disconnect(self, peer: Peer, reason: str) -> None:
        self.gone.append(reason)

    def send(self, message: messages.ChainMessage) -> None:
        self.peers[-1].send(messages.encode(message))

    def send_consensus(self, message: messages.ConsensusMessage) -> None:
        self.peers[-1].send(messages.encode(message), messages.CONSENSUS_CHANNEL)

    def got_of(self, kind: type) -> list[Message]:
        return [message for message in self.got if isinstance(message, kind)]


@asynccontextmanager
async def running(*nodes: Node | Stranger) -> AsyncIterator[None]:
    """The nodes, listening."""
    for node in nodes:
        if isinstance(node, Node):
            await node.manager.start()
        else:
            await node.switch.listen("127.0.0.1", 0)
    try:
        yield
    finally:
        for node in nodes:
            if isinstance(node, Node):
                await node.manager.stop()
                node.chain.close()
            else:
                await node.switch.close()


async def eventually(condition: Callable[[], bool]) -> None:
    """Give the event loop and the threads turns until the condition holds."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - what is waited for here tells nobody
            await asyncio.sleep(0.005)
