"""Commands that write a file which is named: none makes one that is called ``-``."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pybytomd.cli import bytomd
from pybytomd.cli.bytomcli import Client
from pybytomd.cli.written_files import file_to_write

NOBODY = {"BYTOM_URL": "http://127.0.0.1:1"}
HINT = "this cannot be written to standard output; name a file (./- for one that is called -)"


@pytest.mark.parametrize("command", ["chain export -", "chain export --format parquet -"])
def test_the_node_writes_no_file_called_dash(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(bytomd.program({}), [*command.split(), "--home", str(tmp_path / "home")])
    assert (result.exit_code, HINT in result.stderr) == (1, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "command", ["wallet backup -", "tx export --from a bm1q 1 --into -", "tx sign x --into -"]
)
def test_the_client_writes_no_file_called_dash(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(Client(), command.split(), env=NOBODY)
    assert (result.exit_code != 0, HINT in result.stderr) == (True, True), result.output
    assert list(tmp_path.iterdir()) == []


def test_other_names_are_files() -> None:
    assert [file_to_write(name) for name in ("x", "./-", "-x")] == [Path("x"), Path("-"), Path("-x")]
