"""Whatever the chain does, and wherever a client is interrupted: its events lead to the chain's state."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from pybytomd.chain.events import BestBlockChanged
from pybytomd.codec.json.gosyntax import loads_whole
from pybytomd.rpc.push.events.subscriber import Subscriber
from pybytomd.rpc.push.events.topics import TOPICS
from pybytomd.rpc.roles import EVERY_ROLE
from pybytomd.rpc.schema.requests import fields_of
from tests.unit.rpc.push.worlds import Mirror, forked_blocks, forked_chain, hub_of, subscribe

BRANCHES = ("A1", "A2", "B1", "B2", "B3")

orders = st.permutations(BRANCHES)
"""Blocks arrive in any order; those without a parent wait for it."""
readings = st.lists(st.integers(0, 8), min_size=len(BRANCHES), max_size=len(BRANCHES))
"""How many events are read after each block."""
breaks = st.sets(st.integers(0, len(BRANCHES)))
"""Before which blocks the client is cut off, to come again with the cursor of its last event."""


@settings(max_examples=60)
@given(orders, readings, breaks)
def test_the_events_lead_to_the_chain(arriving: list[str], reads: list[int], cuts: set[int]) -> None:
    chain = forked_chain()
    hub = hub_of(chain)
    mirror, cursor = Mirror(), ""
    chain.events.call(BestBlockChanged, hub._settled)
    told = subscribe(hub, "blocks", {"detail": "summary"}, from_height=0)
    for index, (name, count) in enumerate(zip(arriving, reads, strict=True)):
        if index in cuts and cursor:
            told = subscribe(hub, "blocks", {"detail": "summary"}, cursor=cursor)
        chain.process_block(forked_blocks()[name], True)
        for _ in range(count):
            event = told.take()
            if event is None:
                break
            mirror.apply(event)
            cursor = str(event.cursor)
    while (event := told.take()) is not None:
        mirror.apply(event)
    assert mirror.chain == [chain.hash_at(height) for height in range(chain.best_height + 1)]
    hub.blocks.close()
    chain.close()


ODD_TEXT = st.text(max_size=8) | st.sampled_from(["", "a", "blocks", "\ud800", "\x00", "9" * 40, "subscribe"])
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | ODD_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ODD_TEXT, inner, max_size=3),
    max_leaves=6,
)
FILTERS = st.dictionaries(
    st.sampled_from(sorted({name for topic in TOPICS.values() for name, _ in fields_of(topic.filter)})) | ODD_TEXT,
    ODD | st.just("ab" * 32),
    max_size=3,
)
REQUESTS = st.fixed_dictionaries(
    {"action": st.sampled_from(["subscribe", "unsubscribe"]) | ODD},
    optional={
        "id": ODD_TEXT | ODD,
        "topic": st.sampled_from(sorted(TOPICS)) | ODD,
        "filter": FILTERS | ODD,
        "from_height": st.integers(-1, 8) | ODD,
        "cursor": st.sampled_from(["-1-" + "00" * 32, "5-" + "ab" * 32]) | ODD,
        "more": ODD,
    },
)


@settings(max_examples=200)
@given(st.lists(REQUESTS, min_size=1, max_size=4))
def test_whatever_is_asked_is_answered(asked: list[dict[str, object]]) -> None:
    """With an event for the id, and no request takes away what another one has."""

    async def ask() -> None:
        chain = forked_chain()
        hub = hub_of(chain)

        async def send(_: str) -> None:
            raise AssertionError

        subscriber = Subscriber(hub, send, roles=EVERY_ROLE)
        known: set[str] = set()
        for request in asked:
            value = loads_whole(json.dumps(request).encode())
            assert isinstance(value, Mapping)
            answer = json.loads(await subscriber.answer(value))
            if answer["event"] == "subscribed":
                assert answer["id"] not in known
                known.add(answer["id"])
            elif answer["event"] == "unsubscribed":
                known.remove(answer["id"])
            else:
                assert answer["event"] == "error"
                assert answer["error"]
            assert set(subscriber._subscribed) == known
        hub.blocks.close()
        chain.close()

    asyncio.run(ask())
