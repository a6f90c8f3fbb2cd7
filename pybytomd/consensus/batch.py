"""Judging many transactions: on several threads, and never one of them twice.

The pool and the block judge the same transactions. A verdict holds for both if nothing in it can depend on the
block: when all programs are standard ones, which never ask for the height. What remains is checked again, cheaply.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace
from itertools import chain
from threading import Lock

from pybytomd.consensus.transaction import (
    BlockContext,
    TransactionVerdict,
    check_standard,
    check_time_range,
    check_version,
    validate_transaction,
)
from pybytomd.errors import BytomError
from pybytomd.ledger.inputs import SpendInput
from pybytomd.ledger.transaction import Transaction
from pybytomd.vm.standard import KEY_HASH_SIZE

REMEMBERED_TRANSACTIONS = 20_000
"""Verdicts kept: twice what the pool holds. The bytes of a transaction are its key, some 300 for most."""
CHUNK = 32
"""Transactions a thread takes at a time: 2 ms of work, which is long against handing it over."""


class Verifier:
    """Judges transactions, many at once, and remembers what it found. Safe to use from several threads.

    Signatures are checked with the GIL released, so threads of ``executor`` help; without one it works alone.
    """

    def __init__(self, executor: Executor | None = None, remember: int = REMEMBERED_TRANSACTIONS) -> None:
        self._executor = executor
        self._limit = remember
        self._verdicts: OrderedDict[bytes, TransactionVerdict] = OrderedDict()
        self._lock = Lock()

    def verify(self, tx: Transaction, block: BlockContext) -> TransactionVerdict:
        """Judge one transaction on its own, as the pool does, and remember the verdict if it will hold."""
        known = self._recall(tx, block)
        if known is not None:
            return known
        verdict = validate_transaction(tx, block)
        if verdict.error is None and _depends_on_nothing(tx):
            with self._lock:
                self._verdicts[tx.raw] = verdict
                if len(self._verdicts) > self._limit:
                    self._verdicts.popitem(last=False)
        return verdict

    def verify_block(self, transactions: Sequence[Transaction], block: BlockContext) -> list[TransactionVerdict]:
        """Judge all transactions of a block, in order."""
        chunks = [transactions[start : start + CHUNK] for start in range(0, len(transactions), CHUNK)]
        jobs = [(index, chunk, block) for index, chunk in enumerate(chunks)]
        if self._executor is None or len(chunks) < 2:
            return list(chain.from_iterable(map(self._verify_chunk, jobs)))
        return list(chain.from_iterable(self._executor.map(self._verify_chunk, jobs)))

    def _verify_chunk(self, job: tuple[int, Sequence[Transaction], BlockContext]) -> list[TransactionVerdict]:
        index, transactions, block = job
        return [
            self._recall(tx, block) or validate_transaction(tx, block, leads_block=index + position == 0)
            for position, tx in enumerate(transactions)
        ]

    def _recall(self, tx: Transaction, block: BlockContext) -> TransactionVerdict | None:
        """What was found before, if the transaction may also be in this block."""
        verdict = self._verdicts.get(tx.raw)
        if verdict is None:
            return None
        try:
            check_version(tx, block)
            check_time_range(tx, block)
            check_standard(tx, block.height)
        except BytomError:
            return None  # judge it anew, for the verdict in full
        return replace(verdict, gas=replace(verdict.gas))


def _depends_on_nothing(tx: Transaction) -> bool:
    """Whether every input spends to a key hash, whose program asks for nothing but the signature."""
    return all(
        isinstance(tx_input, SpendInput) and _pays_key_hash(tx_input.control_program) for tx_input in tx.inputs
    )


def _pays_key_hash(program: bytes) -> bool:
    return len(program) == KEY_HASH_SIZE + 2 and program[:2] == b"\x00\x14"
