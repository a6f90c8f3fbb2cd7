"""Judging many transactions of Bytom 2: on several threads, and never one of them twice.

As ``consensus.batch`` for 1.x. A verdict holds for pool and block if nothing in it can depend on the block or on
the table of contracts: when every input is spent by the key whose hash its program pays to. What a contract
decided is judged anew each time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Executor
from hashlib import blake2b
from itertools import chain
from threading import Lock

from pybytomd.consensus.bytom2.transaction import (
    BlockContext,
    TransactionVerdict,
    check_time_range,
    check_version,
    validate_transaction,
)
from pybytomd.consensus.bytom2.transaction_memory import BlockMemory
from pybytomd.errors import BytomError
from pybytomd.ledger.bytom2.inputs import SpendInput, VetoInput
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.vm.bytom2.standard import FindContract, is_p2wpkh

REMEMBERED_TRANSACTIONS = 20_000
"""Verdicts kept: twice what the pool holds, each by a digest of the transaction's bytes."""
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

    def verify(self, tx: Transaction, block: BlockContext, find_contract: FindContract) -> TransactionVerdict:
        """Judge one transaction on its own, as the pool does, and remember the verdict if it will hold."""
        known = self._recall(tx, block)
        if known is not None:
            return known
        verdict = validate_transaction(tx, block, find_contract)
        if verdict.error is None and _depends_on_nothing(tx):
            with self._lock:
                self._verdicts[_digest(tx)] = verdict
                if len(self._verdicts) > self._limit:
                    self._verdicts.popitem(last=False)
        return verdict

    def verify_block(
        self, transactions: Sequence[Transaction], block: BlockContext, find_contract: FindContract
    ) -> list[TransactionVerdict]:
        """Judge all transactions of a block, in order."""

        def judge(start: int) -> list[TransactionVerdict]:
            return [
                self._recall(tx, block)
                or validate_transaction(tx, block, find_contract, leads_block=start + position == 0)
                for position, tx in enumerate(transactions[start : start + CHUNK])
            ]

        starts = range(0, len(transactions), CHUNK)
        run = map if self._executor is None or len(starts) < 2 else self._executor.map
        verdicts = list(chain.from_iterable(run(judge, starts)))
        if any(verdict.outgrows_its_bytes for verdict in verdicts):
            _judge_where_they_lie(transactions, block, find_contract, verdicts)
        return verdicts

    def _recall(self, tx: Transaction, block: BlockContext) -> TransactionVerdict | None:
        """What was found before, if the transaction may also be in this block."""
        if not self._verdicts:  # as while blocks are fetched: nothing to look for
            return None
        verdict = self._verdicts.get(_digest(tx))
        if verdict is None:
            return None
        try:
            check_version(tx, block)
            check_time_range(tx, block)
        except BytomError:
            return None  # judge it anew, for the verdict in full
        return verdict.replace(gas=verdict.gas.replace())


def _judge_where_they_lie(
    transactions: Sequence[Transaction],
    block: BlockContext,
    find_contract: FindContract,
    verdicts: list[TransactionVerdict],
) -> None:
    """Replace the verdicts of transactions that reach into others, and of those that were written over."""
    memory = BlockMemory(transactions)
    for index, tx in enumerate(transactions):
        if verdicts[index].outgrows_its_bytes or memory.is_written_over(index):
            verdicts[index] = validate_transaction(
                tx, block, find_contract, leads_block=index == 0, memory=memory.of(index)
            )


def _digest(tx: Transaction) -> bytes:
    """Stands for all bytes of a transaction, arguments too, which its id leaves out. Half a microsecond."""
    return blake2b(tx.raw, digest_size=32).digest()


def _depends_on_nothing(tx: Transaction) -> bool:
    """Whether every input spends to a key hash, whose program asks for nothing but the signature."""
    return all(
        isinstance(tx_input, SpendInput | VetoInput) and is_p2wpkh(tx_input.control_program)
        for tx_input in tx.inputs
    )
