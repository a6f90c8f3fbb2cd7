"""Blocks, headers, transaction status and unspent outputs in core.db.

Source: chain-and-storage reference, section 8; ``database/store.go``.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping

from cachetools import LRUCache

from pybytomd.errors import DecodeError, StoreError
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.status import TransactionStatus
from pybytomd.ledger.utxo import UtxoEntry
from pybytomd.store import schema
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.records.core_records import ChainState, decode_utxo, encode_utxo
from pybytomd.store.records.header_scan import HeaderBatch, header_batches
from pybytomd.store.remedies import remedy_for

CACHED_BLOCKS = 64
"""Decoded blocks kept; twice the reference's."""
CACHED_BYTES = 1 << 20
"""Of their serializations together. A decoded block of payments takes seven times as much memory, and larger ones
than this are not kept: 64 full ones would take half a gigabyte."""


class BlockStore:
    """core.db. Every method raises StoreError when the database fails or holds something that does not parse."""

    def __init__(self, database: KeyValueStore) -> None:
        self._database = database
        self._blocks: LRUCache[bytes, Block] = LRUCache(CACHED_BYTES, getsizeof=_cache_cost)
        self._lock = threading.Lock()

    def chain_state(self) -> ChainState | None:
        """The best block, None in an empty database."""
        data = self._database.get(schema.CHAIN_STATE)
        if data is None:
            return None
        try:
            return ChainState.from_json(data)
        except DecodeError as error:
            raise _damaged("the best block", error) from error

    def block(self, block_hash: bytes) -> Block | None:
        """A stored block of any branch."""
        with self._lock:
            known = self._blocks.get(block_hash)
            if known is not None:
                return known
        text = self._database.get(schema.block_key(block_hash))
        if text is None:
            return None
        try:
            block = Block.from_hex(text)
        except DecodeError as error:
            raise _damaged(f"block {block_hash.hex()}", error) from error
        self._remember(block_hash, block)
        return block

    def has_block(self, block_hash: bytes) -> bool:
        """Whether a block is stored."""
        return block_hash in self._blocks or self._database.get(schema.block_key(block_hash)) is not None

    def block_hex(self, block_hash: bytes) -> bytes | None:
        """A stored block as the hex text it is kept as, for sending without decoding."""
        return self._database.get(schema.block_key(block_hash))

    def header(self, height: int, block_hash: bytes) -> BlockHeader | None:
        """A stored header of any branch."""
        text = self._database.get(schema.header_key(height, block_hash))
        return None if text is None else _header(text, block_hash)

    def headers(self) -> Iterator[tuple[int, bytes, BlockHeader]]:
        """Height, hash and header of all that are stored, by height, those of one height by hash."""
        for key, text in self._database.iterate(schema.HEADER_PREFIX):
            try:
                height, block_hash = schema.parse_header_key(key)
            except ValueError as error:
                raise _damaged("a header", error) from error
            yield height, block_hash, _header(text, block_hash)

    def header_batches(self) -> Iterator[HeaderBatch]:
        """What the block index needs of all headers, in the order of ``headers``, without decoding the rest."""
        batches = header_batches(self._database.iterate(schema.HEADER_PREFIX))
        try:
            yield from batches
        except (DecodeError, ValueError) as error:
            raise _damaged("a header", error) from error

    def transaction_status(self, block_hash: bytes) -> TransactionStatus | None:
        """Which transactions of a stored block failed."""
        data = self._database.get(schema.status_key(block_hash))
        if data is None:
            return None
        try:
            return TransactionStatus.from_protobuf(data)
        except DecodeError as error:
            raise _damaged(f"the transaction status of block {block_hash.hex()}", error) from error

    def utxo(self, output_id: bytes) -> UtxoEntry | None:
        """What is known of an output; None if it never was, or was spent and not a coinbase's."""
        data = self._database.get(schema.utxo_key(output_id))
        if data is None:
            return None
        try:
            return decode_utxo(data)
        except DecodeError as error:
            raise _damaged(f"output {output_id.hex()}", error) from error

    def load_utxos(self, view: dict[bytes, UtxoEntry], output_ids: Iterable[bytes]) -> None:
        """Add to a view what is known of these outputs, leaving alone those it has."""
        for output_id in output_ids:
            if output_id not in view:
                entry = self.utxo(output_id)
                if entry is not None:
                    view[output_id] = entry

    def utxos(self) -> Iterator[tuple[bytes, UtxoEntry]]:
        """All outputs that are stored, with their ids."""
        for key, data in self._database.iterate(schema.UTXO_PREFIX):
            try:
                yield bytes.fromhex(key[len(schema.UTXO_PREFIX) :].decode("ascii")), decode_utxo(data)
            except (DecodeError, ValueError) as error:
                raise _damaged(f"output {key!r}", error) from error

    def save_block(self, block: Block, status: TransactionStatus) -> None:
        """Store a block of any branch, in one atomic step."""
        block_hash = block.hash
        self._database.write(
            {
                schema.block_key(block_hash): block.to_hex().encode(),
                schema.header_key(block.height, block_hash): block.header.to_hex().encode(),
                schema.status_key(block_hash): status.to_protobuf(),
            }
        )
        self._remember(block_hash, block)

    def save_chain_state(self, state: ChainState, view: Mapping[bytes, UtxoEntry]) -> None:
        """Move to another best block and store what changed about outputs on the way, in one atomic step.

        Spent outputs are forgotten, but for those of coinbases: they must come back whole if a block is detached.
        """
        changes: dict[bytes, bytes | None] = {
            schema.utxo_key(output_id): None if entry.spent and not entry.is_coinbase else encode_utxo(entry)
            for output_id, entry in view.items()
        }
        changes[schema.CHAIN_STATE] = state.to_json()
        self._database.write(changes)

    def _remember(self, block_hash: bytes, block: Block) -> None:
        if _cache_cost(block) <= CACHED_BYTES:
            with self._lock:
                self._blocks[block_hash] = block


def _cache_cost(block: Block) -> int:
    """What a block takes of the cache: its bytes, and never so little that there are more than allowed."""
    return max(len(block.to_bytes()), CACHED_BYTES // CACHED_BLOCKS)


def _header(text: bytes, block_hash: bytes) -> BlockHeader:
    try:
        return BlockHeader.from_hex(text)
    except DecodeError as error:
        raise _damaged(f"header {block_hash.hex()}", error) from error


def damaged_core(where: str) -> StoreError:
    """The error for something in core.db that is missing or does not parse: "at ..." or "as ..."."""
    return StoreError(
        f"the database core.db is damaged {where}; pybytomd db verify tells how far it is sound, and "
        f"{remedy_for('core')}"
    )


def _damaged(what: str, error: Exception) -> StoreError:
    return damaged_core(f"at {what}: {error}")
