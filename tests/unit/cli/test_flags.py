"""Command lines as the reference takes them."""

import pytest
from click.testing import CliRunner

from pybytomd.cli.bytomd import NODE_FLAGS, program
from pybytomd.cli.commands import GoGroup, Invocation, add_help_command
from pybytomd.cli.flags import Flag, FlagSet
from pybytomd.cli.suggestions import distance
from pybytomd.errors import ConfigError
from pybytomd.node.settings.value_types import Kind

FLAGS = FlagSet(
    (
        Flag("root", Kind.TEXT, "", short="r"),
        Flag("verbose", Kind.SWITCH, "", short="v"),
        Flag("mining", Kind.SWITCH, "", short="m"),
        Flag("peers", Kind.INTEGER, "", default=50),
    )
)


@pytest.mark.parametrize(
    ("line", "flags", "arguments"),
    [
        ("--root x a b", {"root": "x"}, ["a", "b"]),
        ("a --root=x b", {"root": "x"}, ["a", "b"]),
        ("--root=", {"root": ""}, []),
        ("--root x --root y", {"root": "y"}, []),
        ("--mining false", {"mining": True}, ["false"]),
        ("--mining=false", {"mining": False}, []),
        ("--mining=F -v", {"mining": False, "verbose": True}, []),
        ("-r x", {"root": "x"}, []),
        ("-rx", {"root": "x"}, []),
        ("-r=x", {"root": "x"}, []),
        ("-vmrx", {"verbose": True, "mining": True, "root": "x"}, []),
        ("-m=false", {"mining": False}, []),
        ("-- --root x", {}, ["--root", "x"]),
        ("- a", {}, ["-", "a"]),
        ("--peers -5", {"peers": -5}, []),
    ],
)
def test_parsing(line: str, flags: dict[str, object], arguments: list[str]) -> None:
    given = FLAGS.parse(line.split())
    assert given.flags == flags
    assert list(given.arguments) == arguments


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("--nope", "unknown flag: --nope"),
        ("--nope=1", "unknown flag: --nope"),
        ("---x", "bad flag syntax: ---x"),
        ("--=x", "bad flag syntax: --=x"),
        ("--root", "flag needs an argument: --root"),
        ("-r", "flag needs an argument: 'r' in -r"),
        ("-vr", "flag needs an argument: 'r' in -r"),
        ("-x", "unknown shorthand flag: 'x' in -x"),
        ("-vx", "unknown shorthand flag: 'x' in -x"),
        (
            "--peers=x",
            'invalid argument "x" for "--peers" flag: strconv.ParseInt: parsing "x": invalid syntax',
        ),
        (
            "--mining=zz",
            'invalid argument "zz" for "-m, --mining" flag: strconv.ParseBool: parsing "zz": invalid syntax',
        ),
    ],
)
def test_what_is_wrong_is_said_in_the_reference_s_words(line: str, complaint: str) -> None:
    with pytest.raises(ConfigError) as raised:
        FLAGS.parse(line.split())
    assert str(raised.value) == complaint


@pytest.fixture
def group() -> GoGroup:
    root = GoGroup("prog", short="A program.", flags=(Flag("home", Kind.TEXT, "where"),))

    @root.command_of("run", short="Runs", flags=(Flag("fast", Kind.SWITCH, "faster"),))
    def run(invocation: Invocation) -> None:
        print(invocation.value("home"), invocation.value("fast"), *invocation.arguments)

    @root.command_of("fail", short="Fails")
    def fail(_invocation: Invocation) -> None:
        raise ConfigError("this is wrong")

    add_help_command(root)
    return root


@pytest.mark.parametrize(
    "line",
    ["run --home h --fast x", "--home h run --fast x", "--home=h run x --fast", "--home h --fast=true run x"],
)
def test_flags_stand_before_or_after_the_command(group: GoGroup, line: str) -> None:
    result = CliRunner().invoke(group, line.split())
    assert result.exit_code == 0
    assert result.stdout == "h True x\n"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("nosuch", 'unknown command "nosuch" for "prog"'),
        ("rum", 'unknown command "rum" for "prog"\n\nDid you mean this?\n\trun\n'),
        ("--nope", "unknown flag: --nope"),
        ("run --nope", "unknown flag: --nope"),
        ("fail", "this is wrong"),
    ],
)
def test_errors_go_to_standard_error_with_status_1(group: GoGroup, line: str, complaint: str) -> None:
    result = CliRunner().invoke(group, line.split(), prog_name="prog")
    assert result.exit_code == 1
    assert result.stderr == f"ERROR: {complaint}\n"
    assert result.stdout == ""


@pytest.mark.parametrize("line", ["", "--help", "-h", "help", "--home x", "help nosuch"])
def test_help_goes_to_standard_output_with_status_0(group: GoGroup, line: str) -> None:
    result = CliRunner().invoke(group, line.split(), prog_name="prog")
    assert result.exit_code == 0
    assert result.stdout.startswith("A program.\n\nUsage:\n  prog [command]\n")


def test_the_program_completes_its_commands_and_flags() -> None:
    root = program({})
    for words, expected in (("pybytomd no", "plain,node"), ("pybytomd node --wallet.d", "plain,--wallet.disable")):
        variables = {
            "_PYBYTOMD_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(words.count(" ")),
        }
        result = CliRunner().invoke(root, prog_name="pybytomd", env=variables)
        assert expected in result.output.split()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(shell: str) -> None:
    result = CliRunner().invoke(program({}), ["completion", shell])
    assert "_PYBYTOMCLI_COMPLETE" in result.output
    assert result.exit_code == 0
    assert "_PYBYTOMD_COMPLETE" in result.output


def test_an_unknown_shell() -> None:
    result = CliRunner().invoke(program({}), ["completion", "tcsh"])
    assert result.exit_code == 1
    assert "known are bash, zsh, fish" in result.stderr


def test_distance() -> None:
    assert [distance("init", other) for other in ("init", "int", "inot", "node", "")] == [0, 1, 1, 4, 4]


def test_many_flags_are_shown_in_groups_and_each_once() -> None:
    shown = CliRunner().invoke(program({}), ["node", "--help"]).output
    groups = {part.partition("\n")[0]: part for part in shown.split("\n\n")}
    assert "--p2p.seeds string" in groups["Flags for peers:"]
    assert "--wallet.disable" in groups["Flags for the wallet:"]
    assert "--mining" in groups["Flags:"]
    for flag in NODE_FLAGS:
        assert sum(line.split()[:1] == [f"--{flag.name}"] for line in shown.splitlines()) == (not flag.hidden)
    few = CliRunner().invoke(program({}), ["db", "compact", "--help"]).output
    assert "\nFlags:\n" in few
    assert "Flags for" not in few
