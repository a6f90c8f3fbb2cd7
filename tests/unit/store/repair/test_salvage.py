"""What can be read of a damaged database is kept, and so are the damaged files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pybytomd.errors import StoreError
from pybytomd.store.errors import DamagedDatabase, DatabaseInUse
from pybytomd.store.kv.leveldb import LevelDBStore
from pybytomd.store.repair.salvage import repair


def killed(tmp_path: Path) -> Path:
    """A database with 3000 entries in tables, and 100 in its log."""
    with LevelDBStore(tmp_path / "running.db") as store:
        store.write({b"Account:%04d" % number: bytes([number % 256]) * 500 for number in range(3000)})
    with LevelDBStore(tmp_path / "running.db") as store:
        for number in range(100):
            store.put(b"Asset:%04d" % number, bytes(500))
        return shutil.copytree(store.directory, tmp_path / "wallet.db")


def contents(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def flip(directory: Path, pattern: str) -> None:
    path = max(directory.glob(pattern), key=lambda path: path.stat().st_size)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)


DAMAGES = {
    "a bit of the log": lambda directory: flip(directory, "*.log"),
    "CURRENT": lambda directory: (directory / "CURRENT").unlink(),
    "the list of tables": lambda directory: next(directory.glob("MANIFEST-*")).unlink(),
    "a bit of the list of tables": lambda directory: flip(directory, "MANIFEST-*"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_can_be_read_is_kept(tmp_path: Path, damage: str) -> None:
    directory = killed(tmp_path)
    DAMAGES[damage](directory)
    before = contents(directory)
    with pytest.raises(DamagedDatabase, match="pybytomd db repair wallet"):
        LevelDBStore(directory)
    done = repair(directory)
    assert done.entries["Account"] == 3000
    assert (done.entries["Asset"] == 100) == (damage != "a bit of the log")
    with LevelDBStore(directory, create=False) as store:
        found = dict(store.iterate())
        assert found[b"Account:0007"] == bytes([7]) * 500
        assert len(found) == done.entries.total()
        store.put(b"it", b"goes on")
    assert done.aside == tmp_path / "wallet.db.damaged-1"
    kept = contents(done.aside)
    assert {name: kept[name] for name in before if not name.startswith("LO")} == {
        name: data for name, data in before.items() if not name.startswith("LO")
    }
    assert sorted(path.name for path in tmp_path.iterdir()) == ["running.db", "wallet.db", "wallet.db.damaged-1"]


def test_a_sound_one_is_left_alone(tmp_path: Path) -> None:
    with LevelDBStore(tmp_path / "wallet.db") as store:
        store.put(b"a", b"1")
        with pytest.raises(DatabaseInUse):
            repair(tmp_path / "wallet.db")
    with pytest.raises(StoreError, match="nothing to repair"):
        repair(tmp_path / "wallet.db")
    with pytest.raises(StoreError, match="there is no database"):
        repair(tmp_path / "other.db")
    assert [path.name for path in tmp_path.iterdir()] == ["wallet.db"]


def test_what_cannot_be_repaired_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = killed(tmp_path)
    (directory / "CURRENT").unlink()
    before = contents(directory)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copytree", full)
    with pytest.raises(StoreError, match=r"wallet\.db cannot be repaired: .*No space"):
        repair(directory)
    assert contents(directory) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["running.db", "wallet.db"]
