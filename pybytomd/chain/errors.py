"""What the chain and its transaction pool cannot do. The texts are the reference's: clients match on them.

Source: chain-and-storage reference, sections 7.2 and 9.
"""

from __future__ import annotations

from typing import Self

from pybytomd.errors import ChainError, ValidationError


class ChainClosed(ChainError):
    """The node is being stopped: nothing changes any more."""

    message = "the chain is closed"


class BlockNotFound(ChainError):
    """No block has this hash; the text ends with the hash (``database/leveldb/store.go``)."""

    message = "There are no block with given hash"

    @classmethod
    def of(cls, block_hash: bytes) -> Self:
        """The error for a hash."""
        return cls(f"{cls.message} {block_hash.hex()}")


class BlockHeightNotFound(ChainError):
    """The main chain is not so high."""

    message = "can't find block in given height"


class HeaderNotFound(ChainError):
    """No header has this hash."""

    message = "can't find block header in given hash"


class HeaderHeightNotFound(ChainError):
    """The main chain is not so high."""

    message = "can't find block header in given height"


class ParentNotFound(ChainError):
    """Asked for what follows from a block that is not known."""

    message = "can't find preblock in the blockindex"


class StatusNotFound(ChainError):
    """The block whose transaction status is asked for is not stored."""

    message = "can't find the transaction status by given hash"


class TransactionNotInPool(ChainError):
    """No transaction with this id waits for a block."""

    message = "transaction are not existed in the mempool"
    name = "ErrTransactionNotExist"


class PoolFull(ChainError):
    """As many transactions wait as may wait."""

    message = "transaction pool reach the max number"
    name = "ErrPoolIsFull"


class DustTransaction(ValidationError):
    """Without any BTM input, or with an output of nothing. Blocks may hold such transactions, the pool may not."""

    message = "transaction is dust tx"
    name = "ErrDustTx"


class BlackListedOutput(ValidationError):
    """Spends one of some outputs that bytomd 2.0.7 lets into no pool. Blocks may hold such transactions."""

    message = "black utxo"


class BadTransaction(ValidationError):
    """Not valid for reasons that are not known (``protocol/tx.go``)."""

    message = "invalid transaction"
    name = "ErrBadTx"
