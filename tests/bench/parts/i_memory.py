"""How much memory a node of ours takes: fetching a short chain and a long one, and following payments."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.easy_node import program
from tests.bench.nodes import Node, home_with, running
from tests.bench.parts.f_sync import calls
from tests.bench.payments import chain_of_empty_blocks, chain_of_payments
from tests.bench.registry import Bench, Figure, PartSkipped, part

SHORT_CHAIN, LONG_CHAIN, QUICK_LONG_CHAIN = 274, 3418, 800
"""Blocks: of one seed and a bit, and of fourteen seeds, whose matrices take 16 to 21 MiB each."""
FULL_BLOCKS, QUICK_FULL_BLOCKS = 10, 3
PAYMENTS = 2000
HANDED_IN_AT_ONCE = 100
PATIENCE = 60.0


@part("memory")
def measure(bench: Bench) -> Iterator[Figure]:
    node = program(bench.directory / "easy-node")
    long_chain = QUICK_LONG_CHAIN if bench.quick else LONG_CHAIN
    short, long = _peak_of_sync(bench, node, SHORT_CHAIN), _peak_of_sync(bench, node, long_chain)
    yield Figure(f"most memory over a sync of {SHORT_CHAIN} blocks", short, "MiB")
    yield Figure(f"most memory over a sync of {long_chain:,} blocks", long, "MiB", short, against="short")
    full = QUICK_FULL_BLOCKS if bench.quick else FULL_BLOCKS
    before, after = _memory_of_follower(bench, node, full)
    yield Figure(f"memory after {full * PAYMENTS:,} payments", after, "MiB", before, against="start")


def _peak_of_sync(bench: Bench, node: Path, blocks: int) -> float:
    source_home = home_with(bench.fresh_directory(f"memory-source-{blocks}"), chain_of_empty_blocks(blocks))
    with (
        running(node, source_home, "--wallet.disable") as source,
        running(node, bench.fresh_directory(), *calls([source])) as sink,
    ):
        sink.wait_for_height(blocks)
        return _told(sink.peak_memory())


def _memory_of_follower(bench: Bench, node: Path, full: int) -> tuple[float, float]:
    """Memory of a node with a wallet, before and after payments reach it from a peer, and blocks of them."""
    blocks = list(chain_of_payments(full, PAYMENTS))
    source_home = home_with(bench.fresh_directory("memory-payments"), blocks[:-full])
    with (
        running(node, source_home, "--wallet.disable") as source,
        running(node, bench.fresh_directory(), "--p2p.keep_dial", f"127.0.0.1:{source.p2p_port}") as sink,
    ):
        sink.wait_for_height(source.height())
        before = _told(sink.memory())
        for block in blocks[-full:]:
            payments = [tx.to_hex() for tx in block.transactions[1:]]
            for start in range(0, len(payments), HANDED_IN_AT_ONCE):
                source.call("submit-transactions", raw_transactions=payments[start : start + HANDED_IN_AT_ONCE])
            _wait_for_pool(sink, len(payments))
            source.call("generate", count=1)
            sink.wait_for_height(source.height())
        return before, _told(sink.memory())


def _wait_for_pool(sink: Node, count: int) -> None:
    end = time.perf_counter() + PATIENCE
    while int(sink.call("list-unconfirmed-transactions")["total"]) < count:
        if time.perf_counter() > end:
            raise RuntimeError(f"{count} payments did not come within {PATIENCE:.0f} seconds")
        time.sleep(0.1)


def _told(memory: float | None) -> float:
    if memory is None:
        raise PartSkipped("the system does not tell of the memory of a process")
    return memory
