"""The indexes in wallet.db: taken as they are where only this program was, made anew wherever anybody else was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pybytomd.ledger.block import Block
from pybytomd.store import schema
from pybytomd.store.kv.binding import plyvel
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.kv.leveldb import LevelDBStore
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.wallet.index import own_rows, transaction_index
from pybytomd.wallet.index.own_rows import MARK, OUTPUTS, TRANSACTIONS
from pybytomd.wallet.index.transaction_index import TransactionIndex
from pybytomd.wallet.index.utxo_set import UtxoSet
from pybytomd.wallet.wallet import Wallet
from tests.unit.wallet.recorded import (
    KEYS_AND_ACCOUNTS,
    chosen,
    load,
    memory,
    of_the_reference,
    open_chain,
    open_wallet,
    records,
    rows_of_our_own,
)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """The recorded wallet as the reference has left it."""
    place = tmp_path / "wallet.db"
    other = plyvel.DB(str(place), create_if_missing=True)
    with other.write_batch() as batch:
        for key, value in records("leveldb_dump").items():
            batch.put(key, value)
    other.close()
    return place


def reads_of(place: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, Wallet]:
    """How many records a start parses, and the wallet."""
    parsed = 0

    def counted(read: Callable[..., object]) -> Callable[..., object]:
        def one(*arguments: object) -> object:
            nonlocal parsed
            parsed += 1
            return read(*arguments)

        return one

    with monkeypatch.context() as patch:
        for owner, name in ((transaction_index, "_named_accounts"), (UtxoSet, "_parse")):
            patch.setattr(owner, name, counted(getattr(owner, name)))
        with LevelDBStore(place) as database:
            wallet = open_wallet(database, open_chain())
            assert rows_of_our_own(database) == right_rows(database)
            assert of_the_reference(database) == records("leveldb_dump")
    return parsed, wallet


def right_rows(database: KeyValueStore) -> dict[bytes, bytes]:
    made_anew = memory(of_the_reference(database))
    UtxoSet(made_anew)
    TransactionIndex(made_anew)
    return rows_of_our_own(made_anew)


RECORDS = 311 + 304


def test_records_are_read_once_and_never_again(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert reads_of(directory, monkeypatch)[0] == 2 * RECORDS  # also by ``right_rows``
    assert [reads_of(directory, monkeypatch)[0] - RECORDS for _ in range(2)] == [0, 0]


def test_they_are_read_again_after_another_program(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though the cursor is where it was, as after a rescan, or after an account was deleted in an idle moment."""
    reads_of(directory, monkeypatch)
    gone = next(iter(chosen(records("leveldb_dump"), (b"ACU:",))))
    other = plyvel.DB(str(directory))
    other.delete(gone)
    other.close()
    with LevelDBStore(directory) as database:
        wallet = open_wallet(database, open_chain())
        assert rows_of_our_own(database) == right_rows(database)
        assert not wallet.utxos.is_own(bytes.fromhex(gone[4:].decode()))
        assert len(wallet.utxos) == 299


@pytest.mark.parametrize("index", [TRANSACTIONS, OUTPUTS])
def test_making_one_anew_is_begun_again_after_a_kill(directory: Path, index: bytes) -> None:
    """It lacks the mark of one that is complete, and rows of a making that was cut short may be there."""
    with LevelDBStore(directory) as database:
        open_wallet(database, open_chain())
        rows = rows_of_our_own(database)
        database.write({index + MARK: None, index + b"a" + b"\x07" * 12: b"", index + b"A\x00": b"\x99"})
    with LevelDBStore(directory) as database:
        open_wallet(database, open_chain())
        assert rows_of_our_own(database) == rows


def test_progress_is_told_and_may_end_it(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_rows, "RECORDS_A_REPORT", 100)
    told: list[str] = []
    with LevelDBStore(directory) as database:

        def stop(text: str) -> None:
            told.append(text)
            if len(told) == 2:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            UtxoSet(database, progress=stop)
        assert told == [f"{count} unspent outputs of the wallet are listed anew" for count in (100, 200)]
        told.clear()
        TransactionIndex(database, told.append)
        assert told == [f"{count} transactions of the wallet are listed anew" for count in (100, 200, 300, 311)]
        UtxoSet(database)
        assert rows_of_our_own(database) == right_rows(database)


def test_a_kill_while_records_are_mended(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = next(iter(chosen(records("leveldb_dump"), (b"ACU:",))))
    with LevelDBStore(directory) as database:
        wallet = open_wallet(database, open_chain())
        with monkeypatch.context() as patch:
            patch.setattr(UtxoSet, "reload", lambda _: None)
            wallet.utxos.mend({gone: None})
    with LevelDBStore(directory) as database:
        assert database.is_sealed
        open_wallet(database, open_chain())
        assert rows_of_our_own(database) == right_rows(database)


@pytest.mark.parametrize("index", [TRANSACTIONS, OUTPUTS])
def test_an_index_that_does_not_fit_its_records_is_made_anew(index: bytes) -> None:
    """It cannot come to that; if it does, the wallet mends itself and goes on."""
    database = memory(chosen(records("leveldb_dump_reorg"), KEYS_AND_ACCOUNTS))
    chain = open_chain()
    wallet = open_wallet(database, chain)
    branch_x, branch_y = ([Block.from_hex(text) for text in load("reorg_wallet")[f"branch_{one}"]] for one in "xy")
    for block in branch_x:
        chain.process_block(block, True)
    wallet.catch_up()
    for key, _ in database.iterate(index + b"A"):
        database.delete(key)
    wallet.utxos.others_wrote()
    wallet.transactions.others_wrote()
    for block in branch_y:
        chain.process_block(block, True)
    wallet.catch_up()
    assert wallet.cursor.best_hash == chain.best_hash
    assert rows_of_our_own(database) == right_rows(database)


def test_no_list_of_the_reference_has_our_rows() -> None:
    """None of the beginnings it looks for are those of our keys, or the other way round."""
    theirs = [
        value for name, value in vars(schema).items()
        if isinstance(value, bytes) and name not in {"OWN_INDEX_PREFIX", "SEAL", "FORMAT"}
    ]  # fmt: skip
    for own in (schema.OWN_INDEX_PREFIX, schema.SEAL):
        assert [key for key in theirs if key.startswith(own) or own.startswith(key)] == []


def test_a_database_in_memory_is_always_read_anew() -> None:
    database = MemoryStore()
    assert len(UtxoSet(database)) == 0
    key, data = next(iter(chosen(records("leveldb_dump"), (b"ACU:",)).items()))
    database.put(key, data)
    assert len(UtxoSet(database)) == 1


def test_long_names_of_accounts_are_not_kept_in_memory() -> None:
    name = "a" * (own_rows.LONGEST_KEPT + 1)
    own_rows.account_part("a")
    kept = own_rows._account_part.cache_info().currsize, own_rows._holding_part.cache_info().currsize
    utxos = UtxoSet(MemoryStore())
    assert utxos.balances(name) == utxos.page(0, 9, name) == list(utxos.coins(name, bytes(32))) == []
    assert list(utxos.coins("a", bytes(101))) == []
    assert own_rows.account_part(name) == bytes((0, 0, 0, 101)) + name.encode()
    assert (own_rows._account_part.cache_info().currsize, own_rows._holding_part.cache_info().currsize) == kept
