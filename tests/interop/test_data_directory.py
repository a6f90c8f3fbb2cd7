"""One data directory, a node of each kind: in turn, and not at the same time."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.functional.node_process import START_SECONDS, RunningNode, node, run
from tests.interop.reference_node import each_reference, free_port, needs_reference, version_of

pytestmark = [needs_reference, pytest.mark.timeout(900)]


@asynccontextmanager
async def go_node(binary: Path, home: Path) -> AsyncIterator[RunningNode]:
    """A Go node in an existing home, with its API up."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        binary, "node", "--home", home, "--chain_id", "solonet", "--web.closed", "--p2p.skip_upnp",
        "--p2p.laddr", f"tcp://127.0.0.1:{free_port()}", env={**os.environ, "LISTEN": f"127.0.0.1:{port}"},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    running = RunningNode(process, url=f"http://127.0.0.1:{port}")
    try:
        async with asyncio.timeout(START_SECONDS):
            while True:
                try:
                    await running.height()
                    break
                except aiohttp.ClientError:
                    await asyncio.sleep(0.1)  # the process tells nobody when it is ready
        yield running
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.communicate()


@each_reference
async def test_a_directory_goes_back_and_forth(binary: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert (await run("init", "--home", home)).status == 0
    async with node(home) as ours:
        await ours.call("generate", count=2)
        blocks = [await ours.call("get-block", block_height=height) for height in range(3)]
        await ours.stop()
    async with go_node(binary, home) as theirs:
        assert await theirs.height() == 2
        found = [await theirs.call("get-block", block_height=height) for height in range(3)]
        if await version_of(binary) == "1.1.1":
            assert found == blocks
        assert [block["hash"] for block in found] == [block["hash"] for block in blocks]  # others lack fields
    async with node(home) as ours:
        assert await ours.height() == 2
        await ours.call("generate", count=1)
        await ours.stop()
    verified = await run("db", "verify", "--home", home)
    assert verified.status == 0, verified.text


@each_reference
async def test_a_running_go_node_keeps_ours_out(binary: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert (await run("init", "--home", home)).status == 0
    async with go_node(binary, home) as theirs:
        refused = await run("node", "--home", home)
        assert refused.status == 1
        assert refused.err.startswith("ERROR: ")
        assert refused.err.count("\n") == 1
        assert str(home) in refused.err
        assert "in use by another process" in refused.err or "already used by another process" in refused.err
        assert await theirs.height() == 0


@each_reference
async def test_ours_keeps_a_go_node_out(binary: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert (await run("init", "--home", home)).status == 0
    async with node(home) as ours:
        process = await asyncio.create_subprocess_exec(
            binary, "node", "--home", home, "--web.closed",
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        async with asyncio.timeout(START_SECONDS):
            output, _ = await process.communicate()
        assert process.returncode not in (0, None), output
        assert await ours.height() == 0
