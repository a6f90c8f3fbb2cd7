"""A node that synchronises is killed at any moment, again and again: it goes on each time, and ends right."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import random
import sys
from pathlib import Path

from pybytomd.ledger.block import Block
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.store.block_store import BlockStore
from pybytomd.store.kv.leveldb import LevelDBStore
from tests.functional.sync_network import SyncNode, eventually, running

KILLS = int(os.environ.get("SYNC_KILLS", "3"))
OURS = Path(sys.executable).with_name("pybytomd")
CHAIN = Path(__file__).parents[1] / "vectors" / "data" / "chain_b" / "chain.json.gz"
LONGEST_START, LONGEST_SYNC = 1.5, 2.0
"""Seconds after its start, or after it has connected, at which a process is killed at the latest."""
PATIENCE = 240.0


def recorded_blocks() -> list[Block]:
    with gzip.open(CHAIN) as file:
        return [Block.from_hex(text) for text in json.load(file)["blocks"]]


async def start(home: Path, address: str, log: Path) -> asyncio.subprocess.Process:
    with log.open("ab") as output:
        return await asyncio.create_subprocess_exec(
            OURS, "node", "--home", home, "--chain_id", "solonet", "--wallet.disable", "--web.closed",
            "--p2p.laddr", "tcp://127.0.0.1:0", "--p2p.skip_upnp", "--p2p.lan_discoverable=false",
            "--p2p.keep_dial", address,
            env={**os.environ, "LISTEN": "127.0.0.1:0"}, stdout=output, stderr=output,
        )  # fmt: skip


def stored_height(home: Path) -> int:
    """What a killed node has left behind; all of it must be there that its best block needs."""
    if not (home / "data" / "core.db").exists():
        return -1
    with LevelDBStore(home / "data" / "core.db") as database:
        store = BlockStore(database)
        state = store.chain_state()
        if state is None:
            return -1
        assert store.has_block(state.hash)
        return state.height


async def test_it_goes_on_after_every_kill(tmp_path: Path) -> None:
    chance = random.Random(7)
    blocks = recorded_blocks()
    home, log = tmp_path / "home", tmp_path / "console.log"
    init = await asyncio.create_subprocess_exec(
        OURS, "init", "--home", home, "--chain_id", "solonet", stdout=asyncio.subprocess.DEVNULL
    )
    assert await init.wait() == 0
    source = SyncNode(blocks=blocks)
    heights = [-1]
    async with running(source):
        address = str(source.address)
        for number in range(KILLS):
            process = await start(home, address, log)
            if number % 4:
                await eventually(lambda: bool(source.manager.peers()))
                await asyncio.sleep(chance.uniform(0, LONGEST_SYNC))
            else:
                await asyncio.sleep(chance.uniform(0, LONGEST_START))
            assert process.returncode is None, log.read_text()[-2000:]
            process.kill()
            await process.wait()
            await eventually(lambda: not source.manager.peers())
            heights.append(stored_height(home))
            assert heights[-1] >= heights[-2]
        process = await start(home, address, log)
        try:
            async with asyncio.timeout(PATIENCE):
                while not any(p.height == len(blocks) - 1 for p in source.manager.peers()):
                    assert process.returncode is None, log.read_text()[-2000:]
                    await asyncio.sleep(0.2)  # the node tells its height to its peers
        finally:
            if process.returncode is None:
                process.terminate()
            assert await process.wait() == 0, log.read_text()[-2000:]
    assert stored_height(home) == len(blocks) - 1
    with LevelDBStore(home / "data" / "core.db") as database:
        state = BlockStore(database).chain_state()
        assert state is not None
        assert state.hash == blocks[-1].hash
    print(f"heights at the kills: {heights}")
    assert SOLONET.genesis == blocks[0]
