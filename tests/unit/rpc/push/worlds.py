"""Chains that were recorded, subscriptions to them, and what can be concluded from their events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from pybytomd.chain.chain import Chain
from pybytomd.ledger.block import Block
from pybytomd.rpc.push.bytom1_view import Bytom1View
from pybytomd.rpc.push.events.event_hub import EventHub
from pybytomd.rpc.push.events.subscription import ChainSubscription, Event, beginning
from pybytomd.rpc.push.events.topics import Sources, find_topic
from tests.unit.rpc.recorded import DATA, recorded_chain, recording


@cache
def forked_blocks() -> dict[str, Block]:
    """A recorded chain G1, G2, .. that forks into A1, A2, .. and B1, B2, .."""
    document = json.loads((DATA / "reorg.json").read_text())
    return {name: Block.from_hex(raw) for name, raw in document["blocks"].items()}


def forked_chain(*names: str) -> Chain:
    """The chain before the fork, and some blocks more."""
    blocks = forked_blocks()
    chain = recorded_chain(0)
    common = sorted((block for name, block in blocks.items() if name[0] == "G"), key=lambda block: block.height)
    for block in (*common, *(blocks[name] for name in names)):
        if block.height:
            chain.process_block(block, True)
    return chain


def recorded_block(height: int) -> Block:
    return Block.from_hex(recording("chain")["blocks"][height])


def first_payment() -> tuple[int, Any]:
    """The height of the first recorded block that has more than a coinbase, and what else it has."""
    blocks = [Block.from_hex(raw) for raw in recording("chain")["blocks"]]
    return next((block.height, tx) for block in blocks for tx in block.transactions[1:])


def subscribe(
    hub: EventHub, topic: str, wanted: object = None, *, from_height: int | None = None, cursor: str = ""
) -> ChainSubscription:
    teller = find_topic(topic).teller(hub.sources, wanted)  # type: ignore[arg-type]
    begins, replays = beginning(hub, from_height, cursor)
    return ChainSubscription(hub, teller, begins, replays=replays)


def hub_of(chain: Chain, **parts: Any) -> EventHub:
    return EventHub(Sources(chain, Bytom1View(chain.params.address_prefix), **parts))


def drain(subscription: ChainSubscription) -> Iterator[Event]:
    """All events that there are now."""
    while (event := subscription.take()) is not None:
        yield event


def names_and_heights(subscription: ChainSubscription) -> list[tuple[str, int]]:
    return [(event.name, event.position.height) for event in drain(subscription)]


class Mirror:
    """What a client knows who applies the events of ``blocks``: fails when they contradict each other."""

    def __init__(self) -> None:
        self.chain: list[bytes] = []

    def apply(self, event: Event) -> None:
        block_hash = event.position.hash
        match event.name:
            case "block_connected":
                if block_hash in self.chain:  # told again after an interruption
                    assert self.chain[-1] == block_hash
                    return
                assert event.position.height == len(self.chain)
                self.chain.append(block_hash)
            case "block_disconnected":
                assert self.chain.pop() == block_hash
            case "reorganisation":
                assert isinstance(event.data, dict)
                assert self.chain[-1] == block_hash
                depth = event.data["depth"]
                assert isinstance(depth, int)
                assert self.chain[-1 - depth].hex() == event.data["fork_hash"]
