"""``db verify`` for Bytom 2: what is sound is found sound, and what was changed is named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pybytomd.chain.bytom2.verification import DatabaseVerification
from pybytomd.chain.verification_report import Report
from pybytomd.ledger.bytom2.params import MAINNET
from pybytomd.ledger.bytom2.utxo import NORMAL, UtxoEntry
from pybytomd.store.bytom2 import schema
from pybytomd.store.bytom2.core_store import CoreBatch, CoreStore
from pybytomd.store.bytom2.records import encode_utxo
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.vm.bytom2.contracts import contract_hash, register_program
from tests.bytom2_builder import Builder, btm, key, open_chain, spend
from tests.unit.chain.bytom2.short_epochs import PARAMS

CONTRACT = b"\x51"


def verify(database: MemoryStore) -> Report:
    return DatabaseVerification(CoreStore(database), PARAMS).run()


@pytest.fixture(scope="module")
def sound() -> dict[bytes, bytes]:
    """Rewards, votes, a contract, a vote that a reorganisation brought back, and finality."""
    database = MemoryStore()
    with open_chain(PARAMS, database) as chain:
        builder = Builder(chain)
        blocks = builder.extend(15)
        reward = blocks[4].transactions[0]
        outputs = [btm(10**8, register_program(CONTRACT)), btm(2 * 10**8, vote=key(2).xpub.raw), btm(10**8)]
        first = spend(reward, outputs, position=1)
        chain.process_block(builder.block(transactions=[first]))
        fork = builder.extend(12)[-1]
        veto = spend(first, [btm(10**8)], position=1)
        chain.process_block(builder.block(transactions=[veto]))
        builder.extend(2, fork, slots=3)
        assert not any(veto.id == tx.id for tx in chain.block(chain.best_hash).transactions)
        builder.justify(PARAMS.genesis, blocks[3], [0, 1, 2])
    return dict(database.iterate())


@pytest.fixture
def database(sound: dict[bytes, bytes]) -> MemoryStore:
    database = MemoryStore()
    database.write(dict(sound))
    return database


def test_a_sound_database(database: MemoryStore, sound: dict[bytes, bytes]) -> None:
    report = verify(database)
    assert report.problems == []
    assert (report.best_height, report.sound_height, report.headers) == (30, 30, 31)
    assert report.transactions == 33
    assert report.outputs == sum(k.startswith(schema.UTXO_PREFIX) for k in sound)
    assert dict(database.iterate()) == sound


def test_an_empty_database() -> None:
    assert verify(MemoryStore()).problems == ["there is no chain in the database"]


def test_it_stops_when_asked(database: MemoryStore) -> None:
    seen: list[int] = []
    report = DatabaseVerification(
        CoreStore(database), PARAMS, on_block=seen.append, go_on=lambda: len(seen) < 5
    ).run()
    assert not report.complete
    assert report.sound_height == 4
    assert seen == [0, 1, 2, 3, 4]


def changed_header(database: MemoryStore) -> None:
    store = CoreStore(database)
    header = store.header(store.main_chain_hash(6) or b"")
    assert header is not None
    batch = CoreBatch(store)
    batch.put_header(header.with_witness(bytes(64)))
    batch.write()


def changed_checkpoint(database: MemoryStore) -> None:
    store = CoreStore(database)
    checkpoint = store.checkpoint(8, store.main_chain_hash(8) or b"")
    assert checkpoint is not None
    batch = CoreBatch(store)
    batch.put_checkpoint(replace(checkpoint, votes={"aa": 5}))
    batch.write()


def any_output(database: MemoryStore) -> bytes:
    return next(k for k, _ in database.iterate(schema.UTXO_PREFIX))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda db: db.delete(schema.main_chain_key(6)), "block 6: it is missing"),
        (lambda db: db.delete(schema.hashes_key(6)), "block 6: it is stored as .* and has the hash"),
        (changed_header, "block 6: fail to verify block header signature"),
        (changed_checkpoint, "block 8: its checkpoint has other votes or rewards than its blocks"),
        (lambda db: db.delete(any_output(db)), "output .* is missing"),
        (lambda db: db.put(schema.utxo_key(bytes(32)), b""), "output 0{64} is not as the blocks leave it"),
        (
            lambda db: db.put(any_output(db), encode_utxo(UtxoEntry(NORMAL, 7, True))),
            "output .* is not as the blocks leave it",
        ),
        (lambda db: db.delete(schema.contract_key(contract_hash(CONTRACT))), "contract .* is missing"),
        (
            lambda db: db.put(schema.contract_key(bytes(32)), b"x"),
            "contract 0{64} is not as the blocks register it",
        ),
        (lambda db: db.put(schema.CHAIN_STATE, b"{"), "core.db is damaged at the best block"),
        (lambda db: db.put(any_output(db), b"\x20"), "core.db is damaged at output"),
    ],
)
def test_what_was_changed_is_named(database: MemoryStore, change: object, problem: str) -> None:
    change(database)  # type: ignore[operator]
    report = verify(database)
    assert report.problem_count == 1
    assert not report.is_sound
    with pytest.raises(ValueError, match=problem):
        raise ValueError(report.problems[0])


def test_another_network(database: MemoryStore) -> None:
    report = DatabaseVerification(CoreStore(database), MAINNET).run()
    assert report.problems == ["block 0: it is not that of bytom2"]
    assert report.sound_height == -1
