"""Operating a validator: a node of Bytom 2 in a process of its own, asked as its operator asks it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp

from tests.functional.client_process import type_in
from tests.functional.node_process import RunningNode, run
from tests.functional.node_process import node as running_node


async def text_of(node: RunningNode, path: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(node.url + path) as response:
        return await response.text()


async def test_a_validator_is_operated(tmp_path: Path) -> None:
    home = tmp_path / "home"
    made = await run("init", "--chain_id", "bytom2-solonet", "--home", home)
    assert made.status == 0, made.text
    async with running_node(home) as node:
        hashes = (await node.call("generate", count=3))["block_hashes"]
        assert len(hashes) == 3
        key = (await node.call("net-info"))["node_xpub"]

        status = await node.call("node-status")
        assert status["sync"]["height"] == 3
        assert status["sync"]["block_hash"] == hashes[-1]
        assert status["producing"] == {
            "xpub": key,
            "is_validator": True,
            "is_producing": False,
            "is_quiet": False,
            "blocks_made": 3,
        }
        assert status["consensus"]["epoch"] == 1

        rows = (await node.call("list-validators"))["validators"]
        assert [(row["xpub"], row["blocks_made"], row["is_own"]) for row in rows] == [(key, 3, True)]
        assert [row["epoch"] for row in await node.call("list-epochs")] == [1]
        assert (await node.call("get-finality", block_height=2))["status"] == "pending"
        assert (await node.call("list-rewards"))["total"] > 0
        assert (await node.call("list-votes"))["total"] == 0

        figures = await text_of(node, "/metrics")
        assert "\nbytom_produced_blocks_total 3\n" in figures
        assert "\nbytom_finalized_height 0\n" in figures
        async with asyncio.timeout(60):
            while '"ready"' not in await text_of(node, "/ready"):
                pass

        peer = "ab" * 32
        assert (await node.call("ban", peer_id=peer, seconds=600))["peer_id"] == peer
        assert [ban["peer_id"] for ban in await node.call("list-bans")] == [peer]

        shown = await type_in(node, "status")
        assert shown.status == 0, shown.text
        assert "up to block 0, justified up to 0" in shown.out
        assert "is a validator, makes no blocks, 3 made" in shown.out
        listed = await type_in(node, "list-validators", "epoch=1")
        assert key in listed.out
        assert (await type_in(node, "unban", peer)).status == 0
        assert await node.call("list-bans") == []
        await node.stop()
        assert node.process.returncode == 0
