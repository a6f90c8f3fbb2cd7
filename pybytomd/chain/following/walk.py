"""From a block of any branch to the best one, a block at a time: back to the main chain, then along it.

Whoever follows the chain keeps a ``Position``, the last block that counts for it, and asks for the next step. A
reorganisation is nothing but steps back, newest block first, and steps forth.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, NamedTuple, Self

from pybytomd.chain.errors import BlockNotFound
from pybytomd.chain.events import AnyHeader
from pybytomd.chain.ports import FollowedChain, Judged
from pybytomd.ledger.constants import ZERO_HASH

Read = Callable[[bytes], Judged]
"""Gives a block of any branch by its hash: ``BlockFeed.take``, or ``read_judged`` of a chain."""


class Position(NamedTuple):
    """A block that a follower has come to."""

    height: int
    hash: bytes

    @classmethod
    def at(cls, header: AnyHeader) -> Self:
        """That of a block."""
        return cls(header.height, header.hash)

    @classmethod
    def before(cls, header: AnyHeader) -> Self:
        """That of a block's parent; of the genesis block ``BEGINNING``."""
        return cls(header.height - 1, header.previous_block_hash)


BEGINNING = Position(-1, ZERO_HASH)
"""Before the genesis block, which names zeros as its parent."""


class Step(NamedTuple, Generic[Judged]):
    """A block that joined the main chain, or left it."""

    judged: Judged
    is_connected: bool

    @property
    def position(self) -> Position:
        """Where the follower is after it."""
        header = self.judged.block.header
        return Position.at(header) if self.is_connected else Position.before(header)


def is_on_main_chain(chain: FollowedChain[Any], position: Position) -> bool:
    """Whether nothing has to be taken back."""
    return position == BEGINNING or chain.is_in_main_chain(position.hash)


def next_step(
    chain: FollowedChain[Judged], position: Position, read: Read[Judged], until: int | None = None
) -> Step[Judged] | None:
    """The next block to take back or to add; None at the best block, or at the height ``until``.

    Raises ChainError for a position that is unknown to the chain, and StoreError.
    """
    while True:
        if not is_on_main_chain(chain, position):
            return Step(read(position.hash), is_connected=False)
        height = position.height + 1
        next_hash = chain.hash_at(height) if until is None or height <= until else None
        if next_hash is None:
            return None
        judged = read(next_hash)
        if judged.block.header.previous_block_hash == position.hash:
            return Step(judged, is_connected=True)
        # else the main chain has changed since the first question


def fork_below(chain: FollowedChain[Any], position: Position) -> Position:
    """The last block below a position that is on the main chain. Raises ChainError and StoreError."""
    while not is_on_main_chain(chain, position):
        position = Position.before(chain.judged(position.hash).block.header)
    return position


def position_of(chain: FollowedChain[Any], height: int, block_hash: bytes) -> Position:
    """The position of a block that is stored, of any branch. Raises BlockNotFound and StoreError.

    The chain itself does not know it any more if it was above the best block at a start: after a rollback, or
    where a machine lost what was written last.
    """
    position = Position(height, block_hash)
    if position != BEGINNING and chain.judged(block_hash).block.header.height != height:
        raise BlockNotFound.of(block_hash)
    return position
