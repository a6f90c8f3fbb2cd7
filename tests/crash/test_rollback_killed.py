"""kill -9 while blocks are taken back, or added again: what is left is whole, and both go on from there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pybytomd.chain.archive.rollback import connect_stored, roll_back
from pybytomd.chain.chain import Chain
from pybytomd.chain.verification import DatabaseVerification
from pybytomd.clock import SystemClock
from pybytomd.events import EventDispatcher
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.store.block_store import BlockStore
from pybytomd.store.kv.leveldb import LevelDBStore
from tests.functional.recorded_home import unpacked

ROOT = Path(__file__).parents[2]
HEIGHT = 270
STEPS, STEPS_FORTH = (1, 5, 11, 42), (1, 5, 11, 20)
"""Blocks after which it is killed. What was undone and not yet written is there again."""


def run_and_kill(database: Path, direction: str, steps: int) -> None:
    command = [sys.executable, "-m", "tests.crash.rollback_run", str(database), direction]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for step in range(steps):
            assert process.stdout.readline().strip().isdecimal()
            if step < steps - 1:
                process.stdin.write("\n")
                process.stdin.flush()
        process.kill()


def height_of(database: Path) -> int:
    """Where the chain ends, once all of it was found whole."""
    with LevelDBStore(database) as opened:
        report = DatabaseVerification(BlockStore(opened), SOLONET).run()
        assert report.is_sound, report.problems
        assert report.best_height is not None
        return report.best_height


@pytest.mark.timeout(300)
def test_a_chain_survives_being_killed_on_its_way_back_and_forth(tmp_path: Path) -> None:
    database = unpacked(tmp_path / "home") / "data" / "core.db"
    height = HEIGHT
    for steps in STEPS:
        run_and_kill(database, "back", steps)
        reached = height_of(database)
        assert height - steps <= reached <= height
        height = reached
    assert height < HEIGHT
    for steps in STEPS_FORTH:
        run_and_kill(database, "forward", steps)
        reached = height_of(database)
        assert height <= reached <= min(HEIGHT, height + steps)
        height = reached
    with LevelDBStore(database) as opened:
        chain = Chain.open(SOLONET, BlockStore(opened), SystemClock(), EventDispatcher(), threads=1)
        connect_stored(chain)
        assert chain.best_height == HEIGHT
        assert roll_back(chain, 0).height == 0
        chain.close()
