"""What a chain of either kind tells the rest of the node, through ``pybytomd.events.EventDispatcher``.

They are posted by whoever changes the chain, in the order in which things happened: for a reorganisation the
blocks that left, newest first, those that came, oldest first, what became of the pool, then the new best block.
Whoever listens to chains of both kinds knows of their blocks what ``AnyBlock`` says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from pybytomd.chain.mempool.pool_entry import Tx, Waiting
from pybytomd.ledger.block import Block


class AnyHeader(Protocol):
    """What a follower has to know of a header of either chain."""

    @property
    def height(self) -> int:
        """How many blocks are below it."""

    @property
    def hash(self) -> bytes:
        """That of its block."""

    @property
    def previous_block_hash(self) -> bytes:
        """The hash of its parent."""

    @property
    def timestamp(self) -> int:
        """In Unix seconds, on Bytom 2 in milliseconds."""


class AnyBlock(Protocol):
    """What a follower has to know of a block of either chain."""

    @property
    def header(self) -> AnyHeader:
        """Its header."""

    @property
    def transactions(self) -> Sequence[Any]:
        """Its transactions, which are of the one ledger or the other."""

    @property
    def hash(self) -> bytes:
        """That of its header."""

    @property
    def height(self) -> int:
        """How many blocks are below it."""

    def to_bytes(self) -> bytes:
        """The serialization."""

    def to_hex(self) -> str:
        """The serialization in hex."""


class AnyJudgedBlock(Protocol):
    """A block that was judged, of either chain."""

    @property
    def block(self) -> AnyBlock:
        """The block."""

    @property
    def fails(self) -> Sequence[bool]:
        """Which of its transactions failed: only on 1.x there are any."""


J = TypeVar("J")
B = TypeVar("B")
H = TypeVar("H")


@dataclass(frozen=True, slots=True)
class BlockConnected(Generic[J]):
    """A block has joined the main chain."""

    judged: J


@dataclass(frozen=True, slots=True)
class BlockDisconnected(Generic[B]):
    """A block has left the main chain; its parent is the last one now."""

    block: B


@dataclass(frozen=True, slots=True)
class BestBlockChanged(Generic[H]):
    """The main chain ends with another block, on Bytom 2 maybe a lower one; everything about it is settled."""

    header: H


@dataclass(frozen=True, slots=True)
class BlockMined:
    """A block of 1.x was found here, or handed in over the API: the peers are to hear of it."""

    block: Block


@dataclass(frozen=True, slots=True)
class TransactionAdded(Generic[Tx]):
    """A transaction waits for a block. Orphans are not told of before what they spend is known."""

    entry: Waiting[Tx]


@dataclass(frozen=True, slots=True)
class TransactionRemoved(Generic[Tx]):
    """A transaction waits no longer: it is in a block, or cannot be in any."""

    entry: Waiting[Tx]
