"""What happens to a node of Bytom 2 (bytomd 2.0.7) over time, and that ours follows: restarts, another branch."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

import pytest

from pybytomd.chain.bytom2.chain import Chain
from pybytomd.chain.bytom2.signer import KeySigner
from pybytomd.clock import SystemClock
from pybytomd.events import EventDispatcher
from pybytomd.p2p.network_address import NetAddress
from pybytomd.p2p.peers.peer import Peer
from pybytomd.store.bytom2.core_store import CoreStore
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.sync.bytom2.manager import SyncManager
from pybytomd.tasks import TaskSet, until_first_ends
from tests.bytom2_builder import Builder, key
from tests.interop.bytom2_homes import (
    BINARY,
    EPOCH,
    extend,
    make_home,
    needs_bytom2_reference,
    solonet,
)
from tests.interop.reference_node import ReferenceNode, free_port, reference_node
from tests.unit.sync.bytom2.network import config

PATIENCE = 120.0
HEIGHT = EPOCH + 15
"""Before there are votes, so that key 0 alone makes the blocks."""

pytestmark = [needs_bytom2_reference, pytest.mark.timeout(420)]


@asynccontextmanager
async def network_side(chain: Chain, port: int, *keep: int) -> AsyncIterator[SyncManager]:
    """The network side of a node of ours at a port, which keeps connections to these."""
    settings = config(
        listen_address=f"tcp://127.0.0.1:{port}",
        keep_dial=tuple(NetAddress("127.0.0.1", other) for other in keep),
        request_timeout=20.0,
    )
    manager = SyncManager(
        settings, chain, chain.events, SystemClock(), blacklist=MemoryStore(), discover=MemoryStore()
    )
    async with manager:
        yield manager


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - the other process cannot set an event
            await asyncio.sleep(0.05)


async def status_of(go: ReferenceNode) -> tuple[int, str]:
    status = await go.call("chain-status")
    return int(status["current_height"]), str(status["current_hash"])


def ours(height: int = 0) -> Chain:
    """A chain in memory, with so many blocks of key 0."""
    chain = Chain.open(
        solonet(), CoreStore(MemoryStore()), SystemClock(), EventDispatcher(), signer=KeySigner(key(0))
    )
    extend(chain, height)
    return chain


async def until_one_peer(manager: SyncManager, go: ReferenceNode) -> None:
    """Wait until both ends have one and the same connection."""
    async with asyncio.timeout(PATIENCE):
        while True:
            peers = await go.call("list-peers")
            if len(peers) == len(manager.peers()) == 1:
                return
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("is_killed", [False, True], ids=["stopped", "killed"])
async def test_it_is_started_again_and_both_call_each_other(tmp_path: Path, is_killed: bool) -> None:
    """Each keeps calling the other. However their calls cross, one connection is left, and is used."""
    home, own_port, its_port = make_home(tmp_path / "go", 0), free_port(), free_port()
    options = ("--p2p.keep_dial", f"127.0.0.1:{own_port}")
    with ours(HEIGHT) as chain:
        async with network_side(chain, own_port, its_port) as manager:
            for number in range(3):
                async with reference_node(BINARY, home, *options, p2p_port=its_port, kill=is_killed) as go:
                    await until_one_peer(manager, go)
                    (peer,) = manager.peers()
                    block = Builder(chain).block()
                    assert not chain.process_block(block)
                    manager._announcer.block(block)
                    async with asyncio.timeout(PATIENCE):
                        while await status_of(go) != (block.height, block.hash.hex()):  # noqa: ASYNC110
                            await asyncio.sleep(0.1)
                    assert chain.best_height == HEIGHT + number + 1
                    assert [each.remote_addr for each in manager.peers()] == [peer.remote_addr]
                    assert manager.bans() == {}
                await until(lambda: not manager.peers())


class Relay:
    """Takes connections for a port, and hands their bytes on when it is told to."""

    def __init__(self, target: int) -> None:
        self.port = 0
        self.go_on, self.taken = asyncio.Event(), asyncio.Event()
        self._target = target
        self._tasks = TaskSet("relay")

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._tasks.close()

    def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._tasks.start(self._hand_on(reader, writer), "connection")

    async def _hand_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.taken.set()
        await self.go_on.wait()
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        await until_first_ends(_copy(reader, far_writer), _copy(far_reader, writer))
        for each in (writer, far_writer):
            each.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()


def not_before(manager: SyncManager, later: Callable[[Peer], bool]) -> list[Peer]:
    """Have ours finish the handshakes of some peers only after that of another one. Returns all there are."""
    board, taken = manager._switch._board, asyncio.Event()
    take = board.take
    came: list[Peer] = []

    async def take_in_order(peer: Peer) -> None:
        came.append(peer)
        if later(peer):
            await taken.wait()
        await take(peer)
        taken.set()

    board.take = take_in_order  # type: ignore[method-assign]
    return came


def is_own_call(peer: Peer) -> bool:
    return peer.origin.dialed is not None


@pytest.mark.parametrize("keeps_our_call", [True, False])
async def test_it_refuses_what_comes_later_there_and_that_came_first_here(
    tmp_path: Path, keeps_our_call: bool
) -> None:
    """Both calls are under way at once; it takes one of them first, and ours takes the other."""
    home, own_port, its_port = make_home(tmp_path / "go", 0), free_port(), free_port()
    with ours(HEIGHT) as chain:
        async with (
            network_side(chain, own_port) as manager,
            Relay(own_port) as its_call,
            Relay(its_port) as our_call,
        ):
            came = not_before(manager, lambda peer: is_own_call(peer) == keeps_our_call)
            options = ("--p2p.keep_dial", f"127.0.0.1:{its_call.port}")
            async with reference_node(BINARY, home, *options, p2p_port=its_port) as go:
                manager._switch.keep(NetAddress("127.0.0.1", our_call.port))
                async with asyncio.timeout(PATIENCE):
                    await its_call.taken.wait()
                    await our_call.taken.wait()
                    first, second = (our_call, its_call) if keeps_our_call else (its_call, our_call)
                    first.go_on.set()
                    while not await go.call("list-peers"):  # noqa: ASYNC110
                        await asyncio.sleep(0.05)
                    second.go_on.set()
                    while await status_of(go) != (HEIGHT, chain.best_hash.hex()):  # noqa: ASYNC110
                        await asyncio.sleep(0.1)
                await until_one_peer(manager, go)
                assert [is_own_call(peer) for peer in manager._switch.peers] == [keeps_our_call]
                assert len(came) == 2, "neither end had to call again"
                assert manager.bans() == {}


async def test_its_branch_is_another_one_now(tmp_path: Path) -> None:
    """We follow it. Another node of ours, which we do not know, leads it to a longer branch."""
    home = make_home(tmp_path / "go", 0)
    with ours() as follower, ours(HEIGHT) as leader:
        async with reference_node(BINARY, home) as go:
            async with (
                network_side(follower, free_port()) as following,
                network_side(leader, free_port()) as leading,
            ):
                await leading.connect(f"127.0.0.1:{go.p2p_port}")
                await following.connect(f"127.0.0.1:{go.p2p_port}")
                await until(lambda: follower.best_hash == leader.best_hash)
            await asyncio.to_thread(branch, leader, from_height=HEIGHT - 8, length=14)
            left = follower.best_header
            async with (
                network_side(follower, free_port()) as following,
                network_side(leader, free_port()) as leading,
            ):
                await following.connect(f"127.0.0.1:{go.p2p_port}")
                assert await status_of(go) == (left.height, left.hash.hex())
                await leading.connect(f"127.0.0.1:{go.p2p_port}")
                await until(lambda: follower.best_hash == leader.best_hash)
                assert follower.hash_at(left.height) != left.hash
                assert await status_of(go) == (leader.best_height, leader.best_hash.hex())
                assert following.bans() == leading.bans() == {}
                assert len(following.peers()) == len(leading.peers()) == 1


def branch(chain: Chain, from_height: int, length: int) -> None:
    """Have a chain go over to other blocks."""
    block_hash = chain.hash_at(from_height)
    assert block_hash is not None
    Builder(chain).extend(length, chain.header(block_hash), slots=2)
    assert chain.best_height == from_height + length
