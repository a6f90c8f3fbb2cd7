"""We and a Go node accept each other, whoever calls: handshake, node info, packets, status exchange, blocks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pybytomd.p2p.network_address import NetAddress
from pybytomd.p2p.peers.peer import Peer
from pybytomd.p2p.peers.switch import Switch
from pybytomd.sync import messages
from tests.interop.greeter import GENESIS, Greeter, our_switch
from tests.interop.reference_node import ReferenceNode, each_reference, needs_reference, reference_node

LOOPBACK = "127.0.0.1"
OUR_LOOPBACK = "127.0.0.2"
"""Version 1.0.5 takes any node at its own IP address for itself."""
PATIENCE = 30.0


async def until(go: ReferenceNode, method: str, condition: Callable[[Any], bool]) -> None:
    """Ask the Go node until its answer is as expected: it looks at its peers twice a second only."""
    while not condition(await go.call(method)):  # noqa: ASYNC110 - another process cannot set an event
        await asyncio.sleep(0.1)


async def exchange(go: ReferenceNode, switch: Switch, greeter: Greeter, peer: Peer) -> None:
    """Both know each other's best block, the Go node lists us, and it serves its first block."""
    async with asyncio.timeout(PATIENCE):
        status = await greeter.arrived.get()
        assert status == messages.StatusResponse(0, GENESIS.hash, GENESIS.hash)
        assert peer.node_info.version.startswith(go.version)
        await until(go, "net-info", lambda answer: answer["peer_count"] == 1)
        assert [p["peer_id"] for p in await go.call("list-peers")] == [switch.node_id]
        peer.send(messages.encode(messages.GetBlock(0, GENESIS.hash)))
        answer = await greeter.arrived.get()
        assert isinstance(answer, messages.BlockMessage)
        assert answer.block() == GENESIS
    assert not peer.is_closed


@needs_reference
@each_reference
async def test_we_call_a_go_node(binary: Path, tmp_path: Path) -> None:
    greeter = Greeter()
    async with reference_node(binary, tmp_path) as go, our_switch(greeter) as switch:
        await switch.listen(LOOPBACK, 0)
        peer = await switch.connect(NetAddress(LOOPBACK, go.p2p_port))
        await exchange(go, switch, greeter, peer)
        await go.call("disconnect-peer", peer_id=switch.node_id)
        async with asyncio.timeout(PATIENCE):
            assert await greeter.gone.get() == "the peer closed the connection"


@needs_reference
@each_reference
async def test_a_go_node_calls_us(binary: Path, tmp_path: Path) -> None:
    greeter = Greeter()
    async with reference_node(binary, tmp_path) as go, our_switch(greeter) as switch:
        address = await switch.listen(OUR_LOOPBACK, 0)
        calling = asyncio.create_task(go.call("connect-peer", ip=address.ip, port=address.port))
        async with asyncio.timeout(PATIENCE):
            peer = await greeter.peers.get()
        assert not peer.is_outbound
        await exchange(go, switch, greeter, peer)
        assert (await calling)["peer_id"] == switch.node_id


@needs_reference
@each_reference
async def test_the_connection_outlives_pings(binary: Path, tmp_path: Path) -> None:
    greeter = Greeter()
    async with reference_node(binary, tmp_path) as go, our_switch(greeter, "1.0.5") as switch:
        peer = await switch.connect(NetAddress(LOOPBACK, go.p2p_port))
        await exchange(go, switch, greeter, peer)
        peer._next_ping = 0.0
        async with asyncio.timeout(PATIENCE):
            await until(go, "net-info", lambda _: peer.round_trip is not None)
        assert peer.round_trip < 5
