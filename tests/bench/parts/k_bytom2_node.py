"""Whole nodes of Bytom 2 beside bytomd 2.0.7: synchronising from the same peer, memory, answers, start-up.

The peer is a node of ours: 2.0.7 connects to none that has its own key, and on a private network follows no other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

from tests.bench.bytom2_homes import (
    core_of,
    empty_home,
    key_of,
    make_blocks,
    make_headers,
    ours,
    recorded_home,
    reference,
    theirs,
)
from tests.bench.load import CONNECTIONS, generator, requests_per_second
from tests.bench.nodes import Node
from tests.bench.registry import Bench, Figure, PartSkipped, part
from tests.bytom2_builder import key

RECORDED, LONG, QUICK_LONG = 247, 12_000, 2_000
HEADERS, QUICK_HEADERS = 500_000, 50_000
ROUNDS, QUICK_ROUNDS = 3, 1
STRANGER = 9
"""The number of a key that is no validator's."""
REQUESTS = {"get-block-count": "{}", "get-block": '{"block_height": 100}', "chain-status": "{}"}

Start = Callable[..., AbstractContextManager[Node]]


@dataclass(frozen=True, slots=True)
class Run:
    """What one synchronisation took, from the start of the process."""

    seconds: float
    processor_seconds: float
    memory: float
    """The most there was, in MiB."""


def _go() -> Path:
    binary = reference()
    if binary is None:
        raise PartSkipped("needs a Go node of 2.x (BYTOM2_REFERENCE)")
    return binary


@part("bytom2_sync")
def measure_sync(bench: Bench) -> Iterator[Figure]:
    binary, rounds = _go(), QUICK_ROUNDS if bench.quick else ROUNDS
    recorded = recorded_home(bench.fresh_directory("bytom2-recorded"))
    yield from _compare(bench, binary, recorded, RECORDED, rounds, "recorded chain")
    long, count = bench.fresh_directory("bytom2-long"), QUICK_LONG if bench.quick else LONG
    empty_home(long, key(0), key(0))
    make_blocks(long, count)
    yield from _compare(bench, binary, long, count, 1, f"{count:,} nearly empty blocks")


def _compare(bench: Bench, binary: Path, home: Path, count: int, rounds: int, what: str) -> Iterator[Figure]:
    """Both nodes from empty homes to the tip of a chain whose validator's home this is."""
    validator = key_of(home)
    source_home = empty_home(bench.fresh_directory(), key(STRANGER), validator)
    core_of(source_home).parent.mkdir()
    core_of(home).rename(core_of(source_home))
    us, them = [], []
    with ours(source_home) as source:
        for _ in range(rounds):
            go_home = empty_home(bench.fresh_directory(), validator, validator)
            them.append(_sync(partial(theirs, binary, go_home), source, count))
            own_home = empty_home(bench.fresh_directory(), key(STRANGER + 1), validator)
            us.append(_sync(partial(ours, own_home), source, count))
    mine, yours = (sorted(runs, key=lambda run: run.seconds)[rounds // 2] for runs in (us, them))
    yield Figure(f"{what}: from an empty home to the tip", mine.seconds, "s", yours.seconds)
    yield Figure("  time of all processors", mine.processor_seconds, "s", yours.processor_seconds)
    yield Figure(
        "  blocks for a second of a processor", count / mine.processor_seconds, "",
        count / yours.processor_seconds, more_is_better=True,
    )  # fmt: skip
    yield Figure("  most memory of the node", mine.memory, "MiB", yours.memory)


def _sync(start: Start, source: Node, count: int) -> Run:
    began = time.perf_counter()
    with start("--p2p.keep_dial", f"127.0.0.1:{source.p2p_port}") as sink:
        sink.wait_for_height(count)
        used, memory = sink.processor_seconds(), sink.peak_memory()
        if used is None or memory is None:
            raise PartSkipped("the system does not tell of processes")
        return Run(time.perf_counter() - began, used, memory)


@part("bytom2_requests")
def measure_requests(bench: Bench) -> Iterator[Figure]:
    binary = _go()
    with theirs(binary, recorded_home(bench.fresh_directory("bytom2-go-requests"))) as node:
        yours = {name: _rate(node, bench, name) for name in REQUESTS}
    with ours(recorded_home(bench.fresh_directory("bytom2-requests"))) as node:
        for name, (go_rate, go_used) in yours.items():
            rate, used = _rate(node, bench, name)
            label = f"{name}, {CONNECTIONS} connections ({generator()})"
            yield Figure(label, rate, "req/s", go_rate, more_is_better=True)
            yield Figure("  time of all processors a request", used, "us", go_used)


def _rate(node: Node, bench: Bench, name: str) -> tuple[float, float]:
    """Requests a second, and what each of them takes of the processors, in microseconds."""
    before, began = node.processor_seconds() or 0.0, time.perf_counter()
    rate = requests_per_second(node.api_port, name, REQUESTS[name], bench.seconds)
    seconds = time.perf_counter() - began
    return rate, ((node.processor_seconds() or 0.0) - before) / (rate * seconds) * 1e6


@part("bytom2_start-up")
def measure_start(bench: Bench) -> Iterator[Figure]:
    binary, count = _go(), QUICK_HEADERS if bench.quick else HEADERS
    homes = [bench.fresh_directory(name) for name in ("bytom2-headers", "bytom2-go-headers")]
    for home in homes:
        empty_home(home, key(0), key(0))
        make_headers(home, count)
    mine, yours = [], []
    for _ in range(QUICK_ROUNDS if bench.quick else ROUNDS):
        yours.append(_start(partial(theirs, binary, homes[1]), count))
        mine.append(_start(partial(ours, homes[0]), count))
    name = f"{count:,} headers: from start to the first answer"
    yield Figure(name, median(s for s, _ in mine), "s", median(s for s, _ in yours))
    yield Figure("  resident memory then", median(m for _, m in mine), "MiB", median(m for _, m in yours))


def _start(start: Callable[[], AbstractContextManager[Node]], count: int) -> tuple[float, float]:
    with start() as node:
        if node.height() != count:
            raise RuntimeError(f"the chain ends at {node.height()}")
        return node.start_seconds, node.memory() or 0.0
