"""Our miner and our client's events over a Go node, which knows neither ``wait-work`` nor subscriptions."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from pybytomd.cli.node.miner import HttpWorkSource, Refused
from pybytomd.client.errors import NoAnswer
from pybytomd.client.event_stream import EventStream
from pybytomd.client.place import Place
from tests.interop.reference_node import each_reference, needs_reference, reference_node

pytestmark = [needs_reference, pytest.mark.timeout(600)]


@each_reference
async def test_a_go_node_is_not_waited_for(binary: Path, tmp_path: Path) -> None:
    async with reference_node(binary, tmp_path) as node:
        source = HttpWorkSource(f"http://127.0.0.1:{node.api_port}")
        assert await asyncio.to_thread(source.wait_work, "", 25.0) is None
        place = Place(f"http://127.0.0.1:{node.api_port}")
        with pytest.raises(NoAnswer, match=r"knows no (subscriptions|such request)"):
            await anext(EventStream(lambda: place, "blocks", None, say=str).events())


@each_reference
async def test_nor_is_one_without_wallet(binary: Path, tmp_path: Path) -> None:
    """It answers whatever it does not know with an error of its own: the miner goes on asking for work."""
    async with reference_node(binary, tmp_path, "--wallet.disable") as node:
        source = HttpWorkSource(f"http://127.0.0.1:{node.api_port}")
        with pytest.raises(Refused, match="wallet not found"):
            await asyncio.to_thread(source.wait_work, "", 25.0)
