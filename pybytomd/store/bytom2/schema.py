"""Every key of Bytom 2's core.db.

Source: bytom2-ledger-and-consensus reference, section 4.1; ``database/store_geter.go``.
"""

from __future__ import annotations

CHAIN_STATE = b"blockStore"
"""The best block and the last finalized one, as JSON."""

HASHES_PREFIX = b"\x02:"
HEADER_PREFIX = b"\x03:"
TRANSACTIONS_PREFIX = b"\x04:"
MAIN_CHAIN_PREFIX = b"\x05:"
CHECKPOINT_PREFIX = b"\x06:"
UTXO_PREFIX = b"\x07:"
CONTRACT_PREFIX = b"\x08:"

HEIGHT_SIZE = 8
HASH_SIZE = 32


def hashes_key(height: int) -> bytes:
    """Of the hashes of all stored blocks of a height in order of arrival, a JSON list."""
    return HASHES_PREFIX + height.to_bytes(HEIGHT_SIZE, "big")


def header_key(block_hash: bytes) -> bytes:
    """Of a header, stored as hex text."""
    return HEADER_PREFIX + block_hash


def transactions_key(block_hash: bytes) -> bytes:
    """Of the transactions of a block, stored as hex text."""
    return TRANSACTIONS_PREFIX + block_hash


def main_chain_key(height: int) -> bytes:
    """Of the hash of the main chain's block, stored as hex text. Stale ones may stand above the best block."""
    return MAIN_CHAIN_PREFIX + height.to_bytes(HEIGHT_SIZE, "big")


def checkpoints_at(height: int) -> bytes:
    """What the keys of all checkpoints of a height begin with."""
    return CHECKPOINT_PREFIX + height.to_bytes(HEIGHT_SIZE, "big")


def checkpoint_key(height: int, block_hash: bytes) -> bytes:
    """Of a checkpoint that has ended, stored as JSON."""
    return checkpoints_at(height) + block_hash


def parse_checkpoint_key(key: bytes) -> tuple[int, bytes]:
    """Height and block hash of a checkpoint's key. Raises ValueError."""
    start = len(CHECKPOINT_PREFIX)
    size = start + HEIGHT_SIZE + HASH_SIZE
    if len(key) != size:
        raise ValueError(f"a checkpoint's key has {size} bytes, not {len(key)}")
    return int.from_bytes(key[start : start + HEIGHT_SIZE], "big"), key[start + HEIGHT_SIZE :]


def utxo_key(output_id: bytes) -> bytes:
    """Of an unspent output, or a spent one of a coinbase, stored as protobuf."""
    return UTXO_PREFIX + output_id


def contract_key(contract_hash: bytes) -> bytes:
    """Of a registered contract: the id of the transaction that registered it, and the contract."""
    return CONTRACT_PREFIX + contract_hash
