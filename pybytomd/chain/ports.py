"""What others may ask of a chain, and the changes they may make: one surface for whatever engine keeps the chain.

``FollowedChain`` is what a follower asks of a chain of either kind, ``ServedChain`` what events, index and API ask
besides. ``ChainReader`` is for those who only look at one of 1.x, as where headers are downloaded.
``ChainWriter`` adds blocks and transactions. ``Chain`` provides all; that of Bytom 2 provides the first two.
"""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any, Protocol, TypeVar

from pybytomd.chain.events import AnyHeader, AnyJudgedBlock
from pybytomd.chain.judged_block import JudgedBlock
from pybytomd.chain.mempool.mempool import Mempool
from pybytomd.chain.pool import TxPool
from pybytomd.chain.trial import TransactionTrial
from pybytomd.events import EventDispatcher
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.networks.params import NetParams
from pybytomd.ledger.status import TransactionStatus
from pybytomd.ledger.transaction import Transaction
from pybytomd.ledger.utxo import UtxoEntry

Proof = Future[bool] | bool | None
"""The answer to whether a block meets its target: known, being worked out elsewhere, or for the chain to find."""


Judged = TypeVar("Judged", bound=AnyJudgedBlock)
Judged_co = TypeVar("Judged_co", bound=AnyJudgedBlock, covariant=True)


class FollowedChain(Protocol[Judged_co]):
    """What a follower asks, from any thread, and never waits for a block under way.

    What is asked of one block raises ChainError.
    """

    @property
    def events(self) -> EventDispatcher:
        """Where it is told what happens."""

    @property
    def best_height(self) -> int:
        """The height of the best block."""

    @property
    def best_hash(self) -> bytes:
        """The hash of the best block."""

    def hash_at(self, height: int) -> bytes | None:
        """The hash of a block of the main chain, None above its end."""

    def is_in_main_chain(self, block_hash: bytes) -> bool:
        """Whether a block is on the main chain."""

    def has_block(self, block_hash: bytes) -> bool:
        """Whether a block is known, on any branch or as an orphan."""

    def is_orphan(self, block_hash: bytes) -> bool:
        """Whether a block waits for its parent."""

    def header(self, block_hash: bytes) -> AnyHeader:
        """A header of any branch."""

    def block_hex(self, block_hash: bytes) -> bytes | None:
        """The hex text of a block that is stored, of any branch, None if there is none."""

    def judged(self, block_hash: bytes) -> Judged_co:
        """A block of any branch, with what was found of it."""


class AnyParams(Protocol):
    """What is asked of a network of either kind."""

    @property
    def chain_id(self) -> str:
        """Its name between peers."""

    @property
    def address_prefix(self) -> str:
        """What its addresses begin with."""

    @property
    def is_private(self) -> bool:
        """Whether one runs it alone."""


class ServedChain(FollowedChain[AnyJudgedBlock], Protocol):
    """What is asked of a chain of either kind by who tells others of it. As for ``FollowedChain``."""

    @property
    def params(self) -> AnyParams:
        """The network."""

    @property
    def pool(self) -> Mempool[Any, Any]:
        """The transactions that wait for a block."""

    @property
    def best_header(self) -> AnyHeader:
        """The header of the best block."""


class ChainReader(FollowedChain[JudgedBlock], Protocol):
    """The questions to a chain of 1.x, as those above."""

    @property
    def params(self) -> NetParams:
        """The network."""

    @property
    def pool(self) -> TxPool:
        """The transactions that wait for a block."""

    @property
    def best_header(self) -> BlockHeader:
        """The header of the best block."""

    def header_at(self, height: int) -> BlockHeader:
        """A header of the main chain."""

    def header(self, block_hash: bytes) -> BlockHeader:
        """A header of any branch."""

    def block_at(self, height: int) -> Block:
        """A block of the main chain."""

    def block(self, block_hash: bytes) -> Block:
        """A block of any branch."""

    def transaction_status(self, block_hash: bytes) -> TransactionStatus:
        """Which transactions of a block failed."""

    def unspent(self, output_id: bytes) -> UtxoEntry | None:
        """What the main chain knows of an output."""

    def next_bits(self, parent_hash: bytes) -> int:
        """The target of the children of a block, in compact form."""

    def next_seed(self, parent_hash: bytes) -> bytes:
        """The Tensority seed of the children of a block."""

    def work(self, block_hash: bytes) -> int:
        """The sum of the work up to a block."""


class ChainWriter(ChainReader, Protocol):
    """Questions and changes."""

    def process_block(self, block: Block, proof: Proof = None) -> bool:
        """Check a block and add it, on this thread; True for an orphan. Raises BytomError."""

    def try_transaction(self, tx: Transaction) -> TransactionTrial:
        """What would become of a transaction that is handed in; it is not."""

    async def add_block(self, block: Block, proof: Proof = None) -> bool:
        """As ``process_block``, on the chain's own thread."""

    async def add_transaction(self, tx: Transaction) -> bool:
        """Check a transaction and add it to the pool; True for an orphan. Raises BytomError."""
