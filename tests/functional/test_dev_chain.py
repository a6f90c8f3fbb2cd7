"""``pybytomd dev`` as a developer runs it: a funded account, blocks on demand, kept or gone, no peers."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from pybytomd.cli.node.dev_chain import FUNDING_BLOCKS
from tests.functional.client_process import type_in
from tests.functional.node_process import RunningNode, environment, node, run

BTM = "ff" * 32
REWARD = 41_250_000_000

pytestmark = pytest.mark.timeout(300)


@asynccontextmanager
async def dev(*options: str | Path, **variables: str) -> AsyncIterator[tuple[RunningNode, str]]:
    """A running chain, and the address of its account."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "pybytomd", "dev", *options, env=environment(**variables),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    running = RunningNode(process)
    try:
        address = (await running.line("address ")).split()[1]
        running.url = (await running.line("API  ")).split()[1]
        await running.line("More blocks")
        yield running, address
    finally:
        await running.kill()


async def test_a_chain_in_memory(tmp_path: Path) -> None:
    async with dev(TMPDIR=str(tmp_path)) as (running, address):
        assert "no peers" in running.text
        assert await running.height() == FUNDING_BLOCKS
        home = Path(running.text.split("data directory ")[1].split(",")[0])
        assert home.parent == tmp_path
        info = await running.call("net-info")
        assert (info["network_id"], info["peer_count"], info["listening"]) == ("dev", 0, False)
        mining = await running.ask("set-mining", {"is_mining": True})
        assert "pybytomcli generate" in mining["error_detail"], mining
        called = await running.ask("connect-peer", {"ip": "127.0.0.1", "port": 1})
        assert called["status"] == "fail", called
        sent = await type_in(running, "send", address, "1.5", "--yes", "--json", stdin="dev\n")
        assert sent.status == 0, sent.text
        other = (await running.call("create-account-receiver", account_alias="dev"))["address"]
        mined = await type_in(running, "generate", "1000", "--to", other)
        assert mined.status == 0, mined.text
        assert await running.height() == FUNDING_BLOCKS + 1000
        block = await running.call("get-block", block_height=FUNDING_BLOCKS + 1)
        assert [tx["id"] for tx in block["transactions"]][1:] == [json.loads(sent.out)["tx_id"]]
        assert block["transactions"][0]["outputs"][0]["address"] == other
        await running.stop(signal.SIGINT)
        assert running.process.returncode == 0, running.text
    assert not await asyncio.to_thread(home.exists), "a chain in memory leaves nothing behind"


async def test_a_chain_in_a_directory(tmp_path: Path) -> None:
    home = tmp_path / "chain"
    async with dev("--home", home) as (running, address):
        await running.call("generate", count=5)
    async with dev("--home", home) as (running, same):  # it was killed
        assert same == address
        assert await running.height() == FUNDING_BLOCKS + 5
        busy = await run("dev", "--home", home, "--reset")
        assert busy.status == 1
        assert "in use" in busy.text
        assert await running.height() == FUNDING_BLOCKS + 5
        await running.stop()
    verified = await run("db", "verify", "--proofs", "--home", home, "--chain_id", "dev")
    assert verified.status == 0, verified.text
    async with node(home, "--chain_id", "dev") as plain:  # as any node it finds no peers, either
        assert "no peers" in plain.text
        assert not await plain.call("list-peers")
        assert await plain.height() == FUNDING_BLOCKS + 5
    async with dev("--home", home, "--reset") as (running, address):
        assert address != same
        assert await running.height() == FUNDING_BLOCKS


async def test_nothing_of_another_network_is_touched(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert (await run("init", "--chain_id", "testnet", "--home", home)).status == 0
    keys = home / "keystore"
    keys.mkdir()
    (keys / "key").write_text("a key")
    for options in ([], ["--reset"]):
        refused = await run("dev", "--home", home, *options)
        assert refused.status == 1, refused.text
        assert "not of dev" in refused.text
    (home / "config.toml").unlink()
    refused = await run("dev", "--home", home, "--reset")
    assert refused.status == 1, refused.text
    assert "nothing in it is removed" in refused.text
    assert (keys / "key").read_text() == "a key"
    lonely = await run("dev", "--validators", "4")
    assert (lonely.status, "say --bytom2 as well" in lonely.text) == (1, True)
    nowhere = await run("dev", "--reset")
    assert nowhere.status == 1
    assert "--home" in nowhere.text


async def test_a_chain_is_not_mined(tmp_path: Path) -> None:
    made = await run("init", "--chain_id", "dev", "--home", tmp_path)
    assert made.out.endswith(f"Next: pybytomd dev --home {tmp_path}\n")
    for command in (("dev",), ("node", "--home", tmp_path)):
        refused = await run(*command, "--mining")
        assert refused.status == 1, refused.text
        assert "pybytomcli generate 10; leave out --mining" in refused.text
    async with dev("--home", tmp_path, TM_MINING="true") as (running, _):
        assert (await running.call("is-mining")) == {"is_mining": False}
