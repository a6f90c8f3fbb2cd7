"""The API of a node answers before peers can reach it, as in the order of the start; only then is it ready."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from pybytomd.node.family.bytom1 import Bytom1
from pybytomd.node.family.bytom2 import Bytom2
from pybytomd.node.home.cookie import read_cookie
from pybytomd.node.home.initialise import initialize
from tests.functional.whole_node import WholeNode, whole_node

FAMILIES = {"solonet": Bytom1, "bytom2-solonet": Bytom2}


async def ready(url: str) -> tuple[int, str | None]:
    """The status of ``/ready``, and the reason that it gives."""
    async with aiohttp.ClientSession() as session, session.get(f"{url}/ready") as response:
        return response.status, (await response.json()).get("reason")


@pytest.mark.parametrize("network", FAMILIES)
async def test_a_node_is_ready_when_it_listens_to_peers(
    tmp_path: Path, network: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    initialize(tmp_path, network)
    family = FAMILIES[network]
    start_network = family.start_network
    found: list[object] = []

    async def look_before(self: Bytom1 | Bytom2, stack: AsyncExitStack) -> None:
        cookie = read_cookie(tmp_path)
        assert cookie is not None
        found.append(await ready(cookie.url))
        found.append((await WholeNode(cookie.url).call("net-info"))["listening"])
        await start_network(self, stack)  # type: ignore[arg-type]

    monkeypatch.setattr(family, "start_network", look_before)
    async with whole_node(tmp_path) as node:
        while (now := await ready(node.url)) == (503, "starting"):
            pass
        assert now == (200, None)
        assert (await node.call("net-info"))["listening"]
        assert found == [(503, "starting"), False]
