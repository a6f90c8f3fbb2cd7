"""The server that most of these tests ask."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from pybytomd.rpc.push.feeds import FeedStore
from pybytomd.rpc.transport.server import ApiServer
from pybytomd.store.kv.memory_db import MemoryStore
from tests.unit.rpc.recorded import NoPrograms, make_api, recorded_chain


@pytest.fixture
async def server() -> AsyncIterator[ApiServer]:
    chain = recorded_chain(3)
    api = make_api(chain, wallet=NoPrograms(), feeds=FeedStore(MemoryStore()))
    async with ApiServer(api, port=0, read_seconds=30) as running:
        yield running
    chain.close()
