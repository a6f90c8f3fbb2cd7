"""Blocks full of payments from a Go node into a Go node and into one of ours, which both have the blocks below."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from pybytomd.ledger.constants import INITIAL_SEED
from tests.bench.nodes import OURS, Node, home_with, running
from tests.bench.parts.f_sync import calls
from tests.bench.payments import chain_of_payments
from tests.bench.registry import Bench, Figure, PartSkipped, part
from tests.chain_builder import mine

FULL_BLOCKS, QUICK_FULL_BLOCKS = 20, 6
PAYMENTS = 2000
"""In each: more than that a Go node can hardly send in three seconds."""


@part("sync-full")
def measure(bench: Bench) -> Iterator[Figure]:
    if bench.reference is None:
        raise PartSkipped("needs a Go node (BYTOMD_REFERENCE)")
    full = QUICK_FULL_BLOCKS if bench.quick else FULL_BLOCKS
    blocks = list(chain_of_payments(full, PAYMENTS, lambda block: mine(block, INITIAL_SEED)))
    source_home = home_with(bench.fresh_directory("full-source"), blocks)
    with running(bench.reference, source_home, "--wallet.disable") as source:
        sinks = [(bench.reference, bench.fresh_directory("full-go")), (OURS, bench.fresh_directory("full-ours"))]
        theirs, ours = [_rate(binary, home_with(home, blocks[:-full]), source, full) for binary, home in sinks]
    name = f"blocks of {PAYMENTS} payments synced from one Go node"
    yield Figure(name, ours, "blocks/s", theirs, more_is_better=True)


def _rate(binary: Path, home: Path, source: Node, full: int) -> float:
    """Blocks a second, from the start of the node to the last block."""
    with running(binary, home, *calls([source])) as sink:
        start = time.perf_counter()
        sink.wait_for_height(source.height())
        return full / (time.perf_counter() - start)
