"""Start-up with an index of 100,000 headers, and the memory it takes."""

from __future__ import annotations

import compileall
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pybytomd
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.ledger.status import TransactionStatus
from pybytomd.ledger.utxo import UtxoEntry
from pybytomd.store import schema
from pybytomd.store.block_store import BlockStore
from pybytomd.store.kv.leveldb import LevelDBStore
from pybytomd.store.records.core_records import ChainState
from tests.bench.nodes import OURS, running
from tests.bench.registry import Bench, Figure, PartSkipped, part

HEADERS, QUICK_HEADERS = 100_000, 20_000
ROUNDS = 5
Start = tuple[float, float | None]
"""Seconds to the first answer, and MiB resident then where /proc tells."""
OPEN_CHAIN = """
import sys, time
from pathlib import Path
from pybytomd.chain.chain import Chain
from pybytomd.clock import SystemClock
from pybytomd.events import EventDispatcher
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.store.block_store import BlockStore
from pybytomd.store.kv.leveldb import LevelDBStore

def memory():
    status = Path("/proc/self/status")
    rows = status.read_text().splitlines() if status.exists() else ["VmRSS: 0 kB"]
    return next(int(row.split()[1]) for row in rows if row.startswith("VmRSS:"))

before = memory()
start = time.perf_counter()
with LevelDBStore(Path(sys.argv[1]) / "data" / "core.db") as database:
    chain = Chain.open(SOLONET, BlockStore(database), SystemClock(), EventDispatcher())
    seconds = time.perf_counter() - start
    print(seconds, memory() - before, chain.best_height)
    chain.close()
"""
"""Run apart, for the memory to be that of the index."""


@part("start-up")
def measure(bench: Bench) -> Iterator[Figure]:
    for directory in pybytomd.__path__:  # as an installation does; else half of the start is compiling
        compileall.compile_dir(directory, quiet=1)
    count = QUICK_HEADERS if bench.quick else HEADERS
    home = bench.fresh_directory("headers")
    make_headers(home, count)
    result = subprocess.run(
        [sys.executable, "-c", OPEN_CHAIN, home], check=True, capture_output=True, text=True, timeout=300
    )
    seconds, kilobytes, height = map(float, result.stdout.split())
    if height != count:
        raise RuntimeError(f"the chain ends at {height:.0f}")
    yield Figure(f"block index of {count:,} headers loaded", seconds, "s")
    if kilobytes:  # where /proc tells
        yield Figure("  its memory", kilobytes / 1024, "MiB")
    other = bench.fresh_directory("go-headers")
    if bench.reference is not None:
        make_headers(other, count)
    ours: list[Start] = []
    theirs: list[Start] = []
    for _ in range(ROUNDS):  # in turns, so that what else the machine does hits both
        if bench.reference is not None:
            theirs.append(_start(bench.reference, other))
        ours.append(_start(OURS, home))
    (seconds, memory), (go_seconds, go_memory) = _medians(ours), _medians(theirs)
    if seconds is None:
        raise PartSkipped("no node was started")
    yield Figure(f"node: from start to the first answer, median of {ROUNDS}", seconds, "s", go_seconds)
    if memory is not None:
        yield Figure("node: resident memory then", memory, "MiB", go_memory)


def _start(binary: Path, home: Path) -> Start:
    with running(binary, home, "--wallet.disable") as node:
        return node.start_seconds, node.memory()


def _medians(starts: list[Start]) -> tuple[float | None, float | None]:
    if not starts:
        return None, None
    memories = [memory for _, memory in starts if memory is not None]
    return median(seconds for seconds, _ in starts), median(memories) if memories else None


def make_headers(home: Path, count: int) -> None:
    """A database whose main chain is headers alone, but for its first block and its last."""
    with LevelDBStore(home / "data" / "core.db") as database:
        store = BlockStore(database)
        genesis = SOLONET.genesis
        store.save_block(genesis, TransactionStatus.of([False]))
        output_id = genesis.transactions[0].result_ids[0]
        header = genesis.header
        changes: dict[bytes, bytes | None] = {}
        for height in range(1, count + 1):
            header = BlockHeader(
                1,
                height,
                header.hash,
                header.timestamp + 150,
                genesis.header.transactions_merkle_root,
                genesis.header.transaction_status_hash,
                height * 7919,
                header.bits,
            )
            changes[schema.header_key(height, header.hash)] = header.to_hex().encode()
            if len(changes) == 1000 or height == count:
                database.write(changes)
                changes.clear()
        store.save_block(Block(header, genesis.transactions), TransactionStatus.of([False]))
        state = ChainState(header.height, header.hash)
        store.save_chain_state(state, {output_id: UtxoEntry(is_coinbase=True, block_height=0, spent=False)})
