"""What the chain tells the rest of the node, through ``pybytomd.events.EventDispatcher``.

They are posted by whoever changes the chain, in the order in which things happened: for a reorganisation the
blocks that left, newest first, those that came, oldest first, what became of the pool, then the new best block.
"""

from __future__ import annotations

from dataclasses import dataclass

from pybytomd.chain.judged_block import JudgedBlock
from pybytomd.chain.mempool.pool_entry import PoolEntry
from pybytomd.ledger.block import Block, BlockHeader


@dataclass(frozen=True, slots=True)
class BlockConnected:
    """A block has joined the main chain."""

    judged: JudgedBlock


@dataclass(frozen=True, slots=True)
class BlockDisconnected:
    """A block has left the main chain; its parent is the last one now."""

    block: Block


@dataclass(frozen=True, slots=True)
class BestBlockChanged:
    """The main chain ends with another block; everything about it is settled."""

    header: BlockHeader


@dataclass(frozen=True, slots=True)
class BlockMined:
    """A block was found here, or handed in over the API: the peers are to hear of it."""

    block: Block


@dataclass(frozen=True, slots=True)
class TransactionAdded:
    """A transaction waits for a block. Orphans are not told of before what they spend is known."""

    entry: PoolEntry


@dataclass(frozen=True, slots=True)
class TransactionRemoved:
    """A transaction waits no longer: it is in a block, or cannot be in any."""

    entry: PoolEntry
