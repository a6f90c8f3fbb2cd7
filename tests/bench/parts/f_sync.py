"""The same recorded chain from a Go node into an empty Go node and into an empty one of ours.

The Go node needs minutes for all of it, so it is watched for a while, and its rate compared.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack

from tests.bench.nodes import OURS, Node, recorded_home, running
from tests.bench.registry import Bench, Figure, PartSkipped, part

WATCH_SECONDS, QUICK_WATCH_SECONDS = 40.0, 15.0
"""How long the Go node is watched, from its first block on."""
PATIENCE = 600.0
LOOK_SECONDS = 0.02
PEERS = 3


@part("sync")
def measure(bench: Bench) -> Iterator[Figure]:
    if bench.reference is None:
        raise PartSkipped("needs a Go node (BYTOMD_REFERENCE)")
    with ExitStack() as stack:
        sources: list[Node] = []
        for number in range(PEERS):
            home = recorded_home(bench.fresh_directory(f"sync-source-{number}"))
            if number:
                (home / "nodekey").unlink()
            sources.append(stack.enter_context(running(bench.reference, home, "--wallet.disable")))
        top = sources[0].height()
        theirs, their_memory = _watch_reference(bench, sources[0])
        seconds, memory = _sync_ours(bench, "one", sources[:1], top)
        yield Figure(
            "recorded chain synced from one Go node", top / seconds, "blocks/s", theirs, more_is_better=True
        )
        if memory is not None and their_memory is not None:
            yield Figure("memory of the syncing node", memory, "MiB", their_memory)
        from_three, _ = _sync_ours(bench, "three", sources, top)
        yield Figure(
            "recorded chain synced from three Go nodes", top / from_three, "blocks/s", more_is_better=True
        )


def _options(sources: list[Node]) -> list[str]:
    addresses = ",".join(f"127.0.0.1:{source.p2p_port}" for source in sources)
    return ["--wallet.disable", "--p2p.keep_dial", addresses]


def _watch_reference(bench: Bench, source: Node) -> tuple[float, float | None]:
    """Blocks a second of an empty Go node, and its memory."""
    assert bench.reference is not None
    with running(bench.reference, bench.fresh_directory("sync-go"), *_options([source])) as sink:
        _until(sink, 1)
        first, start = sink.height(), time.perf_counter()
        time.sleep(QUICK_WATCH_SECONDS if bench.quick else WATCH_SECONDS)
        _until(sink, first + 1)
        return (sink.height() - first) / (time.perf_counter() - start), sink.memory()


def _sync_ours(bench: Bench, name: str, sources: list[Node], top: int) -> tuple[float, float | None]:
    """Seconds from the first to the last block of an empty node of ours, and the most memory seen."""
    with running(OURS, bench.fresh_directory(f"sync-ours-{name}"), *_options(sources)) as sink:
        start = time.perf_counter()
        memory = _until(sink, top)
        return time.perf_counter() - start, memory


def _until(node: Node, height: int) -> float | None:
    """Wait for a height; the most memory seen meanwhile."""
    end = time.perf_counter() + PATIENCE
    most: float | None = None
    while node.height() < height:
        if time.perf_counter() > end:
            raise RuntimeError(f"the node has not reached height {height} in {PATIENCE:.0f} seconds")
        time.sleep(LOOK_SECONDS)
        memory = node.memory()
        most = memory if most is None or memory is None else max(most, memory)
    return most
