"""A node of 2.0.7 and ours are the two validators of one network: both make blocks, both sign, it gets final."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.bytom2_builder import key
from tests.functional.node_process import node as running_node
from tests.interop.bytom2_homes import (
    BINARY,
    EPOCH,
    make_blocks,
    make_blocks_there,
    make_home,
    needs_bytom2_reference,
)
from tests.interop.reference_node import reference_node

PATIENCE = 180.0
START_HEIGHT = 3 * EPOCH - 2
"""Two blocks before a checkpoint that both validators have to sign."""
OURS, THEIRS = 1, 0

pytestmark = [needs_bytom2_reference, pytest.mark.timeout(420)]


@pytest.fixture
def homes(tmp_path: Path) -> tuple[Path, Path]:
    """Ours and theirs, with the same blocks."""
    ours, theirs = make_home(tmp_path / "ours", OURS), make_home(tmp_path / "theirs", THEIRS)
    make_blocks(ours, START_HEIGHT)
    make_blocks(theirs, START_HEIGHT)
    return ours, theirs


async def test_both_make_blocks_and_both_sign(homes: tuple[Path, Path]) -> None:
    """2.0.7 knows no other federation than its own key: ``federation`` of ours names it, votes elected ours."""
    ours, theirs = homes
    keys = {number: key(number).xpub.raw.hex() for number in (OURS, THEIRS)}
    async with reference_node(BINARY, theirs) as go:
        await make_blocks_there(go)
        options = ("--mining", "--wallet.disable", "--p2p.keep_dial", f"127.0.0.1:{go.p2p_port}")
        async with running_node(ours, *options, TM_FEDERATION=keys[THEIRS]) as node:
            async with asyncio.timeout(PATIENCE):
                while True:
                    here, there = await node.call("chain-status"), await go.call("chain-status")
                    makers = await makers_of(node, START_HEIGHT + 1, int(here["current_height"]))
                    if is_settled(here) and is_settled(there) and set(makers) >= set(keys.values()):
                        break
                    await asyncio.sleep(0.5)
            header = await node.call("get-block-header", block_height=3 * EPOCH)
            assert header["block_header"]
            for name in ("justified", "finalized"):
                assert here[f"{name}_hash"] == there[f"{name}_hash"], name
            shared = min(int(here["current_height"]), int(there["current_height"]))
            mine = await node.call("get-block", block_height=shared)
            yours = await go.call("get-block", block_height=shared)
            assert (mine["hash"], mine["validator"]) == (yours["hash"], yours["validator"])
            assert [peer["peer_id"] for peer in await node.call("list-peers")] == [keys[THEIRS][:64]]
            await node.stop()
            assert node.process.returncode == 0


def is_settled(status: dict[str, Any]) -> bool:
    """Whether a node has the signatures of both, and both know of a block on top."""
    return (status["justified_height"], status["finalized_height"]) == (3 * EPOCH, 2 * EPOCH)


async def makers_of(node: Any, first: int, last: int) -> list[str]:
    """The keys of who made blocks."""
    return [(await node.call("get-block", block_height=height))["validator"] for height in range(first, last + 1)]
