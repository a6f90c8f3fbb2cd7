"""Log records in the reference's form, module files, what is shown on the console."""

import io
import json
import logging
import os
import re
import time
from datetime import UTC, date, timedelta, timezone
from pathlib import Path

import pytest

from pybytomd.errors import ConfigError
from pybytomd.node.console.log_levels import level_of
from pybytomd.node.console.log_records import format_json, format_record, module_of
from pybytomd.node.console.logs import KEPT_SECONDS, ConsoleWarnings, Logging, ModuleFiles, StreamLines


def record(message: str, name: str = "pybytomd.rpc.transport.server", level: int = logging.INFO, **extra: object):
    made = logging.LogRecord(name, level, "/src/server.py", 12, message, None, None, "start")
    made.__dict__.update(extra)
    made.created = 1_795_453_850.9
    return made


def test_a_record_reads_like_the_reference_s() -> None:
    line = format_record(record("Rpc listen", **{"api address:": "127.0.0.1:21000"}), zone=UTC)
    assert line == (
        'time="2026-11-23T17:10:50Z" level=info msg="Rpc listen" api address:="127.0.0.1:21000" module=api'
    )


def test_times_are_local() -> None:
    line = format_record(record("x"), zone=timezone(timedelta(hours=8)))
    assert line.startswith('time="2026-11-24T01:10:50+08:00" ')


def test_values_are_bare_only_where_they_are_plain() -> None:
    line = format_record(
        record("", empty="", path="/a/b-c_d.e@f^g+h", text='two "words"', number=7, on=True, raw=b"\x01\xff"),
        zone=UTC,
    )
    assert line.endswith(
        'level=info empty= module=api number=7 on=true path=/a/b-c_d.e@f^g+h raw=01ff text="two \\"words\\""'
    )


def test_line_ends_cannot_forge_a_record() -> None:
    line = format_record(record("one\ntwo", peer="x\nlevel=fatal"), zone=UTC)
    assert "\n" not in line


def test_debug_names_the_place() -> None:
    line = format_record(record("x"), debug=True, zone=UTC)
    assert "file=/src/server.py func=start line=12 module=api" in line


def test_secrets_are_hidden() -> None:
    line = format_record(record("x", password="hunter2", mnemonic="a b c"), zone=UTC)
    assert "hunter2" not in line
    assert "a b c" not in line


def test_an_exception_is_one_line_with_its_stack() -> None:
    made = record("failed", level=logging.ERROR)
    try:
        int("x")
    except ValueError as error:
        made.exc_info = (ValueError, error, error.__traceback__)
    line = format_record(made, zone=UTC)
    assert 'err="invalid literal' in line
    assert 'stack="Traceback' in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("pybytomd.p2p.peers.switch", "p2p"),
        ("pybytomd.p2p.discovery.engine", "discover"),
        ("pybytomd.p2p.discovery.mdns", "p2p/mdns"),
        ("pybytomd.mining.cpu_miner", "cpuminer"),
        ("pybytomd.mining.pool", "mining"),
        ("pybytomd.sync.manager", "netsync"),
        ("pybytomdx", "general"),
        ("aiohttp.access", "general"),
    ],
)
def test_modules(name: str, module: str) -> None:
    assert module_of(name) == module


@pytest.mark.parametrize(
    ("text", "level"),
    [("debug", logging.DEBUG), ("WARN", logging.WARNING), ("", logging.INFO), ("loud", logging.INFO)],
)
def test_levels(text: str, level: int) -> None:
    assert level_of(text) == level


def test_files_change_with_the_day_and_old_ones_go(tmp_path: Path) -> None:
    day = date(2026, 11, 23)
    files = ModuleFiles(tmp_path, today=lambda: day)
    old = tmp_path / "api.20261101"
    old.write_text("old")
    long_ago = time.time() - KEPT_SECONDS - 60
    os.utime(old, (long_ago, long_ago))
    unrelated = tmp_path / "notes.txt"
    unrelated.write_text("mine")
    os.utime(unrelated, (long_ago, long_ago))
    files.emit(record("first"))
    day = date(2026, 11, 24)
    files.emit(record("second"))
    files.emit(record("deep", name="pybytomd.p2p.discovery.mdns"))
    assert not old.exists()
    assert unrelated.exists()
    assert "first" in (tmp_path / "api.20261123").read_text()
    assert "second" in (tmp_path / "api.20261124").read_text()
    assert "deep" in (tmp_path / "p2p" / "mdns.20261124").read_text()


def test_a_lost_directory_is_said_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "log").write_text("a file where the directory should be")
    files = ModuleFiles(tmp_path / "log")
    for _ in range(3):
        files.emit(record("x"))
    assert capsys.readouterr().err.count("cannot write the log") == 1


def test_everything_is_on_disk_when_the_logging_ends(tmp_path: Path) -> None:
    console: list[str] = []
    logger = logging.getLogger("pybytomd.rpc.test")
    with Logging(tmp_path / "log", "info", console.append):
        logger.debug("not this")
        for number in range(500):
            logger.info("line %d", number)
        logger.warning("take care", extra={"port": 9888})
    (path,) = (tmp_path / "log").iterdir()
    lines = path.read_text().splitlines()
    assert len(lines) == 501
    assert all(re.match(r'time="[^"]+" level=(info|warning) msg=', line) for line in lines)
    assert console == ["warning: take care (port 9888)"]


def test_leftovers_of_the_reference_are_removed(tmp_path: Path) -> None:
    (tmp_path / "api_lock").touch()
    with Logging(tmp_path, "info", print):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_directory_of_no_use_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "log").touch()
    with pytest.raises(ConfigError, match="InitLogFile failed: cannot use the log directory"):
        Logging(tmp_path / "log", "info", print)


def test_the_console_repeats_nothing(tmp_path: Path) -> None:
    lines: list[str] = []
    handler = ConsoleWarnings(lines.append)
    for _ in range(3):
        handler.emit(record("peer is slow", level=logging.WARNING))
    handler.emit(record("disk\nfull", level=logging.ERROR))
    assert lines == ["warning: peer is slow", "error: disk full"]


def test_a_record_is_an_object_of_json() -> None:
    line = format_json(record('say "x"\n', peer="1.2.3.4", password="hunter2", time="no", raw="\udc80"), zone=UTC)
    assert "\n" not in line
    assert json.loads(line) == {
        "time": "2026-11-23T17:10:50Z", "level": "info", "module": "api", "msg": 'say "x"\n',
        "peer": "1.2.3.4", "password": "***", "raw": "\udc80",
    }  # fmt: skip


@pytest.mark.parametrize(("is_json", "told"), [(False, rb"two \x80"), (True, rb"two \udc80")])
def test_a_stream_takes_what_is_no_text(told: bytes, *, is_json: bool) -> None:
    out = io.BytesIO()
    StreamLines(out, is_json=is_json).emit(record("two \udc80"))
    assert told in out.getvalue()


def test_logs_go_to_a_stream_alone_or_as_well(tmp_path: Path) -> None:
    out = io.BytesIO()
    with Logging(None, "info", lambda _: None, is_json=True, out=out):
        logging.getLogger("pybytomd.rpc").info("one")
        logging.getLogger("pybytomd.rpc").info("two")
    assert [json.loads(line)["msg"] for line in out.getvalue().splitlines()] == ["one", "two"]
    with Logging(tmp_path, "info", lambda _: None, out=out):
        logging.getLogger("pybytomd.rpc").info("three")
    (file,) = tmp_path.glob("api.*")
    assert file.read_bytes() == out.getvalue().splitlines(keepends=True)[-1]
    out.close()
    with Logging(None, "info", lambda _: None, out=out):
        logging.getLogger("pybytomd.rpc").info("nobody hears this")
