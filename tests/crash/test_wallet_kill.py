"""kill -9 in the middle of a scan: the wallet goes on where it was, and its index is complete and right."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

from pybytomd.store.kv.leveldb import LevelDBStore
from pybytomd.wallet.check import check_wallet
from tests.unit.wallet.recorded import INDEX, KEYS_AND_ACCOUNTS, chosen, open_chain, open_wallet, records

ROOT = Path(__file__).parents[2]


def scan_and_kill(directory: Path, after_seconds: float) -> None:
    command = [sys.executable, "-m", "tests.crash.wallet_scan", str(directory)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "scanning\n"
        threading.Event().wait(after_seconds)  # anywhere in a scan: the moment is what is being varied
        process.kill()


def test_the_index_survives_being_killed(tmp_path: Path) -> None:
    directory = tmp_path / "wallet.db"
    with LevelDBStore(directory) as database:
        database.write(chosen(records("leveldb_dump"), KEYS_AND_ACCOUNTS))
    for kill in range(5):
        scan_and_kill(directory, 0.03 + 0.07 * kill)
        with LevelDBStore(directory) as database:
            wallet = open_wallet(database, open_chain())
            stored_cursor = wallet.cursor
            assert 0 <= stored_cursor.work_height <= stored_cursor.best_height <= 270
            wallet.catch_up()
            assert chosen(dict(database.iterate()), INDEX) == chosen(records("leveldb_dump"), INDEX)
            assert check_wallet(wallet).is_sound
