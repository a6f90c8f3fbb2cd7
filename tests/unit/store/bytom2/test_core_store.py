"""core.db of Bytom 2: what is read, what a batch sees before it is written, and what is remembered."""

from __future__ import annotations

import pytest

from pybytomd.errors import StoreError
from pybytomd.ledger.bytom2.block import Block
from pybytomd.ledger.bytom2.checkpoint import Checkpoint, Status
from pybytomd.ledger.bytom2.params import SOLONET
from pybytomd.ledger.bytom2.sup_link import SupLink
from pybytomd.ledger.bytom2.utxo import COINBASE, NORMAL, UtxoEntry
from pybytomd.store.bytom2 import schema
from pybytomd.store.bytom2.core_store import CoreBatch, CoreStore
from pybytomd.store.bytom2.records import ChainState
from pybytomd.store.kv.memory_db import MemoryStore

BLOCK = SOLONET.genesis
HASH = BLOCK.hash
LINK = SupLink(0, b"\x05" * 32).with_signature(2, b"signature")
SIGNED = BLOCK.header.with_sup_links((LINK,))
CHECKPOINT = Checkpoint(0, HASH, bytes(32), 5, Status.JUSTIFIED, None, None, 0)
OUTPUT = b"\x09" * 32


def stored() -> tuple[MemoryStore, CoreStore]:
    database = MemoryStore()
    store = CoreStore(database)
    batch = CoreBatch(store)
    batch.put_block(BLOCK)
    batch.put_checkpoint(CHECKPOINT)
    batch.write()
    return database, store


def test_a_batch_is_seen_by_itself_and_by_others_when_it_is_written() -> None:
    database = MemoryStore()
    store = CoreStore(database)
    batch = CoreBatch(store)
    batch.put_block(BLOCK)
    batch.put_checkpoint(CHECKPOINT)
    for reader, is_there in ((batch, True), (store, False)):
        assert (reader.header(HASH) == BLOCK.header) is is_there
        assert (reader.block(HASH) == BLOCK) is is_there
        assert (reader.block_hex(HASH) == BLOCK.to_hex().encode()) is is_there
        assert (reader.hashes_at(0) == (HASH,)) is is_there
        assert (reader.checkpoint(0, HASH) == CHECKPOINT) is is_there
        assert (reader.checkpoints_at(0) == [CHECKPOINT]) is is_there
    assert dict(database.iterate()) == {}
    batch.write()
    assert store.block(HASH) == BLOCK
    assert CoreStore(database).block(HASH) == BLOCK
    assert CoreStore(database).block_hex(HASH) == BLOCK.to_hex().encode()
    assert CoreStore(database).checkpoints_at(0) == [CHECKPOINT]


def test_signatures_are_added_to_a_header_and_to_the_checkpoint_with_it() -> None:
    _, store = stored()
    assert store.header(HASH) == BLOCK.header
    batch = CoreBatch(store)
    batch.put_header(SIGNED)
    assert batch.block(HASH) == Block(SIGNED, BLOCK.transactions)
    assert store.header(HASH) == BLOCK.header
    batch.write()
    assert store.header(HASH) == SIGNED
    assert store.block(HASH) == Block(SIGNED, BLOCK.transactions)
    checkpoint = store.checkpoint(0, HASH)
    assert checkpoint is not None
    assert checkpoint.sup_links == (LINK,)


def test_a_header_that_was_read_before_a_batch_is_not_remembered_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    database, _ = stored()
    store = CoreStore(database)
    read = database.get

    def overtaken(key: bytes) -> bytes | None:
        value = read(key)
        monkeypatch.setattr(store, "read", read)
        batch = CoreBatch(store)
        batch.put_header(SIGNED)
        batch.write()
        store._headers.clear()
        return value

    monkeypatch.setattr(store, "read", overtaken)
    assert store.header(HASH) == BLOCK.header
    assert store.header(HASH) == SIGNED


def test_a_block_is_listed_once_at_its_height() -> None:
    _, store = stored()
    batch = CoreBatch(store)
    batch.put_block(BLOCK)
    batch.write()
    assert store.hashes_at(0) == (HASH,)


def test_moving_the_main_chain() -> None:
    _, store = stored()
    spent = UtxoEntry(NORMAL, 3, True)
    mature = UtxoEntry(COINBASE, 3, True)
    fresh = UtxoEntry(NORMAL, 4, False)
    state = ChainState(0, HASH, 0, HASH)
    first = CoreBatch(store)
    first.move_to(state, [BLOCK.header], [], {OUTPUT: fresh}, {b"\x01" * 32: bytes(32) + b"\x51"})
    first.write()
    assert store.chain_state() == state
    assert store.main_chain_hash(0) == HASH
    assert store.utxo(OUTPUT) == fresh
    assert store.contract(b"\x01" * 32) == b"\x51"
    second = CoreBatch(store)
    view: dict[bytes, UtxoEntry] = {b"\x08" * 32: mature}
    second.load_utxos(view, [OUTPUT, b"\x08" * 32, b"\x07" * 32])
    assert view == {OUTPUT: fresh, b"\x08" * 32: mature}
    second.move_to(state, [], [BLOCK.header], {OUTPUT: spent, b"\x08" * 32: mature}, {b"\x01" * 32: None})
    second.write()
    assert store.main_chain_hash(0) is None
    assert store.utxo(OUTPUT) is None
    assert store.utxo(b"\x08" * 32) == mature
    assert store.contract(b"\x01" * 32) is None


def test_a_record_without_a_contract_cannot_be_run() -> None:
    database = MemoryStore()
    database.put(schema.contract_key(HASH), bytes(32))
    assert CoreStore(database).contract(HASH) is None


def test_checkpoints_without_a_header_are_passed_over() -> None:
    """The reference stores them first, and never starts again when it is killed before the block."""
    _, store = stored()
    stray = Checkpoint(100, b"\x06" * 32, HASH, 5, Status.UNJUSTIFIED, {}, {}, 0)
    batch = CoreBatch(store)
    batch.put_checkpoint(stray)
    batch.write()
    assert store.checkpoints_from(0) == [CHECKPOINT]
    assert store.checkpoint(100, stray.hash) is None
    assert store.checkpoints_from(1) == []


@pytest.mark.parametrize(
    ("key", "ask"),
    [
        (schema.CHAIN_STATE, lambda store: store.chain_state()),
        (schema.header_key(OUTPUT), lambda store: store.header(OUTPUT)),
        (schema.transactions_key(OUTPUT), lambda store: store.transactions(OUTPUT)),
        (schema.hashes_key(3), lambda store: store.hashes_at(3)),
        (schema.main_chain_key(3), lambda store: store.main_chain_hash(3)),
        (schema.checkpoint_key(0, HASH), lambda store: store.checkpoint(0, HASH)),
        (schema.checkpoints_at(0) + b"\x01", lambda store: store.checkpoints_at(0)),
        (schema.utxo_key(OUTPUT), lambda store: store.utxo(OUTPUT)),
    ],
)
def test_what_does_not_parse_is_named(key: bytes, ask: object) -> None:
    database, _ = stored()
    database.put(key, b"\xffnonsense")
    with pytest.raises(StoreError, match=r"core.db is damaged at .*restore it from a backup"):
        ask(CoreStore(database))  # type: ignore[operator]


def test_a_header_that_is_too_large_is_read_each_time() -> None:
    _, store = stored()
    huge = BLOCK.header.with_sup_links((SupLink(0, HASH, (bytes(1 << 20),) * 10),))
    batch = CoreBatch(store)
    batch.put_header(huge)
    batch.write()
    assert store.header(HASH) == huge
    assert HASH not in store._headers
