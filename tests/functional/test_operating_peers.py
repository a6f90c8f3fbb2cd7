"""An operator at work with the client: peers by name, bans that outlive the node, an upload limit, the end."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.functional.client_process import type_in
from tests.functional.node_process import POLL_SECONDS, STOP_SECONDS, RunningNode, node, run

PATIENCE = 60.0


async def made(home: Path) -> Path:
    assert (await run("init", "--chain_id", "solonet", "--home", home)).status == 0
    return home


async def peer_port(running: RunningNode) -> int:
    line = await running.line("peers at")
    return int(line.split("peers at ")[1].split(",")[0].rpartition(":")[2])


async def until_peers(running: RunningNode, count: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while len(await running.call("list-peers")) != count:  # noqa: ASYNC110 - the API has nothing to wait on
            await asyncio.sleep(POLL_SECONDS)


@pytest.mark.timeout(300)
async def test_peers_are_called_by_name_banned_and_pardoned(tmp_path: Path) -> None:
    ours, theirs = await made(tmp_path / "ours"), await made(tmp_path / "theirs")
    async with node(theirs) as other:
        port = await peer_port(other)
        async with node(ours) as running:
            added = await type_in(running, "add-peer", f"localhost:{port}", "--keep")
            assert added.status == 0, added.text
            peer_id = json.loads(added.out)["peer_id"]
            await other.call("generate", count=2)
            await running.until_height(2)
            nowhere = await type_in(running, "add-peer", "nowhere.invalid:46657")
            assert (nowhere.status, "Traceback" in nowhere.text) == (4, False)

            banned = await type_in(running, "ban", peer_id, "--for", "2h")
            assert banned.status == 0, banned.text
            assert json.loads(banned.out)["peer_id"] == peer_id
            await until_peers(running, 0)
            byaddress = await type_in(running, "ban", "203.0.113.7")
            assert byaddress.status == 0, byaddress.text
            for wrong in (("ban", "node.example"), ("ban", peer_id, "--for", "never"), ("unban", "203.0.113.8")):
                refused = await type_in(running, *wrong)
                assert (refused.status != 0, "Traceback" in refused.text) == (True, False)
            await running.kill()  # what was told is kept
        async with node(ours) as running:
            listed = await running.call("list-bans")
            assert [(one["address"], one["peer_id"]) for one in listed] == [("", peer_id), ("203.0.113.7", "")]
            assert 0 < listed[0]["seconds_left"] <= 7200 < listed[1]["seconds_left"] <= 86_400
            refused = await type_in(running, "add-peer", f"127.0.0.1:{port}")
            assert refused.status == 4
            for who in (peer_id, "203.0.113.7"):
                assert (await type_in(running, "unban", who)).status == 0
            assert (await type_in(running, "list-bans")).out == ""
            await until_peers(running, 0)
            added = await type_in(running, "add-peer", f"127.0.0.1:{port}")
            assert added.status == 0, added.text


@pytest.mark.timeout(300)
async def test_a_node_that_may_send_little_still_serves(tmp_path: Path) -> None:
    slow, fetching = await made(tmp_path / "slow"), await made(tmp_path / "fetching")
    async with node(slow, "--p2p.max_upload", "20") as source:
        port = await peer_port(source)
        await source.call("generate", count=30)
        async with node(fetching, "--p2p.keep_dial", f"127.0.0.1:{port}") as running:
            await running.until_height(30)


async def test_a_node_is_stopped_over_the_api(tmp_path: Path) -> None:
    home = await made(tmp_path / "home")
    async with node(home) as running:
        await running.line("peers at")
        stopped = await type_in(running, "stop")
        assert (stopped.status, stopped.out) == (0, "The node stops\n")
        async with asyncio.timeout(STOP_SECONDS * 4):
            await running.line("stopped")
            assert await running.process.wait() == 0
        assert "captured a request to stop, exiting..." in running.text
        assert not (home / ".cookie").exists()
        assert (await type_in(running, "get-block-count")).status == 2
