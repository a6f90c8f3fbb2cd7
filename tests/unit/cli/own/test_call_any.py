"""Arguments of ``call``, and a command for every method."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from pybytomd.cli.bytomcli import CALLS
from pybytomd.cli.own.all_commands import OWN_COMMANDS
from pybytomd.cli.own.call_any import METHODS, request_of
from pybytomd.errors import ConfigError
from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.rpc.methods import load_methods


def test_all_methods_of_the_api_have_a_command() -> None:
    own = {command.name for command in OWN_COMMANDS} - set(METHODS)
    methods = {name for kind in ChainKind for name in load_methods(kind=kind)}
    assert set(METHODS) == methods - set(CALLS) - own


@pytest.mark.parametrize(
    ("arguments", "request_value"),
    [
        ([], {}),
        (["block_height=0"], {"block_height": 0}),
        (["a=18446744073709551615", "b=-1"], {"a": 2**64 - 1, "b": -1}),
        (["a=true", "b=false", "c=null"], {"a": True, "b": False, "c": None}),
        (["id=0012", "hash=12e4", "x=1.5"], {"id": "0012", "hash": "12e4", "x": "1.5"}),
        (['actions=[{"type":"issue"}]', 'password="123"'], {"actions": [{"type": "issue"}], "password": "123"}),
        (["alias=a=b", "empty="], {"alias": "a=b", "empty": ""}),
    ],
)
def test_arguments(arguments: list[str], request_value: Any) -> None:
    assert request_of(arguments) == request_value


@pytest.mark.parametrize(
    "arguments", [["alias"], ["=x"], ["a b=1"], ["a=1", "a=2"], ["a=[1"], ["a={"], ["@x", "a=1"], ["-", "a=1"]]
)
def test_bad_arguments(arguments: list[str]) -> None:
    with pytest.raises(ConfigError):
        request_of(arguments)


def test_files(tmp_path: Path) -> None:
    text, structured, binary = tmp_path / "text", tmp_path / "json", tmp_path / "binary"
    text.write_bytes(b"12345\r\n")
    structured.write_text(' {"alias": "x"}\n')
    binary.write_bytes(b"\xff\xfe")
    assert request_of([f"password=@{text}", f"image=@{structured}"]) == {
        "password": "12345",
        "image": {"alias": "x"},
    }
    assert request_of([f"@{structured}"]) == {"alias": "x"}
    for wrong in (f"@{text}x", f"a=@{tmp_path / 'none'}"):
        with pytest.raises(OSError, match="No such file"):
            request_of([wrong])
    with pytest.raises(ConfigError, match="not UTF-8"):
        request_of([f"a=@{binary}"])


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    for arguments, typed, wanted in ((["-"], '{"a":1}', {"a": 1}), (["a=-"], "x\n", {"a": "x"})):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(typed.encode())))
        assert json.dumps(request_of(arguments), default=lambda number: int(number.text)) == json.dumps(wanted)
