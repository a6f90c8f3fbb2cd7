"""Transactions of Bytom 2, one input and two outputs, all P2WPKH: decoded with ids, and judged, on one thread."""

from __future__ import annotations

from collections.abc import Iterator

from pybytomd.consensus.bytom2.transaction import validate_transaction
from pybytomd.consensus.transactions.block_context import BlockContext
from pybytomd.crypto import ed25519
from pybytomd.crypto.hashes import ripemd160, sha3_256
from pybytomd.ledger.bytom2.inputs import SpendInput, TxOutput
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.vm.programs.builders import p2wpkh_program
from tests.bench.registry import Bench, Figure, best_seconds, part
from tests.bytom2_builder import no_contracts

COUNT = 300
PRIVATE_KEY = ed25519.private_key_from_seed(bytes(32))
PROGRAM = p2wpkh_program(ripemd160(PRIVATE_KEY[32:]))
AMOUNT, FEE = 10**9, 10**7
GO_DECODE_US, GO_VALIDATE_US = 13.4, 50.7
"""Microseconds of a Go test program over the packages of 2.0.7, with these payments."""
SOURCE = "known mark of another run"


def payment(number: int) -> bytes:
    """A signed payment, another for each number."""
    source = sha3_256(number.to_bytes(8, "little"))
    spend = SpendInput(source, BTM_ASSET_ID, AMOUNT, 0, 1, PROGRAM)
    outputs = (TxOutput(BTM_ASSET_ID, AMOUNT // 2, PROGRAM), TxOutput(BTM_ASSET_ID, AMOUNT // 2 - FEE, PROGRAM))
    unsigned = Transaction(1, 0, (spend,), outputs)
    signature = ed25519.sign(PRIVATE_KEY, unsigned.signature_hash(0))
    return Transaction(1, 0, (spend.replace(arguments=(signature, PRIVATE_KEY[32:])),), outputs).raw


@part("bytom2_transactions")
def measure(bench: Bench) -> Iterator[Figure]:
    raws = [payment(number) for number in range(COUNT)]
    context = BlockContext(1, 1000)

    def decode() -> None:
        for raw in raws:
            Transaction.from_bytes(raw).ids  # noqa: B018 - computed when asked for

    decoding = best_seconds(decode, bench.seconds) / COUNT
    transactions = [Transaction.from_bytes(raw) for raw in raws]
    for tx in transactions:
        error = validate_transaction(tx, context, no_contracts).error
        if error:
            raise RuntimeError(f"a payment was refused: {error}")

    def validate() -> None:
        for tx in transactions:
            validate_transaction(tx, context, no_contracts)

    validating = best_seconds(validate, bench.seconds) / COUNT
    yield Figure("decoded with ids, each", decoding * 1e6, "us", GO_DECODE_US, SOURCE)
    yield Figure("validated, each", validating * 1e6, "us", GO_VALIDATE_US, SOURCE)
