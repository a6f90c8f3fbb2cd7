"""The index of everything in a real node: from an old home, killed, through a reorganisation, damaged."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.functional.client_process import type_in
from tests.functional.node_process import BLOCK_SECONDS, POLL_SECONDS, RunningNode, node
from tests.functional.recorded_home import unpacked
from tests.functional.test_contracts import RECORDED_HEIGHT, branch

BTM = "ff" * 32
OPTIONS = ("--index.enable", "--wallet.disable")


async def indexed_to(running: RunningNode, height: int, seconds: float = BLOCK_SECONDS) -> Any:
    """Wait until the index is so far; its status."""
    async with asyncio.timeout(seconds):
        while True:
            status = (await running.call("node-status"))["index"]
            if (status["height"], status["lag"]) == (height, 0):
                return status
            await asyncio.sleep(POLL_SECONDS)  # the API has nothing to wait on


@pytest.mark.timeout(300)
async def test_the_life_of_an_index(tmp_path: Path) -> None:
    home = unpacked(tmp_path / "home")
    async with node(home, *OPTIONS) as running:
        assert (await indexed_to(running, RECORDED_HEIGHT))["failure"] is None
        (found,) = (await running.call("search", query="200"))["found"]
        block = await running.call("get-block", block_hash=found["id"])
        reward = block["transactions"][0]["outputs"][0]
        address = await running.call("get-address", control_program=reward["control_program"])
        history = await running.call("list-address-transactions", address=address["address"], count=1000)
        assert history["total"] == address["transactions"] == len(history["transactions"])
        assert block["transactions"][0]["id"] in {row["tx_id"] for row in history["transactions"]}
        asked = await type_in(running, "get-address", f"address={address['address']}", "--json")
        assert (asked.status, json.loads(asked.out)) == (0, address)
        await running.kill()

    async with node(home, *OPTIONS) as running:
        await indexed_to(running, RECORDED_HEIGHT)
        assert await running.call("get-address", address=address["address"]) == address
        for raw in await branch(running, RECORDED_HEIGHT, 1):
            await running.call("submit-block", raw_block=raw)
        await indexed_to(running, RECORDED_HEIGHT + 1)
        newest = (await running.call("list-block-summaries", count=1))["blocks"][0]
        left = (await running.call("list-asset-transfers", asset_id=BTM, count=1))["transfers"][0]
        assert left["block_hash"] == newest["hash"]
        for raw in await branch(running, RECORDED_HEIGHT, 3):
            await running.call("submit-block", raw_block=raw)
        await indexed_to(running, RECORDED_HEIGHT + 3)
        moved = await running.call("get-indexed-transaction", tx_id=left["tx_id"])  # rewards of a height are equal
        assert (moved["block_height"], moved["confirmations"]) == (RECORDED_HEIGHT + 1, 3)
        assert moved["block_hash"] != left["block_hash"]
        unknown = await running.ask("get-indexed-transaction", {"tx_id": "00" * 32})
        assert unknown["code"] == "BTM951"
        summaries = (await running.call("list-block-summaries", count=4))["blocks"]
        heights = range(RECORDED_HEIGHT + 3, RECORDED_HEIGHT - 1, -1)
        assert [row["hash"] for row in summaries] == [
            (await running.call("get-block", block_height=height))["hash"] for height in heights
        ]
        await running.stop()
    assert "Traceback" not in running.text

    async with node(home, "--wallet.disable") as running:
        answer = await running.ask("search", {"query": "1"})
        assert answer["code"] == "BTM950"
        told = await type_in(running, "search", "1")
        assert told.status == 4
        assert "--index.enable" in told.err


@pytest.mark.timeout(300)
async def test_damaged_files_are_set_aside_and_the_index_is_made_anew(tmp_path: Path) -> None:
    home = unpacked(tmp_path / "home")
    async with node(home, *OPTIONS) as running:
        await indexed_to(running, RECORDED_HEIGHT)
        await running.stop()
    (home / "data" / "index.db" / "CURRENT").write_bytes(b"nothing\n")
    async with node(home, *OPTIONS) as running:
        await indexed_to(running, RECORDED_HEIGHT)
        await running.stop()
    assert "index.db is damaged" in running.text
    assert (home / "data" / "index.db.damaged-1").is_dir()
