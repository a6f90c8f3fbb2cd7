"""A real node that is surrounded: after a restart it holds the honest peer all the same."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from pybytomd.p2p.peers import outbound
from pybytomd.p2p.peers.connection_type import ConnectionType
from pybytomd.p2p.peers.peer import Peer
from pybytomd.sync import messages
from tests.crash.test_sync_killed import recorded_blocks
from tests.functional.fake_peer import FakePeer, fake_peers
from tests.functional.node_process import node, run
from tests.functional.sync_network import SyncNode, eventually, running

HEIGHT = 12
BLOCKS = recorded_blocks()[: HEIGHT + 1]
HANG_UP_SECONDS = 1.0
PATIENCE = 60.0


class Hostile(FakePeer):
    """Says that it has what the honest one has, gives nothing, and hangs up so many times before it stays."""

    def __init__(self, number: int, hang_ups: int) -> None:
        super().__init__(number, BLOCKS)
        self.hang_ups = hang_ups
        self.connections = 0
        for kind in (messages.GetBlock, messages.GetBlocks, messages.GetHeaders):
            self.answers[kind] = lambda _: []

    async def on_peer(self, peer: Peer) -> None:
        self.connections += 1
        if self.connections <= self.hang_ups:
            asyncio.get_running_loop().call_later(HANG_UP_SECONDS, peer.close, "hung up")
        await super().on_peer(peer)


@asynccontextmanager
async def surrounded(count: int, hang_ups: int) -> AsyncIterator[tuple[SyncNode, list[Hostile], list[str]]]:
    """An honest node and so many hostile ones, each at an IP of its own; with the addresses of the latter."""
    hostile = [Hostile(number, hang_ups) for number in range(1, count + 1)]
    async with running(honest := SyncNode(blocks=BLOCKS)), fake_peers(*hostile):
        yield honest, hostile, [str(await peer.listen(f"127.0.7.{n}")) for n, peer in enumerate(hostile, 1)]


async def make_home(tmp_path: Path) -> Path:
    made = await run("init", "--chain_id", "solonet", "--home", tmp_path / "home")
    assert made.status == 0, made.text
    return tmp_path / "home"


@pytest.mark.parametrize("hang_ups", [1, 0], ids=["hang up first", "stay"])
async def test_the_honest_peer_of_the_last_run_is_held_among_forty_others(tmp_path: Path, hang_ups: int) -> None:
    home = await make_home(tmp_path)
    async with surrounded(40, hang_ups) as (honest, hostile, addresses):
        async with node(home, "--wallet.disable", "--p2p.keep_dial", str(honest.address)) as before:
            await before.until_height(HEIGHT)
            await before.stop()
        book = json.loads((home / "addrbook.json").read_text())
        assert (book["format"], book["anchors"]) == (2, [str(honest.address)])
        assert book["tried"][0]["blocks"] >= HEIGHT
        await eventually(lambda: not honest.manager.peers())
        async with node(home, "--wallet.disable", "--p2p.seeds", ",".join(addresses)) as after:
            await eventually(lambda: len(honest.manager.peers()) == 1, PATIENCE)
            await eventually(lambda: sum(peer.connections for peer in hostile) >= 3 + 3 * hang_ups, PATIENCE)
            assert len(honest.manager.peers()) == 1
            await after.stop()
            assert "Traceback" not in after.text
        assert str(honest.address) in json.loads((home / "addrbook.json").read_text())["anchors"]


async def test_the_one_of_use_among_nine_that_all_answered_before_is_found_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All stand in an old address book alike, and more hostile ones than there are places hold on to theirs."""
    for name, seconds in (("URGENT_DELAY", 0.5), ("PROBATION", 2.0), ("URGENT_FEEL_AGAIN_SECONDS", 10.0)):
        monkeypatch.setattr(outbound, name, seconds)
    path = tmp_path / "addrbook.json"
    async with surrounded(8, 0) as (honest, _, addresses):
        rows = [
            {"address": address, "node_id": "00" * 32, "answered_at": int(time.time()), "failures": 0}
            for address in (*addresses, str(honest.address))
        ]
        path.write_text(json.dumps({"format": 1, "addresses": rows}))
        async with running(victim := SyncNode(address_book=path, target_outbound=4)):
            await eventually(
                lambda: any(
                    (peer.connection_type, address) == (ConnectionType.OUTBOUND, honest.address) and peer.service
                    for peer, address, _ in victim.manager._switch._service_log.connections()
                ),
                PATIENCE,
            )
        assert json.loads(path.read_text())["anchors"][0] == str(honest.address)
