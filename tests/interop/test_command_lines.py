"""The commands and flags of the Go programs, as their help tells them, against those of ours."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from pybytomd.cli.bytomcli import CALLS, OWN_NAME, Client
from pybytomd.cli.bytomd import NODE_FLAGS, program
from tests.interop.reference_node import each_reference, needs_reference

CLIENTS = [Path(text) for text in os.environ.get("BYTOMCLI_REFERENCE", "").split(os.pathsep) if text]
needs_client = pytest.mark.skipif(
    not CLIENTS, reason="BYTOMCLI_REFERENCE names no Go bytomcli to compare with (several: separated as in PATH)"
)
each_client = pytest.mark.parametrize("binary", CLIENTS, ids=lambda path: path.name)
COMMAND = re.compile(r"^  ([a-z-]+) ", re.MULTILINE)
FLAG = re.compile(r"^ +(?:-(?P<short>\w), )?--(?P<name>[\w.-]+)(?: (?P<kind>string|int))?  ", re.MULTILINE)
DEFAULT = re.compile(r"\(default (.*)\)$")
OLD = frozenset({"p2p.pex"})
"""Flags of 1.0.5 alone: taken, without effect, and not in the help."""
NEW_DEFAULTS = frozenset({"chain_id", "log_level", "log_file", "p2p.laddr", "root"})
"""Flags of the node with other defaults than the reference's: a private network of one's own, not none at all."""


def go_help(binary: Path, *command: str) -> str:
    return subprocess.run([binary, *command, "--help"], capture_output=True, text=True, check=True).stdout


def our_help(*command: str) -> str:
    if command[:1] == ("pybytomd",):
        return CliRunner().invoke(program({}), [*command[1:], "--help"]).stdout
    return CliRunner().invoke(Client(), [*command, "--help"], prog_name=OWN_NAME).stdout


def commands(text: str) -> list[str]:
    return COMMAND.findall(text.partition("Available Commands:\n")[2].partition("\n\n")[0])


def flags(text: str) -> dict[str, tuple[str, str, str]]:
    """Letter, type and default of every flag by its name."""
    found = {}
    for line in text.splitlines():
        if flag := FLAG.match(line):
            default = DEFAULT.search(line)
            found[flag["name"]] = (flag["short"] or "", flag["kind"] or "", default[1] if default else "")
    return found


def is_1_1_1(binary: Path) -> bool:
    return b" v1.1.1" in subprocess.run([binary, "version"], capture_output=True, check=True).stdout


@needs_client
@each_client
def test_every_command_of_the_client(binary: Path) -> None:
    names = commands(go_help(binary))
    assert len(names) > 50
    assert set(names) - {"help"} <= set(CALLS)
    newer = is_1_1_1(binary)
    for name in names:
        theirs, ours = go_help(binary, name), our_help(name)
        assert flags(theirs).items() <= flags(ours).items(), name
        if newer:
            assert theirs == ours, name
    if newer:
        assert go_help(binary) == our_help()


@needs_reference
@each_reference
def test_every_flag_of_the_node(binary: Path) -> None:
    names = commands(go_help(binary))
    assert set(names) == {"help", "init", "node", "version"}
    assert set(names) <= set(commands(our_help("pybytomd")))
    for name in ((), ("init",), ("node",), ("version",)):
        theirs, ours = flags(go_help(binary, *name)), flags(our_help("pybytomd", *name))
        assert set(theirs) - OLD <= set(ours)
        assert set(theirs) & OLD <= {flag.name for flag in NODE_FLAGS}
        for flag, (short, kind, default) in theirs.items():
            if flag in OLD:
                continue
            our_short, our_kind, our_default = ours[flag]
            assert (short, kind) == (our_short, our_kind), flag
            assert default == our_default or flag in NEW_DEFAULTS, flag
