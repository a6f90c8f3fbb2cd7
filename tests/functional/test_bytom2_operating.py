"""Operating a validator: a node of Bytom 2 in a process of its own, asked as its operator asks it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import aiohttp

from tests.functional.client_process import type_in
from tests.functional.node_process import POLL_SECONDS, RunningNode, run
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


async def test_what_happens_is_told(tmp_path: Path) -> None:
    home = tmp_path / "home"
    made = await run("init", "--chain_id", "bytom2-solonet", "--home", home)
    assert made.status == 0, made.text
    told = tmp_path / "told"
    (home / "hooks.toml").write_text(
        '[[hook]]\nname = "blocks"\ntopic = "blocks"\nfilter = { detail = "summary" }\n'
        f'program = ["/bin/sh", "-c", "cat >> {told}"]\n'
    )
    async with running_node(home) as node:
        watched = await node.call("watch-address", control_program="51", label="rewards", from_height=0)
        assert (watched["balances"], watched["votes"]) == ([], [])
        hashes = (await node.call("generate", count=2))["block_hashes"]

        shown = await type_in(node, "events", "blocks", "detail=summary", "--from-height", "1", "--count", "2")
        assert shown.status == 0, shown.text
        events = [json.loads(line) for line in shown.out.splitlines()]
        assert [event["data"]["hash"] for event in events] == hashes
        key = (await node.call("net-info"))["node_xpub"]
        assert {event["data"]["validator"] for event in events} == {key}

        async with asyncio.timeout(60):
            while not told.is_file() or told.read_text().count("block_connected") < 2:  # noqa: ASYNC110
                await asyncio.sleep(POLL_SECONDS)
        assert [hook["name"] for hook in await node.call("list-webhooks")] == ["blocks"]

        async with aiohttp.ClientSession() as session, session.ws_connect(node.url + "/websocket-subscribe") as ws:
            await ws.send_json({"topic": "notify_raw_blocks"})
            assert (await ws.receive_json(timeout=60))["notification_type"] == "request_status"
            (block_hash,) = (await node.call("generate"))["block_hashes"]
            raw = await ws.receive_json(timeout=60)
            assert raw["notification_type"] == "raw_blocks_connected"
            assert raw["data"] == (await node.call("get-raw-block", block_hash=block_hash))["raw_block"]
        async with asyncio.timeout(60):
            while (await node.call("list-watched-addresses"))["addresses"][0]["height"] < 3:  # noqa: ASYNC110
                await asyncio.sleep(POLL_SECONDS)
        await node.stop()
        assert node.process.returncode == 0


async def test_everything_is_indexed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    made = await run("init", "--chain_id", "bytom2-solonet", "--home", home)
    assert made.status == 0, made.text
    async with running_node(home, "--index.enable") as node:
        hashes = (await node.call("generate", count=3))["block_hashes"]
        async with asyncio.timeout(60):
            while (await node.call("node-status"))["index"]["height"] < 3:  # noqa: ASYNC110
                await asyncio.sleep(POLL_SECONDS)
        rows = (await node.call("list-block-summaries"))["blocks"]
        assert [row["hash"] for row in rows[:3]] == hashes[::-1]
        key = (await node.call("net-info"))["node_xpub"]
        assert [row["validator"] for row in rows] == [key, key, key, ""]
        found = (await node.call("search", query=hashes[0]))["found"]
        assert found == [{"kind": "block", "id": hashes[0], "block_height": 1}]
        block = await node.call("get-block", block_hash=hashes[0])
        shown = await node.call("get-indexed-transaction", tx_id=block["transactions"][0]["id"])
        assert (shown["block_hash"], shown["block_time"]) == (hashes[0], block["timestamp"] // 1000)
        (trace_id,) = await node.call(
            "create-contract-instance", tx_hash=block["transactions"][0]["id"], block_hash=hashes[0]
        )  # whoever makes blocks without an account pays anyone
        async with asyncio.timeout(60):
            while (await node.call("get-contract-instance", trace_id=trace_id))["status"] != 2:  # noqa: ASYNC110
                await asyncio.sleep(POLL_SECONDS)
        assert [one["trace_id"] for one in await node.call("list-contract-instances")] == [trace_id]
        searched = await type_in(node, "search", "2")
        assert hashes[1] in searched.out
        await node.stop()
        assert node.process.returncode == 0
