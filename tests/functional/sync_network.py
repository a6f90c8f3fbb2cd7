"""Networks in one process: chains in memory, ``SyncManager`` for each, real connections on loopback.

Proofs of work are not computed: a header is taken to have one unless a test says that it has not.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Future
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count

from pybytomd.chain.chain import Chain
from pybytomd.chain.events import BlockMined
from pybytomd.clock import Clock, SystemClock
from pybytomd.crypto import ed25519
from pybytomd.ledger.block import Block
from pybytomd.ledger.networks.params import SOLONET, NetParams
from pybytomd.p2p.identity import Ed25519Identity
from pybytomd.p2p.network_address import NetAddress
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.sync.config import SyncConfig
from pybytomd.sync.manager import SyncManager
from tests.chain_builder import make_block, open_chain

PATIENCE = 30.0
LOOK_SECONDS = 0.01
_numbers = count(1000)


class TrustingVerifier:
    """Finds every proof good but those of the headers named in ``bad``."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        self.bad: set[bytes] = set()

    def submit(self, header_hash: bytes, seed: bytes, bits: int) -> Future[bool]:
        self.asked.append(header_hash)
        future: Future[bool] = Future()
        future.set_result(header_hash not in self.bad)
        return future


class SyncNode:
    """A chain and the network side of a node."""

    def __init__(
        self,
        *,
        blocks: Sequence[Block] = (),
        params: NetParams = SOLONET,
        chain: Chain | None = None,
        fastsync: KeyValueStore | None = None,
        clock: Clock | None = None,
        blacklist: KeyValueStore | None = None,
        **settings: object,
    ) -> None:
        self.chain = chain or open_chain(params=params)
        for block in blocks:
            if block.height:
                self.chain.process_block(block, proof=True)
        self.verifier = TrustingVerifier()
        self.blacklist = MemoryStore() if blacklist is None else blacklist
        key = ed25519.private_key_from_seed(next(_numbers).to_bytes(32, "big"))
        fields: dict[str, object] = {
            "listen_address": "tcp://127.0.0.1:0",
            "skip_upnp": True,
            "lan_discoverable": False,
            "discoverable": False,
            "target_outbound": 0,
            **settings,
        }
        self.manager = SyncManager(
            SyncConfig(Ed25519Identity(key), **fields),  # type: ignore[arg-type]
            self.chain,
            self.chain.events,
            clock or SystemClock(),
            blacklist=self.blacklist,
            discover=MemoryStore(),
            fastsync=MemoryStore() if fastsync is None else fastsync,
            verifier=self.verifier,
        )

    @property
    def address(self) -> NetAddress:
        found = self.manager.listen_address
        assert found is not None
        return found

    async def connect(self, *others: SyncNode) -> None:
        for other in others:
            await self.manager.connect(str(other.address))

    def mine(self, *transactions: object) -> Block:
        """A block on top of ours, announced to the peers."""
        block = make_block(self.chain.block(self.chain.best_hash), transactions)  # type: ignore[arg-type]
        self.chain.process_block(block, proof=True)
        self.chain.events.post(BlockMined(block))
        return block

    async def reaches(self, block_hash: bytes, patience: float = PATIENCE) -> None:
        await eventually(lambda: self.chain.best_hash == block_hash, patience)


@asynccontextmanager
async def running(*nodes: SyncNode) -> AsyncIterator[None]:
    """The nodes, listening; ended in any case."""
    async with AsyncExitStack() as stack:
        for node in nodes:
            stack.callback(node.chain.close)
            await stack.enter_async_context(node.manager)
        yield


async def eventually(condition: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Wait until a condition holds that several tasks and threads bring about."""
    async with asyncio.timeout(patience):
        while not condition():  # noqa: ASYNC110 - there is no single event to wait for
            await asyncio.sleep(LOOK_SECONDS)
