"""The rules for a block of Bytom 2: its header, its gas, the rewards it pays, and the root it commits to.

Source: bytom2-ledger-and-consensus reference, section 3.4; ``protocol/validation/block.go``.
"""

from __future__ import annotations

from collections.abc import Sequence

from pybytomd.consensus.bytom2.block_errors import WrongBlockSignature
from pybytomd.consensus.bytom2.casper.validators import Validator, producer
from pybytomd.consensus.bytom2.transaction import TransactionVerdict
from pybytomd.consensus.errors import (
    BadTimestamp,
    MismatchedBlock,
    MismatchedMerkleRoot,
    MisorderedBlockHeight,
    OverBlockGasLimit,
    VersionRegression,
    WrongCoinbaseTransaction,
)
from pybytomd.consensus.transactions.block_context import BlockContext
from pybytomd.crypto.ed25519 import verify_strictly
from pybytomd.ledger.bytom2.block import Block, BlockHeader
from pybytomd.ledger.bytom2.checkpoint import Amounts, Checkpoint
from pybytomd.ledger.bytom2.params import CasperParams
from pybytomd.ledger.bytom2.supply import UINT64_MASK
from pybytomd.ledger.constants import BTM_ASSET_ID, MAX_BLOCK_GAS

BLOCK_VERSION = 1


def context_of(header: BlockHeader) -> BlockContext:
    """The context in which a block's own transactions are judged."""
    return BlockContext(header.version, header.height)


def check_header(
    header: BlockHeader,
    parent: BlockHeader,
    checkpoint: Checkpoint,
    validators: Sequence[Validator],
    now: int,
    params: CasperParams,
) -> None:
    """Every rule for the header, given the checkpoint before the block and the validators it elected.

    ``now`` in milliseconds. Raises the error of the first rule that is broken.
    """
    check_place(header, parent)
    check_timestamp(header, parent, now, params)
    check_signature(header, producer(validators, checkpoint, header.timestamp, params))


def check_place(header: BlockHeader, parent: BlockHeader) -> None:
    """Version, height and parent are right. Raises VersionRegression, MisorderedBlockHeight or MismatchedBlock."""
    if header.version != BLOCK_VERSION:
        raise VersionRegression.because(
            f"previous block verson {parent.version}, current block version {header.version}"
        )
    if header.height != parent.height + 1:
        raise MisorderedBlockHeight.because(
            f"previous block height {parent.height}, current block height {header.height}"
        )
    if header.previous_block_hash != parent.hash:
        raise MismatchedBlock.because(
            f"previous block ID {parent.hash.hex()}, current block wants {header.previous_block_hash.hex()}"
        )


def check_timestamp(header: BlockHeader, parent: BlockHeader, now: int, params: CasperParams) -> None:
    """At least one interval after the parent and not too far ahead of the clock (ms). Raises BadTimestamp."""
    if not parent.timestamp + params.block_interval <= header.timestamp <= now + params.max_time_ahead:
        raise BadTimestamp


def check_signature(header: BlockHeader, validator: Validator) -> None:
    """The witness is the signature of the block hash by this validator. Raises WrongBlockSignature."""
    if not verify_strictly(validator.public_key, header.hash, header.witness):
        raise WrongBlockSignature


def check_body(
    block: Block, verdicts: Sequence[TransactionVerdict], rewards: Amounts | None, params: CasperParams
) -> None:
    """Every rule for the body, given the verdict on each transaction and the rewards of the checkpoint before.

    Raises the error of the first rule that is broken.
    """
    check_transactions(verdicts)
    check_coinbase(block, rewards, params)
    if block.root != block.header.transactions_merkle_root:
        raise MismatchedMerkleRoot.because("transaction id merkle root")


def check_coinbase(block: Block, rewards: Amounts | None, params: CasperParams) -> None:
    """The first transaction pays what it must: in the first block of an epoch the rewards of the one before it.

    ``rewards`` are those of the checkpoint before the block. Raises WrongCoinbaseTransaction.

    Quirk: whether it has a coinbase input is not looked at, and a reward may be paid in several outputs.
    """
    if not block.transactions:
        raise WrongCoinbaseTransaction.because("block is empty")
    outputs = block.transactions[0].outputs
    if any(output.vote is not None or output.asset_id != BTM_ASSET_ID for output in outputs):
        raise WrongCoinbaseTransaction.because("dismatch output type or asset")
    if block.height % params.blocks_per_epoch != 1:
        if len(outputs) != 1 or outputs[0].amount:
            raise WrongCoinbaseTransaction.because("dismatch output number or amount")
        return
    paid: dict[str, int] = {}
    for index, output in enumerate(outputs):
        if index or output.amount:
            program = output.control_program.hex()
            paid[program] = paid.get(program, 0) + output.amount & UINT64_MASK
    if len(paid) != len(rewards or {}):
        raise WrongCoinbaseTransaction.because("dismatch output number")
    if any(paid.get(program, 0) != amount for program, amount in (rewards or {}).items()):
        raise WrongCoinbaseTransaction.because("dismatch output amount")


def check_transactions(verdicts: Sequence[TransactionVerdict]) -> None:
    """Every transaction may be in a block, and together they are within the gas limit.

    They are looked at in order, so a block over the limit hides a bad transaction that follows. Raises the error
    of the first bad one, or OverBlockGasLimit.
    """
    used = 0
    for index, verdict in enumerate(verdicts):
        if verdict.error is not None:
            raise verdict.error.within(f"validate of transaction {index} of {len(verdicts)}")
        used += verdict.gas.gas_used
        if used > MAX_BLOCK_GAS:
            raise OverBlockGasLimit
