"""Validators of Bytom 2 over sockets: ``pybytomd dev --bytom2``, and what a network of four withstands."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from pybytomd.cli.node.validators import ValidatorProcess, make_homes
from pybytomd.crypto.chainkd import XPrv
from pybytomd.ledger.bytom2.block import BlockHeader
from pybytomd.ledger.bytom2.params import DEV, NetParams
from pybytomd.p2p.network_address import NetAddress
from tests.functional.faulty_validators import SlowValidator, TwoFacedValidator, at_work
from tests.functional.node_process import RunningNode, environment, run
from tests.functional.node_process import node as running_node

PATIENCE = 300.0
EPOCH = DEV.casper.blocks_per_epoch
VALIDATORS = 4

pytestmark = pytest.mark.timeout(900)


@dataclass
class Network:
    """What ``dev --bytom2`` told: the process that runs it, and each validator's."""

    supervisor: RunningNode
    nodes: list[RunningNode] = field(default_factory=list)
    processes: list[int] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


@asynccontextmanager
async def dev(*options: str | Path, **variables: str) -> AsyncIterator[Network]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "pybytomd", "dev", "--bytom2", *options, env=environment(**variables),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    supervisor = RunningNode(process)
    network = Network(supervisor)
    try:
        await supervisor.line("may fail")
        for line in supervisor.lines:
            match line.split():
                case ["API", url]:
                    network.nodes.append(RunningNode(process, supervisor.lines, url))
                case ["process", number]:
                    network.processes.append(int(number))
                case ["key", key]:
                    network.keys.append(key)
        yield network
    finally:
        await supervisor.kill()


def lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


async def until_final(node: RunningNode, height: int) -> dict[str, Any]:
    """Wait until blocks up to a height are final; what the node says then."""
    async with asyncio.timeout(PATIENCE):
        while (status := await node.call("chain-status"))["finalized_height"] < height:  # noqa: ASYNC110
            await asyncio.sleep(0.2)
    found: dict[str, Any] = status
    return found


async def until_all_have_made_blocks(node: RunningNode, keys: set[str]) -> None:
    """Look at the blocks as they come, until each key has made one."""
    makers: set[str] = set()
    height = 1
    while makers != keys:
        await node.until_height(height)
        makers.add((await node.call("get-block", block_height=height))["validator"])
        assert makers <= keys
        height += 1


async def until_gone(processes: list[int]) -> None:
    async with asyncio.timeout(60):
        while any(map(lives, processes)):  # noqa: ASYNC110 - they are no children of this process
            await asyncio.sleep(0.1)


async def test_four_validators_in_one_command(tmp_path: Path) -> None:
    async with dev("--validators", "4", TMPDIR=str(tmp_path)) as network:
        assert len(network.nodes) == len(network.processes) == len(set(network.keys)) == VALIDATORS
        first, *_, last = network.nodes
        status = await until_final(first, EPOCH)
        await until_final(last, EPOCH)
        other = await last.call("get-block", block_height=status["finalized_height"])
        assert other["hash"] == status["finalized_hash"]
        await until_all_have_made_blocks(last, set(network.keys))
        async with asyncio.timeout(PATIENCE):
            while (info := await last.call("net-info"))["peer_count"] < VALIDATORS - 1:  # noqa: ASYNC110
                await asyncio.sleep(0.2)
        assert (info["network_id"], info["mining"]) == ("bytom2-dev", True)
        os.kill(network.processes[3], signal.SIGKILL)  # one may fail
        await until_final(first, status["finalized_height"] + EPOCH)
        await network.supervisor.stop()
        assert network.supervisor.process.returncode == 0, network.supervisor.text
        assert "validator 4 has ended" in network.supervisor.text
        assert not any(map(lives, network.processes))
        assert not await asyncio.to_thread(lambda: list(tmp_path.iterdir())), "nothing is left without a home"


async def test_it_is_kept_in_a_directory_and_ends_even_when_killed(tmp_path: Path) -> None:
    home = tmp_path / "net"
    async with dev("--home", home, "--validators", "2") as network:
        keys, height = network.keys, await network.nodes[0].until_height(3)
        first = await network.nodes[0].call("get-block", block_height=1)
        await network.supervisor.kill()
        await until_gone(network.processes)
    other = await run("dev", "--bytom2", "--home", home, "--validators", "3")
    assert other.status == 1
    assert f"{home} has a chain of 2 validators: say --validators 2, or begin anew with --reset" in other.text
    async with dev("--home", home, "--validators", "2") as network:
        assert network.keys == keys
        assert await network.nodes[1].until_height(height) >= height
        await network.supervisor.stop()
    async with dev("--home", home, "--validators", "1", "--reset") as network:
        await network.nodes[0].until_height(1)
        assert (await network.nodes[0].call("get-block", block_height=1))["hash"] != first["hash"]
        assert "any 0 may fail" in network.supervisor.text
        await network.supervisor.stop()


async def test_what_is_refused(tmp_path: Path) -> None:
    for count in ("0", "11", "-1"):
        refused = await run("dev", "--bytom2", "--validators", count)
        assert refused.status == 1
        assert f"--validators is {count}: a network has 1 to 10 of them" in refused.text
    home = tmp_path / "home"
    assert (await run("init", "--chain_id", "bytom2-solonet", "--home", home)).status == 0
    refused = await run("dev", "--bytom2", "--home", home)
    assert refused.status == 1
    assert "not of bytom2-dev" in refused.text
    assert not list(home.glob("validator*"))


def params_of(homes: list[ValidatorProcess]) -> NetParams:
    federation = tuple(bytes.fromhex(home.key) for home in homes)
    return replace(DEV, casper=replace(DEV.casper, federation=federation))


def key_of(home: ValidatorProcess) -> XPrv:
    return XPrv.from_hex((home.home / "node_key.txt").read_text())


async def address_of(node: RunningNode) -> str:
    return (await node.line("peers at")).split("peers at ")[1].split(",")[0]


async def test_one_silent_one_two_faced_and_one_slow(tmp_path: Path) -> None:
    """Of four validators the first is as it should be. A node beside it sees what becomes of it."""
    honest, slow, two_faced, _silent = homes = make_homes(tmp_path / "net", VALIDATORS)
    params = params_of(homes)
    watching = tmp_path / "watching"
    assert (await run("init", "--chain_id", "bytom2-dev", "--home", watching)).status == 0
    async with running_node(honest.home, "--mining", "--wallet.disable") as maker:
        address = await address_of(maker)
        federation = ",".join(home.key for home in homes)
        options = ("--wallet.disable", "--p2p.keep_dial", address)
        async with running_node(watching, *options, TM_FEDERATION=federation) as watcher:
            peer = NetAddress.parse(address)
            late = SlowValidator(params, key_of(slow), tmp_path, peer)
            liar = TwoFacedValidator(params, key_of(two_faced), tmp_path, peer)
            async with at_work(late, liar):
                finals = [await until_final(node, 2 * EPOCH) for node in (maker, watcher)]
                finals += [await until_final(node, 3 * EPOCH) for node in (maker, watcher)]
                for node in (maker, watcher):
                    await check_that_it_stands(node, finals)
                    await check_that_nothing_counts_twice(node, liar)
            await watcher.stop()
        await maker.stop()
        assert maker.process.returncode == 0


async def check_that_it_stands(node: RunningNode, finals: list[dict[str, Any]]) -> None:
    """What was ever called final is on the main chain of a node."""
    for final in finals:
        block = await node.call("get-block", block_height=final["finalized_height"])
        assert block["hash"] == final["finalized_hash"]


async def check_that_nothing_counts_twice(node: RunningNode, liar: TwoFacedValidator) -> None:
    """The second blocks are known, and nothing that was signed for them is."""
    known = 0
    for twin in liar.twins:
        answer = await node.ask("get-block-header", {"block_hash": twin.hash.hex()})
        if answer["status"] == "success":
            known += 1
            header = BlockHeader.from_hex(answer["data"]["block_header"])
            assert header.sup_links == (), header
    assert known >= 2
