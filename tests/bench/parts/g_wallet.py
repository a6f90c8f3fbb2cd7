"""The wallet's lists, payments and rescan, on the recorded home of 311 transactions and 300 unspent outputs."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from tests.bench.load import CONNECTIONS, generator, requests_per_second
from tests.bench.nodes import OURS, Node, recorded_home, running
from tests.bench.registry import Bench, Figure, PartSkipped, best_seconds, part

TRANSACTION = "409e952b2155bd3ccecfbf9f5f92943b65f678cef0b487da7276cbef3299f8d1"
REQUESTS = {
    "list-transactions": '{"count": 20}',
    "list-unspent-outputs": "{}",
    "list-balances": "{}",
    "get-transaction": json.dumps({"tx_id": TRANSACTION}),
}
KEY_OPERATIONS = ("check-key-password", "create-key")
UNITS = {"rescan": "blocks/s", "build, sign and submit": "payments/s"} | dict.fromkeys(KEY_OPERATIONS, "keys/s")
PAYMENTS, QUICK_PAYMENTS = 30, 10
PAYER, PASSWORD = "4B4NOB17G0A02", "pub-Alice-1"
BTM = "ff" * 32
PAYMENT = [
    {"type": "spend_account", "account_id": PAYER, "asset_id": BTM, "amount": 100_000_000},
    {
        "type": "control_address",
        "address": "sm1qqmfc88mspryhlgyjj2te44yj0d9cwwf95sarzm",
        "asset_id": BTM,
        "amount": 80_000_000,
    },
]
BLOCKS = 270
RESCANS = 5
PATIENCE_SECONDS = 10.0
POLL_SECONDS = 0.005


@part("wallet")
def measure(bench: Bench) -> Iterator[Figure]:
    reference = {} if bench.reference is None else _rates(bench, bench.reference, "go-wallet")
    for name, rate in _rates(bench, OURS, "wallet").items():
        label = f"{name}, {CONNECTIONS} connections ({generator()})" if name in REQUESTS else name
        yield Figure(label, rate, UNITS.get(name, "req/s"), reference.get(name), more_is_better=True)


def _rates(bench: Bench, binary: Path, name: str) -> dict[str, float]:
    with running(binary, recorded_home(bench.fresh_directory(name))) as node:
        _wait_for(node, BLOCKS)
        rates = {
            method: requests_per_second(node.api_port, method, body, bench.seconds)
            for method, body in REQUESTS.items()
        }
        rates |= _key_rates(node, bench.seconds)
        rates["rescan"] = _rescan_rate(node)
        rates["build, sign and submit"] = _payment_rate(node, QUICK_PAYMENTS if bench.quick else PAYMENTS)
    return rates


def _wait_for(node: Node, height: int) -> None:
    end = time.perf_counter() + PATIENCE_SECONDS
    while node.call("wallet-info")["wallet_height"] != height:
        if time.perf_counter() > end:
            raise PartSkipped("the wallet is not in sync")


def _key_rates(node: Node, seconds: float) -> dict[str, float]:
    """Keys a second, one after another, at best. Nearly all of it is spent on the password."""
    numbers = count()
    xpub = next(key["xpub"] for key in node.call("list-keys") if _opens(node, key["xpub"]))

    def create() -> None:
        node.call("create-key", alias=f"benchmark-{next(numbers)}", password=PASSWORD)

    work = {"check-key-password": lambda: _opens(node, xpub), "create-key": create}
    return {operation: 1 / best_seconds(work[operation], seconds) for operation in KEY_OPERATIONS}


def _opens(node: Node, xpub: str) -> bool:
    answer = node.call("check-key-password", xpub=xpub, password=PASSWORD)
    return bool(answer["check_result"])


def _payment_rate(node: Node, payments: int) -> float:
    """Payments a second, one after another. Most of it goes to opening the key with its password."""
    start = time.perf_counter()
    for _ in range(payments):
        template = node.call("build-transaction", actions=PAYMENT)
        signed = node.call("sign-transaction", password=PASSWORD, transaction=template)
        raw = signed["transaction"]["raw_transaction"]
        answer = node.call("submit-transaction", raw_transaction=raw)
        if "tx_id" not in answer:
            raise PartSkipped(f"a payment was refused: {answer}")
    return payments / (time.perf_counter() - start)


def _rescan_rate(node: Node) -> float:
    """Blocks a second from where the wallet is first seen on its way until it has arrived, the best of some."""
    node.call("rescan-wallet")  # the first one derives addresses to look for
    _wait_for(node, BLOCKS)
    connection = http.client.HTTPConnection("127.0.0.1", node.api_port, timeout=60)
    best = 0.0
    for _ in range(RESCANS):
        node.call("rescan-wallet")
        started, first = time.perf_counter(), BLOCKS
        while time.perf_counter() < started + PATIENCE_SECONDS:
            connection.request("POST", "/wallet-info", "{}")
            height = json.loads(connection.getresponse().read())["data"]["wallet_height"]
            now = time.perf_counter()
            time.sleep(POLL_SECONDS)  # the question is how fast it scans, not how fast it answers meanwhile
            if height < BLOCKS and first == BLOCKS:
                started, first = now, height
            elif height == BLOCKS and (first < BLOCKS or now > started + 1):
                break
        if first < BLOCKS:
            best = max(best, (BLOCKS - first) / (now - started))
    connection.close()
    return best
