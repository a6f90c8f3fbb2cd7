"""Values that Tab completes, by the protocol of the shells, without a node."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pybytomd.cli.bytomcli import CALLS, Client
from pybytomd.cli.bytomd import program
from pybytomd.cli.commands import GoCommand, GoGroup
from pybytomd.cli.completing import values
from pybytomd.cli.completing.table import ARGUMENTS, FLAGS, Values
from pybytomd.cli.flags import Given
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import BytomError
from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.rpc.methods import load_methods

NOWHERE = {"BYTOM_URL": "http://127.0.0.1:1"}


def completed(line: str, *, shell: str = "bash") -> list[str]:
    """What the program answers for a line whose last word is being typed."""
    words = line.split(" ")
    root = Client() if words[0] == "pybytomcli" else program({})
    # For fish and zsh the words before and the incomplete one are given in other ways.
    variables = {f"_{words[0].upper()}_COMPLETE": f"{shell}_complete", "COMP_WORDS": line, **NOWHERE}
    variables["COMP_CWORD"] = words[-1] if shell == "fish" else str(len(words) - 1)
    result = CliRunner().invoke(root, prog_name=words[0], env=variables)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return list(filter(None, result.stdout.splitlines()))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("pybytomd node --chain_id so", ["plain,solonet"]),
        ("pybytomd init --chain_id bytom2-s", ["plain,bytom2-solonet"]),
        ("pybytomd node --log.format ", ["plain,text", "plain,json"]),
        ("pybytomd node --log.to=b", ["plain,both"]),
        ("pybytomd node --log_level w", ["plain,warn"]),
        ("pybytomd node --home ./s", ["dir,./s"]),
        ("pybytomd --home ", ["dir,"]),
        ("pybytomd --home x --root ", ["dir,"]),
        ("pybytomd db compact core wal", ["plain,wallet"]),
        ("pybytomd db repair wallet ", []),
        ("pybytomd db --home x repair tr", ["plain,trace"]),
        ("pybytomd chain import ch", ["file,ch"]),
        ("pybytomd chain export --format p", ["plain,parquet"]),
        ("pybytomd completion ", ["plain,bash", "plain,zsh", "plain,fish"]),
        ("pybytomcli tx combine a.json b", ["file,b"]),
        ("pybytomcli tx sign a.json --into o", ["file,o"]),
        ("pybytomcli send --password-file ", ["file,"]),
        ("pybytomcli balance -o ", ["plain,table", "plain,json", "plain,plain"]),
        ("pybytomcli balance --home ", ["dir,"]),
        ("pybytomcli get-block --token-file t", ["file,t"]),
        ("pybytomcli list-addresses --home ", ["dir,"]),
        ("pybytomcli token create x --role s", ["plain,spend"]),
        ("pybytomcli set-log-level p2", ["plain,p2p", "plain,p2p/mdns", "plain,p2pConn", "plain,p2pSecurity"]),
        (
            "pybytomcli set-log-level p2p ",
            [f"plain,{word}" for word in ("debug", "info", "warn", "error", "fatal")],
        ),
        ("pybytomcli set-log-level p2p debug ", []),
        ("pybytomcli call get-block-h", ["plain,get-block-hash", "plain,get-block-header"]),
        ("pybytomcli call get-block ", []),
        ("pybytomcli events address_", ["plain,address_transactions"]),
        ("pybytomcli build-transaction --type r", ["plain,retire"]),
        ("pybytomcli tx ", ["plain,combine", "plain,export", "plain,show", "plain,sign", "plain,submit"]),
        ("pybytomcli send --fr", ["plain,--from"]),
        ("pybytomcli send ADDRESS ", []),
    ],
)
def test_what_is_known_here(line: str, expected: list[str]) -> None:
    assert completed(line) == expected


def test_zsh_and_fish_are_told_what_a_value_means() -> None:
    told = completed("pybytomcli call get-block-has", shell="zsh")
    assert told == ["plain", "get-block-hash", "Hash of the best block."]
    (line,) = completed("pybytomcli call get-block-has", shell="fish")
    assert line == "plain,get-block-hash\tHash of the best block."


@pytest.mark.parametrize(
    "line", ["balance ", "send --from ", "delete-key ", "get-asset ", "unban ", "token delete "]
)
def test_without_a_node_nothing_is_said(line: str) -> None:
    assert completed(f"pybytomcli {line}") == []


def test_every_method_can_be_called() -> None:
    known = {name for kind in ChainKind for name in load_methods(kind=kind)}
    assert {item.value for item in values.completions(Values.METHOD, "", Given())} == known


ANSWERS: dict[str, JsonValue] = {
    "/list-accounts": [
        {"alias": "alice", "id": "0A1"}, {"alias": "bob smith", "id": "0A2"}, {"alias": "$(reboot)", "id": "0A3"},
        {"alias": "al;ls", "id": "x"}, {"alias": "al\nx", "id": "x"}, {"alias": "爱丽丝", "id": "a\nb"},
    ],
    "/list-keys": [{"alias": "alice", "xpub": "ab" * 64}],
    "/list-bans": [{"address": "10.0.0.1", "peer_id": ""}, {"address": "", "peer_id": "AB" * 32}],
}  # fmt: skip


def answered(kind: Values, incomplete: str, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str | None]]:
    class Client:
        def __init__(self, *_: object, **__: object) -> None: ...

        def call(self, path: str, request: JsonValue = None) -> JsonValue:
            if path not in ANSWERS:
                raise BytomError("no such thing")
            return ANSWERS[path]

    monkeypatch.setattr(values, "ApiClient", Client)
    return [(item.value, item.help) for item in values.completions(kind, incomplete, Given())]


def test_only_plain_words_of_a_node_reach_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    assert answered(Values.ACCOUNT, "", monkeypatch) == [("alice", "0A1"), ("爱丽丝", "")]
    assert answered(Values.ACCOUNT, "b", monkeypatch) == []
    assert answered(Values.KEY, "ab", monkeypatch) == [("ab" * 64, "alice")]
    assert answered(Values.BANNED, "", monkeypatch) == [("10.0.0.1", ""), ("AB" * 32, "")]
    assert answered(Values.ASSET, "", monkeypatch) == []


def commands(root: GoGroup) -> dict[str, object]:
    """All commands by their words."""
    found: dict[str, object] = {}
    for name, command in root.commands.items():
        found[name] = command
        if isinstance(command, GoGroup):
            found.update({f"{name} {inner}": one for inner, one in commands(command).items()})
    return found


def test_the_table_names_commands_and_flags_that_there_are() -> None:
    known = {**commands(program({})), **commands(Client())}
    assert [words for words in ARGUMENTS if words not in known] == []
    flags = {flag.name for call in CALLS.values() for flag in call.flags}
    flags |= {flag.name for one in known.values() if isinstance(one, GoCommand) for flag in one.own_flags}
    flags |= {"home", "root"}
    assert [name for name in FLAGS if name not in flags] == []


def test_every_kind_is_found_somewhere() -> None:
    somewhere = {*values.KNOWN, *values.ASKED, Values.FILE, Values.DIRECTORY, Values.NOTHING}
    assert set(Values) == somewhere


def test_every_argument_that_is_a_file_or_a_name_is_in_the_table() -> None:
    words = ("FILE", "ACCOUNT", "METHOD", "PART", "accountAlias", "assetID", "<xpub")
    for name, command in {**commands(program({})), **commands(Client())}.items():
        usage = command.usage_line if isinstance(command, GoCommand) else CALLS[name].usage
        if name in ARGUMENTS or "key=value" in usage or usage.startswith("<address>"):
            continue
        assert not any(word in usage.partition("--")[0] for word in words), (name, usage)


def test_a_home_that_is_no_directory_is_no_matter(tmp_path: Path) -> None:
    assert completed(f"pybytomcli balance --home {tmp_path / 'none'} a") == []
