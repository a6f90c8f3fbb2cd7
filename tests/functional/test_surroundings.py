"""A whole node uses what surrounds it: router, names, seeds, proxy, local network; but not what it is told not to.

These are stood in for at the outermost edge, so that a part that is not connected to the rest is noticed.
"""

from __future__ import annotations

import errno
import os
import socket
import struct
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from async_upnp_client.profiles.igd import IgdDevice
from zeroconf.asyncio import AsyncZeroconf

from pybytomd.ledger.networks.params import SOLONET
from pybytomd.node.settings.config import Config
from tests.functional.sync_network import SyncNode, eventually, running
from tests.functional.whole_node import whole_node
from tests.unit.p2p.gateway import Gateway, network
from tests.unit.p2p.proxy import Proxy, proxy_server

LOOPBACK = "127.0.0.1"
OUTSIDE = "45.1.2.3"
"""The gateway's address on the other side."""
SEED_NAME = "seed.test"
MULTICAST = "224.0.0.251"


@pytest.fixture
def loopback_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """A node that listens on loopback only takes itself for one that others can call."""
    monkeypatch.setattr("pybytomd.sync.peers.sources.WILDCARD_HOSTS", {LOOPBACK})


@pytest.fixture
def loopback_is_lan(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loopback interface is all of a local network, and no other node of this machine is met on it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            member = struct.pack("4s4s", socket.inet_aton(MULTICAST), socket.inet_aton(LOOPBACK))
            probe.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
        except OSError as error:
            pytest.skip(f"no multicast on loopback: {errno.errorcode.get(error.errno or 0, error)}")
    name = f"bytomtest{os.getpid()}LanDiscover.local."
    monkeypatch.setattr("pybytomd.p2p.discovery.mdns.service_type", lambda _: name)
    monkeypatch.setattr("pybytomd.p2p.discovery.mdns.AsyncZeroconf", partial(AsyncZeroconf, interfaces=[LOOPBACK]))


@pytest.mark.usefixtures("loopback_is_open")
async def test_the_router_is_asked_and_its_address_told_to_peers(monkeypatch: pytest.MonkeyPatch) -> None:
    gateway, other = Gateway(), SyncNode()
    async with network(gateway, monkeypatch), running(other):
        node = SyncNode(skip_upnp=False)
        async with running(node):
            await eventually(lambda: node.manager.node_info().listen_address.startswith(OUTSIDE))
            await node.connect(other)
            (peer,) = other.manager._switch.peers
            assert peer.node_info.listen_address == f"{OUTSIDE}:{node.address.port}"


@pytest.mark.usefixtures("loopback_is_open")
async def test_a_whole_node_has_the_router_map_its_port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway = Gateway()
    async with network(gateway, monkeypatch), whole_node(tmp_path, p2p__skip_upnp=False):
        await eventually(lambda: len(gateway.calls) == 3)
    assert "bytomd tcp" in gateway.calls[1]
    assert "bytomd udp" in gateway.calls[2]


@pytest.mark.usefixtures("loopback_is_open")
async def test_the_router_is_left_alone_on_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    searches: list[dict[str, Any]] = []

    async def search(**options: Any) -> list[dict[str, str]]:
        searches.append(options)
        return []

    monkeypatch.setattr(IgdDevice, "async_search", search)
    with caplog.at_level("INFO", "pybytomd.sync.peers.sources"):
        async with whole_node(tmp_path, p2p__skip_upnp=True):
            await eventually(lambda: "advertised address" in caplog.messages)
    assert searches == []


async def test_a_whole_node_calls_the_nodes_behind_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    system = socket.getaddrinfo

    def resolve(host: Any, port: Any, *options: Any, **more: Any) -> Any:
        if host != SEED_NAME:
            return system(host, port, *options, **more)
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (LOOPBACK, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    seed = SyncNode()
    async with running(seed):
        params = replace(SOLONET, dns_seeds=(SEED_NAME,), dns_port=seed.address.port)
        monkeypatch.setattr(Config, "params", property(lambda _: params))
        async with whole_node(tmp_path) as node:
            (peer,) = await node.has_peers(1)
            assert peer["remote_addr"] == str(seed.address)
    assert asked == [SEED_NAME]


async def test_a_whole_node_calls_through_the_proxy(tmp_path: Path) -> None:
    proxy, other = Proxy(user=b"alice"), SyncNode()
    async with running(other), proxy_server(proxy) as port:
        settings = {"proxy_address": f"{LOOPBACK}:{port}", "proxy_username": "alice", "proxy_password": "secret"}
        flags = {f"p2p__{name}": text for name, text in settings.items()}
        async with whole_node(tmp_path, p2p__keep_dial=str(other.address), **flags) as node:
            (peer,) = await node.has_peers(1)
            assert peer["remote_addr"] == str(other.address)
        assert proxy.transcript[1] == b"\x01\x05alice\x06secret"


async def test_a_whole_node_finds_others_through_a_seed(tmp_path: Path) -> None:
    """Only the seed is named; who else there is comes over UDP."""
    seed = SyncNode(discoverable=True)
    async with running(seed):
        other = SyncNode(discoverable=True, seeds=(seed.address,))
        async with running(other), whole_node(tmp_path, p2p__seeds=str(seed.address)) as node:
            peers = await node.has_peers(2)
            assert {peer["remote_addr"] for peer in peers} == {str(seed.address), str(other.address)}


@pytest.mark.usefixtures("loopback_is_lan")
async def test_whole_nodes_on_one_lan_find_each_other(tmp_path: Path) -> None:
    async with (
        whole_node(tmp_path / "one", p2p__lan_discoverable=True) as one,
        whole_node(tmp_path / "other", p2p__lan_discoverable=True) as other,
    ):
        for node in (one, other):
            await node.has_peers(1)


async def test_the_lan_is_left_alone_on_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: Any) -> None:
        raise AssertionError("multicast was used")

    monkeypatch.setattr("pybytomd.p2p.discovery.mdns.AsyncZeroconf", refuse)
    async with whole_node(tmp_path, p2p__lan_discoverable=False) as node:
        assert (await node.call("net-info"))["listening"]
