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

from pybytomd.consensus.transaction import TransactionVerdict, check_standard, validate_transaction
from pybytomd.consensus.transaction_memory import TransactionMemory
from pybytomd.consensus.transactions.block_context import BlockContext
from pybytomd.consensus.transactions.block_memory import BlockMemory
from pybytomd.consensus.transactions.verdicts import REMEMBERED_TRANSACTIONS, RememberedVerdicts, judge_all
from pybytomd.errors import BytomError
from pybytomd.ledger.inputs import SpendInput
from pybytomd.ledger.transaction import Transaction
from pybytomd.vm.programs.standard import KEY_HASH_SIZE


class Verifier:
    """Judges transactions, many at once, and remembers what it found. Safe to use from several threads."""

    def __init__(self, executor: Executor | None = None, remember: int = REMEMBERED_TRANSACTIONS) -> None:
        self._executor = executor
        self._verdicts: RememberedVerdicts[TransactionVerdict] = RememberedVerdicts(remember)

    def verify(self, tx: Transaction, block: BlockContext) -> TransactionVerdict:
        """Judge one transaction on its own, as the pool does, and remember the verdict if it will hold."""
        known = self._recall(tx, block)
        if known is not None:
            return known
        verdict = validate_transaction(tx, block)
        if verdict.error is None and _depends_on_nothing(tx):
            self._verdicts.keep(tx.raw, verdict)
        return verdict

    def verify_block(self, transactions: Sequence[Transaction], block: BlockContext) -> list[TransactionVerdict]:
        """Judge all transactions of a block, in order."""

        def judge(tx: Transaction, leads_block: bool) -> TransactionVerdict:
            return self._recall(tx, block) or validate_transaction(tx, block, leads_block=leads_block)

        verdicts = judge_all(judge, transactions, self._executor)
        if any(verdict.outgrows_its_bytes for verdict in verdicts):
            _judge_where_they_lie(transactions, block, verdicts)
        return verdicts

    def _recall(self, tx: Transaction, block: BlockContext) -> TransactionVerdict | None:
        """What was found before, if the transaction may also be in this block."""
        verdict = self._verdicts.find(tx.raw)
        if verdict is None:
            return None
        try:
            block.check_version(tx.version)
            block.check_time_range(tx.time_range)
            check_standard(tx, block.height)
        except BytomError:
            return None  # judge it anew, for the verdict in full
        return verdict.replace(gas=verdict.gas.replace())


def _judge_where_they_lie(
    transactions: Sequence[Transaction], block: BlockContext, verdicts: list[TransactionVerdict]
) -> None:
    """Replace the verdicts of transactions that reach into others, and of those that were written over."""
    block_memory = BlockMemory([tx.raw for tx in transactions])
    for index, tx in enumerate(transactions):
        if verdicts[index].outgrows_its_bytes or block_memory.is_written_over(index):
            memory = TransactionMemory(*block_memory.place_of(index))
            verdicts[index] = validate_transaction(tx, block, leads_block=index == 0, memory=memory)


def _depends_on_nothing(tx: Transaction) -> bool:
    """Whether every input spends to a key hash, whose program asks for nothing but the signature."""
    return all(
        isinstance(tx_input, SpendInput) and _pays_key_hash(tx_input.control_program) for tx_input in tx.inputs
    )


def _pays_key_hash(program: bytes) -> bool:
    return len(program) == KEY_HASH_SIZE + 2 and program[:2] == b"\x00\x14"
