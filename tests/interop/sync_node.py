"""A chain of ours with its network side, real proofs of work included, next to Go nodes on loopback."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import tarfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cache
from pathlib import Path

from pybytomd.chain.chain import Chain
from pybytomd.chain.events import BlockMined
from pybytomd.clock import SystemClock
from pybytomd.crypto import ed25519
from pybytomd.events import EventDispatcher
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.transaction import Transaction
from pybytomd.mining.search import Work, find_nonce
from pybytomd.p2p.identity import Ed25519Identity
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.sync.config import SyncConfig
from pybytomd.sync.manager import SyncManager
from tests.chain_builder import make_block, mine, open_chain
from tests.interop.reference_node import ReferenceNode

CHAIN = Path(__file__).parents[1] / "vectors" / "data" / "chain_b"
LOOPBACK = "127.0.0.1"
OUR_LOOPBACK = "127.0.0.2"
"""Version 1.0.5 takes any node at its own IP address for itself."""
PATIENCE = 150.0
LOOK_SECONDS = 0.1


@cache
def recorded_blocks() -> tuple[Block, ...]:
    """A chain with wallets' transactions, across a change of the seed, from genesis on."""
    with gzip.open(CHAIN / "chain.json.gz") as file:
        return tuple(Block.from_hex(text) for text in json.load(file)["blocks"])


def unpack_recorded_home(home: Path) -> None:
    """The data directory of a Go node with the recorded chain, with a node key of its own."""
    with tarfile.open(CHAIN / "datadir.tar.gz") as archive:
        archive.extractall(home, filter="data")
    (home / "nodekey").unlink()


class OurNode:
    """A chain in memory and its ``SyncManager``."""

    def __init__(self, blocks: Sequence[Block] = ()) -> None:
        self.chain: Chain = open_chain(clock=SystemClock(), events=EventDispatcher())
        for block in blocks:
            if block.height:
                self.chain.process_block(block, proof=True)
        key = ed25519.private_key_from_seed(os.urandom(32))
        config = SyncConfig(
            Ed25519Identity(key),
            listen_address=f"tcp://{OUR_LOOPBACK}:0",
            skip_upnp=True,
            lan_discoverable=False,
            discoverable=False,
            target_outbound=0,
        )
        self.manager = SyncManager(
            config,
            self.chain,
            self.chain.events,
            SystemClock(),
            blacklist=MemoryStore(),
            discover=MemoryStore(),
            fastsync=MemoryStore(),
        )

    async def call(self, other: ReferenceNode | OurNode) -> None:
        """Connect to a node."""
        if isinstance(other, ReferenceNode):
            await self.manager.connect(f"{LOOPBACK}:{other.p2p_port}")
        else:
            await self.manager.connect(str(other.manager.listen_address))

    async def mine(self, transactions: Sequence[Transaction] = (), fees: int = 0) -> Block:
        """Find a block on top of ours and tell the peers."""
        parent = self.chain.block(self.chain.best_hash)
        seed = self.chain.next_seed(parent.hash)
        block = await asyncio.to_thread(mine, make_block(parent, transactions, fees=fees), seed)
        await self.chain.add_block(block, True)
        self.chain.events.post(BlockMined(block))
        return block

    async def reaches(self, block_hash: bytes) -> None:
        await eventually(lambda: self.chain.best_hash == block_hash)


@asynccontextmanager
async def our_nodes(*nodes: OurNode) -> AsyncIterator[None]:
    """The nodes, listening; ended in any case."""
    async with AsyncExitStack() as stack:
        for node in nodes:
            stack.callback(node.chain.close)
            await stack.enter_async_context(node.manager)
        yield


async def eventually(condition: Callable[[], bool]) -> None:
    """Wait for what several tasks and threads bring about."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - there is no single event to wait for
            await asyncio.sleep(LOOK_SECONDS)


async def go_reaches(go: ReferenceNode, block_hash: bytes, patience: float = PATIENCE) -> None:
    """Wait until a Go node has this best block."""
    async with asyncio.timeout(patience):
        while (await go.call("get-block-hash"))["block_hash"] != block_hash.hex():  # noqa: ASYNC110 - another process
            await asyncio.sleep(LOOK_SECONDS)


async def go_mines(go: ReferenceNode) -> bytes:
    """Have a Go node add a block, by way of its interface for miners; returns the hash."""
    work = await go.call("get-work")
    header = BlockHeader.from_hex(work["block_header"])
    found = find_nonce(Work(header, bytes.fromhex(work["seed"])), range(1 << 20), lambda: True)
    assert found is not None
    await go.call("submit-work", block_header=found.to_hex())
    return found.hash


async def signed_payment(go: ReferenceNode, amount: int, programs: Sequence[bytes] = (b"\x51",)) -> str:
    """A transaction of the recorded wallet, as hex text, that nobody has seen. Each program gets ``amount``."""
    btm = {"asset_id": "f" * 64, "amount": amount}
    spent = {**btm, "amount": amount * len(programs) + 20_000_000}
    actions = [
        {"type": "spend_account", "account_alias": "alice", **spent},
        *[{"type": "control_program", **btm, "control_program": program.hex()} for program in programs],
    ]
    built = await go.call("build-transaction", base_transaction=None, actions=actions, ttl=0, time_range=0)
    signed = await go.call("sign-transaction", password="pub-Alice-1", transaction=built)
    assert signed["sign_complete"]
    raw: str = signed["transaction"]["raw_transaction"]
    return raw
