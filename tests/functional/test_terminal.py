"""The programs at a terminal that is closed, with streams that take nothing, and with mistyped names."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pybytomd import __version__
from tests.functional.node_process import QUIET_OPTIONS, environment, node, run

NODE = (sys.executable, "-m", "pybytomd")
CLIENT = (sys.executable, "-c", "from pybytomd.cli.bytomcli import main; main()")
SHOWN = [
    (*NODE, "--help"),
    (*NODE, "version"),
    (*CLIENT, "--help"),
    (*CLIENT, "help"),
    (*CLIENT, "get-block-count"),
]
SECONDS = 60.0


def in_shell(redirection: str, command: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """Run a command with its streams redirected by a shell."""
    return subprocess.run(
        ["sh", "-c", f'"$@" {redirection}', "sh", *command], env=environment(BYTOM_URL="http://127.0.0.1:1"),
        capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("command", SHOWN, ids=lambda command: " ".join(command[-2:])[-20:])
@pytest.mark.parametrize("redirection", [">&-", "<&- >&-", "| true", "| head -1"])
def test_nobody_reads_what_is_printed(redirection: str, command: tuple[str, ...]) -> None:
    ended = in_shell(redirection, command)
    assert ended.stderr == ""
    if redirection.endswith(">&-"):
        assert ended.returncode == (2 if command[-1] == "get-block-count" else 0)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
@pytest.mark.parametrize("command", SHOWN, ids=lambda command: " ".join(command[-2:])[-20:])
def test_what_cannot_be_written_is_an_error(command: tuple[str, ...]) -> None:
    ended = in_shell(">/dev/full", command)
    assert ended.stderr == "ERROR: cannot write: No space left on device\n"
    assert ended.returncode == 1


def test_both_programs_tell_both_versions() -> None:
    for program, name in ((NODE, "pybytomd"), (CLIENT, "pybytomcli")):
        assert in_shell("", (*program, "--version")).stdout == (
            f"{name} {__version__}, stands in for version 1.1.1 of the reference\n"
        )
    assert in_shell("", (*NODE, "version")).stdout == "1.1.1\n"
    assert in_shell("", (*CLIENT, "version")).stdout.startswith("Bytomcli v1.1.1 ")


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [(("--verison",), "version"), (("node", "--hmoe=x"), "home"), (("node", "--p2p.sedes", "x"), "p2p.seeds")],
)
def test_a_mistyped_flag_is_guessed(arguments: tuple[str, ...], meant: str) -> None:
    ended = in_shell("", (*NODE, *arguments))
    assert ended.returncode == 1
    assert ended.stderr.endswith(f"; did you mean --{meant}?\n")


async def test_a_mistyped_variable_is_guessed(tmp_path: Path) -> None:
    made = await run("init", "--home", tmp_path / "home", TM_CHIAN_ID="mainnet", TM_FAST_SYNC="1", TMUX="x")
    assert made.err == ("WARNING: unknown setting in the environment: TM_CHIAN_ID (did you mean TM_CHAIN_ID?)\n")
    async with node(tmp_path / "home", TM_LOGLEVEL="debug") as running:
        await running.stop()
        assert "unknown setting in the environment: TM_LOGLEVEL (did you mean TM_LOG_LEVEL?)" in running.text


async def test_a_new_network_is_told_of(tmp_path: Path) -> None:
    async with node(tmp_path / "typo") as running:
        await running.stop()
        said = f"there was no node at {tmp_path / 'typo'}: a new one is made, for solonet"
        assert said in running.text
    async with node(tmp_path / "typo") as running:
        await running.stop()
        assert said not in running.text


async def test_tools_make_no_network(tmp_path: Path) -> None:
    archive = tmp_path / "chain.blocks"
    archive.write_bytes(b"")
    for tool in (("wallet", "check"), ("db", "verify"), ("chain", "export", str(tmp_path / "x"))):
        ended = await run(*tool, "--home", tmp_path)
        assert ended.status == 1
        assert f"there is no node at {tmp_path}; make one with pybytomd init" in ended.err
    assert os.listdir(tmp_path) == [archive.name]  # noqa: PTH208 - nothing else was made


async def test_a_node_ends_in_good_order(tmp_path: Path) -> None:
    async with node(tmp_path) as running:
        await running.stop(signal.SIGTERM)
        assert running.process.returncode == 0
        assert running.lines[-1].endswith("stopped\n")


class AtTerminal:
    """A node with a terminal of its own, of which it is the leader, as a shell's window has it."""

    def __init__(self, home: Path, *, before: str = "") -> None:
        command = [*NODE, "node", "--home", str(home), *QUIET_OPTIONS]
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            words = ["sh", "-c", f'{before} exec "$@"', "sh", *command]
            os.execvpe("sh", words, environment())
        self.text = ""

    def until(self, text: str) -> None:
        """Read until the text has come. Raises OSError when the process has ended before."""
        while text not in self.text:
            self.text += os.read(self.terminal, 4096).decode()

    def say(self, line: str) -> None:
        """Type a line."""
        os.write(self.terminal, f"{line}\n".encode())

    def hang_up(self) -> None:
        """Close the terminal."""
        os.close(self.terminal)
        self.terminal = -1

    def ended(self) -> int:
        """Wait for the end; the status, negative for a signal."""
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


@pytest.fixture
def deadline() -> Iterator[None]:
    """No test here waits for ever."""
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.alarm(int(2 * SECONDS))
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.usefixtures("deadline")
def test_at_a_terminal_a_new_network_is_asked_about(tmp_path: Path) -> None:
    home = tmp_path / "typo"
    for answer in ("n", ""):
        shown = AtTerminal(home)
        shown.until("[y/N]: ")
        assert f"There is no node at {home}. Make a new one there, for solonet?" in shown.text
        shown.say(answer)
        shown.until("--home")
        assert shown.ended() == 1
        assert "nothing was made" in shown.text
        assert not home.exists()
        shown.hang_up()
    shown = AtTerminal(home)
    shown.until("[y/N]: ")
    shown.say("y")
    shown.until("peers at")
    os.write(shown.terminal, b"\x03")
    shown.until("stopped")
    assert shown.ended() == 0
    shown.hang_up()


@pytest.mark.usefixtures("deadline")
def test_a_node_whose_terminal_is_closed_ends_in_good_order(tmp_path: Path) -> None:
    shown = AtTerminal(tmp_path)
    shown.until("[y/N]: ")
    shown.say("y")
    shown.until("peers at")
    shown.hang_up()
    assert shown.ended() == 0
