"""Whatever the chain does, and wherever a client is interrupted: its events lead to the chain's state."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pybytomd.chain.events import BestBlockChanged
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
