"""The rules for the body of a block: its gas, its reward, and the roots its header commits to.

Source: vm-and-validation reference, section 4.2; ``protocol/validation/block.go``.
"""

from __future__ import annotations

from collections.abc import Sequence

from pybytomd.consensus.coinbase import subsidy
from pybytomd.consensus.errors import (
    BadBlock,
    MismatchedMerkleRoot,
    OverBlockGasLimit,
    WrongCoinbaseTransaction,
    WrongEntryType,
)
from pybytomd.consensus.transaction import TransactionVerdict
from pybytomd.consensus.transactions.block_context import BlockContext
from pybytomd.errors import BytomError
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.constants import MAX_BLOCK_GAS
from pybytomd.ledger.entries import is_retirement
from pybytomd.ledger.status import TransactionStatus


def context_of(header: BlockHeader) -> BlockContext:
    """The context in which a block's own transactions are judged."""
    return BlockContext(header.version, header.height)


def validate_body(block: Block, verdicts: Sequence[TransactionVerdict]) -> TransactionStatus:
    """Apply every rule for the body, given the verdict on each transaction in the block's own context.

    Returns the status of the transactions. Raises BytomError for the first rule that is broken.
    """
    fees = check_transactions(verdicts)
    check_reward(block, subsidy(block.height) + fees)
    status = TransactionStatus.of([verdict.failed for verdict in verdicts])
    check_roots(block, status)
    return status


def check_transactions(verdicts: Sequence[TransactionVerdict]) -> int:
    """Every transaction may be in a block, and together they are within the gas limit. Returns the fees in neu.

    Raises the error of the first bad transaction, or OverBlockGasLimit.
    """
    fees = gas_used = 0
    for index, verdict in enumerate(verdicts):
        gas = verdict.gas
        if not gas.gas_valid:
            raise _rejection(verdict.error).within(f"validate of transaction {index} of {len(verdicts)}")
        fees += gas.btm_value
        gas_used += gas.gas_used
        if gas_used > MAX_BLOCK_GAS:
            raise OverBlockGasLimit
    return fees


def check_reward(block: Block, amount: int) -> None:
    """The first transaction has one output of exactly this amount in neu.

    Raises WrongCoinbaseTransaction or WrongEntryType. Quirk: neither its asset nor its input is looked at; that
    only the first transaction may have a coinbase input is the rule of another place.
    """
    if not block.transactions:
        raise WrongCoinbaseTransaction.because("block is empty")
    first = block.transactions[0]
    if len(first.outputs) != 1:
        raise WrongCoinbaseTransaction.because("have more than 1 output")
    output = first.outputs[0]
    if is_retirement(output.control_program):
        entry = first.result_ids[0].hex()
        raise WrongEntryType.because(f"entry {entry} has unexpected type *bc.Retirement")
    if output.amount != amount:
        raise WrongCoinbaseTransaction.because("dismatch output amount")


def check_roots(block: Block, status: TransactionStatus) -> None:
    """The header commits to these transactions and their status. Raises MismatchedMerkleRoot."""
    if block.root != block.header.transactions_merkle_root:
        raise MismatchedMerkleRoot.because("transaction id merkle root")
    if status.root() != block.header.transaction_status_hash:
        raise MismatchedMerkleRoot.because("transaction status merkle root")


def _rejection(error: BytomError | None) -> BytomError:
    """The error of a transaction that cannot be in a block. In a block of version 1 there always is one."""
    return BadBlock() if error is None else error
