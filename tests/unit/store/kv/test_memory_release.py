"""Pages that LevelDB maps: given back after a long scan, and nothing is lost by it."""

import sys
from pathlib import Path

import pytest

from pybytomd.store.kv import leveldb
from pybytomd.store.kv.leveldb import LevelDBStore
from pybytomd.store.kv.memory_release import release_tables


def mapped(directory: Path) -> int:
    """Kilobytes of a database's tables that count as memory of this process."""
    total, ours = 0, False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if "-" in line.split(" ", 1)[0]:
            ours = str(directory) in line
        elif ours and line.startswith("Rss:"):
            total += int(line.split()[1])
    return total


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for what is mapped")
def test_pages_are_given_back_and_come_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = tmp_path / "a.db"
    values = {b"%06d" % number: number.to_bytes(4, "big") * 50 for number in range(5000)}
    with LevelDBStore(directory) as store:
        store.write(dict(values))
    with LevelDBStore(directory) as store:
        assert dict(store.iterate()) == values
        looked_at = mapped(directory)
        release_tables(directory)
        assert mapped(directory) <= looked_at  # older kernels keep them
        monkeypatch.setattr(leveldb, "LONG_SCAN", 1000)
        assert dict(store.iterate()) == values
        assert list(store.iterate(b"0001", reverse=True)) == sorted(
            ((key, value) for key, value in values.items() if key.startswith(b"0001")), reverse=True
        )
