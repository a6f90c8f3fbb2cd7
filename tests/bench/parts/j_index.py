"""The index of everything: following payments, pages of an address that has many, requests, memory and disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from pybytomd.chain.ports import ChainReader
from pybytomd.clock import SystemClock
from pybytomd.indexing.bytom1 import Bytom1Forms
from pybytomd.indexing.queries.addresses import address_answer, address_transactions
from pybytomd.indexing.queries.view import View
from pybytomd.indexing.service import NAME, IndexService
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.store.kv.leveldb import LevelDBStore
from tests.bench.load import CONNECTIONS, generator, requests_per_second
from tests.bench.made_chain import BUSY, MadeChain
from tests.bench.registry import Bench, Figure, best_seconds, part

PAYMENTS, QUICK_PAYMENTS = 1_000_000, 30_000
A_BLOCK = 1_000
HISTORY = 100_000
"""Entries of the busy address, if there are so many payments."""
PAGE = 100
ROOT = Path(__file__).parents[3]
REQUESTS = {
    "get-address": {"control_program": BUSY.hex()},
    "list-address-transactions": {"control_program": BUSY.hex()},
    "list-asset-holders": {"asset_id": BTM_ASSET_ID.hex()},
    "list-block-summaries": {},
}


@part("index")
def measure(bench: Bench) -> Iterator[Figure]:
    payments = QUICK_PAYMENTS if bench.quick else PAYMENTS
    directory = bench.fresh_directory("index")
    chain = MadeChain(payments, A_BLOCK, busy_each=max(1, payments // HISTORY))
    with LevelDBStore(directory / f"{NAME}.db") as database:
        index = IndexService(
            database,
            cast("ChainReader", chain),
            SystemClock(),
            forms=Bytom1Forms(cast("ChainReader", chain)),
            begin_anew=lambda same: same,
        )
        yield from _follow(index, chain, payments)
        yield from _pages(index, bench.seconds)
    size = sum(file.stat().st_size for file in (directory / f"{NAME}.db").iterdir())
    yield Figure("disk", size / payments, "bytes/payment")
    with _server(directory) as port:
        for method, request in REQUESTS.items():
            rate = requests_per_second(port, method, json.dumps(request), bench.seconds)
            label = f"{method}, {CONNECTIONS} connections ({generator()})"
            yield Figure(label, rate, "req/s", more_is_better=True)


def _follow(index: IndexService, chain: MadeChain, payments: int) -> Iterator[Figure]:
    """The making of the blocks is not counted; reading them from bytes is."""
    while index.status().height < chain.best_height // 5:
        index.step()
    before, made, started = _resident(), chain.making_seconds, time.perf_counter()
    used = time.process_time()
    first = index.status().height
    while index.step():
        pass
    done = (chain.best_height - first) * A_BLOCK
    making = chain.making_seconds - made
    yield Figure("following", done / (time.perf_counter() - started - making), "payments/s", more_is_better=True)
    yield Figure("following, by processor time", done / (time.process_time() - used - making), "payments/s",
                 more_is_better=True)  # fmt: skip
    if before:
        label = f"memory after {payments:,} payments"
        yield Figure(label, _resident(), "MiB", before, against="after a fifth of them")


def _pages(index: IndexService, seconds: float) -> Iterator[Figure]:
    """Pages at the newest end and in the middle of the history of the busy address."""

    def view() -> View:
        return View(index.database, index.chain, index.forms)

    total = address_answer(view(), BUSY)["transactions"]
    half = index.status().height // 2
    middle = (half << 24).to_bytes(7, "big").hex()
    for where, cursor in (("newest", ""), ("middle", middle)):
        page = best_seconds(lambda cursor=cursor: address_transactions(view(), BUSY, PAGE, cursor), seconds)
        yield Figure(f"page of {PAGE} of an address with {total:,}, {where}", 1000 * page, "ms")


def _resident() -> float:
    """Memory of this process in MiB, 0 where the system does not tell."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return 0.0
    return int(statm.read_text().split()[1]) * cast("Any", os).sysconf("SC_PAGE_SIZE") / (1 << 20)


@contextmanager
def _server(directory: Path) -> Iterator[int]:
    command = [sys.executable, "-m", "tests.bench.index_server", str(directory)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.communicate()
