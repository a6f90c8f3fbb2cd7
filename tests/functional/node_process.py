"""A node in a process of its own, as a user starts it: on loopback, with free ports, ended by its process id."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

START_SECONDS = 90.0
STOP_SECONDS = 5.0
"""A stop may take so long."""
BLOCK_SECONDS = 180.0
"""For a block to be found, on a machine that has much else to do."""
POLL_SECONDS = 0.1

QUIET_OPTIONS = (
    "--p2p.laddr", "tcp://127.0.0.1:0", "--p2p.skip_upnp", "--p2p.lan_discoverable=false", "--web.closed",
)  # fmt: skip


def environment(**variables: str) -> dict[str, str]:
    """The environment of the tests without settings for a node."""
    clean = {name: text for name, text in os.environ.items() if not name.startswith("TM") and name != "LISTEN"}
    return {**clean, "LISTEN": "127.0.0.1:0", "PYTHONUNBUFFERED": "1", **variables}


@dataclass(frozen=True)
class Ended:
    """A process that has ended: its exit status and what it printed."""

    status: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err


async def run(*arguments: str | Path, **variables: str) -> Ended:
    """Run a command of ``pybytomd`` to its end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "pybytomd", *arguments, env=environment(**variables),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(START_SECONDS):
            out, err = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
    assert process.returncode is not None
    return Ended(process.returncode, out.decode(), err.decode())


@dataclass
class RunningNode:
    """A node that was started; ``lines`` is what it has printed."""

    process: asyncio.subprocess.Process
    lines: list[str] = field(default_factory=list)
    url: str = ""

    async def line(self, text: str, seconds: float = START_SECONDS) -> str:
        """The first line with this text from here on; fails the test when it does not come."""
        assert self.process.stdout is not None
        async with asyncio.timeout(seconds):
            while True:
                raw = await self.process.stdout.readline()
                assert raw, f"the node ended without saying {text!r}:\n" + "".join(self.lines)
                self.lines.append(raw.decode())
                if text in self.lines[-1]:
                    return self.lines[-1]

    async def call(self, method: str, **arguments: object) -> Any:
        """The data of an API answer; fails the test when the node reports an error."""
        answer = await self.ask(method, arguments)
        assert answer["status"] == "success", answer
        return answer.get("data")

    async def ask(self, method: str, body: object = None) -> Any:
        """The whole answer."""
        async with aiohttp.ClientSession() as session, session.post(f"{self.url}/{method}", json=body) as response:
            return await response.json(content_type=None)

    async def height(self) -> int:
        data = await self.call("get-block-count")
        return int(data["block_count"])

    async def until_height(self, height: int) -> int:
        """Wait until the chain is so long; how long it is then."""
        async with asyncio.timeout(BLOCK_SECONDS):
            while (reached := await self.height()) < height:  # noqa: ASYNC110 - the API has nothing to wait on
                await asyncio.sleep(POLL_SECONDS)
        return reached

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> float:
        """Send a signal and wait for the end; how many seconds that took."""
        loop = asyncio.get_running_loop()
        asked = loop.time()
        self.process.send_signal(number)
        async with asyncio.timeout(STOP_SECONDS * 4):
            await self._read_rest()
            await self.process.wait()
        return loop.time() - asked

    async def kill(self) -> None:
        """End the process at once."""
        if self.process.returncode is None:
            self.process.kill()
        await self._read_rest()
        await self.process.wait()

    async def _read_rest(self) -> None:
        assert self.process.stdout is not None
        while raw := await self.process.stdout.readline():
            self.lines.append(raw.decode())

    @property
    def text(self) -> str:
        return "".join(self.lines)


@asynccontextmanager
async def node(home: Path, *options: str, **variables: str) -> AsyncIterator[RunningNode]:
    """A node of a home directory whose API answers; killed at the end unless it was stopped."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "pybytomd", "node", "--home", home, *QUIET_OPTIONS, *options,
        env=environment(**variables), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    running = RunningNode(process)
    try:
        line = await running.line("API at http")
        running.url = line.split("API at ")[1].strip()
        yield running
    finally:
        await running.kill()
