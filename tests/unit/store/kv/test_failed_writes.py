"""After a failed write nothing is taken that would be lost: the database is opened anew first, by itself."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pybytomd.errors import StoreError
from pybytomd.store.kv import leveldb
from pybytomd.store.kv.binding import plyvel
from pybytomd.store.kv.leveldb import LevelDBStore
from pybytomd.store.kv.write_behind import WriteBehind
from tests.small_disk import fill, small_disk_at

NO_SPACE = b"IO error: 000003.log: No space left on device"


class Faulty:
    """A LevelDB whose writes fail while ``is_full``, as on a full disk."""

    is_full = False
    opened = 0

    def __init__(self, *arguments: Any, **options: Any) -> None:
        if Faulty.is_full:
            raise plyvel.IOError(NO_SPACE)
        Faulty.opened += 1
        self._database = plyvel.DB(*arguments, **options)

    def write_batch(self, **options: Any) -> Any:
        if Faulty.is_full:
            raise plyvel.IOError(NO_SPACE)
        return self._database.write_batch(**options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> type[Faulty]:
    for name in ("Error", "IOError", "CorruptionError"):
        setattr(Faulty, name, getattr(plyvel, name))

    class Library:
        DB = Faulty
        Error = plyvel.Error
        CorruptionError = plyvel.CorruptionError

    monkeypatch.setattr(leveldb, "plyvel", Library)
    monkeypatch.setattr(Faulty, "is_full", False)
    monkeypatch.setattr(Faulty, "opened", 0)

    def occupy(descriptor: int, size: int) -> None:
        assert size >= leveldb.ROOM_BESIDE_LOGS
        if Faulty.is_full:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(leveldb, "_occupy", occupy)
    return Faulty


def test_a_write_that_failed_is_followed_by_opening_anew(tmp_path: Path, faulty: type[Faulty]) -> None:
    with LevelDBStore(tmp_path / "a.db") as store:
        opened = faulty.opened
        store.put(b"before", b"1")
        faulty.is_full = True
        with pytest.raises(StoreError, match="No space left on device; it takes changes again as soon as"):
            store.put(b"lost", b"2")
        faulty.is_full = False
        assert faulty.opened == opened
        store.put(b"after", b"3")
        assert faulty.opened == opened + 1
        store.put(b"later", b"4")
        assert faulty.opened == opened + 1
        assert dict(store.iterate()) == {b"before": b"1", b"after": b"3", b"later": b"4"}


def test_while_there_is_no_room_it_refuses_and_goes_on_reading(tmp_path: Path, faulty: type[Faulty]) -> None:
    with LevelDBStore(tmp_path / "a.db") as store:
        store.put(b"before", b"1")
        faulty.is_full = True
        with pytest.raises(StoreError):
            store.put(b"a", b"")
        opened = faulty.opened
        for _ in range(3):
            with pytest.raises(StoreError, match=r"takes no changes since one failed .*No space left") as caught:
                store.put(b"a", b"")
            assert str(tmp_path / "a.db") in str(caught.value)
            assert store.get(b"before") == b"1"
            assert list(store.iterate()) == [(b"before", b"1")]
        assert faulty.opened == opened


def test_what_was_held_back_is_written_when_there_is_room(tmp_path: Path, faulty: type[Faulty]) -> None:
    store = WriteBehind(LevelDBStore(tmp_path / "a.db"))
    faulty.is_full = True
    with pytest.raises(StoreError, match="No space"), store.together():
        store.put(b"a", b"1")
    with pytest.raises(StoreError, match="takes no changes"):
        store.flush()
    faulty.is_full = False
    store.flush()
    store.close()
    with LevelDBStore(tmp_path / "a.db") as again:
        assert list(again.iterate()) == [(b"a", b"1")]


def test_a_scan_under_way_ends_with_an_error(tmp_path: Path, faulty: type[Faulty]) -> None:
    with LevelDBStore(tmp_path / "a.db") as store:
        store.write({b"%d" % number: b"" for number in range(9)})
        items = store.iterate()
        assert next(items) == (b"0", b"")
        faulty.is_full = True
        with pytest.raises(StoreError):
            store.put(b"a", b"")
        faulty.is_full = False
        store.put(b"a", b"")
        with pytest.raises(StoreError, match="opened again after a failed write, while it was read; ask again"):
            list(items)
        assert len(list(store.iterate())) == 10


def test_opening_anew_that_fails_is_told_and_tried_with_every_use(
    tmp_path: Path, faulty: type[Faulty], monkeypatch: pytest.MonkeyPatch
) -> None:
    with LevelDBStore(tmp_path / "a.db") as store:
        store.put(b"a", b"1")
        faulty.is_full = True
        with pytest.raises(StoreError):
            store.put(b"b", b"")
        monkeypatch.setattr(leveldb, "_occupy", lambda *_: None)  # there seems to be room, but there is none
        uses: list[Callable[[], object]] = [
            lambda: store.put(b"b", b""),
            lambda: store.get(b"a"),
            lambda: list(store.iterate()),
        ]
        for use in uses:
            with pytest.raises(StoreError, match=r"after a failed write .*: cannot open the database"):
                use()
        faulty.is_full = False
        assert store.get(b"a") == b"1"
        store.put(b"b", b"2")
        assert dict(store.iterate()) == {b"a": b"1", b"b": b"2"}


def test_a_sync_that_failed_counts_as_a_failed_write(
    tmp_path: Path, faulty: type[Faulty], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    with LevelDBStore(tmp_path / "a.db") as store:
        store.put(b"a", b"1")
        opened = faulty.opened
        with monkeypatch.context() as patch, pytest.raises(StoreError, match="Input/output error"):
            patch.setattr(os, "fsync", fail)
            store.sync()
        store.put(b"b", b"2")
        assert faulty.opened == opened + 1
        store.sync()
        assert dict(store.iterate()) == {b"a": b"1", b"b": b"2"}


def test_closing_after_a_failed_write_keeps_what_was_confirmed(tmp_path: Path, faulty: type[Faulty]) -> None:
    store = LevelDBStore(tmp_path / "a.db")
    store.put(b"a", b"1")
    faulty.is_full = True
    with pytest.raises(StoreError):
        store.put(b"b", b"")
    store.close()
    for use in (lambda: store.get(b"a"), lambda: store.put(b"a", b""), lambda: list(store.iterate())):
        with pytest.raises(StoreError, match="is closed"):
            use()
    faulty.is_full = False
    with LevelDBStore(tmp_path / "a.db") as again:
        assert list(again.iterate()) == [(b"a", b"1")]


def test_many_threads_read_while_it_is_opened_anew(tmp_path: Path, faulty: type[Faulty]) -> None:
    """It must not be closed under a look-up: that would end the process."""
    pairs = {b"%04d" % number: bytes(100) for number in range(500)}
    wrong: list[object] = []
    done = threading.Event()

    def read(store: LevelDBStore) -> None:
        while not done.is_set():
            if store.get(b"0007") != bytes(100):
                wrong.append("a look-up")
            try:
                if dict(store.iterate(b"0")) != pairs:
                    wrong.append("a scan")
            except StoreError as error:
                if "ask again" not in str(error):
                    wrong.append(error)

    with LevelDBStore(tmp_path / "a.db") as store:
        store.write(dict(pairs))
        threads = [threading.Thread(target=read, args=(store,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for _ in range(20):
            faulty.is_full = True
            with pytest.raises(StoreError):
                store.put(b"x", b"")
            faulty.is_full = False
            store.put(b"x", b"")
        done.set()
        for thread in threads:
            thread.join()
    assert wrong == []


# --- a disk that is really full ----------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk_at(tmp_path / "disk", 12) as disk:
        yield disk


def write_until_it_fails(store: LevelDBStore, size: int) -> int:
    """How many were taken."""
    for number in range(100_000):
        try:
            store.put(b"fill%06d" % number, os.urandom(size))
        except StoreError as error:
            assert "No space left" in str(error)
            return number
    raise AssertionError("the disk is never full")


def after_a_kill(directory: Path) -> Path:
    """What another process would find now, without any closing."""
    return shutil.copytree(directory, directory.parents[1] / "after")


@pytest.mark.parametrize("size", [100, 3000, 70_000])
def test_nothing_confirmed_after_a_full_disk_is_lost_by_a_kill(small_disk: Path, size: int) -> None:
    with LevelDBStore(small_disk / "wallet.db") as store:
        store.put(b"before", b"1")
        free = fill(small_disk)
        taken = write_until_it_fails(store, size)
        for _ in range(2):
            with pytest.raises(StoreError, match="takes no changes since one failed"):
                store.put(b"refused", b"")
        assert store.get(b"before") == b"1"
        free()
        receivers = {b"receiver%d" % number: os.urandom(300) for number in range(80)}
        for key, value in receivers.items():
            store.put(key, value)
        with LevelDBStore(after_a_kill(small_disk / "wallet.db"), create=False) as found:
            values = dict(found.iterate())
        assert {key: values.get(key) for key in receivers} == receivers
        assert values[b"before"] == b"1"
        assert sum(key.startswith(b"fill") for key in values) == taken


def test_a_table_that_could_not_be_written_is_no_lasting_fault(small_disk: Path) -> None:
    """LevelDB keeps that error for ever: the log in use is written, the table made of the one before is not."""
    with LevelDBStore(small_disk / "wallet.db") as store:
        reserved = small_disk / "reserved"
        reserved.write_bytes(bytes(7 << 20))
        pairs = {b"%04d" % number: os.urandom(8000) for number in range(1500)}
        failures: list[StoreError] = []
        confirmed: dict[bytes, bytes] = {}
        for key, value in pairs.items():
            try:
                store.put(key, value)
            except StoreError as error:
                failures.append(error)
            else:
                confirmed[key] = value
        assert failures
        assert len(confirmed) > 100
        reserved.unlink()
        store.put(b"heals", b"by itself")
        with LevelDBStore(after_a_kill(small_disk / "wallet.db"), create=False) as found:
            values = dict(found.iterate())
        assert values == {**confirmed, b"heals": b"by itself"}
