"""A database that was closed has nothing in its log: the reference's library would skip some of it."""

from __future__ import annotations

from pathlib import Path

from pybytomd.store.kv.leveldb import LevelDBStore


def test_the_log_is_empty_after_closing(tmp_path: Path) -> None:
    with LevelDBStore(tmp_path) as store:
        for batch in range(60):  # some 12 MB, so the log is begun anew several times meanwhile
            store.write({b"%d-%d" % (batch, number): bytes(2000) for number in range(100)})
        store.put(b"last", b"value")
    logs = list(tmp_path.glob("*.log"))
    assert logs
    assert [log.stat().st_size for log in logs] == [0] * len(logs)
    with LevelDBStore(tmp_path) as store:
        assert store.get(b"last") == b"value"
        assert sum(1 for _ in store.iterate()) == 6001


def test_closing_twice(tmp_path: Path) -> None:
    store = LevelDBStore(tmp_path)
    store.close()
    store.close()
