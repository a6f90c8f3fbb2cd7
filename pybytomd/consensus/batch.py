"""Judging many transactions: on several threads, and never one of them twice.

The pool and the block judge the same transactions. A verdict holds for both if nothing in it can depend on the
block: when all programs are standard ones, which never ask for the height. What remains is checked again, cheaply.

In a block an append may reach farther than in a transaction alone (``transaction_memory``). That takes a program
that appends more than the transaction's own bytes have room for, which a verdict tells; without one, every
transaction has the verdict it has alone. So all are judged alone first, at once, and those few that it concerns a
second time, in order, where they lie.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from hashlib import blake2b
from itertools import chain
from threading import Lock

from cachetools import FIFOCache

from pybytomd.consensus.transaction import (
    BlockContext,
    TransactionVerdict,
    check_standard,
    check_time_range,
    check_version,
    validate_transaction,
)
from pybytomd.consensus.transaction_memory import BlockMemory
from pybytomd.errors import BytomError
from pybytomd.ledger.inputs import SpendInput
from pybytomd.ledger.transaction import Transaction
from pybytomd.vm.programs.standard import KEY_HASH_SIZE

REMEMBERED_TRANSACTIONS = 20_000
"""Verdicts kept: twice what the pool holds. Each takes some 450 bytes, and stands by a digest of the transaction's
bytes: these themselves would take as much again, after the transaction is long gone."""
CHUNK = 32
"""Transactions a thread takes at a time: 2 ms of work, which is long against handing it over."""


class Verifier:
    """Judges transactions, many at once, and remembers what it found. Safe to use from several threads.

    Signatures are checked with the GIL released, so threads of ``executor`` help; without one it works alone.
    """

    def __init__(self, executor: Executor | None = None, remember: int = REMEMBERED_TRANSACTIONS) -> None:
        self._executor = executor
        self._verdicts: FIFOCache[bytes, TransactionVerdict] = FIFOCache(remember)
        self._lock = Lock()

    def verify(self, tx: Transaction, block: BlockContext) -> TransactionVerdict:
        """Judge one transaction on its own, as the pool does, and remember the verdict if it will hold."""
        known = self._recall(tx, block)
        if known is not None:
            return known
        verdict = validate_transaction(tx, block)
        if verdict.error is None and _depends_on_nothing(tx):
            with self._lock:
                self._verdicts[_digest(tx)] = verdict
        return verdict

    def verify_block(self, transactions: Sequence[Transaction], block: BlockContext) -> list[TransactionVerdict]:
        """Judge all transactions of a block, in order."""
        chunks = [transactions[start : start + CHUNK] for start in range(0, len(transactions), CHUNK)]
        jobs = [(index, chunk, block) for index, chunk in enumerate(chunks)]
        run = map if self._executor is None or len(chunks) < 2 else self._executor.map
        verdicts = list(chain.from_iterable(run(self._verify_chunk, jobs)))
        if any(verdict.outgrows_its_bytes for verdict in verdicts):
            _judge_where_they_lie(transactions, block, verdicts)
        return verdicts

    def _verify_chunk(self, job: tuple[int, Sequence[Transaction], BlockContext]) -> list[TransactionVerdict]:
        index, transactions, block = job
        return [
            self._recall(tx, block) or validate_transaction(tx, block, leads_block=index + position == 0)
            for position, tx in enumerate(transactions)
        ]

    def _recall(self, tx: Transaction, block: BlockContext) -> TransactionVerdict | None:
        """What was found before, if the transaction may also be in this block."""
        if not self._verdicts:  # as while blocks are fetched: nothing to look for
            return None
        try:  # not ``get``, which looks twice: another thread may let go of it in between
            verdict = self._verdicts[_digest(tx)]
        except KeyError:
            return None
        try:
            check_version(tx, block)
            check_time_range(tx, block)
            check_standard(tx, block.height)
        except BytomError:
            return None  # judge it anew, for the verdict in full
        return verdict.replace(gas=verdict.gas.replace())


def _judge_where_they_lie(
    transactions: Sequence[Transaction], block: BlockContext, verdicts: list[TransactionVerdict]
) -> None:
    """Replace the verdicts of transactions that reach into others, and of those that were written over."""
    memory = BlockMemory(transactions)
    for index, tx in enumerate(transactions):
        if verdicts[index].outgrows_its_bytes or memory.is_written_over(index):
            verdicts[index] = validate_transaction(tx, block, leads_block=index == 0, memory=memory.of(index))


def _digest(tx: Transaction) -> bytes:
    """Stands for all bytes of a transaction, arguments too, which its id leaves out. Half a microsecond."""
    return blake2b(tx.raw, digest_size=32).digest()


def _depends_on_nothing(tx: Transaction) -> bool:
    """Whether every input spends to a key hash, whose program asks for nothing but the signature."""
    return all(
        isinstance(tx_input, SpendInput) and _pays_key_hash(tx_input.control_program) for tx_input in tx.inputs
    )


def _pays_key_hash(program: bytes) -> bool:
    return len(program) == KEY_HASH_SIZE + 2 and program[:2] == b"\x00\x14"
