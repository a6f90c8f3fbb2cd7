"""API requests per second at 16 connections, on the recorded chain."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.load import CONNECTIONS, generator, requests_per_second
from tests.bench.nodes import OURS, recorded_home, running
from tests.bench.registry import Bench, Figure, part

REQUESTS = {"get-block-count": "{}", "get-block": '{"block_height": 100}'}


@part("requests")
def measure(bench: Bench) -> Iterator[Figure]:
    reference: dict[str, float] = {}
    if bench.reference is not None:
        with running(bench.reference, recorded_home(bench.fresh_directory("go-requests"))) as node:
            reference = {
                name: requests_per_second(node.api_port, name, body, bench.seconds)
                for name, body in REQUESTS.items()
            }
    with running(OURS, recorded_home(bench.fresh_directory("requests"))) as node:
        for name, body in REQUESTS.items():
            rate = requests_per_second(node.api_port, name, body, bench.seconds)
            label = f"{name}, {CONNECTIONS} connections ({generator()})"
            yield Figure(label, rate, "req/s", reference.get(name), more_is_better=True)
