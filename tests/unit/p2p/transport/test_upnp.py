"""Port mapping against a gateway of our own: description, control calls, refusals."""

from __future__ import annotations

import pytest

from pybytomd.p2p.network_address import NetAddress
from pybytomd.p2p.transport.upnp import map_port
from tests.unit.p2p.gateway import Gateway, network


async def test_both_protocols_are_mapped(monkeypatch: pytest.MonkeyPatch) -> None:
    gateway = Gateway()
    async with network(gateway, monkeypatch):
        assert await map_port(46657) == NetAddress("45.1.2.3", 46657)
    mappings = gateway.calls[1:]
    assert ["bytomd tcp" in mappings[0], "bytomd udp" in mappings[1]] == [True, True]
    assert all("<NewExternalPort>46657</NewExternalPort>" in call for call in mappings)


async def test_without_a_willing_router_there_is_no_mapping(monkeypatch: pytest.MonkeyPatch) -> None:
    async with network(Gateway(willing=False), monkeypatch):
        assert await map_port(46657) is None
