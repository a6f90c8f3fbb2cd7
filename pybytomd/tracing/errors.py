"""What the trace service refuses, and what its callers are told."""

from __future__ import annotations

from pybytomd.errors import ChainError


class TraceError(ChainError):
    """Base of what the trace service refuses."""


class BlockTooOld(TraceError):
    """The block is too far below the best one, or above it."""

    message = "given tx exceed the max num of blocks ahead"


class TransactionNotInBlock(TraceError):
    """The block does not hold the transaction."""

    message = "given tx hash and block hash is mismatch"


class NoContractInTransaction(TraceError):
    """The transaction neither spends nor makes an output of a contract."""

    message = "input of tx not include utxo contract"


class TooManyLagging(TraceError):
    """Too many instances are being followed up: try again later."""

    message = "instance queue is overflow"


class InstanceNotFound(TraceError):
    """There is no instance with this id. The reference says it came to the end of a text."""

    message = "contract instance not found"
