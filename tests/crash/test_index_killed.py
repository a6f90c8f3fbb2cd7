"""kill -9 while the chain is indexed: the index goes on where it was, and ends as one that nobody disturbed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from pybytomd.clock import ManualClock
from pybytomd.indexing.bytom1 import Bytom1Forms
from pybytomd.indexing.service import IndexService
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.kv.leveldb import LevelDBStore
from pybytomd.store.kv.memory_db import MemoryStore
from tests.unit.wallet.recorded import open_chain

ROOT = Path(__file__).parents[2]
STEPS = (1, 3, 7, 12, 20)
"""After so many steps it is killed, in the midst of the next one."""


def scan_and_kill(directory: Path, steps: int) -> None:
    command = [sys.executable, "-m", "tests.crash.index_scan", str(directory), str(steps)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "stepped\n"
        process.kill()


def never(_: KeyValueStore) -> KeyValueStore:
    raise AssertionError("the index was found damaged")


def test_the_index_survives_being_killed(tmp_path: Path) -> None:
    directory = tmp_path / "index.db"
    chain = open_chain()
    undisturbed = MemoryStore()
    IndexService(undisturbed, chain, ManualClock(), forms=Bytom1Forms(chain), begin_anew=never).catch_up()
    reached = 0
    for steps in STEPS:
        scan_and_kill(directory, steps)
        with LevelDBStore(directory) as database:
            height = (
                IndexService(database, chain, ManualClock(), forms=Bytom1Forms(chain), begin_anew=never)
                .status()
                .height
            )
        assert reached <= height <= chain.best_height, "what was written is still there"
        reached = height
    with LevelDBStore(directory) as database:
        IndexService(database, chain, ManualClock(), forms=Bytom1Forms(chain), begin_anew=never).catch_up()
        assert dict(database.iterate()) == dict(undisturbed.iterate())
