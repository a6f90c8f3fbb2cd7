"""A node of Bytom 2 in a process of its own: it makes blocks, is killed, and goes on; a home of 2.0.7 opens."""

from __future__ import annotations

import stat
import tarfile
from pathlib import Path

from pybytomd.store.kv.leveldb import LevelDBStore
from tests.functional.node_process import QUIET_OPTIONS, run
from tests.functional.node_process import node as running_node
from tests.unit.rpc.recorded import DATA

HOME = DATA / "bytom2_home_solonet.tar.gz"


def unpacked(directory: Path) -> Path:
    with tarfile.open(HOME) as tar:
        tar.extractall(directory, filter="data")
    return next(directory.rglob("node_key.txt")).parent


async def test_a_new_network_of_ones_own(tmp_path: Path) -> None:
    home = tmp_path / "home"
    made = await run("init", "--chain_id", "bytom2-solonet", "--home", home)
    assert made.status == 0, made.text
    assert "Initialized a bytom2-solonet node." in made.out
    key = home / "node_key.txt"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(key.read_bytes()) == 128

    async with running_node(home, "--mining") as node:
        assert await node.until_height(2) >= 2
        info = await node.call("net-info")
        assert info["mining"] is True
        assert info["listening"] is True
        assert info["network_id"] == "solonet"
        assert info["node_xpub"] in made.out
        first = await node.call("get-block", block_height=1)
        second = await node.call("get-block", block_height=2)
        assert second["previous_block_hash"] == first["hash"]
        assert first["validator"] == second["validator"] == info["node_xpub"]
        assert first["timestamp"] % 6_000 == second["timestamp"] % 6_000 == 0
        assert second["timestamp"] > first["timestamp"]
        await node.kill()

    async with running_node(home, "--mining") as node:
        again = await node.call("get-block", block_height=2)
        assert again == second
        reached = await node.height()
        assert await node.until_height(reached + 1) > reached
        status = await node.call("chain-status")
        assert (status["finalized_height"], status["justified_height"]) == (0, 0)
        await node.stop()
        assert node.process.returncode == 0

    refused = await run("node", "--chain_id", "solonet", "--home", home, *QUIET_OPTIONS)
    assert refused.status == 1
    assert f"{home} is a home of Bytom 2, and solonet is a network of Bytom 1.x" in refused.text


async def test_a_home_of_207_is_used_as_it_is(tmp_path: Path) -> None:
    home = unpacked(tmp_path)
    with LevelDBStore(home / "data" / "fastsync.db") as fastsync:  # an interrupted synchronisation
        fastsync.write({height.to_bytes(8, "big"): b"a block" for height in range(2500)})
    before = {name: (home / name).read_bytes() for name in ("node_key.txt", "config.toml")}
    async with running_node(home) as node:
        status = await node.call("chain-status")
        assert (status["current_height"], status["finalized_height"], status["justified_height"]) == (
            247,
            100,
            200,
        )
        assert status["current_hash"].startswith("6cdc3d05")
        assert (await node.call("net-info"))["mining"] is False
        block = await node.call("get-block", block_height=247)
        assert block["hash"] == status["current_hash"]
        assert (await node.ask("get-work", {}))["detail"] == "not Found"
        assert await node.call("set-mining", is_mining=True) == ""
        assert await node.until_height(248) >= 248
        new = await node.call("get-block", block_height=248)
        assert new["previous_block_hash"] == block["hash"]
        await node.stop()
        assert node.process.returncode == 0
    assert {name: (home / name).read_bytes() for name in before} == before
    with LevelDBStore(home / "data" / "fastsync.db", create=False) as fastsync:
        assert list(fastsync.iterate()) == []


async def test_a_lost_key_is_said_and_none_is_made(tmp_path: Path) -> None:
    await run("init", "--chain_id", "bytom2-solonet", "--home", tmp_path)
    (tmp_path / "node_key.txt").unlink()
    ended = await run("node", "--chain_id", "bytom2-solonet", "--home", tmp_path, *QUIET_OPTIONS)
    assert ended.status == 1
    assert not (tmp_path / "node_key.txt").exists()
    assert "Traceback" not in ended.text


async def test_a_validator_waits_for_its_peers(tmp_path: Path) -> None:
    """On a network that is not one's own it signs nothing before it has what its peers have."""
    first, second = tmp_path / "first", tmp_path / "second"
    for home in (first, second):
        made = await run("init", "--chain_id", "bytom2-testnet", "--home", home)
        assert made.status == 0, made.text
    alone = ("--p2p.seeds", "")
    async with running_node(first, *alone) as one:
        address = (await one.line("peers at")).split("peers at ")[1].split(",")[0].replace("0.0.0.0", "127.0.0.1")
        assert "caught up" not in one.text
        async with running_node(second, *alone, "--p2p.keep_dial", address) as other:
            for node in (one, other):
                assert "soon its key signs" in await node.line("has caught up with its peers")
                assert (await node.call("net-info"))["peer_count"] == 1
            await other.stop()
        assert one.text.count("caught up") == 1
        await one.stop()
        assert one.process.returncode == other.process.returncode == 0


async def test_a_second_node_follows_the_first(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for home in (first, second):
        made = await run("init", "--chain_id", "bytom2-solonet", "--home", home)
        assert made.status == 0, made.text
    async with running_node(first, "--mining") as maker:
        address = (
            (await maker.line("peers at")).split("peers at ")[1].split(",")[0].replace("0.0.0.0", "127.0.0.1")
        )
        key = (await maker.call("net-info"))["node_xpub"]
        assert await maker.until_height(1) >= 1
        async with running_node(second, "--p2p.keep_dial", address, TM_FEDERATION=key) as follower:
            assert await follower.until_height(2) >= 2
            peers = await follower.call("list-peers")
            assert [peer["peer_id"] for peer in peers] == [key[:64]]
            wanted = await maker.call("get-block", block_height=2)
            assert await follower.call("get-block", block_height=2) == wanted
            assert wanted["validator"] == key
            await follower.stop()
            assert follower.process.returncode == 0
        await maker.stop()
        assert maker.process.returncode == 0
