"""Fixtures for tests of programs that use a node: a chain of their own, an account with money, blocks on demand.

Switch them on with ``pytest_plugins = ["pybytomd.testing"]`` in ``conftest.py``, or by
``pytest -p pybytomd.testing``. There is no entry point, which would do it for everybody: whoever has pybytomd
installed would import it in each run of pytest, and have a fixture ``node`` where tests may have one of their own.
Only pytest imports this module, so it is no requirement of the package.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from pybytomd.client import Client
from pybytomd.node.settings.sources import is_setting

STOP_SECONDS = 20.0
LAST_LINE = "More blocks"
"""What a chain says when its account has money."""


@dataclass(frozen=True, slots=True)
class FundedAccount:
    """An account that can spend the rewards of ten blocks, and the password of its key."""

    alias: str
    address: str
    password: str


@dataclass(frozen=True, slots=True)
class DevNode:
    """A node of ``pybytomd dev``, in a process of its own."""

    url: str
    account: FundedAccount

    @property
    def client(self) -> Client:
        """The node's methods, typed."""
        return Client(self.url)

    def call(self, method: str, **arguments: object) -> Any:
        """The data of an answer of the API, as it came. Raises Refused, or NoAnswer when the node is gone."""
        return self.client.call(method, arguments)


@pytest.fixture
def node() -> Iterator[DevNode]:
    """A node with a new chain in memory, at a free port of this machine; it ends with the test."""
    variables = {name: text for name, text in os.environ.items() if not is_setting(name)}
    process = subprocess.Popen(
        [sys.executable, "-m", "pybytomd", "dev"],
        env={**variables, "LISTEN": "127.0.0.1:0", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        told = _until_funded(process)
        rest = threading.Thread(target=process.communicate, daemon=True)
        rest.start()  # so that its console is never full
        yield DevNode(told["API"], FundedAccount(told["account"], told["address"], told["password"]))
        process.terminate()
        rest.join(STOP_SECONDS)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def _until_funded(process: subprocess.Popen[str]) -> dict[str, str]:
    """What it says of its account, by the first word of each line. Fails the test if it ends before."""
    lines: list[str] = []
    assert process.stdout is not None  # noqa: S101 - a pipe was asked for
    for line in process.stdout:
        lines.append(line)
        if line.startswith(LAST_LINE):
            return {words[0]: words[1] for words in map(str.split, lines) if len(words) > 1}
    pytest.fail("the node ended: " + "".join(lines))


@pytest.fixture
def funded_account(node: DevNode) -> FundedAccount:
    """The account of the node that has money."""
    return node.account


@pytest.fixture
def mine(node: DevNode) -> Callable[..., list[str]]:
    """Makes blocks: ``mine(3)``, or ``mine(3, to=address)``; returns their hashes."""

    def make(count: int = 1, to: str = "") -> list[str]:
        return node.client.generate(count=count, address=to).block_hashes

    return make
