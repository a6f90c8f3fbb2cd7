"""core.db of Bytom 2: what is stored, and one batch for all that a change of the chain stores.

Source: bytom2-ledger-and-consensus reference, section 4; ``database/store.go``, ``database/store_checkpoint.go``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from cachetools import LRUCache

from pybytomd.errors import DecodeError, StoreError
from pybytomd.ledger.bytom2.block import Block, BlockHeader, transactions_from_bytes
from pybytomd.ledger.bytom2.checkpoint import Checkpoint
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.ledger.bytom2.utxo import COINBASE, UtxoEntry
from pybytomd.store.bytom2 import schema
from pybytomd.store.bytom2.records import (
    ChainState,
    checkpoint_from_json,
    checkpoint_to_json,
    decode_utxo,
    encode_utxo,
    hash_from_text,
    hashes_from_json,
    hashes_to_json,
)
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.remedies import remedy_for

CACHED_HEADERS = 2048
"""Decoded headers kept, as many as the reference's."""
HEADER_BYTES = 512
"""What each of them has room for on average. Signatures make some larger."""
CACHED_BYTES = 1 << 20
"""Serializations of the transactions kept decoded, together. Decoded ones take several times as much memory."""
LEAST_COST = CACHED_BYTES // 256
"""What a block's transactions take of it at least, so that there are never more than 256."""
TX_ID_SIZE = 32
FULL_BLOCK_TEXT = b"03"
"""The flags of a block, in hex: in its stored halves other flags stand in this place."""
FLAGS_DIGITS = 2


Read = Callable[[bytes], bytes | None]
Scan = Callable[[bytes], Iterable[tuple[bytes, bytes]]]


class CoreReader:
    """Questions to core.db. Each raises StoreError when it fails or holds something that does not parse."""

    def __init__(self, read: Read, scan: Scan) -> None:
        self.read = read
        """The value of a key as it is stored."""
        self.scan = scan
        """All keys that begin with a prefix and their values, in order of bytes."""

    def header(self, block_hash: bytes) -> BlockHeader | None:
        """A stored header of any branch, with all signatures that were collected for it."""
        text = self.read(schema.header_key(block_hash))
        if text is None:
            return None
        try:
            return BlockHeader.from_hex(text)
        except DecodeError as error:
            raise damaged_core(f"header {block_hash.hex()}", error) from error

    def transactions(self, block_hash: bytes) -> tuple[Transaction, ...] | None:
        """The transactions of a stored block."""
        text = self.read(schema.transactions_key(block_hash))
        if text is None:
            return None
        try:
            return transactions_from_bytes(bytes.fromhex(text.decode("ascii")))
        except (DecodeError, ValueError) as error:
            raise damaged_core(f"the transactions of block {block_hash.hex()}", error) from error

    def block(self, block_hash: bytes) -> Block | None:
        """A stored block of any branch."""
        header = self.header(block_hash)
        transactions = None if header is None else self.transactions(block_hash)
        return None if header is None or transactions is None else Block(header, transactions)

    def block_hex(self, block_hash: bytes) -> bytes | None:
        """A stored block as hex text, for sending without decoding."""
        header = self.read(schema.header_key(block_hash))
        transactions = self.read(schema.transactions_key(block_hash))
        if header is None or transactions is None:
            return None
        return FULL_BLOCK_TEXT + header[FLAGS_DIGITS:] + transactions[FLAGS_DIGITS:]

    def transactions_hex(self, block_hash: bytes) -> bytes | None:
        """The transactions of a stored block as hex text, as they are stored: flags, their number, one by one."""
        return self.read(schema.transactions_key(block_hash))

    def hashes_at(self, height: int) -> tuple[bytes, ...]:
        """The hashes of all stored blocks of a height, in order of arrival."""
        data = self.read(schema.hashes_key(height))
        try:
            return () if data is None else hashes_from_json(data)
        except DecodeError as error:
            raise damaged_core(f"the hashes at height {height}", error) from error

    def main_chain_hash(self, height: int) -> bytes | None:
        """The hash stored for a height of the main chain.

        Quirk: after the best height has fallen, those above it stay. Whoever asks does not ask above the best.
        """
        data = self.read(schema.main_chain_key(height))
        try:
            return None if data is None else hash_from_text(data)
        except DecodeError as error:
            raise damaged_core(f"the main chain at height {height}", error) from error

    def checkpoint(self, height: int, block_hash: bytes) -> Checkpoint | None:
        """A checkpoint that has ended, with the sup links of its header; None if either is missing."""
        data = self.read(schema.checkpoint_key(height, block_hash))
        return None if data is None else self._whole_checkpoint(data, block_hash)

    def checkpoints_at(self, height: int) -> list[Checkpoint]:
        """All checkpoints of a height, by hash."""
        return self._checkpoints(self.scan(schema.checkpoints_at(height)))

    def _checkpoints(self, items: Iterable[tuple[bytes, bytes]]) -> list[Checkpoint]:
        found = [self._whole_checkpoint(data, _checkpoint_hash(key)) for key, data in items]
        return [checkpoint for checkpoint in found if checkpoint is not None]

    def _whole_checkpoint(self, data: bytes, block_hash: bytes) -> Checkpoint | None:
        """The record with the sup links; None without a header.

        The reference stores a checkpoint before its block, and never starts again when it is killed in between.
        """
        header = self.header(block_hash)
        if header is None:
            return None
        try:
            return replace(checkpoint_from_json(data), sup_links=header.sup_links)
        except DecodeError as error:
            raise damaged_core(f"checkpoint {block_hash.hex()}", error) from error

    def utxo(self, output_id: bytes) -> UtxoEntry | None:
        """What is known of an output; None if it never was, or was spent and not a coinbase's."""
        data = self.read(schema.utxo_key(output_id))
        try:
            return None if data is None else decode_utxo(data)
        except DecodeError as error:
            raise damaged_core(f"output {output_id.hex()}", error) from error

    def load_utxos(self, view: dict[bytes, UtxoEntry], output_ids: Iterable[bytes]) -> None:
        """Add to a view what is known of these outputs, leaving alone those it has."""
        for output_id in output_ids:
            if output_id not in view:
                entry = self.utxo(output_id)
                if entry is not None:
                    view[output_id] = entry

    def contract_record(self, contract_hash: bytes) -> bytes | None:
        """Of a registered contract: the id of the transaction, and the contract."""
        return self.read(schema.contract_key(contract_hash))

    def contract(self, contract_hash: bytes) -> bytes | None:
        """The program of a contract that the main chain has registered; None for one that cannot be run."""
        record = self.contract_record(contract_hash)
        return None if record is None or len(record) <= TX_ID_SIZE else record[TX_ID_SIZE:]


class CoreStore(CoreReader):
    """core.db as it is on the disk. Safe to use from several threads; changes are made through a ``CoreBatch``."""

    def __init__(self, database: KeyValueStore) -> None:
        super().__init__(database.get, database.iterate)
        self._database = database
        self._headers: LRUCache[bytes, BlockHeader] = LRUCache(
            CACHED_HEADERS * HEADER_BYTES, getsizeof=_header_cost
        )
        self._transactions: LRUCache[bytes, tuple[Transaction, ...]] = LRUCache(CACHED_BYTES, getsizeof=_cost)
        self._lock = threading.Lock()
        self._batches = 0
        """How many were written. A header that was read before one must not be remembered after it."""

    def chain_state(self) -> ChainState | None:
        """The best block, None in an empty database."""
        data = self.read(schema.CHAIN_STATE)
        try:
            return None if data is None else ChainState.from_json(data)
        except DecodeError as error:
            raise damaged_core("the best block", error) from error

    def header(self, block_hash: bytes) -> BlockHeader | None:
        """See ``CoreReader``."""
        with self._lock:
            known = self._headers.get(block_hash)
            batches = self._batches
        if known is not None:
            return known
        header = super().header(block_hash)
        with self._lock:
            if header is not None and batches == self._batches:
                self._remember_header(header)
        return header

    def transactions(self, block_hash: bytes) -> tuple[Transaction, ...] | None:
        """See ``CoreReader``."""
        with self._lock:
            known = self._transactions.get(block_hash)
        if known is not None:
            return known
        transactions = super().transactions(block_hash)
        if transactions is not None:
            self._remember(block_hash, transactions)
        return transactions

    def utxos(self) -> Iterator[tuple[bytes, UtxoEntry]]:
        """All outputs that are stored, with their ids."""
        for key, data in self._database.iterate(schema.UTXO_PREFIX):
            try:
                yield key[len(schema.UTXO_PREFIX) :], decode_utxo(data)
            except DecodeError as error:
                raise damaged_core(f"output {key.hex()}", error) from error

    def contracts(self) -> Iterator[tuple[bytes, bytes]]:
        """All records of registered contracts, with the hashes of the contracts."""
        for key, record in self._database.iterate(schema.CONTRACT_PREFIX):
            yield key[len(schema.CONTRACT_PREFIX) :], record

    def checkpoints_from(self, height: int) -> list[Checkpoint]:
        """All checkpoints of a height and above, by height, those of one height by hash."""
        items: list[tuple[bytes, bytes]] = []
        for key, data in self._database.iterate(schema.CHECKPOINT_PREFIX, reverse=True):
            if key < schema.checkpoints_at(height):
                break
            items.append((key, data))
        return self._checkpoints(reversed(items))

    def write(
        self,
        changes: Mapping[bytes, bytes | None],
        blocks: Iterable[Block],
        headers: Mapping[bytes, BlockHeader],
    ) -> None:
        """Write a batch as one step, and remember what is in it. Raises StoreError, and nothing is written."""
        self._database.write(changes)
        with self._lock:
            self._batches += 1
            for header in headers.values():
                self._remember_header(header)
        for block in blocks:
            self._remember(block.hash, block.transactions)

    def _remember_header(self, header: BlockHeader) -> None:
        """Instead of the one with the same hash; one that is too large for the cache is not kept in it."""
        self._headers.pop(header.hash, None)
        if _header_cost(header) <= self._headers.maxsize:
            self._headers[header.hash] = header

    def _remember(self, block_hash: bytes, transactions: tuple[Transaction, ...]) -> None:
        if _cost(transactions) <= CACHED_BYTES:
            with self._lock:
                self._transactions[block_hash] = transactions


class CoreBatch(CoreReader):
    """A change of the chain under way: what it stores is seen here at once, and by others when it is written.

    All of it is written as one step, so that blocks, checkpoints, signatures and outputs never drift apart.
    """

    def __init__(self, store: CoreStore) -> None:
        super().__init__(self._read, self._scan)
        self._store = store
        self._changes: dict[bytes, bytes | None] = {}
        self._headers: dict[bytes, BlockHeader] = {}
        self._blocks: dict[bytes, Block] = {}

    # --- what is stored, with the change so far -----------------------------------------------------------------

    def header(self, block_hash: bytes) -> BlockHeader | None:
        """See ``CoreReader``."""
        return self._headers.get(block_hash) or self._store.header(block_hash)

    def transactions(self, block_hash: bytes) -> tuple[Transaction, ...] | None:
        """See ``CoreReader``."""
        block = self._blocks.get(block_hash)
        return self._store.transactions(block_hash) if block is None else block.transactions

    def block(self, block_hash: bytes) -> Block | None:
        """See ``CoreReader``."""
        block, header = self._blocks.get(block_hash), self._headers.get(block_hash)
        return block if block is not None and block.header is header else super().block(block_hash)

    def _read(self, key: bytes) -> bytes | None:
        return self._changes[key] if key in self._changes else self._store.read(key)

    def _scan(self, prefix: bytes) -> Iterator[tuple[bytes, bytes]]:
        found = {key: value for key, value in self._store.scan(prefix) if key not in self._changes}
        found |= {k: v for k, v in self._changes.items() if k.startswith(prefix) and v is not None}
        return iter(sorted(found.items()))

    # --- changes ------------------------------------------------------------------------------------------------

    def put_block(self, block: Block) -> None:
        """Store a block of any branch."""
        block_hash = block.hash
        self.put_header(block.header)
        self._blocks[block_hash] = block
        self._changes[schema.transactions_key(block_hash)] = block.transactions_to_bytes().hex().encode()
        hashes = self.hashes_at(block.height)
        if block_hash not in hashes:
            self._changes[schema.hashes_key(block.height)] = hashes_to_json((*hashes, block_hash))

    def put_header(self, header: BlockHeader) -> None:
        """Store a header in place of the one with the same hash, which had other signatures."""
        self._headers[header.hash] = header
        self._changes[schema.header_key(header.hash)] = header.to_hex().encode()

    def put_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Store a checkpoint that has ended. Its sup links are stored with the header, by another call."""
        key = schema.checkpoint_key(checkpoint.height, checkpoint.hash)
        self._changes[key] = checkpoint_to_json(checkpoint)

    def move_to(
        self,
        state: ChainState,
        attached: Sequence[BlockHeader],
        detached: Sequence[BlockHeader],
        outputs: Mapping[bytes, UtxoEntry],
        contracts: Mapping[bytes, bytes | None],
    ) -> None:
        """Store another best block, with all that changed on the way to it.

        Spent outputs are forgotten, but for those of coinbases: they must come back whole if a block is detached.
        The heights above a best block that is lower than the one before are cleared; the reference leaves them.
        ``contracts`` are records by the hash of the contract, None for one that goes.
        """
        for output_id, entry in outputs.items():
            is_gone = entry.spent and entry.kind != COINBASE
            self._changes[schema.utxo_key(output_id)] = None if is_gone else encode_utxo(entry)
        for contract_hash, record in contracts.items():
            self._changes[schema.contract_key(contract_hash)] = record
        self._changes[schema.CHAIN_STATE] = state.to_json()
        for header in detached:
            self._changes[schema.main_chain_key(header.height)] = None
        for header in attached:
            self._changes[schema.main_chain_key(header.height)] = header.hash.hex().encode()

    def write(self) -> None:
        """Write it all. Raises StoreError, and nothing is written."""
        if self._changes:
            self._store.write(self._changes, self._blocks.values(), self._headers)


def damaged_core(what: str, error: Exception | str) -> StoreError:
    """The error for something in core.db that is missing or does not parse."""
    return StoreError(f"the database core.db is damaged at {what}: {error}; {remedy_for('core')}")


def _cost(transactions: Sequence[Transaction]) -> int:
    return max(sum([tx.serialized_size for tx in transactions]), LEAST_COST)


def _header_cost(header: BlockHeader) -> int:
    return max(len(header.to_bytes()), HEADER_BYTES) if header.sup_links else HEADER_BYTES


def _checkpoint_hash(key: bytes) -> bytes:
    try:
        return schema.parse_checkpoint_key(key)[1]
    except ValueError as error:
        raise damaged_core("a checkpoint", error) from error
