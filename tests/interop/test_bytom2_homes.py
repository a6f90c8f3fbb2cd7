"""A home of ours on Bytom 2 is opened by bytomd 2.0.7 and then by ours again: the same chain, which goes on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.bytom2_builder import key
from tests.functional.node_process import node as running_node
from tests.functional.node_process import run
from tests.interop.bytom2_homes import BINARY, EPOCH, make_blocks, make_blocks_there, needs_bytom2_reference
from tests.interop.reference_node import reference_node

PATIENCE = 180.0

pytestmark = [needs_bytom2_reference, pytest.mark.timeout(420)]


async def test_from_ours_to_207_and_back(tmp_path: Path) -> None:
    """The blocks around a checkpoint are made, signed and stored by the running node itself."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "node_key.txt").write_text(key(0).raw.hex())
    made = await run("init", "--chain_id", "bytom2-solonet", "--home", home)
    assert made.status == 0, made.text
    make_blocks(home, 2 * EPOCH - 1)
    async with running_node(home, "--mining", "--wallet.disable") as node:
        await node.until_height(2 * EPOCH + 1)
        await node.call("set-mining", is_mining=False)
        before = await node.call("chain-status")
        block = await node.call("get-block", block_height=2 * EPOCH)
        header = await node.call("get-block-header", block_height=2 * EPOCH)
        elected = await node.call("get-vote-result", block_height=2 * EPOCH + 1)
        await node.stop()
    assert (before["justified_height"], before["finalized_height"]) == (2 * EPOCH, EPOCH)
    assert len(elected) == 2

    async with reference_node(BINARY, home) as go:
        assert await go.call("chain-status") == before
        assert await go.call("get-block", block_height=2 * EPOCH) == block
        assert await go.call("get-block-header", block_height=2 * EPOCH) == header
        assert await go.call("get-vote-result", block_height=2 * EPOCH + 1) == elected
        await make_blocks_there(go)
        async with asyncio.timeout(PATIENCE):
            while (await go.call("chain-status"))["current_height"] == before["current_height"]:  # noqa: ASYNC110
                await asyncio.sleep(0.2)
        await go.call("set-mining", is_mining=False)
        after = await go.call("chain-status")

    async with running_node(home, "--wallet.disable") as node:
        assert await node.call("chain-status") == after
        new = await node.call("get-block", block_height=after["current_height"])
        assert new["validator"] == key(0).xpub.raw.hex()
        await node.stop()
        assert node.process.returncode == 0
