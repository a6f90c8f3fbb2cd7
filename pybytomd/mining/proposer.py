"""The block template: which transactions come in, what the header says, who is paid.

Source: chain-and-storage reference, section 10.1; ``mining/mining.go``.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pybytomd.clock import Clock
from pybytomd.consensus.header import BLOCK_VERSION
from pybytomd.consensus.transaction import TransactionVerdict
from pybytomd.consensus.transactions.block_context import BlockContext
from pybytomd.consensus.utxo import apply_transaction, spent_outputs
from pybytomd.errors import BytomError
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.constants import MAX_BLOCK_GAS
from pybytomd.ledger.merkle import status_root, transaction_root
from pybytomd.ledger.transaction import Transaction
from pybytomd.ledger.utxo import UtxoEntry
from pybytomd.mining.coinbase import RewardReceiver, coinbase_transaction, is_paid_as_set
from pybytomd.mining.search import Work
from pybytomd.vm.programs.builders import default_coinbase_program

if TYPE_CHECKING:
    from pybytomd.chain.chain import Chain

logger = logging.getLogger(__name__)

ATTEMPTS = 3
"""How often to begin anew when the best block changes meanwhile. After the last one the template is merely old."""


@dataclass(slots=True)
class Selection:
    """Transactions that can be in the next block together, in order."""

    transactions: list[Transaction] = field(default_factory=list)
    fails: list[bool] = field(default_factory=list)
    fees: int = 0
    """In neu."""
    refused: list[tuple[Transaction, str]] = field(default_factory=list)
    """What can be in no block on top of this one, and why."""


class BlockProposer:
    """Makes block templates on top of the best block. Safe to use from several threads."""

    def __init__(self, chain: Chain, receiver: RewardReceiver, clock: Clock) -> None:
        self._chain = chain
        self._receiver = receiver
        self._clock = clock

    def paying(self, receiver: RewardReceiver) -> BlockProposer:
        """One that makes the same templates, but has somebody else paid."""
        return BlockProposer(self._chain, receiver, self._clock)

    def reward_is_free(self) -> bool:
        """Whether anyone could spend the reward. Raises NoMiningProgram when there is nobody to pay at all."""
        return self._receiver.control_program() == default_coinbase_program()

    def propose(self) -> Block:
        """A block on top of the best one that lacks nothing but its nonce.

        Transactions that cannot be in it are dropped from the pool. Raises what the receiver raises.
        """
        for _ in range(ATTEMPTS):
            parent = self._chain.best_header
            selection = self._select(parent.height + 1)
            if self._chain.best_hash == parent.hash:
                self._drop(selection)
                break
        coinbase = coinbase_transaction(self._receiver, parent.height + 1, selection.fees)
        transactions = (coinbase, *selection.transactions)
        header = BlockHeader(
            version=BLOCK_VERSION,
            height=parent.height + 1,
            previous_block_hash=parent.hash,
            timestamp=self.timestamp_on(parent.hash, self._clock.now()),
            transactions_merkle_root=transaction_root([tx.id for tx in transactions]),
            transaction_status_hash=status_root([False, *selection.fails]),
            nonce=0,
            bits=self._chain.next_bits(parent.hash),
        )
        return Block(header, transactions)

    def pays_as_set(self, block: Block) -> bool:
        """Whether a template made here pays the address that is set now, with the free data that is set now."""
        try:
            return is_paid_as_set(block.transactions[0], self._receiver, block.height)
        except BytomError:
            return False  # to make another one will tell why

    def timestamp_on(self, parent_hash: bytes, now: float) -> int:
        """The time of a block on top of another: ``now``, but after the median of its ancestors (Unix seconds).

        The reference takes the clock as it is, and with a slow one refuses the blocks it has mined itself.
        """
        return max(int(now), self._chain.median_time(parent_hash) + 1)

    def work_for(self, header: BlockHeader) -> Work:
        """The work of finding a nonce for a header."""
        return Work(header, self._chain.next_seed(header.previous_block_hash))

    def _select(self, height: int) -> Selection:
        """The pool's transactions in order of arrival, as long as there is gas.

        They are judged as every other node will find them in the block: as they are written there, for version 1
        (the reference takes them as they came, for version 0). What may get another verdict there is refused.
        """
        context = BlockContext(BLOCK_VERSION, height)
        selection = Selection()
        view: dict[bytes, UtxoEntry] = {}
        gas_used = 0
        for entry in self._chain.pool.entries():
            tx = entry.transaction.as_written()
            verdict = self._chain.verifier.verify(tx, context)  # mostly known from when it came
            reason = str(verdict.error) if not verdict.gas.gas_valid else _doubt(verdict)
            if reason is not None:
                selection.refused.append((tx, reason))
                continue
            if gas_used + verdict.gas.gas_used > MAX_BLOCK_GAS:
                break
            try:
                view.update(self._apply(view, tx, height, verdict.failed))
            except BytomError as error:
                selection.refused.append((tx, str(error)))
                continue
            selection.transactions.append(tx)
            selection.fails.append(verdict.failed)
            selection.fees += verdict.gas.btm_value
            gas_used += verdict.gas.gas_used
        return selection

    def _apply(
        self, view: dict[bytes, UtxoEntry], tx: Transaction, height: int, failed: bool
    ) -> dict[bytes, UtxoEntry]:
        """The entries a transaction changes. Raises ValidationError when it spends what cannot be spent.

        They are collected apart: the reference leaves those of a refused transaction spent for all later ones.
        """
        changes: dict[bytes, UtxoEntry] = {}
        for output_id in spent_outputs(tx, failed):
            known = view.get(output_id) or self._chain.unspent(output_id)
            if known is not None:
                changes[output_id] = known
        apply_transaction(changes, tx, height=height, is_coinbase=False, failed=failed)
        return changes

    def _drop(self, selection: Selection) -> None:
        for tx, reason in selection.refused:
            logger.warning(
                "transaction dropped, it cannot be in a block", extra={"tx_id": tx.id.hex(), "err": reason}
            )
            self._chain.pool.remove(tx.id)


def _doubt(verdict: TransactionVerdict) -> str | None:
    """Why other nodes may come to another verdict on a transaction in a block, or None: they will not.

    Or take the block and spoil it: the reference runs programs on the bytes that it stores and sends on, so that
    what it sends of such a block is another one, for which its peers ban it (seen with 1.1.1).
    """
    if verdict.outgrows_its_bytes:
        return "a program appends beyond the transaction, where others lie in a block"
    if verdict.writes_over_true:
        return "a program writes over the boolean true, which all transactions share in nodes of the reference"
    if verdict.writes_over_itself:
        return "a program writes over the transaction, and nodes of the reference keep and send on what is left"
    return None
