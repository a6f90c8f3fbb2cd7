"""The examples of the README do what it says: all of them in their order, in an empty home, over a real node.

Shell blocks are run by bash; a ``text`` block behind one is what it prints, where ``...`` stands for anything,
whole lines too. Python blocks are run by themselves. Comments in front of a block say how it is run:

* ``<!-- not run: WHY -->``;
* ``<!-- in the background -->``: it goes on, and what it prints comes from there;
* ``<!-- the node ends -->``: what runs in the background is interrupted first.

The address of the API is another one here, and no node of the tests looks for peers.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conventions.source import PACKAGE, ROOT, text
from tests.functional.node_process import POLL_SECONDS, environment

API = "127.0.0.1:9888"
SECONDS = 240
BLOCK = re.compile(r"(?:^<!-- ([^\n]*) -->\n)?^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NODE = {
    "TM_P2P_LADDR": "tcp://127.0.0.1:0", "TM_P2P_SKIP_UPNP": "true", "TM_P2P_LAN_DISCOVERABLE": "false",
    "TM_WEB_CLOSED": "true",
}  # fmt: skip
MARKS = {"", "in the background", "the node ends"}
PYTHON_CHECKS = {
    "@method": "assert double(None, DoubleRequest(21)) == DoubleReply(42)\n"
    "from pybytomd.rpc.methods import load_methods\nassert 'double' in load_methods()\n",
    "@opcode": "from pybytomd.vm.context import Context\n"
    "from pybytomd.vm.programs.assembler import assemble\n"
    "from pybytomd.vm.verification import verify\n"
    "assert verify(Context(assemble('21 DOUBLE 42 NUMEQUAL'), tx_version=1), 100) > 0\n",
}
"""What must hold after a Python block, by a word in it. Others ask the node that runs."""
PROGRAMS = {"sh": "set -e\n", "python": ""}
"""What is run, and what it begins with."""

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        not (shutil.which("bash") and shutil.which("curl")), reason="the examples want bash and curl"
    ),
]


@dataclass(frozen=True)
class Block:
    mark: str
    language: str
    content: str

    @property
    def is_run(self) -> bool:
        return not self.mark.startswith("not run: ")


def blocks(page: str) -> list[Block]:
    return [Block(mark or "", language, content) for mark, language, content in BLOCK.findall(page)]


def shows(pattern: str, output: str) -> bool:
    """Whether an output is as an output block says."""
    lines = [
        ".*" if line == "..." else ".*".join(re.escape(part) for part in line.split("..."))
        for line in pattern.splitlines()
    ]
    expression, dots = "", False
    for line in lines:
        if line == ".*":
            dots = True
            continue
        expression += (r"(?:[^\n]*\n)*?" if dots else "") + line.replace(".*", r"[^\n]*") + r"\n"
        dots = False
    return re.fullmatch(expression + (r"(?:[^\n]*\n)*" if dots else ""), output.rstrip("\n") + "\n") is not None


class Shell:
    """Runs the blocks, one after the other."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.api = API
        self.node: subprocess.Popen[str] | None = None
        names = home / "bin"
        names.mkdir()
        for name, module in (("pybytomd", "bytomd"), ("pybytomcli", "bytomcli")):
            script = f"import sys; from pybytomd.cli.{module} import main; sys.argv[0] = '{name}'; main()"
            (names / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{script}" "$@"\n')
            (names / name).chmod(0o755)
        self.variables = environment(
            **NODE, HOME=str(home), PATH=f"{names}{os.pathsep}{os.environ['PATH']}", PYTHONPATH=str(ROOT)
        )

    def run(self, block: Block) -> str:
        """What a block prints."""
        if block.mark == "the node ends":
            self.end_node()
        if block.mark == "in the background":
            return self.start_node(block.content)
        script = PROGRAMS[block.language] + block.content.replace(API, self.api)
        program = sys.executable if block.language == "python" else "bash"
        done = subprocess.run(
            [program, "-c", script], cwd=self.home, env={**self.variables, "BYTOM_URL": f"http://{self.api}"},
            capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{block.content}\n{done.stdout}\n{done.stderr}"
        if self.node is not None:
            self.wait_for_wallet()
        return done.stdout.replace(self.api, API)

    def start_node(self, command: str) -> str:
        """Start it, and wait until it has said where its peers call it, or how to mine: then everything runs."""
        assert self.node is None, "one node at a time"
        self.node = subprocess.Popen(
            ["bash", "-c", f"exec {command}"], cwd=self.home, env=self.variables,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert self.node.stdout
        output = ""
        for line in self.node.stdout:
            output += line
            if found := re.search(r"API at http://(\S+)", line):
                self.api = found[1]
            if " peers at " in line or line.startswith("More blocks: "):
                return output.replace(self.api, API)
        raise AssertionError(f"the node ended:\n{output}")

    def wait_for_wallet(self) -> None:
        """Until it has read all blocks: it follows the chain by itself, and a person is slower."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            with urllib.request.urlopen(f"http://{self.api}/node-status") as answer:
                status = json.load(answer)["data"]
            if status["wallet"]["height"] == status["sync"]["height"]:
                return
            time.sleep(POLL_SECONDS)
        raise AssertionError("the wallet lags")

    def end_node(self) -> None:
        if self.node is not None:
            self.node.send_signal(signal.SIGINT)
            rest, _ = self.node.communicate(timeout=SECONDS)
            assert self.node.returncode == 0, rest
            assert "Traceback" not in rest
            self.node = None

    def kill(self) -> None:
        if self.node is not None:
            self.node.kill()
            self.node.wait()


def test_every_block_says_how_it_is_run() -> None:
    found = blocks(text("README.md"))
    assert len(re.findall("^```", text("README.md"), re.MULTILINE)) == 2 * len(found)
    assert {block.mark for block in found if block.is_run} == MARKS
    assert {block.language for block in found} == {"sh", "text", "python"}
    assert not re.search(r"^    \S", BLOCK.sub("", text("README.md")), re.MULTILINE), "a block that nothing runs"


def test_every_shelf_stands_in_the_house() -> None:
    rows = dict(
        re.findall(
            r"^\| (`[^|]+`) \|([^|]*)\|[^|]*\|$", text("README.md").partition("## The house")[2], re.MULTILINE
        )
    )
    told = {
        (package, shelf)
        for key, names in rows.items()
        for package in re.findall(r"`(\w+)`", key)
        for shelf in re.findall(r"`(\w+)`", names) or [""]
    }
    packages = {path.parent for path in PACKAGE.glob("*/__init__.py")}
    there = {(package.name, shelf.parent.name) for package in packages for shelf in package.glob("*/__init__.py")}
    there |= {(package.name, "") for package in packages if not list(package.glob("*/__init__.py"))}
    assert told == there


def test_the_shell_examples(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    output = ""
    try:
        for block in blocks(text("README.md")):
            if not block.is_run or any(word in block.content for word in PYTHON_CHECKS):
                continue
            if block.language in PROGRAMS:
                output = shell.run(block)
            else:
                assert shows(block.content, output), f"expected:\n{block.content}\nprinted:\n{output}"
        assert shell.node is None, "the last example leaves no node behind"
    finally:
        shell.kill()


@pytest.mark.parametrize("word", PYTHON_CHECKS)
def test_a_python_example(word: str) -> None:
    (block,) = [
        block for block in blocks(text("README.md")) if block.language == "python" and word in block.content
    ]
    subprocess.run([sys.executable, "-c", block.content + PYTHON_CHECKS[word]], cwd=ROOT, check=True, timeout=60)


def test_no_python_example_is_left_out() -> None:
    """Each asks the node that runs, or has a check of its own."""
    python = [block for block in blocks(text("README.md")) if block.language == "python"]
    assert all(block.is_run for block in python)
    assert sum(word in block.content for block in python for word in PYTHON_CHECKS) == len(PYTHON_CHECKS)


@pytest.mark.parametrize(
    ("pattern", "output", "is_shown"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\nb\n", "a\n", False),
        ("a...c\n", "abc\n", True),
        ("a...c\n", "ab\nc\n", False),
        ("...\nc\n", "a\nb\nc\n", True),
        ("...\nc\n", "a\nb\n", False),
        ("a\n...\n", "a\n", True),
        ("a\n...\n", "b\na\n", False),
        ("{.}\n", "{x}\n", False),
    ],
)
def test_what_a_pattern_means(pattern: str, output: str, is_shown: bool) -> None:
    assert shows(pattern, output) == is_shown
