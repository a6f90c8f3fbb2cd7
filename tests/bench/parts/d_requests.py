"""API requests per second at 16 connections, on the recorded chain, with the headers that several clients send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tests.bench.load import CONNECTIONS, generator, requests_per_second
from tests.bench.nodes import OURS, Node, recorded_home, running
from tests.bench.registry import Bench, Figure, part

REQUESTS = {"get-block-count": "{}", "get-block": '{"block_height": 100}'}
JSON = {"Content-Type": "application/json"}
CLIENTS: Mapping[str, Mapping[str, str]] = {
    "": {},
    "by requests": {
        "User-Agent": "python-requests/2.32.3",
        "Accept-Encoding": "gzip, deflate",
        "Accept": "*/*",
        "Connection": "keep-alive",
        **JSON,
    },
    "by aiohttp": {
        "Accept": "*/*",
        "Accept-Encoding": "gzip, deflate",
        "User-Agent": "Python/3.11 aiohttp/3.14.5",
        **JSON,
    },
    "by Go's client": {"User-Agent": "Go-http-client/1.1", "Accept-Encoding": "gzip", **JSON},
}
"""What clients send besides the host and the length."""

Rates = dict[tuple[str, str], float]


def rates(node: Node, bench: Bench) -> Rates:
    """Requests a second of each request by each client."""
    return {
        (name, client): requests_per_second(node.api_port, name, body, bench.seconds, headers)
        for client, headers in CLIENTS.items()
        for name, body in REQUESTS.items()
    }


@part("requests")
def measure(bench: Bench) -> Iterator[Figure]:
    reference: Rates = {}
    if bench.reference is not None:
        with running(bench.reference, recorded_home(bench.fresh_directory("go-requests"))) as node:
            reference = rates(node, bench)
    with running(OURS, recorded_home(bench.fresh_directory("requests"))) as node:
        for (name, client), rate in rates(node, bench).items():
            label = f"{name} {client}".strip() + f", {CONNECTIONS} connections ({generator()})"
            yield Figure(label, rate, "req/s", reference.get((name, client)), more_is_better=True)
