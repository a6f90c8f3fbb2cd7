"""Judging many transactions of Bytom 2: on several threads, and never one of them twice.

As ``consensus.batch`` for 1.x. A verdict holds for pool and block if nothing in it can depend on the block or on
the table of contracts: when every input is spent by the key whose hash its program pays to. What a contract
decided is judged anew each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor

from pybytomd.consensus.bytom2.transaction import TransactionVerdict, validate_transaction
from pybytomd.consensus.bytom2.transaction_memory import TransactionMemory
from pybytomd.consensus.transactions.block_context import BlockContext
from pybytomd.consensus.transactions.block_memory import BlockMemory
from pybytomd.consensus.transactions.verdicts import REMEMBERED_TRANSACTIONS, RememberedVerdicts, judge_all
from pybytomd.errors import BytomError
from pybytomd.ledger.bytom2.inputs import SpendInput, VetoInput
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.vm.bytom2.standard import FindContract, is_p2wpkh


class Verifier:
    """Judges transactions, many at once, and remembers what it found. Safe to use from several threads."""

    def __init__(self, executor: Executor | None = None, remember: int = REMEMBERED_TRANSACTIONS) -> None:
        self._executor = executor
        self._verdicts: RememberedVerdicts[TransactionVerdict] = RememberedVerdicts(remember)

    def verify(self, tx: Transaction, block: BlockContext, find_contract: FindContract) -> TransactionVerdict:
        """Judge one transaction on its own, as the pool does, and remember the verdict if it will hold."""
        known = self._recall(tx, block)
        if known is not None:
            return known
        verdict = validate_transaction(tx, block, find_contract)
        if verdict.error is None and _depends_on_nothing(tx):
            self._verdicts.keep(tx.raw, verdict)
        return verdict

    def verify_block(
        self, transactions: Sequence[Transaction], block: BlockContext, find_contract: FindContract
    ) -> list[TransactionVerdict]:
        """Judge all transactions of a block, in order."""

        def judge(tx: Transaction, leads_block: bool) -> TransactionVerdict:
            known = self._recall(tx, block)
            return known or validate_transaction(tx, block, find_contract, leads_block=leads_block)

        verdicts = judge_all(judge, transactions, self._executor)
        if any(verdict.outgrows_its_bytes for verdict in verdicts):
            _judge_where_they_lie(transactions, block, find_contract, verdicts)
        return verdicts

    def _recall(self, tx: Transaction, block: BlockContext) -> TransactionVerdict | None:
        """What was found before, if the transaction may also be in this block."""
        verdict = self._verdicts.find(tx.raw)
        if verdict is None:
            return None
        try:
            block.check_version(tx.version)
            block.check_time_range(tx.time_range)
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
    block_memory = BlockMemory([tx.raw for tx in transactions])
    for index, tx in enumerate(transactions):
        if verdicts[index].outgrows_its_bytes or block_memory.is_written_over(index):
            memory = TransactionMemory(*block_memory.place_of(index))
            verdicts[index] = validate_transaction(tx, block, find_contract, leads_block=index == 0, memory=memory)


def _depends_on_nothing(tx: Transaction) -> bool:
    """Whether every input spends to a key hash, whose program asks for nothing but the signature."""
    return all(
        isinstance(tx_input, SpendInput | VetoInput) and is_p2wpkh(tx_input.control_program)
        for tx_input in tx.inputs
    )
