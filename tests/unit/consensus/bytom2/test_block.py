"""The rules for header and body of a block of Bytom 2, one by one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pybytomd.consensus.bytom2.block import check_body, check_coinbase, check_header, check_transactions
from pybytomd.consensus.bytom2.block_errors import WrongBlockSignature
from pybytomd.consensus.bytom2.casper.epoch import genesis_checkpoint
from pybytomd.consensus.bytom2.casper.validators import effective_validators
from pybytomd.consensus.bytom2.gas import GasState
from pybytomd.consensus.bytom2.transaction import TransactionVerdict
from pybytomd.consensus.errors import (
    BadTimeRange,
    BadTimestamp,
    MismatchedBlock,
    MismatchedMerkleRoot,
    MisorderedBlockHeight,
    OverBlockGasLimit,
    VersionRegression,
    WrongCoinbaseTransaction,
)
from pybytomd.errors import BytomError
from pybytomd.ledger.bytom2.block import Block, BlockHeader
from pybytomd.ledger.bytom2.inputs import TxOutput
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.ledger.constants import MAX_BLOCK_GAS, ZERO_HASH
from tests.bytom2_builder import btm, coinbase, key, network

PARAMS = network(validators=2, blocks_per_epoch=4)
GENESIS = PARAMS.genesis.header
CASPER = PARAMS.casper
FIRST_SLOT = GENESIS.timestamp + CASPER.block_interval
NOW = FIRST_SLOT


def header(signer: int = 0, **changes: object) -> BlockHeader:
    fields = {
        "version": 1,
        "height": 1,
        "previous_block_hash": GENESIS.hash,
        "timestamp": FIRST_SLOT,
        "transactions_merkle_root": ZERO_HASH,
    }
    unsigned = BlockHeader(**{**fields, **changes})  # type: ignore[arg-type]
    return unsigned.with_witness(key(signer).sign(unsigned.hash))


def judge(candidate: BlockHeader, now: int = NOW) -> None:
    checkpoint = genesis_checkpoint(PARAMS.genesis)
    check_header(candidate, GENESIS, checkpoint, effective_validators(checkpoint, CASPER), now, CASPER)


@pytest.mark.parametrize(
    ("candidate", "error"),
    [
        (header(), None),
        (header(version=2), VersionRegression),
        (header(height=2), MisorderedBlockHeight),
        (header(previous_block_hash=ZERO_HASH), MismatchedBlock),
        (header(timestamp=FIRST_SLOT - 1), BadTimestamp),
        (header(timestamp=NOW + CASPER.max_time_ahead), None),
        (header(timestamp=NOW + CASPER.max_time_ahead + 1), BadTimestamp),
        (header(signer=1), WrongBlockSignature),
        (header(signer=1, timestamp=FIRST_SLOT + CASPER.block_interval), None),
        (header().with_witness(b""), WrongBlockSignature),
    ],
)
def test_header(candidate: BlockHeader, error: type[BytomError] | None) -> None:
    if error is None:
        judge(candidate)
    else:
        with pytest.raises(error):
            judge(candidate)


def test_the_first_rule_that_is_broken_is_named() -> None:
    with pytest.raises(VersionRegression, match="previous block verson 1, current block version 7"):
        judge(header(signer=1, version=7, height=9, timestamp=0))


def block_paying(height: int, *outputs: TxOutput) -> Block:
    first = Transaction(1, 0, coinbase(height).inputs, outputs)
    return Block(header(height=height), (first,))


REWARDS = {"51": 70, "52": 30}


@pytest.mark.parametrize(
    ("block", "text"),
    [
        (block_paying(2, btm(0)), None),
        (Block(header(height=2), ()), "block is empty"),
        (block_paying(2, btm(1)), "dismatch output number or amount"),
        (block_paying(2, btm(0), btm(0)), "dismatch output number or amount"),
        (block_paying(2, btm(0, vote=b"\x01" * 64)), "dismatch output type or asset"),
        (block_paying(2, TxOutput(b"\x07" * 32, 0, b"\x51")), "dismatch output type or asset"),
        (block_paying(5, btm(70), btm(30, b"\x52")), None),
        (block_paying(5, btm(0), btm(70), btm(30, b"\x52")), None),
        (block_paying(5, btm(60), btm(10), btm(30, b"\x52")), None),
        (block_paying(5, btm(70)), "dismatch output number"),
        (block_paying(5, btm(70), btm(0), btm(30, b"\x52")), None),
        (block_paying(5, btm(70), btm(30, b"\x53")), "dismatch output amount"),
        (block_paying(5, btm(71), btm(29, b"\x52")), "dismatch output amount"),
        (block_paying(5, btm(70), btm(30, b"\x52"), btm(0, b"\x54")), "dismatch output number"),
    ],
)
def test_what_the_first_transaction_pays(block: Block, text: str | None) -> None:
    if text is None:
        check_coinbase(block, REWARDS, CASPER)
    else:
        with pytest.raises(WrongCoinbaseTransaction, match=f"^{text}: wrong coinbase transaction$"):
            check_coinbase(block, REWARDS, CASPER)


def test_the_first_block_of_all_pays_nothing() -> None:
    check_coinbase(block_paying(1, btm(0)), None, CASPER)
    with pytest.raises(WrongCoinbaseTransaction, match="dismatch output number"):
        check_coinbase(block_paying(1, btm(5)), None, CASPER)


def verdict(gas_used: int, error: BytomError | None = None) -> TransactionVerdict:
    return TransactionVerdict(GasState(gas_used=gas_used), error)


def test_a_block_over_the_limit_hides_a_bad_transaction_behind_it() -> None:
    check_transactions([verdict(MAX_BLOCK_GAS - 1), verdict(1)])
    with pytest.raises(OverBlockGasLimit):
        check_transactions([verdict(MAX_BLOCK_GAS), verdict(1), verdict(0, BadTimeRange())])
    with pytest.raises(BadTimeRange, match=r"^validate of transaction 1 of 3: "):
        check_transactions([verdict(MAX_BLOCK_GAS), verdict(0, BadTimeRange()), verdict(1)])


def test_the_root_is_looked_at_last() -> None:
    block = block_paying(2, btm(0))
    with pytest.raises(MismatchedMerkleRoot, match="transaction id merkle root"):
        check_body(block, [verdict(0)], {}, CASPER)
    right = Block(header(height=2, transactions_merkle_root=block.root), block.transactions)
    check_body(right, [verdict(0)], {}, CASPER)
    with pytest.raises(WrongCoinbaseTransaction):
        check_body(block_paying(2, btm(1)), [verdict(0)], {}, CASPER)


def test_other_numbers_of_a_network_are_followed() -> None:
    slow = replace(CASPER, block_interval=60_000, max_time_ahead=0)
    checkpoint = genesis_checkpoint(PARAMS.genesis)
    validators = effective_validators(checkpoint, slow)
    with pytest.raises(BadTimestamp):
        check_header(header(), GENESIS, checkpoint, validators, NOW, slow)
