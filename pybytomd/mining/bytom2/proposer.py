"""The block template of Bytom 2: which transactions come in, what the header says, who is paid.

Source: bytom2-ledger-and-consensus reference, section 5.2; ``proposal/proposal.go``.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pybytomd.clock import Clock, SystemClock
from pybytomd.consensus.bytom2.block import BLOCK_VERSION
from pybytomd.consensus.bytom2.transaction import TransactionVerdict
from pybytomd.consensus.bytom2.utxo import apply_transaction
from pybytomd.consensus.transactions.block_context import BlockContext
from pybytomd.errors import BytomError
from pybytomd.ledger.bytom2.block import Block, BlockHeader
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.ledger.bytom2.utxo import UtxoEntry
from pybytomd.ledger.constants import MAX_BLOCK_GAS
from pybytomd.ledger.merkle import transaction_root
from pybytomd.mining.bytom2.coinbase import coinbase_transaction
from pybytomd.mining.coinbase import RewardReceiver

if TYPE_CHECKING:
    from pybytomd.chain.bytom2.chain import Chain

logger = logging.getLogger(__name__)

MAX_TRANSACTIONS = 1024 + 16
"""As many as the reference's templates hold at most: it looks after every sixteen whether there are over 1024."""


PARTS_OF_SLOT = 5
"""One of so many may be spent on choosing transactions: the others still have to judge the block in its slot."""


class BlockProposer:
    """Makes blocks on top of the best one that lack nothing but a signature. Safe to use from several threads."""

    def __init__(self, chain: Chain, receiver: RewardReceiver, clock: Clock | None = None) -> None:
        """Without a ``clock`` it goes by that of the machine."""
        self._chain = chain
        self._receiver = receiver
        self._clock = SystemClock() if clock is None else clock

    def paying(self, receiver: RewardReceiver) -> BlockProposer:
        """One that pays somebody else."""
        return BlockProposer(self._chain, receiver, self._clock)

    def propose(self, timestamp: int) -> Block:
        """A block of a slot that begins at ``timestamp`` (ms), not signed yet.

        Transactions that cannot be in it are dropped from the pool. Raises what the receiver raises.
        """
        parent = self._chain.best_header
        height = parent.height + 1
        rewards = self._chain.checkpoint_before(parent.hash).rewards or {}
        is_first = height % self._chain.params.casper.blocks_per_epoch == 1
        coinbase = coinbase_transaction(
            self._receiver.control_program(), self._receiver.arbitrary(), height, rewards if is_first else {}
        )
        return unsigned_block(parent, timestamp, (coinbase, *self._select(height)))

    def _select(self, height: int) -> list[Transaction]:
        """The pool's transactions in order of arrival, as long as there is gas, room and time.

        They are judged as every other node will find them in the block: as they are written there, for version 1
        (the reference takes them as they came, for version 0). What may get another verdict there is dropped.
        """
        context = BlockContext(BLOCK_VERSION, height)
        chosen: list[Transaction] = []
        view: dict[bytes, UtxoEntry] = {}
        gas_used = 0
        end = self._clock.monotonic() + self._chain.params.casper.block_interval / 1000 / PARTS_OF_SLOT
        for entry in self._chain.pool.entries():
            if len(chosen) == MAX_TRANSACTIONS or self._clock.monotonic() >= end:
                break
            tx = entry.transaction.as_written()
            verdict = self._chain.verifier.verify(tx, context, self._chain.contract)  # mostly known
            reason = str(verdict.error) if verdict.error is not None else _doubt(verdict)
            if reason is None and gas_used + verdict.gas.gas_used > MAX_BLOCK_GAS:
                break
            try:
                changes = self._changes(view, tx, height) if reason is None else {}
            except BytomError as error:
                reason = str(error)
            if reason is not None:
                self._drop(tx, reason)
                continue
            view.update(changes)
            chosen.append(tx)
            gas_used += verdict.gas.gas_used
        return chosen

    def _changes(self, view: dict[bytes, UtxoEntry], tx: Transaction, height: int) -> dict[bytes, UtxoEntry]:
        """The entries a transaction changes. Raises ValidationError when it spends what cannot be spent.

        They are collected apart: the reference leaves those of a refused transaction spent for all later ones.
        """
        changes: dict[bytes, UtxoEntry] = {}
        for output_id in tx.spent_output_ids:
            known = view.get(output_id) or self._chain.unspent(output_id)
            if known is not None:
                changes[output_id] = known
        apply_transaction(changes, tx, height, self._chain.params.casper, is_coinbase=False)
        return changes

    def _drop(self, tx: Transaction, reason: str) -> None:
        logger.warning("transaction dropped, it cannot be in a block", extra={"tx_id": tx.id.hex(), "err": reason})
        self._chain.pool.remove(tx.id)


def unsigned_block(parent: BlockHeader, timestamp: int, transactions: Sequence[Transaction]) -> Block:
    """A block with these transactions on top of another one; ``timestamp`` in milliseconds."""
    header = BlockHeader(
        version=BLOCK_VERSION,
        height=parent.height + 1,
        previous_block_hash=parent.hash,
        timestamp=timestamp,
        transactions_merkle_root=transaction_root([tx.id for tx in transactions]),
    )
    return Block(header, transactions)


def _doubt(verdict: TransactionVerdict) -> str | None:
    """Why other nodes may come to another verdict on a transaction in a block, or None: they will not."""
    if verdict.outgrows_its_bytes:
        return "a program appends beyond the transaction, where others lie in a block"
    if verdict.writes_over_true:
        return "a program writes over the boolean true, which all transactions share in nodes of the reference"
    return None
