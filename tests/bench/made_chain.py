"""A chain of payments that is made as it is read, for measuring who follows one: nothing of it is kept.

One payment in ten is to the same address, as an exchange's is. Signatures are made up: who follows does not check.
"""

from __future__ import annotations

import time
from collections import deque

from pybytomd.chain.judged_block import JudgedBlock
from pybytomd.crypto.hashes import sha3_256
from pybytomd.events import EventDispatcher
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.constants import BTM_ASSET_ID, TARGET_SECONDS_PER_BLOCK
from pybytomd.ledger.inputs import CoinbaseInput, SpendInput, TxOutput
from pybytomd.ledger.merkle import status_root, transaction_root
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.ledger.status import TransactionStatus
from pybytomd.ledger.transaction import Transaction

BUSY = b"\x00\x14" + b"\x01" * 20
"""The program that one payment in ten pays to."""
ADDRESSES = 50_000
COINS = 5_000
"""Outputs that are spent in turn; the first block makes them."""
AMOUNT = 1_000_000_000_000
WITNESS = (b"\x5a" * 64, b"\xa5" * 32)


class MadeChain:
    """A ``ChainReader`` of so many payments in blocks of so many, read once from the first block to the last."""

    params = SOLONET

    def __init__(self, payments: int, payments_a_block: int, *, busy_each: int = 10) -> None:
        """Of so many payments each one is to ``BUSY``."""
        self.events = EventDispatcher()
        self.best_height = 1 + payments // payments_a_block
        self.making_seconds = 0.0
        """How long it has taken to make the blocks, which is not to be measured."""
        self._a_block = payments_a_block
        self._busy_each = busy_each
        self._coins: deque[tuple[bytes, int, int, bytes]] = deque()
        self._last: BlockHeader = SOLONET.genesis.header
        self._raw = SOLONET.genesis.to_bytes()
        self._number = 0
        self.some_transaction = b""
        """The id of a payment in the middle."""

    @property
    def best_hash(self) -> bytes:
        return self._last.hash

    def hash_at(self, height: int) -> bytes | None:
        if height > self.best_height:
            return None
        if height == self._last.height + 1:
            started = time.thread_time()
            self._make()
            self.making_seconds += time.thread_time() - started
        return self._last.hash

    def is_in_main_chain(self, block_hash: bytes) -> bool:
        return True

    def block(self, block_hash: bytes) -> Block:
        return Block.from_bytes(self._raw)

    def judged(self, block_hash: bytes) -> JudgedBlock:
        block = self.block(block_hash)
        return JudgedBlock(block, TransactionStatus.of([False] * len(block.transactions)))

    def _make(self) -> None:
        height = self._last.height + 1
        text = CoinbaseInput(b"\x00%d" % height)
        if height == 1:
            outputs = tuple(TxOutput(BTM_ASSET_ID, AMOUNT, address(number)) for number in range(COINS))
            transactions = [Transaction(1, 0, (text,), outputs)]
            for position, output in enumerate(outputs):
                self._coins.append((transactions[0].mux_id, position, output.amount, output.control_program))
        else:
            reward = TxOutput(BTM_ASSET_ID, 41_250_000_000, BUSY)
            coinbase = Transaction(1, 0, (text,), (reward,))
            transactions = [coinbase, *(self._payment() for _ in range(self._a_block))]
        if height == self.best_height // 2:
            self.some_transaction = transactions[-1].id
        self._last = BlockHeader(
            version=1,
            height=height,
            previous_block_hash=self._last.hash,
            timestamp=self._last.timestamp + TARGET_SECONDS_PER_BLOCK,
            transactions_merkle_root=transaction_root([tx.id for tx in transactions]),
            transaction_status_hash=status_root([False] * len(transactions)),
            nonce=0,
            bits=SOLONET.genesis.header.bits,
        )
        self._raw = Block(self._last, transactions).to_bytes()

    def _payment(self) -> Transaction:
        self._number += 1
        source_id, position, amount, program = self._coins.popleft()
        spent = SpendInput(source_id, BTM_ASSET_ID, amount, position, 1, program, WITNESS)
        receiver = BUSY if self._number % self._busy_each == 0 else address(self._number * 7919 % ADDRESSES)
        paid = 1000 + self._number % 1000
        outputs = (TxOutput(BTM_ASSET_ID, paid, receiver), TxOutput(BTM_ASSET_ID, amount - paid - 100, program))
        tx = Transaction(1, 0, (spent,), outputs)
        self._coins.append((tx.mux_id, 1, outputs[1].amount, program))
        return tx


def address(number: int) -> bytes:
    """One of the usual programs."""
    return b"\x00\x14" + sha3_256(number.to_bytes(8, "big"))[:20]
