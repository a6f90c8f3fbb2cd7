"""What the wallet asks of the chain."""

from __future__ import annotations

from typing import Protocol

from pybytomd.chain.pool import TxPool
from pybytomd.events import EventDispatcher
from pybytomd.ledger.block import Block
from pybytomd.ledger.params import NetParams
from pybytomd.ledger.status import TransactionStatus
from pybytomd.ledger.utxo import UtxoEntry


class WalletChain(Protocol):
    """The chain as the wallet sees it: ``Chain``."""

    @property
    def params(self) -> NetParams:
        """The network."""
        ...

    @property
    def pool(self) -> TxPool:
        """The transactions that wait for a block."""
        ...

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

    def unspent(self, output_id: bytes) -> UtxoEntry | None:
        """What the main chain knows of an output."""
        ...
