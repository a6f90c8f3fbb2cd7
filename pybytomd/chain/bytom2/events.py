"""What the chain of Bytom 2 tells the rest of the node, besides the events that both chains have."""

from __future__ import annotations

from dataclasses import dataclass

from pybytomd.chain.mempool.pool_entry import Waiting
from pybytomd.consensus.bytom2.casper.verification import Verification
from pybytomd.ledger.bytom2.block import Block, BlockHeader
from pybytomd.ledger.bytom2.transaction import Transaction

PoolEntry = Waiting[Transaction]


@dataclass(frozen=True, slots=True)
class BlockConnected:
    """A block has joined the main chain."""

    block: Block


@dataclass(frozen=True, slots=True)
class BlockDisconnected:
    """A block has left the main chain; its parent is the last one now."""

    block: Block


@dataclass(frozen=True, slots=True)
class BestBlockChanged:
    """The main chain ends with another block, which may be lower; everything about it is settled."""

    header: BlockHeader


@dataclass(frozen=True, slots=True)
class BlockProposed:
    """A block was made here: the peers are to hear of it."""

    block: Block


@dataclass(frozen=True, slots=True)
class TransactionAdded:
    """A transaction waits for a block. Orphans are not told of before what they spend is known."""

    entry: PoolEntry


@dataclass(frozen=True, slots=True)
class TransactionRemoved:
    """A transaction waits no longer: it is in a block, or cannot be in any."""

    entry: PoolEntry


@dataclass(frozen=True, slots=True)
class VerificationAccepted:
    """A signature of a validator counts, one of our own or another's: the peers are to hear of it."""

    verification: Verification


@dataclass(frozen=True, slots=True)
class CheckpointFinalized:
    """No block up to this one can leave the main chain any more."""

    height: int
    block_hash: bytes
