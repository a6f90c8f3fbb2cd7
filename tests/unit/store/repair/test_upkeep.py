"""Figures of databases, and making them compact: what is in them stays."""

import shutil
from pathlib import Path

import pytest

from pybytomd.errors import StoreError
from pybytomd.store.kv.leveldb import LevelDBStore
from pybytomd.store.repair import upkeep


def made(directory: Path, count: int = 3000) -> dict[bytes, bytes]:
    """A database in which most of what was written was deleted again."""
    kept = {}
    with LevelDBStore(directory) as database:
        for number in range(count):
            key, value = b"k%06d" % number, bytes([number % 251]) * 2000
            database.put(key, value)
            if number % 10 == 0:
                kept[key] = value
        database.write({b"k%06d" % number: None for number in range(count) if number % 10})
    return kept


def held(directory: Path) -> dict[bytes, bytes]:
    with LevelDBStore(directory, create=False) as database:
        return dict(database.iterate())


def test_figures_are_those_of_what_is_in_it(tmp_path: Path) -> None:
    made(tmp_path / "core.db", 100)
    (tmp_path / "core.db.damaged").mkdir()
    assert upkeep.databases_in(tmp_path) == [tmp_path / "core.db"]
    figures = upkeep.figures_of(tmp_path / "core.db")
    assert (figures.name, figures.entries, figures.key_bytes, figures.value_bytes) == ("core", 10, 70, 20_000)
    assert figures.disk_bytes == upkeep.disk_bytes(tmp_path / "core.db") > 0


def test_a_compact_database_is_smaller_and_holds_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = tmp_path / "core.db"
    kept = made(directory)
    before = upkeep.disk_bytes(directory)
    monkeypatch.setattr(upkeep, "SLICE_ENTRIES", 100)
    slices = upkeep.slices_of(directory)
    assert slices == [b"", b"k001000", b"k002000"]
    steps: list[None] = []
    assert upkeep.compact(directory, slices, lambda: steps.append(None), lambda: True)
    assert len(steps) == 3
    assert held(directory) == kept
    assert upkeep.disk_bytes(directory) < before / 2


def test_of_an_empty_database_what_was_deleted_goes(tmp_path: Path) -> None:
    directory = tmp_path / "core.db"
    with LevelDBStore(directory) as database:
        for number in range(3000):
            database.put(b"k%06d" % number, bytes([number % 251]) * 2000)
        database.write({b"k%06d" % number: None for number in range(3000)})
    before = upkeep.disk_bytes(directory)
    assert upkeep.compact(directory, upkeep.slices_of(directory), lambda: None, lambda: True)
    assert held(directory) == {}
    assert upkeep.disk_bytes(directory) < before / 2


def test_it_can_be_stopped_between_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = tmp_path / "core.db"
    kept = made(directory, 500)
    monkeypatch.setattr(upkeep, "SLICE_ENTRIES", 10)
    steps: list[None] = []
    assert not upkeep.compact(
        directory, upkeep.slices_of(directory), lambda: steps.append(None), lambda: not steps
    )
    assert len(steps) == 1
    assert held(directory) == kept


def test_it_is_refused_where_the_disk_would_fill_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path / "core.db", 10)
    upkeep.check_room(tmp_path / "core.db")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 10, 0))  # type: ignore[attr-defined]
    with pytest.raises(StoreError, match="make room, and run the same command again"):
        upkeep.check_room(tmp_path / "core.db")
