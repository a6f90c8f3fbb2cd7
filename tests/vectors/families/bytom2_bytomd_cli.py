"""``bytom2_bytomd_cli.json``: the command line of bytomd 2.0.7, which knows no other chain.

Here the networks of Bytom 2 have names of their own, and the rest of the command line is that of both chains.
"""

import json
import re
import stat
import tempfile
from pathlib import Path

from click.testing import CliRunner, Result

from pybytomd.cli.bytomd import program
from pybytomd.crypto.chainkd import XPrv
from pybytomd.node.home.locations import default_bytom2_home
from tests.vectors.families.bytomd_cli import (
    ADDED_COMMANDS,
    ADDED_FLAGS,
    flag_lines,
    without_examples,
    without_lines,
)
from tests.vectors.registry import Case, DifferentOnPurpose, family

OUR_NAMES = {"mainnet": "bytom2", "testnet": "bytom2-testnet"}
FLAGS_OF_1X = {"p2p.node_key", "simd.enable"}
UNKNOWN_FLAG = "ERROR: unknown flag: --"


def run(arguments: list[str], home: Path) -> Result:
    words = [word.replace("/DIR", str(home)) for word in arguments]
    return CliRunner().invoke(program({"HOME": "/HOME"}), words, prog_name="bytomd")


@family("bytom2_bytomd_cli")
def check_command_line(case: Case, document: Case) -> None:
    words = case["argv"]
    with tempfile.TemporaryDirectory() as name:
        if words[0] == "init" and words[1:] != ["--help"]:
            check_init(case, Path(name))
    result = run(words, Path("/nowhere")) if words[0] == "version" or "--help" in words else None
    if result is None:
        flag = case["stderr"].removeprefix(UNKNOWN_FLAG).strip()
        assert flag in FLAGS_OF_1X
        assert case["exit_code"] == 1
        raise DifferentOnPurpose("flags of 1.x are known, whichever chain a node is of")
    assert result.exit_code == case["exit_code"]
    assert result.stderr == case["stderr"]
    if words == ["version"]:
        assert re.fullmatch(r"\d+\.\d+\.\d+\n", result.stdout)
        raise DifferentOnPurpose("the version is that of 1.x, whose command line this is")
    assert str(default_bytom2_home({"HOME": "/HOME"}, "linux")) in case["stdout"]
    shown = result.stdout.replace("/HOME/.bytom", "/HOME/.bytom2")
    if words == ["node", "--help"]:
        assert {*flag_lines(shown)} - ADDED_FLAGS - FLAGS_OF_1X == {*flag_lines(case["stdout"])}
        raise DifferentOnPurpose("flags of both chains are shown, and clearer texts")
    assert without_lines(without_examples(shown), {*ADDED_COMMANDS, "--version"}) == case["stdout"]
    raise DifferentOnPurpose("the help shows examples, commands and a flag of our own, and the home of 1.x")


def check_init(case: Case, directory: Path) -> None:
    """What is written is the reference's but for where the API listens. Raises DifferentOnPurpose."""
    words = list(case["argv"])
    asked = words[2]
    words[2] = OUR_NAMES.get(asked, "bytom2-solonet")
    is_second = "Already exists" in case["stderr"]
    home = Path(words[-1].replace("/DIR", str(directory)))
    if is_second:
        run(words, directory)
        before = {path.name: path.read_bytes() for path in home.iterdir() if path.is_file()}
    result = run(words, directory)
    assert result.exit_code == case["exit_code"], result.output
    expected = case["config_toml"].replace("0.0.0.0:9888", "127.0.0.1:9888")
    assert (home / "config.toml").read_text() == expected
    assert {path.name for path in home.iterdir()} == {path.rstrip("/") for path in case["tree"]}
    for path, mode in case["tree"].items():
        assert oct(stat.S_IMODE((home / path).stat().st_mode)) == mode
    key = (home / "node_key.txt").read_text()
    text_form = case.get("node_key_format", {"length": 128, "lower_hex": True})
    assert {"length": len(key), "lower_hex": re.fullmatch("[0-9a-f]+", key) is not None} == text_form
    if is_second:
        assert result.stdout.startswith("Already exists config file.")
        assert {path.name: path.read_bytes() for path in home.iterdir() if path.is_file()} == before
    else:
        assert str(XPrv.from_hex(key).xpub) in result.stdout, json.dumps(result.stdout)
    raise DifferentOnPurpose("the network has another name, the API is on loopback, and it says what it wrote")
