"""The wallet at the size of an exchange: a start, memory, pages, and what a payment costs while it runs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.bench.registry import Bench, Figure, PartSkipped, part

PAYMENTS, QUICK_PAYMENTS = 300_000, 10_000
ROOT = Path(__file__).parents[3]
PAGES = (
    "transactions, newest", "transactions, middle", "unspent outputs, newest", "unspent outputs, middle",
    "balances", "choosing coins",
)  # fmt: skip


@part("large wallet")
def measure(bench: Bench) -> Iterator[Figure]:
    payments = QUICK_PAYMENTS if bench.quick else PAYMENTS
    directory = bench.fresh_directory("large-wallet")
    made = _figures("make", directory, payments)
    yield Figure("following", made["payments_a_second"], "payments/s", more_is_better=True)
    yield Figure(
        "following, by processor time", made["payments_a_processor_second"], "payments/s", more_is_better=True
    )
    yield Figure("growth of the process", made["growth"], "kB/payment")
    size = sum(file.stat().st_size for file in (directory / "wallet.db").iterdir())
    yield Figure("disk", size / payments, "bytes/payment")
    found = _figures("open", directory, payments)
    label = f"start with {found['transactions']:,.0f} transactions"
    yield Figure(label, found["seconds"], "s")
    yield Figure("resident after the start", found["resident"], "MiB")
    for name in PAGES:
        yield Figure(f"page of {name}" if "," in name else name, found[name], "ms")
    yield Figure("resident after the pages", found["resident at the end"], "MiB")


def _figures(command: str, directory: Path, payments: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.large_wallet", command, str(directory), str(payments)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise PartSkipped(f"the process ended with status {done.returncode}")
    figures: dict[str, float] = json.loads(done.stdout)
    return figures
