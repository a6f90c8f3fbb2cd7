"""LevelDB: what stays on the disk, who may open it, and what damage says."""

import multiprocessing
import random
import shutil
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from pybytomd.errors import StoreError
from pybytomd.store.errors import DamagedDatabase
from pybytomd.store.kv import leveldb
from pybytomd.store.kv.binding import plyvel
from pybytomd.store.kv.leveldb import LevelDBStore
from pybytomd.store.remedies import REMEDIES, remedy_for


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


def contents(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


MISSING = {
    "CURRENT": "CURRENT is missing",
    "MANIFEST-*": r"the file MANIFEST-\d+ is missing",
    "*.log": r"its last write-ahead log \(\*\.log\) is missing",
    "*.ldb": "missing files",
}


@pytest.mark.parametrize("name", ["core", "wallet", "accesstoken", "discover", "anything"])
@pytest.mark.parametrize("missing", MISSING)
def test_a_database_that_lacks_a_file_is_refused_and_left_as_it_is(
    tmp_path: Path, missing: str, name: str
) -> None:
    directory = filled(tmp_path / f"{name}.db")
    for path in directory.glob(missing):
        path.unlink()
    before = contents(directory)
    for create in (True, False):
        with pytest.raises(DamagedDatabase, match=MISSING[missing]) as caught:
            LevelDBStore(directory, create=create)
        assert str(directory) in only_line(caught.value)
    after = contents(directory)
    if missing == "*.ldb":  # LevelDB itself says so, and notes it in its journal
        before = {name: data for name, data in before.items() if not name.startswith("LOG")}
        after = {name: data for name, data in after.items() if not name.startswith("LOG")}
    assert after == before


@pytest.mark.parametrize("left", ["LOCK", "LOG", "000003.log", "000005.ldb", "MANIFEST-000001", "notes.txt"])
def test_whatever_is_in_a_directory_without_a_database_stays(tmp_path: Path, left: str) -> None:
    (tmp_path / left).write_bytes(b"something")
    with pytest.raises(DamagedDatabase, match="CURRENT is missing"):
        LevelDBStore(tmp_path)
    assert contents(tmp_path) == {left: b"something"}


def test_an_absent_and_an_empty_directory_are_made_into_a_database(tmp_path: Path) -> None:
    (tmp_path / "empty.db").mkdir()
    for name in ("empty.db", "deep/absent.db"):
        with LevelDBStore(tmp_path / name) as store:
            store.put(b"a", b"1")
        with LevelDBStore(tmp_path / name, create=False) as store:
            assert store.get(b"a") == b"1"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["deep", "empty.db"]


def test_one_that_was_begun_and_not_finished_is_not_found_in_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the first start is killed."""

    def killed(beside: Path) -> None:
        (beside / "LOCK").touch()
        (beside / "MANIFEST-000001").touch()
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(leveldb, "_create", killed)
        LevelDBStore(tmp_path / "a.db")
    assert not (tmp_path / "a.db").exists()
    (tmp_path / ".a.db.new").mkdir()
    (tmp_path / ".a.db.new" / "CURRENT").touch()
    LevelDBStore(tmp_path / "a.db").close()
    assert [path.name for path in tmp_path.iterdir()] == ["a.db"]


def logged(tmp_path: Path) -> Path:
    """A database with 300 entries in its log, as a killed process leaves it."""
    chance = random.Random(1)
    with LevelDBStore(tmp_path / "running.db") as store:
        for number in range(300):
            store.put(b"%04d" % number, chance.randbytes(chance.choice((20, 300, 5000))))
        return shutil.copytree(store.directory, tmp_path / "wallet.db")


def test_a_log_that_was_cut_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    directory = logged(tmp_path)
    chance = random.Random(2)
    for _ in range(25):
        copy = shutil.copytree(directory, tmp_path / "copy.db")
        log = max(copy.glob("*.log"), key=lambda path: path.stat().st_size)
        log.write_bytes(log.read_bytes()[: chance.randrange(log.stat().st_size)])
        with LevelDBStore(copy) as store:
            keys = [key for key, _ in store.iterate()]
        assert keys == [b"%04d" % number for number in range(len(keys))]
        assert len(keys) < 300
        shutil.rmtree(copy)


def test_a_flipped_bit_in_a_log_is_refused(tmp_path: Path) -> None:
    directory = logged(tmp_path)
    chance = random.Random(3)
    for _ in range(25):
        copy = shutil.copytree(directory, tmp_path / "copy" / "wallet.db")
        log = max(copy.glob("*.log"), key=lambda path: path.stat().st_size)
        content = bytearray(log.read_bytes())
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        log.write_bytes(content)
        with pytest.raises(DamagedDatabase) as caught:
            LevelDBStore(copy)
        text = only_line(caught.value)
        assert str(copy) in text
        assert all(word in text for word in ("key files", "mnemonic", "recovery-wallet", "backup"))
        assert log.read_bytes() == content
        shutil.rmtree(copy)


@pytest.mark.parametrize("name", [*REMEDIES, "other"])
def test_every_database_says_what_to_do(name: str) -> None:
    remedy = remedy_for(f"{name}.db")
    assert ("move it a" in remedy or "restore it" in remedy) and not remedy.endswith(".")


@pytest.mark.parametrize("name", ["blacklist", "discover", "fastsync", "index", "trace"])
def test_what_can_be_made_anew_may_be_moved_away(name: str) -> None:
    assert "move it away" in remedy_for(name)


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


def test_threads_that_wait_for_the_disk_share_one_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nobody waits when nothing was written."""
    waits: list[int] = []
    begun, go_on = threading.Event(), threading.Event()

    def slow(_directory: Path) -> None:
        waits.append(1)
        begun.set()
        assert go_on.wait(30)

    monkeypatch.setattr(leveldb, "sync_logs", slow)
    with LevelDBStore(tmp_path / "a.db") as store:
        store.sync()
        assert waits == []
        store.put(b"first", b"")
        threads = [threading.Thread(target=store.sync)]
        threads[0].start()
        assert begun.wait(30)
        store.put(b"second", b"")  # which the wait that has begun may not be for
        threads += [threading.Thread(target=store.sync) for _ in range(5)]
        for thread in threads[1:]:
            thread.start()
        go_on.set()
        for thread in threads:
            thread.join()
        assert len(waits) == 2


def test_a_log_whose_end_is_zeros_is_read_as_far_as_it_goes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As some file systems leave it after a power cut."""
    directory = logged(tmp_path)
    chance = random.Random(4)
    for _ in range(40):
        copy = shutil.copytree(directory, tmp_path / "copy.db")
        log = max(copy.glob("*.log"), key=lambda path: path.stat().st_size)
        content = log.read_bytes()
        kept = chance.randrange(len(content))
        end = min(len(content), kept + chance.choice((40, 600, 4096, len(content))))
        log.write_bytes(content[:kept].ljust(end, b"\x00"))
        with LevelDBStore(copy, create=False) as store:
            keys = [key for key, _ in store.iterate()]
        assert keys == [b"%04d" % number for number in range(len(keys))]
        shutil.rmtree(copy)
        cut = shutil.copytree(directory, tmp_path / "cut.db")
        next(cut.glob(log.name)).write_bytes(content[:kept])
        with LevelDBStore(cut, create=False) as store:
            assert [key for key, _ in store.iterate()] == keys, "no less than of one that just ends there"
        shutil.rmtree(cut)
    assert "ended with zeros" in caplog.text


def test_zeros_at_the_end_do_not_hide_a_flipped_bit_before_them(tmp_path: Path) -> None:
    directory = logged(tmp_path)
    log = max(directory.glob("*.log"), key=lambda path: path.stat().st_size)
    content = bytearray(log.read_bytes())
    content[len(content) // 3] ^= 1
    content[-2000:] = bytes(2000)
    log.write_bytes(content)
    with pytest.raises(DamagedDatabase):
        LevelDBStore(directory)
    assert log.read_bytes() == content


def test_what_is_kept_of_what_was_read_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []

    def opening(*arguments: object, **options: object) -> object:
        opened.append(plyvel.DB(*arguments, **options))
        return opened[-1]

    bytes_of = random.Random(7).randbytes  # what cannot be packed is not kept
    with LevelDBStore(tmp_path / "a.db") as store:
        store.write({bytes_of(32): 16 * bytes_of(64) for _ in range(6 * 1024)})
    monkeypatch.setattr(leveldb, "plyvel", SimpleNamespace(DB=opening, Error=plyvel.Error))
    with LevelDBStore(tmp_path / "a.db") as store:
        assert sum(len(store.get(key) or b"") for key, _ in store.iterate()) == 6 << 20
        used = int(opened[-1].get_property(b"leveldb.approximate-memory-usage"))
        assert leveldb.CACHE_BYTES // 2 < used < 3 << 20
