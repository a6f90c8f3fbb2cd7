"""Every option is in the table, the example file, the help, and a field of the configuration."""

import os
import re
import stat
import subprocess
import sys
import tomllib
from dataclasses import fields

import pytest
from click.testing import CliRunner

from pybytomd.cli.bytomd import program
from pybytomd.node.settings.config import (
    ApiSection,
    AuthSection,
    BaseSection,
    DiskSection,
    HooksSection,
    IndexSection,
    LogSection,
    P2PSection,
    SimdSection,
    TraceSection,
    WalletSection,
    WebSection,
    WebSocketSection,
)
from pybytomd.node.settings.example import example_text
from pybytomd.node.settings.options import BY_KEY, OPTIONS, Option
from tests.conventions.source import ROOT, modules, text

SECTIONS = {
    "": BaseSection,
    "p2p": P2PSection,
    "wallet": WalletSection,
    "auth": AuthSection,
    "api": ApiSection,
    "disk": DiskSection,
    "web": WebSection,
    "simd": SimdSection,
    "ws": WebSocketSection,
    "log": LogSection,
    "trace": TraceSection,
    "index": IndexSection,
    "hooks": HooksSection,
}


def test_the_example_file_is_the_one_the_table_makes() -> None:
    """Write it anew with ``python -m pybytomd.node.settings.example > config.example.toml``."""
    assert text("config.example.toml") == example_text()


def test_the_example_file_holds_every_default() -> None:
    document = tomllib.loads(text("config.example.toml"))
    flat = {key: value for key, value in document.items() if not isinstance(value, dict)}
    for section, table in document.items():
        if isinstance(table, dict):
            flat |= {f"{section}.{key}": value for key, value in table.items()}
    assert flat == {option.key: option.default for option in OPTIONS}


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.key)
def test_an_option_is_a_field_and_its_flag_is_in_the_help(option: Option) -> None:
    assert option.name in {field.name for field in fields(SECTIONS[option.section])}
    help_text = CliRunner().invoke(program({}), ["node", "--help"]).stdout
    shown = re.search(rf"^\s+--{re.escape(option.key)}[ \n]", help_text, re.MULTILINE) is not None
    assert shown == (option.flag and not option.hidden)


def test_every_field_is_an_option() -> None:
    keys = {f"{section}.{field.name}".lstrip(".") for section, kind in SECTIONS.items() for field in fields(kind)}
    assert keys == set(BY_KEY)


def test_every_option_is_used_or_said_to_have_no_effect() -> None:
    """A setting that nothing reads must say so."""
    source = "\n".join(
        text(path)
        for path in modules()
        if not path.endswith(("node/settings/options.py", "node/settings/config.py"))
    )
    source += text("pybytomd/node/settings/config.py").split("class Config:")[1]
    unused = [
        option.key
        for option in OPTIONS
        if not option.inert and not re.search(rf"\b{option.section or 'base'}\.{option.name}\b", source)
    ]
    assert unused == []


def test_the_short_commands_start_quickly() -> None:
    """Neither help nor version may load a node: no numpy, no aiohttp, no database."""
    code = (
        "import sys; from pybytomd.cli.bytomd import program; program({});"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    output = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True
    )
    assert {"numpy", "aiohttp", "plyvel", "plyvel_next", "nacl", "asyncio"} & set(output.stdout.split()) == set()


def test_continuous_integration_runs_what_the_readme_says() -> None:
    script = text(".ci/run")
    assert "make check" in script
    assert "make test" in script
    assert (ROOT / ".ci/run").stat().st_mode & stat.S_IXUSR
