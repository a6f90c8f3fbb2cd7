"""Chain import into a database: the recorded chain with its proofs of work, and blocks full of payments."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator

from pybytomd.chain.chain import Chain
from pybytomd.clock import SystemClock
from pybytomd.consensus.difficulty import next_seed
from pybytomd.events import EventDispatcher
from pybytomd.ledger.block import Block
from pybytomd.ledger.constants import INITIAL_SEED
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.pow.verifier import ProofVerifier
from pybytomd.store.block_store import BlockStore
from pybytomd.store.kv.leveldb import LevelDBStore
from tests.bench.nodes import RECORDED_HOME, Node, recorded_home, running
from tests.bench.payments import chain_of_payments
from tests.bench.registry import Bench, Figure, part

RECORDED_CHAIN = RECORDED_HOME.with_name("chain.json.gz")
SYNC_SECONDS = 20.0
"""How long the Go node is watched syncing the recorded chain, from its first block on."""
SYNC_START_SECONDS = 60.0


@part("chain-import")
def measure(bench: Bench) -> Iterator[Figure]:
    reference = None if bench.reference is None else _reference_rate(bench)
    with gzip.open(RECORDED_CHAIN) as file:
        recorded = [bytes.fromhex(text) for text in json.load(file)["blocks"][1:]]
    if bench.quick:
        recorded = recorded[:60]
    rate = len(recorded) / _import_with_proofs(bench, recorded)
    yield Figure("recorded chain, mostly empty blocks", rate, "blocks/s", reference, more_is_better=True)
    full, size = (2, 500) if bench.quick else (4, 2000)
    blocks = [block.to_bytes() for block in chain_of_payments(full, size)]
    empty_seconds, full_seconds = _import_payments(bench, blocks, full)
    yield Figure("empty blocks, proof of work aside", (len(blocks) - full - 1) / empty_seconds, "blocks/s")
    yield Figure(f"blocks of {size} payments, proof of work aside", full / full_seconds, "blocks/s")
    yield Figure("payments in such blocks", full * size / full_seconds, "tx/s")


def _import_with_proofs(bench: Bench, blocks: list[bytes]) -> float:
    """Seconds to import blocks the way ``chain import`` does, proofs checked ahead on all cores."""
    with _chain(bench, "recorded") as chain, ProofVerifier() as proofs:
        start = time.perf_counter()
        decoded = [Block.from_bytes(raw) for raw in blocks]
        seed = INITIAL_SEED
        answers = []
        for block in decoded:
            answers.append(proofs.submit(block.hash, seed, block.header.bits))
            seed = next_seed(block.height, block.hash, seed)
        for block, answer in zip(decoded, answers, strict=True):
            chain.process_block(block, answer)
        seconds = time.perf_counter() - start
        if chain.best_height != len(blocks):
            raise RuntimeError(f"the chain ends at {chain.best_height}")
    return seconds


def _import_payments(bench: Bench, blocks: list[bytes], full: int) -> tuple[float, float]:
    """Seconds for the empty blocks at the start, and for the full ones at the end."""
    with _chain(bench, "payments") as chain:
        start = time.perf_counter()
        for raw in blocks[: -full - 1]:
            chain.process_block(Block.from_bytes(raw), proof=True)
        middle = time.perf_counter()
        chain.process_block(Block.from_bytes(blocks[-full - 1]), proof=True)
        begin = time.perf_counter()
        for raw in blocks[-full:]:
            chain.process_block(Block.from_bytes(raw), proof=True)
        end = time.perf_counter()
        if chain.best_height != len(blocks):
            raise RuntimeError(f"the chain ends at {chain.best_height}")
    return middle - start, end - begin


class _chain:  # noqa: N801 - used like a function
    """A chain in a database of its own, closed with it."""

    def __init__(self, bench: Bench, name: str) -> None:
        self._database = LevelDBStore(bench.fresh_directory(name))
        self._chain = Chain.open(SOLONET, BlockStore(self._database), SystemClock(), EventDispatcher())

    def __enter__(self) -> Chain:
        return self._chain

    def __exit__(self, *_: object) -> None:
        self._chain.close()
        self._database.close()


def _reference_rate(bench: Bench) -> float:
    """Blocks per second at which a fresh Go node syncs the recorded chain from another one."""
    assert bench.reference is not None
    source_home = recorded_home(bench.fresh_directory("go-source"))
    with running(bench.reference, source_home, "--wallet.disable") as source:
        options = ("--wallet.disable", "--p2p.keep_dial", f"127.0.0.1:{source.p2p_port}")
        with running(bench.reference, bench.fresh_directory("go-sink"), *options) as sink:
            first = _wait_for_growth(sink, 0, SYNC_START_SECONDS)
            start = time.perf_counter()
            time.sleep(SYNC_SECONDS / 3 if bench.quick else SYNC_SECONDS)
            height = _wait_for_growth(sink, first, SYNC_START_SECONDS)
            return (height - first) / (time.perf_counter() - start)


def _wait_for_growth(node: Node, height: int, seconds: float) -> int:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        found = node.height()
        if found > height:
            return found
        time.sleep(0.1)
    raise RuntimeError(f"the node has not got beyond height {height} in {seconds:.0f} seconds")
