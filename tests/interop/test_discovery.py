"""We and a Go node find each other over UDP, and whoever finds calls."""

from __future__ import annotations

import asyncio
from pathlib import Path

from pybytomd.clock import SystemClock
from pybytomd.p2p.discovery.address_book import AddressBook
from pybytomd.p2p.discovery.service import Discovery
from pybytomd.p2p.network_address import NetAddress
from pybytomd.store.kv.memory_db import MemoryStore
from tests.interop.greeter import IDENTITY, Greeter, our_switch
from tests.interop.reference_node import REFERENCES, each_reference, free_port, needs_reference, reference_node
from tests.unit.p2p.network import identity

LOOPBACK = "127.0.0.1"
OUR_LOOPBACK = "127.0.0.2"
"""Version 1.0.5 calls nobody at its own IP address."""
PATIENCE = 60.0
"""Seconds; a Go node calls nodes it found every ten."""


@needs_reference
@each_reference
async def test_a_go_node_with_us_as_seed_finds_and_calls_us(binary: Path, tmp_path: Path) -> None:
    greeter = Greeter()
    port = free_port()
    store = MemoryStore()
    discovery = await Discovery.open(OUR_LOOPBACK, port, IDENTITY, store, SystemClock())
    async with discovery, our_switch(greeter) as switch:
        await switch.listen(OUR_LOOPBACK, port)
        async with reference_node(binary, tmp_path, "--p2p.seeds", f"{OUR_LOOPBACK}:{port}") as go:
            async with asyncio.timeout(PATIENCE):
                peer = await greeter.peers.get()
            assert not peer.is_outbound
            assert NetAddress(LOOPBACK, go.p2p_port) in discovery.candidates(5)
            assert any(key.endswith(b":discover:lastpong") for key, _ in store.iterate(b"n:"))


@needs_reference
@each_reference
async def test_with_a_go_node_as_seed_we_find_and_call_it(binary: Path, tmp_path: Path) -> None:
    greeter = Greeter()
    port = free_port()
    async with reference_node(binary, tmp_path) as go:
        seed = NetAddress(LOOPBACK, go.p2p_port)
        discovery = await Discovery.open(OUR_LOOPBACK, port, IDENTITY, MemoryStore(), SystemClock(), (seed,))
        book = AddressBook(SystemClock())
        async with discovery, our_switch(greeter, book=book) as switch:
            await switch.listen(OUR_LOOPBACK, port)
            async with asyncio.timeout(PATIENCE):
                while greeter.peers.empty():
                    book.heard_of(discovery.candidates(9))
                    await asyncio.sleep(0.2)
                peer = await greeter.peers.get()
            assert peer.is_outbound
            assert peer.origin.dialed == seed


@needs_reference
async def test_two_of_us_find_each_other_through_a_go_node(tmp_path: Path) -> None:
    async with reference_node(REFERENCES[0], tmp_path) as go:
        seed = NetAddress(LOOPBACK, go.p2p_port)
        ports = (free_port(), free_port())
        services = [
            await Discovery.open(OUR_LOOPBACK, port, identity(port), MemoryStore(), SystemClock(), (seed,))
            for port in ports
        ]
        async with services[0], services[1], asyncio.timeout(PATIENCE + 30):
            wanted = NetAddress(OUR_LOOPBACK, ports[1])
            while wanted not in services[0].candidates(9):  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0.2)
