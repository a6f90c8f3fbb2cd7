"""Decoded blocks are kept by what they take, not by their number alone."""

from __future__ import annotations

from pybytomd.ledger.block import Block
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.ledger.inputs import CoinbaseInput, TxOutput
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.ledger.status import TransactionStatus
from pybytomd.ledger.transaction import Transaction
from pybytomd.store.block_store import CACHED_BLOCKS, CACHED_BYTES, BlockStore
from pybytomd.store.kv.memory_db import MemoryStore

STATUS = TransactionStatus.of([False])


def block(number: int, size: int = 0) -> Block:
    """A block of some bytes more than ``size``."""
    coinbase = Transaction(1, 0, (CoinbaseInput(bytes(size)),), (TxOutput(BTM_ASSET_ID, 1, b"\x51"),))
    return Block(SOLONET.genesis.header.replace(nonce=number), (coinbase,))


def kept(blocks: list[Block]) -> int:
    """How many of these blocks are the same objects when asked for again, the newest first."""
    store = BlockStore(MemoryStore())
    for one in blocks:
        store.save_block(one, STATUS)
    return sum(store.block(one.hash) is one for one in reversed(blocks))


def test_as_many_small_blocks_as_allowed() -> None:
    assert kept([block(number) for number in range(CACHED_BLOCKS + 6)]) == CACHED_BLOCKS


def test_fewer_large_ones() -> None:
    assert kept([block(number, CACHED_BYTES // 4) for number in range(8)]) == 3


def test_none_that_is_larger_than_all_that_is_kept() -> None:
    small, large = block(1), block(2, CACHED_BYTES)
    store = BlockStore(MemoryStore())
    for one in (small, large):
        store.save_block(one, STATUS)
    assert store.block(small.hash) is small
    again, once_more = store.block(large.hash), store.block(large.hash)
    assert again == once_more == large
    assert again is not once_more
