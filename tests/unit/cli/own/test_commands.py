"""What all commands of our own have in common: help, credentials, printing, exit statuses."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import click.testing
import pytest
from click.testing import CliRunner

from pybytomd.cli.bytomcli import OWN_NAME, Client
from pybytomd.cli.client.tables import Form, Table, harmless, show
from pybytomd.cli.commands import GoGroup
from pybytomd.cli.own.all_commands import OWN_COMMANDS
from pybytomd.cli.own.command import OwnCommand
from pybytomd.client.http_client import ApiClient
from pybytomd.client.place import TOKEN_VARIABLE, URL_VARIABLE, Place
from pybytomd.errors import ConfigError
from pybytomd.node.home.cookie import Cookie

NOBODY = "http://127.0.0.1:1"


def run(*arguments: str, **variables: str) -> click.testing.Result:
    return CliRunner().invoke(Client(), arguments, prog_name=OWN_NAME, env={URL_VARIABLE: NOBODY, **variables})


def leaves() -> Iterator[tuple[tuple[str, ...], OwnCommand]]:
    for command in OWN_COMMANDS:
        below = command.commands.values() if isinstance(command, GoGroup) else [command]
        for leaf in below:
            assert isinstance(leaf, OwnCommand)
            names = (command.name, leaf.name) if leaf is not command else (command.name,)
            yield tuple(name or "" for name in names), leaf


@pytest.mark.parametrize("names", [names for names, _ in leaves()], ids=" ".join)
def test_help_has_an_example_and_the_exit_statuses(names: tuple[str, ...]) -> None:
    result = run(*names, "--help")
    assert result.exit_code == 0
    told = result.stdout
    assert f"\nUsage:\n  {OWN_NAME} {' '.join(names)}" in told
    examples = told.split("\nExamples:\n")[1].split("\n\n")[0]
    assert f"{OWN_NAME} {' '.join(names)}" in examples
    assert "--json" in told
    assert "\nExit status:\n  0  done\n  1  " in told


@pytest.mark.parametrize("names", [names for names, _ in leaves()], ids=" ".join)
def test_a_flag_that_is_none_is_refused(names: tuple[str, ...]) -> None:
    result = run(*names, "--no-such-flag")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "unknown flag: --no-such-flag" in result.stderr


def test_nobody_answers() -> None:
    result = run("call", "net-info")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "is the node running" in result.stderr


def test_what_people_are_shown_of_the_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    assert " send " not in run("--help").stdout
    monkeypatch.setattr(click.testing._NamedTextIOWrapper, "isatty", lambda _: True)
    assert " send " in run("--help").stdout


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("url", "token", "variables", "place"),
    [
        ("", "", {}, Place("http://127.0.0.1:9888")),
        ("", "", {URL_VARIABLE: "http://h:1"}, Place("http://h:1")),
        ("http://g:2", "", {URL_VARIABLE: "http://h:1"}, Place("http://g:2")),
        ("http://a:b%40@g:2/x", "", {}, Place("http://g:2/x", basic("a:b@"))),
        ("http://a:b@g", "c:d", {TOKEN_VARIABLE: "e:f"}, Place("http://g", basic("c:d"))),
        ("http://[::1]:2", "", {TOKEN_VARIABLE: "e:f"}, Place("http://[::1]:2", basic("e:f"))),
    ],
)
def test_credentials(
    url: str, token: str, variables: dict[str, str], place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (URL_VARIABLE, TOKEN_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert Place.of(url, token) == place


@pytest.mark.parametrize("token", ["x", "x:", ":y"])
def test_what_is_no_token(token: str) -> None:
    with pytest.raises(ConfigError, match="name:secret"):
        Place.of("", token)
    assert run("net-info", **{TOKEN_VARIABLE: token}).exit_code == 2


def test_token_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("\n")
    for wrong in (file, tmp_path / "none"):
        result = run("call", "net-info", "--token-file", str(wrong))
        assert (result.exit_code, result.stdout) == (1, "")
        assert str(wrong) in result.stderr


def test_ready_waits_for_a_node_that_has_not_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its cookie is looked for anew each time: there is none before it starts."""
    asked: list[str] = []

    def answer(client: ApiClient, _path: str, _request: object = None) -> object:
        asked.append(client.url)
        return {"readiness": {"is_ready": True}}

    def sleep(_seconds: float) -> None:
        Cookie("secret", "http://127.0.0.1:2").write(tmp_path)
        monkeypatch.setattr(ApiClient, "call", answer)

    monkeypatch.setattr("pybytomd.cli.own.ready.time.sleep", sleep)
    at_once = run("ready", "--home", str(tmp_path))
    assert (at_once.exit_code, "no node of this user runs in" in at_once.stderr) == (2, True)
    waited = run("ready", "--home", str(tmp_path), "--wait", "60")
    assert (waited.exit_code, asked) == (0, ["http://127.0.0.1:2"]), waited.stderr


TABLE = Table(("name", "amount"), [("a\tb\x1b[2J", "1"), ("[red]c", "22")], [{"name": "a"}], frozenset({"amount"}))


def test_forms(capsys: pytest.CaptureFixture[str]) -> None:
    show(TABLE, Form.JSON)
    assert json.loads(capsys.readouterr().out) == [{"name": "a"}]
    show(TABLE, Form.PLAIN)
    assert capsys.readouterr().out == "a\\x09b\\x1b[2J\t1\n[red]c\t22\n"
    show(TABLE, Form.TABLE)
    drawn = capsys.readouterr().out
    assert "\x1b" not in drawn
    assert [line.split() for line in drawn.splitlines() if line.strip()][-1] == ["[red]c", "22"]


def test_an_empty_table_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    show(Table(("a",), [], [], nothing="no accounts"), Form.TABLE)
    assert capsys.readouterr().out == "no accounts\n"


def test_what_moves_the_cursor_is_shown_by_its_code() -> None:
    assert harmless("é字\x9b\u202e\n") == "é字\\x9b\\x202e\\x0a"


def test_output_that_is_none() -> None:
    result = run("call", "net-info", "-o", "xml")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "table, json or plain" in result.stderr
