"""Every key of every database, in one place. Source: chain-and-storage reference, section 8.2."""

from __future__ import annotations

# core.db

CHAIN_STATE = b"blockStore"
"""The best block, as JSON."""
BLOCK_PREFIX = b"B:"
HEADER_PREFIX = b"BH:"
STATUS_PREFIX = b"BTS:"
UTXO_PREFIX = b"UT:"

HASH_SIZE = 32
HEIGHT_SIZE = 8
HEADER_KEY_SIZE = len(HEADER_PREFIX) + HEIGHT_SIZE + HASH_SIZE


def block_key(block_hash: bytes) -> bytes:
    """Of a block, stored as hex text."""
    return BLOCK_PREFIX + block_hash


def header_key(height: int, block_hash: bytes) -> bytes:
    """Of a header, stored as hex text. Keys sort by height."""
    return HEADER_PREFIX + height.to_bytes(HEIGHT_SIZE, "big") + block_hash


def parse_header_key(key: bytes) -> tuple[int, bytes]:
    """Height and block hash of a header's key. Raises ValueError."""
    if len(key) != HEADER_KEY_SIZE:
        raise ValueError(f"a header's key has {HEADER_KEY_SIZE} bytes, not {len(key)}")
    start = len(HEADER_PREFIX)
    return int.from_bytes(key[start : start + HEIGHT_SIZE], "big"), key[start + HEIGHT_SIZE :]


def status_key(block_hash: bytes) -> bytes:
    """Of the status of a block's transactions, stored as protobuf."""
    return STATUS_PREFIX + block_hash


def utxo_key(output_id: bytes) -> bytes:
    """Of an unspent output, or a spent one of a coinbase. Quirk: the id is in hex here."""
    return UTXO_PREFIX + output_id.hex().encode()
