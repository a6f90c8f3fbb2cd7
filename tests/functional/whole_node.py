"""A node as ``Node`` puts it together, in this process, so that a test can stand in for what surrounds it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import aiohttp

from pybytomd.clock import SystemClock
from pybytomd.node.console.output import Console
from pybytomd.node.node import Node
from pybytomd.node.settings.config import Config
from pybytomd.node.stopping import Deadline, StopSignal

START_SECONDS = 60.0
LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class WholeNode:
    """It runs, and its API is at ``url``."""

    url: str

    async def call(self, method: str) -> Any:
        """The data of an API answer."""
        async with aiohttp.ClientSession() as session, session.post(f"{self.url}/{method}") as response:
            answer = await response.json()
        assert answer["status"] == "success", answer
        return answer["data"]

    async def has_peers(self, count: int) -> list[Any]:
        """Wait until so many have introduced themselves; what is said of them."""
        async with asyncio.timeout(START_SECONDS):
            while len(peers := await self.call("list-peers")) != count:  # noqa: ASYNC110 - the API has nothing to wait on
                await asyncio.sleep(LOOK_SECONDS)
        return list(peers)


@asynccontextmanager
async def whole_node(home: Path, **flags: str | bool) -> AsyncIterator[WholeNode]:
    """Run a node with an empty chain; ``flags`` are settings, with ``__`` for the dots in their names."""
    clock, out = SystemClock(), StringIO()
    console = Console(out, clock)
    settings: dict[str, str | bool] = {
        "p2p.laddr": "tcp://127.0.0.1:0",
        "p2p.skip_upnp": True,
        "p2p.lan_discoverable": False,
        "wallet.disable": True,
        **{name.replace("__", "."): value for name, value in flags.items()},
    }
    node = Node(Config.load(home, settings, {"LISTEN": "127.0.0.1:0"}), console, clock)
    stop = StopSignal(console, Deadline(lambda: None), clock)
    running = asyncio.create_task(node.run_forever(stop))
    try:
        async with asyncio.timeout(START_SECONDS):
            while (found := re.search(r"API at (http://\S+)", out.getvalue())) is None:
                assert not running.done(), out.getvalue()
                await asyncio.sleep(LOOK_SECONDS)
        yield WholeNode(found[1])
    finally:
        stop.ask("a test")
        await running
