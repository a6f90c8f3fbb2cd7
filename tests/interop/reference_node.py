"""A Go node in a process of its own, on loopback: started, asked over its API, ended by its process id."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

START_SECONDS = 60.0
STOP_SECONDS = 20.0

REFERENCES = [Path(text) for text in os.environ.get("BYTOMD_REFERENCE", "").split(os.pathsep) if text]
"""The binaries to test against: one, or several separated like the entries of PATH."""

needs_reference = pytest.mark.skipif(
    not REFERENCES, reason="BYTOMD_REFERENCE names no Go bytomd to test against (several: separated as in PATH)"
)
each_reference = pytest.mark.parametrize("binary", REFERENCES, ids=lambda path: path.name)


def free_port() -> int:
    """A port nobody uses, for TCP and UDP alike, as far as one can tell beforehand."""
    while True:
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            port: int = tcp.getsockname()[1]
            try:
                udp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


@dataclass(frozen=True)
class ReferenceNode:
    """A running Go node."""

    p2p_port: int
    api_port: int
    version: str
    home: Path
    session: aiohttp.ClientSession

    async def call(self, method: str, **arguments: object) -> Any:
        """The data of an API answer; fails the test when the node reports an error."""
        url = f"http://127.0.0.1:{self.api_port}/{method}"
        async with self.session.post(url, json=arguments) as response:
            answer = await response.json(content_type=None)
        assert answer["status"] == "success", answer
        return answer.get("data")


@asynccontextmanager
async def reference_node(
    binary: Path, home: Path, *options: str, p2p_port: int = 0, kill: bool = False
) -> AsyncIterator[ReferenceNode]:
    """Run ``binary`` on the solonet chain in ``home``, on a fresh one if there is none, until the block ends.

    With ``kill`` it is not given the time to stop in good order.
    """
    if not (home / "config.toml").exists():
        init = await asyncio.create_subprocess_exec(
            binary, "init", "--chain_id", "solonet", "--home", home,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        assert await init.wait() == 0
    version = await version_of(binary)
    p2p_port, api_port = p2p_port or free_port(), free_port()
    options += ("--p2p.lan_discoverable=false",) if version != "1.0.5" else ()
    with (home / "console.log").open("wb") as console:
        process = await asyncio.create_subprocess_exec(
            binary, "node", "--home", home, "--chain_id", "solonet", "--web.closed", "--auth.disable",
            "--p2p.skip_upnp", "--p2p.laddr", f"tcp://127.0.0.1:{p2p_port}", "--log_level", "debug", *options,
            env={**os.environ, "LISTEN": f"127.0.0.1:{api_port}"}, stdout=console, stderr=console,
        )  # fmt: skip
    try:
        async with aiohttp.ClientSession() as session:
            node = ReferenceNode(p2p_port, api_port, version, home, session)
            await _wait_until_up(node, process)
            yield node
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
            try:
                async with asyncio.timeout(STOP_SECONDS):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()


async def version_of(binary: Path) -> str:
    """What the binary says its version is, without the commit."""
    process = await asyncio.create_subprocess_exec(binary, "version", stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    found = re.search(rb"\d+\.\d+\.\d+", output)
    assert found, output
    return found[0].decode()


async def _wait_until_up(node: ReferenceNode, process: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(START_SECONDS):
        while True:
            assert process.returncode is None, (node.home / "console.log").read_text(errors="replace")
            try:
                await node.call("net-info")
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)  # the process tells nobody when it is ready
            else:
                return
