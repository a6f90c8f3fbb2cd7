"""A chain of hundreds of blocks with transactions, made by a Go node: from it into an empty node of ours, and from
ours into an empty Go node, each a process of its own with its databases on disk.

A Go node needs two seconds or more for the proof of each block it fetches, so that it is given the first few only,
unless ``BYTOMD_SYNC_BLOCKS`` says how many. Above the 270 recorded ones Go 1.1.1 makes the rest, with payments::

    BYTOMD_SYNC_BLOCKS=305 pytest -s tests/interop/test_long_sync.py

takes a quarter of an hour for each version.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from pybytomd.ledger.block import Block
from pybytomd.store.kv.leveldb import LevelDBStore
from tests.chain_builder import open_chain
from tests.functional.node_process import node as our_node
from tests.functional.node_process import run
from tests.interop.reference_node import REFERENCES, each_reference, free_port, needs_reference, reference_node
from tests.interop.sync_node import (
    LOOPBACK,
    OUR_LOOPBACK,
    PATIENCE,
    go_mines,
    go_reaches,
    recorded_blocks,
    signed_payment,
    unpack_recorded_home,
)

FETCHED_BLOCKS = int(os.environ.get("BYTOMD_SYNC_BLOCKS", "8"))
"""How many an empty Go node fetches."""
GO_BLOCK_SECONDS = 10.0
"""The most it may take for each, on a machine with other work to do."""
BLOCKS_A_PAYMENT = 2

pytestmark = [needs_reference, pytest.mark.timeout(600 + 3 * GO_BLOCK_SECONDS * FETCHED_BLOCKS)]


async def _make_long_home(home: Path) -> None:
    unpack_recorded_home(home)
    missing = FETCHED_BLOCKS - recorded_blocks()[-1].height
    if missing > 0:
        async with reference_node(REFERENCES[0], home) as go:
            for number in range(missing):
                if number % BLOCKS_A_PAYMENT == 0:
                    payment = await signed_payment(go, 1000 + number)
                    await go.call("submit-transaction", raw_transaction=payment)
                await go_mines(go)


@pytest.fixture(scope="module")
def long_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a Go node with the whole chain."""
    home = tmp_path_factory.mktemp("go")
    asyncio.run(_make_long_home(home))
    return home


def _database(home: Path) -> LevelDBStore:
    return LevelDBStore(home / "data" / "core.db")


def blocks_in(home: Path) -> list[Block]:
    """The main chain of a node that has ended, from genesis on."""
    with _database(home) as database, open_chain(database) as chain:
        return [chain.block_at(height) for height in range(chain.best_height + 1)]


def fill(home: Path, blocks: Sequence[Block]) -> None:
    """Put a chain into the home of a node that has not run yet."""
    with _database(home) as database, open_chain(database) as chain:
        for block in blocks[1:]:
            chain.process_block(block, proof=True)


async def fetched_from_go(binary: Path, go_home: Path, home: Path) -> list[Block]:
    """Have an empty node of ours fetch everything from a Go node; what it has stored."""
    async with reference_node(binary, go_home) as go, our_node(home, "--wallet.disable") as ours:
        best = (await go.call("get-block-hash"))["block_hash"]
        started = time.perf_counter()
        await ours.call("connect-peer", ip=LOOPBACK, port=go.p2p_port)
        async with asyncio.timeout(PATIENCE):
            while (await ours.call("get-block-hash"))["block_hash"] != best:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.1)
        print(f"{await ours.height()} blocks from {go.version} in {time.perf_counter() - started:.1f} s")
        await ours.stop()
    return blocks_in(home)


@each_reference
async def test_there_and_back(binary: Path, long_home: Path, tmp_path: Path) -> None:
    go_home, receiver, sender, empty = (tmp_path / name for name in ("go", "receiver", "sender", "empty"))
    shutil.copytree(long_home, go_home)
    for home in (receiver, sender):
        assert (await run("init", "--chain_id", "solonet", "--home", home)).status == 0
    blocks = await fetched_from_go(binary, go_home, receiver)
    shared = blocks[: FETCHED_BLOCKS + 1]
    transactions = sum(len(block.transactions) - 1 for block in shared)
    assert len(blocks) > max(FETCHED_BLOCKS, recorded_blocks()[-1].height)
    fill(sender, shared)
    empty.mkdir()
    port = free_port()
    async with (
        our_node(sender, "--wallet.disable", "--p2p.laddr", f"tcp://{OUR_LOOPBACK}:{port}") as ours,
        reference_node(binary, empty, "--wallet.disable") as go,
    ):
        started = time.perf_counter()
        await go.call("connect-peer", ip=OUR_LOOPBACK, port=port)
        await go_reaches(go, shared[-1].hash, 60 + GO_BLOCK_SECONDS * FETCHED_BLOCKS)
        seconds = time.perf_counter() - started
        print(f"{shared[-1].height} blocks, {transactions} transactions, by {go.version} in {seconds:.0f} s")
        assert len(await go.call("list-peers")) == len(await ours.call("list-peers")) == 1
