"""``bytomd_cli.json``: the node's command line.

Cases that differ on purpose are still compared in everything else.
"""

import re
import stat
import tempfile
import tomllib
from pathlib import Path

from click.testing import CliRunner, Result

from pybytomd.cli.bytomd import program
from tests.vectors.registry import Case, DifferentOnPurpose, family

ADDED_COMMANDS = {"chain", "completion", "config", "db", "deploy", "dev", "equity", "miner", "wallet"}
ADDED_FLAGS = {
    "api.origins",
    "api.tls_certificate",
    "api.tls_key",
    "auth.local",
    "disk.min_free",
    "index.enable",
    "log.format",
    "log.to",
    "p2p.max_upload",
}
FLAG_LINE = re.compile(r"^ {2}(?:-\w, |    )--(?P<name>\S+)(?: (?P<kind>string|int|uint))? {2,}")


def run(arguments: list[str], home: Path) -> Result:
    """The command line under the reference's name, so that texts can be compared."""
    words = [word.replace("/DIR", str(home)) for word in arguments]
    return CliRunner().invoke(program({"HOME": "/HOME"}), words, prog_name="bytomd")


def flag_lines(text: str) -> dict[str, str | None]:
    """Flags of a help text with the kinds of their values."""
    return {found["name"]: found["kind"] for line in text.splitlines() if (found := FLAG_LINE.match(line))}


def without_examples(text: str) -> str:
    return re.sub(r"Examples:\n.*?\n\n", "", text, flags=re.DOTALL)


def without_lines(text: str, names: set[str]) -> str:
    """The help without the lines of these commands and flags."""
    return "".join(line for line in text.splitlines(keepends=True) if line.split()[:1] not in [[n] for n in names])


@family("bytomd_cli")
def check_command_line(case: Case, document: Case) -> None:
    with tempfile.TemporaryDirectory() as name:
        if case.get("note") == "second init in the same directory":
            run(case["argv"], Path(name))
        result = run(case["argv"], Path(name))
        assert result.exit_code == case["exit_code"], result.output
        if case["argv"][:1] == ["init"] and not case["exit_code"] and "--help" not in case["argv"]:
            check_init(case, result, Path(name))
    if result.stdout == case["stdout"] and result.stderr == case["stderr"]:
        return
    assert result.stderr == case["stderr"]
    if case["argv"] == ["node", "--help"]:
        shown = flag_lines(result.stdout)
        assert set(shown) >= ADDED_FLAGS
        theirs = {name: kind for name, kind in shown.items() if name not in ADDED_FLAGS}
        assert theirs == flag_lines(case["stdout"])
        raise DifferentOnPurpose("the default network and P2P address; examples and clearer texts are added")
    assert without_lines(without_examples(result.stdout), {*ADDED_COMMANDS, "--version"}) == case["stdout"]
    raise DifferentOnPurpose("the help shows examples, commands and a flag of our own")


def check_init(case: Case, result: Result, directory: Path) -> None:
    """Compare what was written; raises DifferentOnPurpose, as init also writes a key and says what it did."""
    home = Path(case["argv"][-1].replace("/DIR", str(directory)))
    written = (home / "config.toml").read_text()
    if "config_toml" in case:
        expected = case["config_toml"].replace("0.0.0.0:9888", "127.0.0.1:9888")
        assert written == expected
    else:
        assert tomllib.loads(written)["chain_id"] in ("mainnet", "solonet", "wisdom")
    for path, mode in case.get("tree", {}).items():
        assert oct(stat.S_IMODE((home / path).stat().st_mode)) == mode
    assert (home / "node_key.json").is_file()
    if case.get("note") == "second init in the same directory":
        assert result.stdout.startswith("Already exists config file.")
        raise DifferentOnPurpose("the same is said on standard output, not as a log record")
    raise DifferentOnPurpose("init writes node_key.json too, the API is on loopback, and it says what it wrote")
