"""What the chain of Bytom 2 tells the rest of the node, besides the events that both chains have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pybytomd.chain.events import BestBlockChanged as BestBlockChanged
from pybytomd.chain.events import BlockConnected as BlockConnected
from pybytomd.chain.events import BlockDisconnected as BlockDisconnected
from pybytomd.chain.events import TransactionAdded as TransactionAdded
from pybytomd.chain.events import TransactionRemoved as TransactionRemoved
from pybytomd.chain.mempool.pool_entry import Waiting
from pybytomd.consensus.bytom2.casper.verification import Verification
from pybytomd.ledger.bytom2.block import Block
from pybytomd.ledger.bytom2.transaction import Transaction

PoolEntry = Waiting[Transaction]


@dataclass(frozen=True, slots=True)
class JudgedBlock:
    """A block that breaks no rule: carried so from the judgement to those who follow, as one of 1.x is."""

    block: Block

    @property
    def fails(self) -> Sequence[bool]:
        """A flag for each transaction, as on 1.x: here none can fail and be in a block."""
        return (False,) * len(self.block.transactions)


@dataclass(frozen=True, slots=True)
class BlockProposed:
    """A block was made here: the peers are to hear of it."""

    block: Block


@dataclass(frozen=True, slots=True)
class VerificationAccepted:
    """A signature of a validator counts, one of our own or another's: the peers are to hear of it."""

    verification: Verification


@dataclass(frozen=True, slots=True)
class CheckpointFinalized:
    """No block up to this one can leave the main chain any more."""

    height: int
    block_hash: bytes
