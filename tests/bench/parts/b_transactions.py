"""Transactions of one input and two outputs, all P2WPKH: decoded with their ids, and validated, on one thread."""

from __future__ import annotations

from collections.abc import Iterator

from pybytomd.consensus.transaction import validate_transaction
from pybytomd.consensus.transactions.block_context import BlockContext
from pybytomd.crypto import ed25519
from pybytomd.ledger.transaction import Transaction
from tests.bench.payments import payments
from tests.bench.registry import Bench, Figure, best_seconds, part

COUNT = 300
GO_DECODE_US, GO_VALIDATE_US = 11.0, 88.0
"""Microseconds of a Go test program on a machine of another day: its API does not let one measure this."""
SOURCE = "known mark of another machine"


@part("transactions")
def measure(bench: Bench) -> Iterator[Figure]:
    raws = payments(COUNT)
    context = BlockContext(1, 1000)

    def decode() -> None:
        for raw in raws:
            Transaction.from_bytes(raw).ids  # noqa: B018 - computed when asked for

    decoding = best_seconds(decode, bench.seconds) / COUNT
    transactions = [Transaction.from_bytes(raw) for raw in raws]
    verdicts = [validate_transaction(tx, context) for tx in transactions]
    if any(verdict.error for verdict in verdicts):
        raise RuntimeError(f"a payment was refused: {verdicts[0].error}")

    def validate() -> None:
        for tx in transactions:
            validate_transaction(tx, context)

    validating = best_seconds(validate, bench.seconds) / COUNT
    signatures = [
        (tx.inputs[0].arguments[1], tx.signature_hash(0), tx.inputs[0].arguments[0]) for tx in transactions
    ]

    def verify() -> None:
        for key, message, signature in signatures:
            ed25519.verify(key, message, signature)

    verifying = best_seconds(verify, bench.seconds) / COUNT
    total = decoding + validating
    yield Figure("decoded with ids, each", decoding * 1e6, "us", GO_DECODE_US, SOURCE)
    yield Figure("validated, each", validating * 1e6, "us", GO_VALIDATE_US, SOURCE)
    yield Figure("  of which the signature", verifying * 1e6, "us")
    yield Figure(
        "decoded and validated",
        1 / total,
        "tx/s",
        1e6 / (GO_DECODE_US + GO_VALIDATE_US),
        SOURCE,
        more_is_better=True,
    )
