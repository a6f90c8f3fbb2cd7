"""``@FILE`` and ``-`` in commands of the reference: where JSON or hex is wanted, and nowhere else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pybytomd.cli.bytomcli import CALLS, Client
from pybytomd.client.http_client import ApiClient
from pybytomd.client.place import URL_VARIABLE
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.crypto.chainkd import XPrv

XPUB = str(XPrv.from_seed(bytes(32)).xpub)
RAW = "0700000000"
TEMPLATE = {
    "raw_transaction": RAW,
    "signing_instructions": None,
    "fee": 5,
    "allow_additional_actions": False,
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    requests: list[tuple[str, Any]] = []

    def call(_: ApiClient, path: str, request: JsonValue = None) -> JsonValue:
        requests.append((path, request))
        return {}

    monkeypatch.setattr(ApiClient, "call", call)
    return requests


def run(*arguments: str, stdin: str | bytes = "") -> Result:
    return CliRunner().invoke(Client(), arguments, input=stdin, env={URL_VARIABLE: "http://127.0.0.1:1"})


@pytest.mark.parametrize(
    ("command", "contents", "request_made"),
    [
        (["decode-raw-transaction", "SOURCE"], RAW, {"raw_transaction": RAW}),
        (["submit-transaction", "SOURCE"], json.dumps({"raw_transaction": RAW}), {"raw_transaction": RAW}),
        (["estimate-transaction-gas", "SOURCE"], json.dumps(TEMPLATE), {"transaction_template": TEMPLATE}),
        (
            ["sign-transaction", "SOURCE", "-p", "-"],
            json.dumps(TEMPLATE),
            {"password": "-", "transaction": TEMPLATE},
        ),
        (["decode-program", "SOURCE"], "51", {"program": "51"}),
        (["check-key-password", "SOURCE", "@word"], XPUB, {"xpub": XPUB, "password": "@word"}),
        (["sign-message", "a", "SOURCE", "-"], "68", {"address": "a", "message": "68", "password": "-"}),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
@pytest.mark.parametrize("source", ["file", "standard input", "argument"])
def test_what_is_json_or_hex_may_be_elsewhere(
    command: list[str], contents: str, request_made: Any, source: str, asked: list[tuple[str, Any]], tmp_path: Path
) -> None:
    file = tmp_path / "argument"
    file.write_text(f"{contents}\n")
    word = {"file": f"@{file}", "standard input": "-", "argument": contents}[source]
    result = run(*[word if one == "SOURCE" else one for one in command], stdin=f"{contents}\n")
    assert result.exit_code == 0, result.output
    assert asked == [(f"/{command[0]}", request_made)]


def test_names_and_passwords_are_what_they_are(asked: list[tuple[str, Any]]) -> None:
    assert run("create-key", "@alice", "-", stdin="no\n").exit_code == 0
    assert run("create-account", "-", XPUB).exit_code == 0
    assert asked[0] == ("/create-key", {"alias": "@alice", "password": "-"})
    assert asked[1][1]["alias"] == "-"


@pytest.mark.parametrize(
    "name", ["create-key", "create-access-token", "check-access-token", "create-transaction-feed"]
)
def test_commands_whose_arguments_are_names_read_nothing(name: str) -> None:
    assert not CALLS[name].sources


def test_what_cannot_be_read_is_said(asked: list[tuple[str, Any]], tmp_path: Path) -> None:
    missing = run("decode-raw-transaction", f"@{tmp_path / 'none'}")
    assert missing.exit_code == 1
    assert missing.output.endswith(f"{tmp_path / 'none'}: No such file or directory\n")
    twice = run("verify-message", "a", "-", "-", "00", stdin=XPUB)
    assert twice.exit_code == 1
    assert "only one of the arguments" in twice.output
    assert run("decode-program", "-", stdin=b"\xff").exit_code == 1
    assert asked == []
