"""Arguments that are no text, as a shell passes them on: every command says something sensible, no traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pybytomd.cli import bytomd
from pybytomd.cli.bytomcli import CALLS, Client
from pybytomd.codec.hextext import decode_hex
from pybytomd.codec.json import gojson
from pybytomd.errors import DecodeError

BYTES = b"x\xff\xfe".decode("utf-8", "surrogateescape")
HALF_PAIR = "\ud800"
NOBODY = {"BYTOM_URL": "http://127.0.0.1:1"}


@pytest.mark.parametrize("name", CALLS)
def test_every_command_of_the_client_takes_bytes_that_are_no_text(name: str) -> None:
    for count in range(1, 6):
        result = CliRunner().invoke(Client(), [name, *[BYTES] * count], env=NOBODY)
        assert result.exception is None or isinstance(result.exception, SystemExit), (count, result.exception)
        assert result.exit_code or name == "version"


@pytest.mark.parametrize(
    "command",
    ["init", "node", "dev", "db verify", "db repair core", "db stats", "db compact", "wallet check",
     "chain export x", "config show", "config check"],
)  # fmt: skip
def test_a_home_whose_name_is_no_text_is_refused_before_anything_is_made(command: str, tmp_path: Path) -> None:
    """LevelDB could not be opened in it."""
    home = tmp_path / BYTES
    result = CliRunner().invoke(bytomd.program({}), [*command.split(), "--home", str(home)])
    assert result.exit_code == 1
    assert "x\ufffd\ufffd has a name that is not UTF-8; choose another" in result.stderr
    assert not home.exists()


def test_json_has_the_replacement_character_for_each_byte_that_is_no_text() -> None:
    assert (
        gojson.dumps({BYTES: [BYTES, (HALF_PAIR,)]}) == '{"x\ufffd\ufffd":["x\ufffd\ufffd",["\ufffd"]]}'.encode()
    )
    with pytest.raises(TypeError):
        gojson.dumps(object())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "named"), [("0\udcff", "U+00FF"), (HALF_PAIR, "U+00ED"), ("0é", "U+00C3"), ("0g", "U+0067")]
)
def test_hex_names_the_byte_that_is_no_digit(text: str, named: str) -> None:
    with pytest.raises(DecodeError, match=f"invalid byte: {named}".replace("+", r"\+")):
        decode_hex(text)
