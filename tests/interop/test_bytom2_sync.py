"""A node of Bytom 2 (bytomd 2.0.7) and ours synchronise from each other, and follow what is made."""

from __future__ import annotations

import asyncio
import os
import shutil
import tarfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from pybytomd.chain.bytom2.chain import Chain
from pybytomd.chain.bytom2.signer import GuardedSigner
from pybytomd.chain.bytom2.signing_record import SigningRecord
from pybytomd.clock import SystemClock
from pybytomd.crypto.chainkd import XPrv
from pybytomd.events import EventDispatcher
from pybytomd.ledger.bytom2.params import SOLONET, NetParams
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.mining.bytom2.producer import BlockProducer
from pybytomd.mining.bytom2.proposer import BlockProposer
from pybytomd.store.bytom2.core_store import CoreStore
from pybytomd.store.kv.leveldb import LevelDBStore
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.sync.bytom2.manager import SyncManager
from tests.interop.reference_node import ReferenceNode, reference_node
from tests.unit.mining.bytom2.test_proposer import Receiver
from tests.unit.sync.bytom2.network import config

BINARY = Path(os.environ.get("BYTOM2_REFERENCE") or "-")
HOME = Path(__file__).parents[1] / "vectors" / "data" / "bytom2_home_solonet.tar.gz"
PATIENCE = 90.0
HEIGHT = 247

pytestmark = pytest.mark.skipif(not BINARY.is_file(), reason="BYTOM2_REFERENCE names no Go bytomd 2.x")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The home of a stopped node with 247 blocks, all of its own."""
    with tarfile.open(HOME) as tar:
        tar.extractall(tmp_path / "go", filter="data")
    return next((tmp_path / "go").rglob("node_key.txt")).parent


def params_of(home: Path) -> NetParams:
    key = XPrv.from_hex((home / "node_key.txt").read_text()).xpub.raw
    return replace(SOLONET, casper=replace(SOLONET.casper, federation=(key,)))


@asynccontextmanager
async def ours(chain: Chain) -> AsyncIterator[SyncManager]:
    manager = SyncManager(
        config(request_timeout=20.0),
        chain,
        chain.events,
        SystemClock(),
        blacklist=MemoryStore(),
        discover=MemoryStore(),
    )
    async with manager:
        yield manager
    chain.close()


def open_chain(params: NetParams, store: CoreStore) -> Chain:
    return Chain.open(params, store, SystemClock(), EventDispatcher())


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - the other process cannot set an event
            await asyncio.sleep(0.05)


async def height_of(go: ReferenceNode) -> int:
    return int((await go.call("get-block-count"))["block_count"])


async def test_we_synchronise_from_it_and_follow_what_it_makes(home: Path) -> None:
    chain = open_chain(params_of(home), CoreStore(MemoryStore()))
    async with reference_node(BINARY, home, "--mining") as go, ours(chain) as manager:
        await manager.connect(f"127.0.0.1:{go.p2p_port}")
        await until(lambda: chain.best_height >= HEIGHT)
        assert chain.justified.height >= 200
        caught_up = chain.best_height
        await until(lambda: chain.best_height >= caught_up + 2)  # a block every six seconds
        assert await height_of(go) - chain.best_height <= 1
        (peer,) = manager.peers()
        assert peer.version == "2.0.7"
        assert manager.bans() == {}


@pytest.fixture
def core(home: Path, tmp_path: Path) -> Path:
    """Its blocks, which it has no longer."""
    shutil.move(next(home.rglob("core.db")), tmp_path / "core.db")
    shutil.rmtree(home / "data")
    return tmp_path / "core.db"


async def test_it_synchronises_from_us(home: Path, core: Path) -> None:
    """First fast, in stretches, then block by block; it holds nothing against us."""
    with LevelDBStore(core, create=False) as database:
        chain = open_chain(params_of(home), CoreStore(database))
        async with reference_node(BINARY, home) as go, ours(chain) as manager:
            await manager.connect(f"127.0.0.1:{go.p2p_port}")
            async with asyncio.timeout(PATIENCE):
                while await height_of(go) < HEIGHT:  # noqa: ASYNC110
                    await asyncio.sleep(0.2)
            answer = await go.call("get-block-hash")
            assert answer["block_hash"] == chain.best_hash.hex()
            await until(lambda: manager.peers()[0].height == HEIGHT)  # it told us that it is as far
            assert [peer["peer_id"] for peer in await go.call("list-peers")] == [
                manager.node_info().public_key.hex()
            ]


async def signed_payment(go: ReferenceNode) -> str:
    """A transaction of its wallet, as hex text, that nobody has heard of yet."""
    (account, *_) = await go.call("list-accounts")
    receiver = await go.call("create-account-receiver", account_alias=account["alias"])
    built = await go.call(
        "build-transaction",
        actions=[
            {
                "type": "spend_account",
                "account_alias": account["alias"],
                "asset_id": "f" * 64,
                "amount": 40_000_000,
            },
            {
                "type": "control_address",
                "asset_id": "f" * 64,
                "amount": 30_000_000,
                "address": receiver["address"],
            },
        ],
    )
    signed = await go.call("sign-transaction", password="123456", transaction=built)
    return str(signed["transaction"]["raw_transaction"])


async def test_transactions_travel_both_ways(home: Path) -> None:
    chain = open_chain(params_of(home), CoreStore(MemoryStore()))
    async with reference_node(BINARY, home) as go, ours(chain) as manager:
        await manager.connect(f"127.0.0.1:{go.p2p_port}")
        await until(lambda: chain.best_height == HEIGHT)
        submitted = await go.call("submit-transaction", raw_transaction=await signed_payment(go))
        await until(lambda: bytes.fromhex(submitted["tx_id"]) in chain.pool)
        mine = Transaction.from_hex(await signed_payment(go))
        assert not await chain.add_transaction(mine)
        async with asyncio.timeout(PATIENCE):
            while mine.id.hex() not in (await go.call("list-unconfirmed-transactions"))["tx_ids"]:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        assert len(manager.peers()) == 1


async def test_it_follows_what_we_make(home: Path, core: Path, tmp_path: Path) -> None:
    """The validator's key is in both homes; only ours makes blocks with it, as another node."""
    shutil.copytree(core, home / "data" / "core.db")
    private_key = XPrv.from_hex((home / "node_key.txt").read_text())
    record = SigningRecord(tmp_path / "signed.json", private_key.xpub.raw.hex())
    guard = GuardedSigner(private_key, record, SystemClock())
    with LevelDBStore(core, create=False) as database:
        chain = Chain.open(params_of(home), CoreStore(database), SystemClock(), EventDispatcher(), signer=guard)
        producer = BlockProducer(chain, BlockProposer(chain, Receiver()), guard, SystemClock())
        async with reference_node(BINARY, home) as go, ours(chain) as manager:
            assert await height_of(go) == HEIGHT
            await manager.connect(f"127.0.0.1:{go.p2p_port}")
            producer.start()
            try:
                async with asyncio.timeout(PATIENCE):
                    while await height_of(go) < HEIGHT + 2:  # noqa: ASYNC110
                        await asyncio.sleep(0.2)
            finally:
                await asyncio.to_thread(producer.stop)
            assert (await go.call("get-block-hash"))["block_hash"] == chain.best_hash.hex()
            assert len(manager.peers()) == 1
