"""A chain of four validators in an empty database, and what builds blocks for it."""

from __future__ import annotations

import pytest

from pybytomd.chain.bytom2.chain import Chain
from pybytomd.events import EventDispatcher
from pybytomd.store.kv.memory_db import MemoryStore
from tests.bytom2_builder import Builder, open_chain
from tests.unit.chain.bytom2.short_epochs import PARAMS


@pytest.fixture
def database() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def events() -> EventDispatcher:
    return EventDispatcher()


@pytest.fixture
def chain(database: MemoryStore, events: EventDispatcher) -> Chain:
    return open_chain(PARAMS, database, events=events)


@pytest.fixture
def builder(chain: Chain) -> Builder:
    return Builder(chain)
