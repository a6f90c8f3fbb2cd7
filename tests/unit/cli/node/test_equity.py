"""``pybytomd equity`` against recorded runs of the reference's tool."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pybytomd.cli.bytomd import program

RECORDING = Path(__file__).parents[3] / "vectors" / "data" / "equity.json"
RUNS = json.loads(RECORDING.read_text(encoding="utf-8"))["cli"]


def run(directory: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    for name, text in RUNS["files"].items():
        (directory / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(directory)
    return CliRunner().invoke(program({}), ["equity", *arguments])


@pytest.mark.parametrize(
    "recorded",
    [recorded for recorded in RUNS["runs"] if not recorded["stderr"]],
    ids=lambda recorded: " ".join(recorded["argv"]),
)
def test_prints_what_the_reference_prints(
    recorded: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run(tmp_path, monkeypatch, *recorded["argv"])
    assert result.stdout == recorded["stdout"]
    failed = any(sign in recorded["stdout"] for sign in (" error: ", "Error: ", "failed: ", "An error "))
    assert result.exit_code == (1 if failed else recorded["exit"]), "the reference ends with 0 in any case"


def test_shifts_of_several_clauses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = run(tmp_path, monkeypatch, "Two.eq", "--shift").stdout
    assert "    a:  00000000\n    b:  32000000\n    ending:  " in shown


@pytest.mark.parametrize(
    ("arguments", "what"),
    [([], "no file is named"), (["One.eq", "--what"], "unknown flag: --what")],
)
def test_a_wrong_command_line(
    arguments: list[str], what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run(tmp_path, monkeypatch, *arguments)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"ERROR: {what}")


def test_a_file_that_is_no_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "binary").write_bytes(bytes(range(256)) * 1000)
    assert "bytes" in run(tmp_path, monkeypatch, "binary").stdout
    (tmp_path / "short").write_bytes(b"\xff\xfe")
    assert "expected contract" in run(tmp_path, monkeypatch, "short").stdout
    assert "is a directory" in run(tmp_path, monkeypatch, ".").stdout
    assert {run(tmp_path, monkeypatch, name).exit_code for name in ("binary", "short", ".", "missing")} == {1}
    assert run(tmp_path, monkeypatch, "One.eq").exit_code == 0
