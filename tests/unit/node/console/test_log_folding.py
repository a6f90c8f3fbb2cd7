"""What repeats is left out of the log and counted; files end at a size, and all of them together do."""

import logging
import os
from datetime import date
from pathlib import Path

import pytest

from pybytomd.node.console import folded, logs
from pybytomd.node.console.log_folding import QUIET_SECONDS, REMEMBERED_KINDS, REMEMBERED_LINES, Folding, Kind
from pybytomd.node.console.logs import ConsoleWarnings, Logging, ModuleFiles

OFFENCE: Kind = ("pybytomd.p2p.peers.switch", logging.INFO, "offence")
OTHER: Kind = ("pybytomd.p2p.peers.switch", logging.INFO, "peer connected")
DAY = date(2026, 11, 23)
NOW = 1_795_453_850.0


def record(message: str, now: float = NOW, level: int = logging.INFO, **extra: object) -> logging.LogRecord:
    fields = {"name": "pybytomd.p2p.peers.switch", "levelno": level, "msg": message, "created": now, **extra}
    return logging.makeLogRecord(fields)


def test_the_same_line_is_shown_once_in_a_while() -> None:
    folding = Folding(60, burst=100, rate=1)
    assert [folding.admit(OFFENCE, "a", NOW + second) for second in (0, 1, 59, 60, 61)] == [0, None, None, 2, None]
    assert folding.admit(OFFENCE, "b", NOW + 62) == 1


def test_a_kind_has_a_burst_and_a_rate() -> None:
    folding = Folding(60, burst=3, rate=0.5)
    assert [folding.admit(OFFENCE, str(n), NOW) for n in range(5)] == [0, 0, 0, None, None]
    assert folding.admit(OTHER, "x", NOW) == 0
    assert folding.admit(OFFENCE, "later", NOW + 1) is None
    assert folding.admit(OFFENCE, "later", NOW + 2) == 3


def test_a_clock_that_is_set_back_hides_nothing() -> None:
    folding = Folding(60, burst=3, rate=0.5)
    assert folding.admit(OFFENCE, "a", NOW) == 0
    assert folding.admit(OFFENCE, "a", NOW - 3600) == 0


def test_what_was_left_out_is_told_when_it_has_become_quiet_and_at_the_end() -> None:
    folding = Folding(60, burst=1, rate=0)
    for number in range(3):
        folding.admit(OFFENCE, str(number), NOW)
    assert list(folding.untold(NOW + QUIET_SECONDS - 1)) == []
    assert list(folding.untold(NOW + QUIET_SECONDS)) == [(OFFENCE, 2)]
    assert list(folding.untold(NOW + QUIET_SECONDS)) == []
    folding.admit(OFFENCE, "again", NOW + 100)
    assert list(folding.untold(NOW + 100, at_once=True)) == [(OFFENCE, 1)]


def test_memory_is_bounded() -> None:
    folding = Folding(60, burst=10**9, rate=1)
    for number in range(3 * REMEMBERED_LINES):
        folding.admit(("x", 20, str(number)), str(number), NOW)
    assert len(folding._lines) == REMEMBERED_LINES
    assert len(folding._kinds) == REMEMBERED_KINDS


def test_a_flood_of_one_kind_stays_small_in_its_file_and_is_counted(tmp_path: Path) -> None:
    files = ModuleFiles(tmp_path, today=lambda: DAY)
    for number in range(20_000):
        files.emit(record("offence", NOW + number / 10_000, peer=f"1.2.3.4:{number}"))
    files.emit(record("peer banned", NOW + 3))
    files.emit(record("peer banned", NOW + 3))
    files.close()
    lines = (tmp_path / "p2p.20261123").read_text().splitlines()
    offences = [line for line in lines if "msg=offence" in line]
    assert folded.BURST < len(offences) < folded.BURST + 30
    assert sum(int(line.split("folded=")[1].split()[0]) for line in offences if "folded=" in line) == (
        20_000 - sum("peer=" in line for line in offences)
    )
    assert [line for line in lines if "peer banned" in line and "folded" not in line]
    assert 'msg="peer banned"' in lines[-1]
    assert "folded=1" in lines[-1]


def test_debug_lines_are_all_there(tmp_path: Path) -> None:
    files = ModuleFiles(tmp_path, today=lambda: DAY)
    for _ in range(2000):
        files.emit(record("message", level=logging.DEBUG))
    assert len((tmp_path / "p2p.20261123").read_text().splitlines()) == 2000


def test_a_full_file_is_kept_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MAX_FILE_BYTES", 10_000)
    files = ModuleFiles(tmp_path, today=lambda: DAY)
    for number in range(1000):
        files.emit(record("message", level=logging.DEBUG, number=number))
    current, former = tmp_path / "p2p.20261123", tmp_path / "p2p.20261123.1"
    assert sorted(tmp_path.iterdir()) == [current, former]
    assert 0 < current.stat().st_size <= 10_000
    assert 9_000 < former.stat().st_size <= 10_000
    assert "number=999" in current.read_text()


def test_a_line_longer_than_a_file_may_be_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MAX_FILE_BYTES", 100)
    files = ModuleFiles(tmp_path, today=lambda: DAY)
    files.emit(record("x" * 200))
    files.emit(record("y" * 200))
    assert "y" * 200 in (tmp_path / "p2p.20261123").read_text()


def test_all_files_together_are_bounded_and_the_oldest_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MAX_TOTAL_BYTES", 100_000)
    monkeypatch.setattr(logs, "LOOK_BYTES", 10_000)
    for age, name in enumerate(("api.20261122", "api.20261121.1", "p2p/mdns.20261120"), 1):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(bytes(40_000))
        os.utime(path, (path.stat().st_mtime - 3600 * age,) * 2)
    (tmp_path / "notes.txt").write_bytes(bytes(200_000))
    files = ModuleFiles(tmp_path, today=lambda: DAY)
    files.emit(record("first"))
    assert not (tmp_path / "p2p/mdns.20261120").exists()
    assert (tmp_path / "api.20261121.1").exists()
    for number in range(500):
        files.emit(record("message", level=logging.DEBUG, number=number))
    assert not (tmp_path / "api.20261121.1").exists()
    assert (tmp_path / "api.20261122").exists()
    assert (tmp_path / "notes.txt").exists()


def test_records_of_one_place_in_the_code_are_one_kind_whatever_their_text(tmp_path: Path) -> None:
    """Folding sees the message before its arguments are put in, though the record is queued with them in it."""
    logger = logging.getLogger("pybytomd.rpc.test")
    with Logging(tmp_path, "info", lambda _: None):
        for number in range(folded.BURST + 500):
            logger.info("line %d", number)
    (path,) = tmp_path.iterdir()
    lines = path.read_text().splitlines()
    assert folded.BURST <= len(lines) < folded.BURST + 100
    assert "folded=" in lines[-1]
    assert "template" not in lines[0]


def test_the_console_is_not_flooded_either() -> None:
    shown: list[str] = []
    handler = ConsoleWarnings(shown.append)
    for number in range(1000):
        handler.emit(record("offence", level=logging.WARNING, peer=number))
    assert len(shown) == logs.CONSOLE_BURST
    handler.emit(record("offence", NOW + 20, logging.WARNING, peer="last"))
    assert shown[-1] == f"warning: offence (peer last) [{1000 - logs.CONSOLE_BURST} like it left out]"
