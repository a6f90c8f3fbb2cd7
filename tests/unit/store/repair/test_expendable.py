"""Databases the node can do without never stop it; versions of those that are ours alone."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import pytest

from pybytomd.errors import StoreError
from pybytomd.store.errors import DamagedDatabase, DatabaseInUse, NewerFormat
from pybytomd.store.format import require_format
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.kv.leveldb import LevelDBStore
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.store.repair import expendable
from pybytomd.store.repair.expendable import ExpendableStore, open_or_begin_anew
from pybytomd.store.schema import FORMAT
from pybytomd.sync.state_store import StateStore

PAIRS = {b"%04d" % number: bytes([number % 256]) * 500 for number in range(3000)}


def filled(directory: Path) -> Path:
    """A database with tables, and something in its log."""
    with LevelDBStore(directory) as store:
        store.write(dict(PAIRS))
    return directory


def damage(directory: Path, what: str) -> None:
    if what == "CURRENT":
        (directory / "CURRENT").unlink()
    elif what == "table gone":
        next(directory.glob("*.ldb")).unlink()
    else:
        for table in directory.glob("*.ldb"):
            content = bytearray(table.read_bytes())
            content[100 : len(content) // 2] = bytes(len(content) // 2 - 100)
            table.write_bytes(content)


def only_warning(caplog: pytest.LogCaptureFixture) -> str:
    (record,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
    return record.getMessage()


@pytest.mark.parametrize("what", ["CURRENT", "table gone", "table"])
@pytest.mark.parametrize("kind", [ExpendableStore, open_or_begin_anew])
def test_a_damaged_one_is_set_aside_and_begun_anew(
    tmp_path: Path, kind: type[ExpendableStore], what: str, caplog: pytest.LogCaptureFixture
) -> None:
    directory = filled(tmp_path / "discover.db")
    damage(directory, what)
    names = {path.name for path in directory.iterdir() if path.suffix == ".ldb"}
    store = kind(directory)
    assert list(store.iterate()) == []
    store.put(b"a", b"1")
    store.close()
    with LevelDBStore(directory, create=False) as again:
        assert list(again.iterate()) == [(b"a", b"1")]
    aside = tmp_path / "discover.db.damaged-1"
    assert {path.name for path in aside.iterdir() if path.suffix == ".ldb"} == names
    text = only_warning(caplog)
    assert str(directory) in text
    assert "is set aside as discover.db.damaged-1, and begun anew" in text


def test_damage_that_is_met_later_does_not_stop_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store = ExpendableStore(tmp_path / "discover.db")
    store.put(b"a", b"1")

    def damaged(*_: object, **__: object) -> None:
        raise DamagedDatabase("a flipped bit")

    with monkeypatch.context() as patch:
        patch.setattr(LevelDBStore, "get", damaged)
        patch.setattr(expendable, "open_or_begin_anew", lambda _: MemoryStore())
        assert store.get(b"a") is None
    store.put(b"b", b"2")
    assert list(store.iterate()) == [(b"b", b"2")]
    store.close()
    assert not caplog.records


def test_what_cannot_be_written_is_dropped_and_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store = ExpendableStore(tmp_path / "discover.db")

    def full(*_: object, **__: object) -> None:
        raise StoreError("the database discover.db failed: no room")

    with monkeypatch.context() as patch:
        for name in ("write", "sync", "get", "iterate"):
            patch.setattr(LevelDBStore, name, full)
        store.put(b"a", b"1")
        store.delete(b"a")
        store.sync()
        assert store.get(b"a") is None
        assert list(store.iterate()) == []
    assert "no room; the node goes on without" in only_warning(caplog)
    store.put(b"b", b"2")
    assert list(store.iterate()) == [(b"b", b"2")]
    store.close()


def test_where_none_can_be_opened_there_is_one_in_memory(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "discover.db").write_text("no directory")
    store = ExpendableStore(tmp_path / "discover.db")
    store.put(b"a", b"1")
    assert store.get(b"a") == b"1"
    assert "kept in memory" in only_warning(caplog)


def test_one_that_another_process_uses_is_not_touched(tmp_path: Path) -> None:
    with LevelDBStore(tmp_path / "discover.db") as store:
        store.put(b"a", b"1")
        with pytest.raises(DatabaseInUse):
            ExpendableStore(tmp_path / "discover.db")
        assert store.get(b"a") == b"1"


def test_nothing_that_was_set_aside_is_overwritten(tmp_path: Path) -> None:
    for number in (1, 2):
        directory = filled(tmp_path / "fastsync.db")
        damage(directory, "CURRENT")
        ExpendableStore(directory).close()
        assert (tmp_path / f"fastsync.db.damaged-{number}").is_dir()
        shutil.rmtree(directory)


# --- versions ----------------------------------------------------------------------------------------------------


def test_a_later_version_is_refused_by_name_and_left_alone(tmp_path: Path) -> None:
    with LevelDBStore(tmp_path / "fastsync.db") as store:
        store.write({FORMAT: b"2", b"S:later": b"something"})
        before = dict(store.iterate())
        with pytest.raises(NewerFormat, match=r"^fastsync\.db was written by a later version .*its format is 2"):
            StateStore(store)
        assert dict(store.iterate()) == before


@pytest.mark.parametrize("stored", [b"", b"new", b"-1", b"0", b"9" * 5000])
def test_a_version_that_is_none_is_refused(stored: bytes) -> None:
    store = MemoryStore()
    store.put(FORMAT, stored)
    with pytest.raises(NewerFormat, match=r"trace\.db"):
        require_format(store, "trace")


def test_one_without_a_version_is_the_first_and_gets_it() -> None:
    store = MemoryStore()
    block_hash = bytes(32)
    store.put(b"P:" + block_hash, b"")
    assert StateStore(store).is_proven(block_hash)
    assert store.get(FORMAT) == b"1"


def test_an_earlier_version_is_carried_over_step_by_step() -> None:
    def double(store: KeyValueStore) -> None:
        store.put(b"number", (store.get(b"number") or b"") * 2)

    def end(store: KeyValueStore) -> None:
        store.put(b"number", (store.get(b"number") or b"") + b"!")

    store = MemoryStore()
    store.put(b"number", b"7")
    require_format(store, "trace", (double,))
    assert (store.get(FORMAT), store.get(b"number")) == (b"2", b"77")
    require_format(store, "trace", (double, end))
    require_format(store, "trace", (double, end))
    assert (store.get(FORMAT), store.get(b"number")) == (b"3", b"77!")
