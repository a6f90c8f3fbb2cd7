"""What means harm to a node of Bytom 2, over the API and from peers: an error, nothing lost, and it goes on."""

from __future__ import annotations

import asyncio
import json
import logging
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from pybytomd.codec.wire.gowire import encode_bytes
from pybytomd.ledger.bytom2.block import Block, BlockHeader
from pybytomd.ledger.bytom2.inputs import TxOutput
from pybytomd.ledger.bytom2.params import SOLONET
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.p2p.network_address import NetAddress
from pybytomd.p2p.transport.bytom2.secret_connection import SecretHandshake
from pybytomd.p2p.transport.secret_connection import EphemeralKey
from pybytomd.rpc.bytom2.api import Bytom2Api
from pybytomd.rpc.methods import load_methods
from pybytomd.rpc.transport.server import ApiServer
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.sync.bytom2.messages import (
    BlockPropose,
    BlockVerification,
    GetBlock,
    Status,
    TransactionMessage,
    Transactions,
)
from pybytomd.vm.bytom2.contracts import register_program
from tests.bytom2_builder import Builder, btm, key, network, open_chain, spend
from tests.functional.hostile_bodies import BODIES, bodies_for, huge_body_for
from tests.functional.node_process import RunningNode
from tests.functional.node_process import node as running_node
from tests.functional.test_hostile_requests import ENDING, SECONDS, SLOW, check_form
from tests.unit.rpc.bytom2.world import api_of
from tests.unit.rpc.recorded import DATA
from tests.unit.sync.bytom2.network import Stranger, eventually, identity, running

METHODS = load_methods(kind=ChainKind.BYTOM2)
FAMILIES = sorted({method.family for method in METHODS.values()})
HEIGHT, FINALIZED = 247, 100

pytestmark = pytest.mark.timeout(SECONDS)


# --- over the API ------------------------------------------------------------------------------------------------


@dataclass
class World:
    """The API of a node over memory, and all there is to be changed."""

    api: Bytom2Api
    databases: tuple[MemoryStore, ...]
    url: str
    session: aiohttp.ClientSession

    async def ask(self, method: str, body: bytes) -> tuple[int, Any]:
        async with self.session.post(f"{self.url}/{method}", data=body) as response:
            return response.status, json.loads(await response.read())

    def state(self) -> list[object]:
        kept = [item for database in self.databases for item in database.iterate()]
        return [
            *kept,
            *(entry.transaction.id for entry in self.api.chain.pool.entries()),
            self.api.chain.best_hash,
        ]


@pytest.mark.parametrize("family", FAMILIES)
async def test_what_is_refused_changes_nothing(family: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    core = MemoryStore()
    with open_chain(network(), core) as chain:
        Builder(chain).extend(9)
        api = api_of(chain)
        async with ApiServer(api, port=0) as server, aiohttp.ClientSession() as session:
            host, port = server.address
            tokens = api.tokens._database
            assert isinstance(tokens, MemoryStore)
            world = World(api, (core, tokens), f"http://{host}:{port}", session)
            refused = 0
            methods = [method for method in METHODS.values() if method.family == family]
            for method in methods:
                before = world.state()
                for body in bodies_for(method):
                    status, answer = await world.ask(method.name, body)
                    if check_form(status, answer, (method.name, (body[:200], answer))):
                        before = world.state()
                    else:
                        refused += 1
                        assert world.state() == before, (method.name, body[:200], answer)
            assert refused > 0 or all(method.request is None for method in methods)
    assert [record for record in caplog.records if record.exc_info] == []


# --- a whole node, over both -------------------------------------------------------------------------------------


def unpacked(directory: Path) -> Path:
    with tarfile.open(DATA / "bytom2_home_solonet.tar.gz") as tar:
        tar.extractall(directory, filter="data")
    return next(directory.rglob("node_key.txt")).parent


def registration(amount: int = 10**8) -> Transaction:
    """Registers a contract. It is a retirement, which the pool takes for dust, as that of 2.0.7 does."""
    source = Transaction(1, 0, (), (btm(3 * 10**8),))
    return spend(source, [TxOutput(BTM_ASSET_ID, amount, register_program(b"\x51"))])


async def deadly(address: NetAddress, key_size: int) -> None:
    """A proof that kills a node of 2.0.7; ours hangs up."""
    reader, writer = await asyncio.open_connection(address.ip, address.port)
    ephemeral = EphemeralKey.generate()
    writer.write(ephemeral.public)
    handshake = SecretHandshake(ephemeral, await reader.readexactly(32), identity())
    message = encode_bytes(bytes(key_size)) + encode_bytes(bytes(96 - key_size))
    writer.write(handshake.stream.seal(message.ljust(100, b"\x00")))
    async with asyncio.timeout(60):
        await reader.read()  # until it hangs up
    writer.close()


async def hash_at(node: RunningNode, height: int) -> bytes:
    return bytes.fromhex((await node.call("get-block", block_height=height))["hash"])


async def test_a_node_goes_on(tmp_path: Path) -> None:
    home = unpacked(tmp_path)
    async with running_node(home) as node, aiohttp.ClientSession() as session:
        address = NetAddress.parse((await node.line("peers at")).split("peers at ")[1].split(",")[0])
        before = await node.call("chain-status")
        for size in (31, 33):
            await deadly(address, size)
        await from_peers(node, address)
        for name, method in (item for item in METHODS.items() if item[0] != ENDING):
            for body in (*(() if name in SLOW else BODIES), huge_body_for(method)):
                async with session.post(f"{node.url}/{name}", data=body) as response:
                    check_form(response.status, await response.json(content_type=None), (name, body[:200]))
        refused = await node.ask("submit-transaction", {"raw_transaction": registration().to_hex()})
        assert "is dust" in refused["error_detail"], refused
        after = await node.call("chain-status")
        assert {name: after[name] for name in after if "current" not in name} == {
            name: before[name] for name in before if "current" not in name
        }
        assert await hash_at(node, HEIGHT) == bytes.fromhex(before["current_hash"])
        await node.call(ENDING)
        await node.line("stopped")
        assert await node.process.wait() == 0
    logs = "".join(path.read_text(errors="replace") for path in (home / "log").rglob("*") if path.is_file())
    for text in (node.text, logs):
        assert "Traceback" not in text
        assert "request failed" not in text


async def from_peers(node: RunningNode, address: NetAddress) -> None:
    """What would disconnect or be punished in the reference and proves nothing, and what is nonsense."""
    stranger = Stranger(SOLONET)
    validator = bytes.fromhex((await node.call("net-info"))["node_xpub"])
    genesis, root, target = [await hash_at(node, height) for height in (0, FINALIZED, 200)]
    async with running(stranger):
        await stranger.switch.connect(address)
        await eventually(lambda: bool(stranger.got_of(Status)))
        for source in (genesis, root, target):  # the reference finds nothing where the last final block is
            stranger.send_consensus(BlockVerification(source, root, validator, bytes(64)))
        stranger.send_consensus(BlockVerification(genesis, b"\x11" * 32, validator, bytes(64)))
        stranger.send(TransactionMessage.of(registration()))
        stranger.send(Transactions.of([registration(), registration(2 * 10**8)]))
        stranger.send(GetBlock(HEIGHT, bytes(32)))
        await eventually(lambda: len(stranger.got) >= 2)  # it has come to the last one, and answers
        assert stranger.gone == []
        assert await node.call("list-bans") == []
        best = Block.from_hex((await node.call("get-raw-block", block_height=HEIGHT))["raw_block"])
        stranger.send_consensus(BlockPropose.of(forged(best)))
        stranger.send_consensus(BlockVerification(genesis, target, key(7).xpub.raw, bytes(64)))
        stranger.peers[-1].send(b"\x11\xff\xff")
        stranger.peers[-1].send(b"\x00")
        await eventually(lambda: bool(stranger.gone))
    assert (await node.call("list-unconfirmed-transactions"))["total"] == 0


def forged(best: Block) -> Block:
    """A block on top of the best one that nobody has signed."""
    header = best.header
    return Block(
        BlockHeader(
            1,
            header.height + 1,
            header.hash,
            header.timestamp + 6000,
            header.transactions_merkle_root,
            bytes(64),
            (),
        ),
        best.transactions,
    )
