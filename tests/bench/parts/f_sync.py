"""The same recorded chain from a Go node into an empty Go node and an empty one of ours, and from three into ours.

The Go node needs minutes for all of it, so it is watched for a while, and its rate compared. Whatever else the
machine does slows down one or the other: they take turns, the median of each counts, and the time they used of the
processors is given besides.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from tests.bench.nodes import OURS, Node, recorded_home, running
from tests.bench.registry import Bench, Figure, PartSkipped, part

WATCH_SECONDS = 15.0
"""How long the Go node is watched each time, from its first block on."""
PEERS = 3
ROUNDS, QUICK_ROUNDS = 5, 1


@dataclass(frozen=True, slots=True)
class Run:
    """What one synchronisation took."""

    blocks: int
    seconds: float
    processor_seconds: float | None
    """Of all processors together."""
    memory: float | None
    """The most there was, in MiB."""

    @property
    def rate(self) -> float:
        """Blocks a second."""
        return self.blocks / self.seconds

    @property
    def processor_seconds_a_block(self) -> float | None:
        """None where it cannot be told."""
        return None if self.processor_seconds is None else self.processor_seconds / self.blocks


@part("sync")
def measure(bench: Bench) -> Iterator[Figure]:
    if bench.reference is None:
        raise PartSkipped("needs a Go node (BYTOMD_REFERENCE)")
    theirs, from_one, from_all = [], [], []
    with ExitStack() as stack:
        sources: list[Node] = []
        for number in range(PEERS):
            home = recorded_home(bench.fresh_directory(f"sync-source-{number}"))
            if number:
                (home / "nodekey").unlink()
            sources.append(stack.enter_context(running(bench.reference, home, "--wallet.disable")))
        for _ in range(QUICK_ROUNDS if bench.quick else ROUNDS):
            theirs.append(_watch_reference(bench, sources[0]))
            from_one.append(_sync_ours(bench, sources[:1]))
            from_all.append(_sync_ours(bench, sources))
    go, one, all_of_them = _median(theirs), _median(from_one), _median(from_all)
    yield Figure("recorded chain synced from one Go node", one.rate, "blocks/s", go.rate, more_is_better=True)
    yield from _costs(one, go)
    name = f"recorded chain synced from {PEERS} Go nodes"
    yield Figure(name, all_of_them.rate, "blocks/s", one.rate, more_is_better=True, against="one")
    yield from _processor_time(all_of_them, one, "one")


def _median(runs: Sequence[Run]) -> Run:
    return sorted(runs, key=lambda run: run.rate)[len(runs) // 2]


def _costs(run: Run, reference: Run) -> Iterator[Figure]:
    yield from _processor_time(run, reference, "Go")
    if run.memory is not None and reference.memory is not None:
        yield Figure("  most memory of the node", run.memory, "MiB", reference.memory)


def _processor_time(run: Run, reference: Run, against: str) -> Iterator[Figure]:
    used = run.processor_seconds_a_block
    if used is not None:
        expected = reference.processor_seconds_a_block
        yield Figure("  time of all processors a block", used, "s", expected, against=against)


def calls(sources: Sequence[Node]) -> list[str]:
    """The options for a node without a wallet that calls these."""
    addresses = ",".join(f"127.0.0.1:{source.p2p_port}" for source in sources)
    return ["--wallet.disable", "--p2p.keep_dial", addresses]


def _watch_reference(bench: Bench, source: Node) -> Run:
    """An empty Go node, from its first block on."""
    assert bench.reference is not None
    with running(bench.reference, bench.fresh_directory(), *calls([source])) as sink:
        sink.wait_for_height(1)
        first, start, used = sink.height(), time.perf_counter(), sink.processor_seconds()
        time.sleep(WATCH_SECONDS)
        last = sink.height()
        sink.wait_for_height(last + 1)
        return _run(sink, last + 1 - first, start, used)


def _sync_ours(bench: Bench, sources: Sequence[Node]) -> Run:
    """An empty node of ours, from the first answer of its API to the last block."""
    top = sources[0].height()
    with running(OURS, bench.fresh_directory(), *calls(sources)) as sink:
        start, used = time.perf_counter(), sink.processor_seconds()
        sink.wait_for_height(top)
        return _run(sink, top, start, used)


def _run(sink: Node, blocks: int, start: float, used: float | None) -> Run:
    seconds, now_used = time.perf_counter() - start, sink.processor_seconds()
    processor_seconds = None if used is None or now_used is None else now_used - used
    return Run(blocks, seconds, processor_seconds, sink.peak_memory())
