"""What the trace service asks of the chain."""

from __future__ import annotations

from typing import Protocol

from pybytomd.events import EventDispatcher
from pybytomd.ledger.block import Block
from pybytomd.ledger.status import TransactionStatus


class TracedChain(Protocol):
    """The chain, as far as it matters here: ``Chain``."""

    @property
    def events(self) -> EventDispatcher:
        """Where it is told what happens."""
        ...

    @property
    def best_height(self) -> int:
        """The height of the best block."""
        ...

    @property
    def best_hash(self) -> bytes:
        """The hash of the best block."""
        ...

    def hash_at(self, height: int) -> bytes | None:
        """The hash of a block of the main chain, None above its end."""
        ...

    def is_in_main_chain(self, block_hash: bytes) -> bool:
        """Whether a block is on the main chain."""
        ...

    def has_block(self, block_hash: bytes) -> bool:
        """Whether a block is known."""
        ...

    def block(self, block_hash: bytes) -> Block:
        """A stored block. Raises ChainError."""
        ...

    def transaction_status(self, block_hash: bytes) -> TransactionStatus:
        """Which transactions of a block failed. Raises ChainError."""
        ...
