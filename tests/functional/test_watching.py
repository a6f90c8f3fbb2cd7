"""What an operator sees: probes and figures over a node's life, and a disk that becomes full under it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp

from tests.functional.client_process import type_in
from tests.functional.node_process import POLL_SECONDS, RunningNode, node, run
from tests.small_disk import small_disk_at
from tests.unit.rpc.pages.test_metrics import parsed

PATIENCE = 90.0
"""Seconds for the node to notice: it looks every five."""
DISK = 40
"""Megabytes of the small disk, of which a twentieth is kept."""


async def fetch(running: RunningNode, path: str, verb: str = "GET") -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.request(verb, f"{running.url}{path}") as response:
        return response.status, await response.text()


async def ready(running: RunningNode) -> tuple[int, Any]:
    status, text = await fetch(running, "/ready")
    return status, json.loads(text).get("reason")


async def until_ready(running: RunningNode, wanted: tuple[int, Any]) -> None:
    async with asyncio.timeout(PATIENCE):
        while await ready(running) != wanted:  # noqa: ASYNC110 - there is nothing to wait on
            await asyncio.sleep(POLL_SECONDS)


async def figures(running: RunningNode) -> dict[str, float]:
    status, text = await fetch(running, "/metrics")
    assert status == 200
    return parsed(text)


async def test_a_node_is_watched_from_its_start_to_its_stop(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert (await run("init", "--chain_id", "solonet", "--home", home)).status == 0
    async with node(home, "--auth.local") as running:
        as_user = {"TM_HOME": str(home)}
        waited = await type_in(running, "ready", "--wait", "60", **as_user)
        assert (waited.status, waited.out) == (0, "ready\n"), waited.text
        assert await ready(running) == (200, None)
        assert (await type_in(running, "ready", TM_HOME=str(tmp_path))).status == 2
        for path in ("/health", "/ready"):
            assert await fetch(running, path, "HEAD") == (200, "")
        assert json.loads((await fetch(running, "/health"))[1]) == {"status": "ok", "phase": "running"}
        assert (await fetch(running, "/metrics"))[0] == 401
        await running.stop()
        assert "Traceback" not in running.text


async def test_a_disk_that_fills_up_stops_what_writes_and_room_lets_it_go_on(tmp_path: Path) -> None:
    rich, disk = tmp_path / "rich", tmp_path / "disk"
    assert (await run("init", "--chain_id", "solonet", "--home", rich)).status == 0
    with small_disk_at(disk, DISK) as small:
        home = small / "home"
        assert (await run("init", "--chain_id", "solonet", "--home", home)).status == 0
        async with node(rich) as source:
            peers = await source.line("peers at")
            address = peers.split("peers at ")[1].split(",")[0]
            async with node(home, "--p2p.keep_dial", address) as poor:
                await source.call("generate", count=3)
                await poor.until_height(3)
                found = await figures(poor)
                assert found["bytom_disk_low"] == 0
                assert found["bytom_disk_size_bytes"] == DISK << 20
                assert found['bytom_peers_by_direction{direction="outbound"}'] == 1
                assert found['bytom_peer_bytes_total{direction="received"}'] > 0
                assert found['bytom_api_request_duration_seconds_count{method="get-block-count"}'] > 0

                filler = small / "filler"
                filler.write_bytes(bytes(int(found["bytom_disk_free_bytes"]) - (1 << 20)))
                await poor.line("is nearly full", PATIENCE)
                await until_ready(poor, (503, "disk_full"))
                await source.call("generate", count=3)
                assert (await source.height(), await poor.height()) == (6, 3)
                for method, arguments in (
                    ("generate", {"count": 1}), ("set-mining", {"is_mining": True}),
                    ("get-work", {}), ("wait-work", {}),
                ):  # fmt: skip
                    refused = await poor.ask(method, arguments)
                    assert (refused["status"], "is nearly full" in refused["error_detail"]) == ("fail", True)
                assert (await poor.call("node-status"))["sync"]["stuck"].startswith("the disk of ")
                assert (await figures(poor))["bytom_disk_low"] == 1
                asked = await type_in(poor, "ready")
                assert (asked.status, asked.err.startswith("ERROR: disk_full: the disk of ")) == (7, True)
                shown = await type_in(poor, "status")
                assert "NEARLY FULL" in shown.out
                made = await poor.call("create-key", alias="key", password="password")
                assert made["alias"] == "key", "what is asked for is still kept"
                assert (await poor.height()) == 3

                filler.unlink()
                await poor.line("there is room on the disk again", PATIENCE)
                await poor.until_height(7)  # it mines by itself now, as it was told while it could not
                await poor.call("set-mining", is_mining=False)
                assert (await ready(poor))[1] != "disk_full"
                await poor.stop()
                assert "Traceback" not in poor.text
