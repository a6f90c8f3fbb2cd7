"""What synchronising needs of the chain; ``pybytomd.chain.chain.Chain`` provides it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Protocol

from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.params import NetParams
from pybytomd.ledger.status import TransactionStatus
from pybytomd.ledger.transaction import Transaction


class PooledTransaction(Protocol):
    """A transaction in the pool."""

    @property
    def transaction(self) -> Transaction:
        """The transaction."""
        ...


class Pool(Protocol):
    """The transactions that wait for a block."""

    def __contains__(self, tx_id: object, /) -> bool: ...

    def __len__(self) -> int: ...

    def get(self, tx_id: bytes) -> PooledTransaction | None:
        """One of them, None if it is not there."""
        ...

    def entries(self) -> Sequence[PooledTransaction]:
        """All of them, in order of arrival."""
        ...


class ChainView(Protocol):
    """The questions. None of them waits for a block under way. Those for one block raise ChainError."""

    @property
    def params(self) -> NetParams:
        """The network."""
        ...

    @property
    def best_header(self) -> BlockHeader:
        """The best block."""
        ...

    @property
    def best_height(self) -> int:
        """Its height."""
        ...

    @property
    def best_hash(self) -> bytes:
        """Its hash."""
        ...

    def hash_at(self, height: int) -> bytes | None:
        """A block of the main chain."""
        ...

    def is_in_main_chain(self, block_hash: bytes) -> bool:
        """Whether a block is on the main chain."""
        ...

    def has_block(self, block_hash: bytes) -> bool:
        """Whether a block is known, on any branch or as an orphan."""
        ...

    def is_orphan(self, block_hash: bytes) -> bool:
        """Whether a block waits for its parent."""
        ...

    def header_at(self, height: int) -> BlockHeader:
        """A header of the main chain."""
        ...

    def header(self, block_hash: bytes) -> BlockHeader:
        """A header of any branch."""
        ...

    def next_bits(self, parent_hash: bytes) -> int:
        """The target of the children of a block."""
        ...

    def next_seed(self, parent_hash: bytes) -> bytes:
        """The seed of the children of a block."""
        ...

    def work(self, block_hash: bytes) -> int:
        """The sum of the work up to a block."""
        ...


class BlockTexts(Protocol):
    """Blocks as they are stored."""

    def block_hex(self, block_hash: bytes) -> bytes | None:
        """The hex text of a block of any branch, None if there is none."""
        ...


class SyncChain(ChainView, Protocol):
    """Questions and changes."""

    @property
    def pool(self) -> Pool:
        """The transactions that wait for a block."""
        ...

    @property
    def store(self) -> BlockTexts:
        """The database of blocks."""
        ...

    def block_at(self, height: int) -> Block:
        """A block of the main chain."""
        ...

    def block(self, block_hash: bytes) -> Block:
        """A block of any branch."""
        ...

    def transaction_status(self, block_hash: bytes) -> TransactionStatus:
        """Which transactions of a block failed."""
        ...

    async def add_block(self, block: Block, proof: Future[bool] | bool | None = None) -> bool:
        """Check a block and add it; True for an orphan. Raises BytomError."""
        ...

    async def add_transaction(self, transaction: Transaction) -> bool:
        """Check a transaction and add it to the pool; True for an orphan. Raises BytomError."""
        ...
