"""Bans, peers by name, and the end of a node, over the API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from pybytomd.p2p.transport.dial import DialError
from pybytomd.rpc.api import Api
from tests.unit.rpc.recorded import Client, make_api, recorded_chain
from tests.unit.rpc.test_methods import PEER, Network, Peer

NODE_ID = "AB" * 32


@dataclass
class Peers(Network):
    banned: dict[str, float] = field(default_factory=dict)
    now: float = 0.0
    added: list[tuple[str, int, bool]] = field(default_factory=list)

    def bans(self) -> dict[str, float]:
        return self.banned

    async def ban(self, who: str, seconds: float) -> tuple[str, float]:
        self.banned[who] = self.now + seconds
        return who, self.now + seconds

    async def unban(self, who: str) -> bool:
        return self.banned.pop(who, None) is not None

    async def add(self, host: str, port: int, *, keep: bool) -> Peer:
        self.added.append((host, port, keep))
        if host == "nowhere.example":
            raise DialError("nowhere.example is not known: no answer")
        return Peer()


@pytest.fixture
def api() -> Iterator[Api]:
    chain = recorded_chain(0)
    network = Peers()
    made = make_api(chain, network=network)
    network.now = made.clock.now()
    yield made
    chain.close()


async def test_bans_are_made_listed_and_ended(api: Api) -> None:
    client = Client(api)
    assert (await client.call("list-bans"))["data"] == []
    made = (await client.call("ban", {"address": "10.0.0.7", "seconds": 90}))["data"]
    assert made == {
        "address": "10.0.0.7", "peer_id": "", "banned_until": "2018-06-14T02:58:10Z", "seconds_left": 90
    }  # fmt: skip
    by_id = (await client.call("ban", {"peer_id": NODE_ID.lower()}))["data"]
    assert (by_id["address"], by_id["peer_id"], by_id["seconds_left"]) == ("", NODE_ID, 86_400)
    assert (await client.call("list-bans"))["data"] == [made, by_id]
    assert await client.call("unban", {"address": "10.0.0.7"}) == {"status": "success"}
    assert (await client.call("unban", {"address": "10.0.0.7"}))["error_detail"] == "there is no such ban"
    assert await client.call("unban", {"peer_id": NODE_ID}) == {"status": "success"}
    assert (await client.call("list-bans"))["data"] == []


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        ({}, "name an IP address"),
        ({"address": "10.0.0.1", "peer_id": NODE_ID}, "and not both"),
        ({"address": "node.example"}, "name an IP address"),
        ({"address": "10.0.0.1:5"}, "name an IP address"),
        ({"address": "10.0.0.0/8"}, "name an IP address"),
        ({"peer_id": "AB"}, "64 hex digits"),
        ({"peer_id": "1" * 63 + "\n"}, "64 hex digits"),
        ({"address": "10.0.0.1", "seconds": 0}, "from 1 second to 3650 days"),
        ({"address": "10.0.0.1", "seconds": (1 << 64) - 1}, "from 1 second to 3650 days"),
    ],
)
async def test_bans_that_are_none(api: Api, request_: dict[str, Any], text: str) -> None:
    answer = await Client(api).call("ban", request_)
    assert (answer["status"], text in answer["error_detail"]) == ("fail", True), answer
    assert (await Client(api).call("list-bans"))["data"] == []


async def test_a_peer_is_called_by_name(api: Api) -> None:
    client = Client(api)
    assert (await client.call("add-peer", {"address": "node.example:46657"}))["data"] == PEER
    assert (await client.call("add-peer", {"address": "tcp://[::1]:5", "keep": True}))["data"] == PEER
    answer = await client.call("add-peer", {"address": "nowhere.example:5"})
    assert answer["error_detail"] == "can not connect to the address: nowhere.example is not known: no answer"
    for wrong in ("", "node.example", "node.example:", ":5", "node.example:0", "node.example:99999", "a:b:c"):
        answer = await client.call("add-peer", {"address": wrong})
        assert answer["error_detail"].endswith("a peer is given as host:port, the host by name or address"), wrong
    assert api.network.added == [  # type: ignore[union-attr]
        ("node.example", 46657, False), ("::1", 5, True), ("nowhere.example", 5, False)
    ]  # fmt: skip


async def test_a_node_without_peers_bans_nobody() -> None:
    chain = recorded_chain(0)
    client = Client(make_api(chain))
    assert (await client.call("list-bans"))["data"] == []
    for name, arguments in (
        ("ban", {"address": "10.0.0.1"}), ("unban", {"address": "10.0.0.1"}), ("add-peer", {"address": "a:1"})
    ):  # fmt: skip
        assert "vault mode" in (await client.call(name, arguments))["error_detail"]
    chain.close()


async def test_a_node_is_asked_to_stop() -> None:
    chain = recorded_chain(0)
    asked: list[str] = []
    client = Client(make_api(chain, stop=lambda: asked.append("stop")))
    browser = {"Host": "127.0.0.1", "User-Agent": "Mozilla/5.0"}
    assert (await client.send("/stop", verb="GET", headers=browser)).status == 405
    assert asked == []
    assert await client.call("stop") == {"status": "success"}
    assert asked == ["stop"]
    assert "cannot be stopped" in (await Client(make_api(chain)).call("stop"))["error_detail"]
    chain.close()
