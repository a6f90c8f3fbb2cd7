"""LevelDB: what stays on the disk, who may open it, and what damage says."""

import multiprocessing
import shutil
from pathlib import Path

import pytest

from pybytomd.errors import StoreError
from pybytomd.store.binding import plyvel
from pybytomd.store.leveldb import LevelDBStore


def only_line(error: StoreError) -> str:
    text = str(error)
    assert "\n" not in text
    assert "b'" not in text
    return text


def test_what_was_written_is_there_after_opening_again(tmp_path: Path) -> None:
    with LevelDBStore(tmp_path / "a.db") as store:
        store.write({b"key": b"value", b"empty": b""})
    with LevelDBStore(tmp_path / "a.db", create=False) as store:
        assert dict(store.iterate()) == {b"key": b"value", b"empty": b""}


def test_missing_database(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no database at") as caught:
        LevelDBStore(tmp_path / "a.db", create=False)
    assert str(tmp_path / "a.db") in only_line(caught.value)
    assert not (tmp_path / "a.db").exists()


def test_file_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_text("no directory")
    with pytest.raises(StoreError, match="cannot open the database") as caught:
        LevelDBStore(tmp_path / "a.db")
    only_line(caught.value)


def test_second_opening_names_the_directory(tmp_path: Path) -> None:
    with LevelDBStore(tmp_path / "a.db") as store:
        with pytest.raises(StoreError, match="is in use") as caught:
            LevelDBStore(tmp_path / "a.db")
        assert str(tmp_path / "a.db") in only_line(caught.value)
        store.put(b"still", b"open")


def try_to_open(directory: Path) -> str:
    try:
        LevelDBStore(directory).close()
    except StoreError as error:
        return str(error)
    return ""


def test_other_processes_are_kept_out(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        with LevelDBStore(tmp_path / "a.db"):
            assert "is in use by another process" in pool.apply(try_to_open, (tmp_path / "a.db",))
        assert pool.apply(try_to_open, (tmp_path / "a.db",)) == ""


def filled(directory: Path) -> Path:
    """A database whose values are in tables, not only in the log."""
    with LevelDBStore(directory) as store:
        store.write({b"%06d" % number: bytes([number % 256]) * 500 for number in range(3000)})
    database = plyvel.DB(str(directory))
    database.compact_range()
    database.close()
    return directory


@pytest.mark.parametrize("damage", ["no manifest", "manifest", "current", "table gone", "empty current"])
def test_damage_is_found_when_opening(tmp_path: Path, damage: str) -> None:
    directory = filled(tmp_path / "a.db")
    manifest = next(directory.glob("MANIFEST-*"))
    if damage == "no manifest":
        manifest.unlink()
    elif damage == "manifest":
        manifest.write_bytes(b"\x00" * 7 + b"garbage" * 20)
    elif damage == "current":
        (directory / "CURRENT").write_text("MANIFEST-999999\n")
    elif damage == "empty current":
        (directory / "CURRENT").write_bytes(b"")
    else:
        next(directory.glob("*.ldb")).unlink()
    with pytest.raises(StoreError) as caught:
        LevelDBStore(directory)
    assert str(directory) in only_line(caught.value)
    with pytest.raises(StoreError):  # and no lock is left behind that would change the message
        LevelDBStore(directory)


def test_damage_is_found_when_reading(tmp_path: Path) -> None:
    directory = filled(tmp_path / "a.db")
    for table in directory.glob("*.ldb"):
        content = bytearray(table.read_bytes())
        middle = len(content) // 2
        content[100:middle] = bytes(len(content[100:middle]))
        table.write_bytes(content)
    with LevelDBStore(directory) as store:
        with pytest.raises(StoreError, match="is damaged") as caught:
            list(store.iterate())
        only_line(caught.value)
        with pytest.raises(StoreError, match="is damaged"):
            store.get(b"000001")


def test_batch_that_fails_changes_nothing(tmp_path: Path) -> None:
    with LevelDBStore(tmp_path / "a.db") as store:
        store.put(b"a", b"1")
        with pytest.raises(TypeError):
            store.write({b"a": b"2", b"b": "no bytes"})  # type: ignore[dict-item]
        assert dict(store.iterate()) == {b"a": b"1"}


def test_unfinished_write_at_the_end_of_the_log_is_dropped(tmp_path: Path) -> None:
    """As after a power cut."""
    directory = tmp_path / "a.db"
    with LevelDBStore(directory) as store:
        store.put(b"first", b"1")
        store.put(b"second", b"2" * 1000)
        copy = shutil.copytree(directory, tmp_path / "b.db")
    log = next(copy.glob("*.log"))
    log.write_bytes(log.read_bytes()[:-500])
    with LevelDBStore(copy) as store:
        assert list(store.iterate()) == [(b"first", b"1")]
