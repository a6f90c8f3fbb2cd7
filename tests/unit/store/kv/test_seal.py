"""Whether another program had a database open is noticed, whatever it did there, and a crash is no such thing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pybytomd.store.errors import DamagedDatabase
from pybytomd.store.kv.binding import plyvel
from pybytomd.store.kv.leveldb import LevelDBStore
from pybytomd.store.kv.seal import Tables
from pybytomd.store.kv.write_behind import WriteBehind
from pybytomd.store.repair.salvage import repair
from pybytomd.store.schema import SEAL


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A sealed database of one entry, closed."""
    place = tmp_path / "wallet.db"
    with LevelDBStore(place) as database:
        assert not database.is_sealed
        database.put(b"a", b"1")
        database.seal()
        assert database.is_sealed
    return place


def is_sealed(place: Path) -> bool:
    with LevelDBStore(place) as database:
        return database.is_sealed


def test_a_database_is_not_sealed_unless_asked_for(tmp_path: Path) -> None:
    for _ in range(2):
        assert not is_sealed(tmp_path / "core.db")
    with LevelDBStore(tmp_path / "core.db") as database:
        assert list(database.iterate()) == []


def test_a_seal_lasts_however_often_this_program_opens_it(directory: Path) -> None:
    for number in range(3):
        assert is_sealed(directory)
        with LevelDBStore(directory) as database:
            database.put(b"b", b"%d" % number)
    assert is_sealed(directory)


@pytest.mark.parametrize("writes", [False, True])
def test_another_program_breaks_it(directory: Path, writes: bool) -> None:
    other = plyvel.DB(str(directory))
    if writes:
        other.put(b"a", b"2")
    other.close()
    assert not is_sealed(directory)
    assert not is_sealed(directory)  # for good
    with LevelDBStore(directory) as database:
        database.seal()
    assert is_sealed(directory)


def test_it_lasts_through_a_crash(directory: Path, tmp_path: Path) -> None:
    """The files as a kill leaves them: nothing was closed."""
    with LevelDBStore(directory) as database:
        database.put(b"b", b"2")
        shutil.copytree(directory, tmp_path / "killed.db")
    with LevelDBStore(tmp_path / "killed.db") as killed:
        assert killed.is_sealed
        assert killed.get(b"b") == b"2"


def test_files_that_are_put_back_have_their_own_seal(directory: Path, tmp_path: Path) -> None:
    shutil.copytree(directory, tmp_path / "before")
    plyvel.DB(str(directory)).close()
    shutil.rmtree(directory)
    shutil.copytree(tmp_path / "before", directory)
    assert is_sealed(directory)


def test_a_list_of_the_same_name_that_another_made_is_another(directory: Path) -> None:
    tables = Tables.of(directory)
    assert tables is not None
    assert tables.has(tables.seal())
    assert tables._replace(head=tables.head + b"more").has(tables.seal())
    assert not tables._replace(head=tables.head[:-1]).has(tables.seal())
    assert not tables._replace(head=b"\x00" + tables.head[1:]).has(tables.seal())
    assert not tables._replace(name=b"MANIFEST-000001").has(tables.seal())
    for odd in (b"", b"MANIFEST", tables.name + b" x y", tables.name + b" " + b"9" * 5000 + b" z"):
        assert not tables.has(odd)


def test_a_repair_breaks_it(directory: Path) -> None:
    with LevelDBStore(directory) as database:
        database.write({b"%d" % number: bytes(100) for number in range(100)})
    table = max(directory.glob("*.ldb"))
    data = bytearray(table.read_bytes())
    data[len(data) // 2] ^= 1
    table.write_bytes(data)
    with LevelDBStore(directory) as database, pytest.raises(DamagedDatabase):
        list(database.iterate())
    repair(directory)
    assert not is_sealed(directory)


def test_what_is_held_back_is_sealed_with_the_rest(tmp_path: Path) -> None:
    with LevelDBStore(tmp_path / "wallet.db") as below:
        database = WriteBehind(below)
        database.seal()
        assert database.is_sealed
        assert below.get(SEAL) is not None
