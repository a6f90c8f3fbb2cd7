"""Subscriptions to the chain: what is told, in which order, and from where on."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pybytomd.chain.chain import Chain
from pybytomd.chain.events import BlockConnected
from pybytomd.chain.following.walk import BEGINNING, Position
from pybytomd.chain.mempool.pool_entry import Waiting
from pybytomd.errors import BytomError
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.rpc.push.events import subscription as subscription_module
from pybytomd.rpc.push.events.event_hub import PoolNews
from pybytomd.rpc.push.events.seen import SeenTransaction
from pybytomd.rpc.push.events.subscription import ChainSubscription, Cursor, beginning
from pybytomd.rpc.push.events.topics import BadSubscription, find_topic
from tests.unit.rpc.push.worlds import (
    Mirror,
    drain,
    first_payment,
    forked_blocks,
    forked_chain,
    hub_of,
    names_and_heights,
    recorded_block,
    subscribe,
)
from tests.unit.rpc.recorded import recorded_chain


class Woken:
    """A follower that gives all news to subscriptions, and counts how often it was woken."""

    def __init__(self, *subscriptions: ChainSubscription) -> None:
        self.subscriptions = subscriptions
        self.count = 0

    def wake(self) -> None:
        self.count += 1

    def notice(self, news: PoolNews) -> None:
        for one in self.subscriptions:
            one.notice(news)

    def lose_news(self) -> None:
        raise AssertionError("the news are few")


async def settle() -> None:
    """Let what other threads have called on the loop happen."""
    await asyncio.sleep(0)


async def test_a_new_subscription_begins_with_the_next_block() -> None:
    chain = recorded_chain(3)
    async with hub_of(chain) as hub:
        blocks = subscribe(hub, "blocks")
        assert blocks.take() is None
        chain.process_block(recorded_block(4), True)
        (event,) = drain(blocks)
        assert (event.name, event.position, event.cursor.position) == (
            "block_connected",
            Position(4, recorded_block(4).hash),
            Position(4, recorded_block(4).hash),
        )
        assert isinstance(event.data, dict)
        assert event.data["hash"] == recorded_block(4).hash.hex()
        assert event.data["transactions"]
    chain.close()


async def test_a_replay_begins_at_a_height_and_says_when_it_is_through() -> None:
    chain = recorded_chain(5)
    async with hub_of(chain) as hub:
        assert names_and_heights(subscribe(hub, "blocks", from_height=0)) == [
            *(("block_connected", height) for height in range(6)),
            ("caught_up", 5),
        ]
        assert names_and_heights(subscribe(hub, "blocks", from_height=5)) == [
            ("block_connected", 5),
            ("caught_up", 5),
        ]
        assert names_and_heights(subscribe(hub, "blocks", from_height=6)) == [("caught_up", 5)]
        with pytest.raises(BadSubscription, match="from_height is from 0 to 6"):
            subscribe(hub, "blocks", from_height=7)
    chain.close()


async def test_a_reorganisation_is_told_before_its_blocks() -> None:
    chain = forked_chain("A1", "A2")
    blocks = forked_blocks()
    async with hub_of(chain) as hub:
        told = subscribe(hub, "blocks", {"detail": "summary"})
        for name in ("B1", "B2", "B3"):
            chain.process_block(blocks[name], True)
        events = list(drain(told))
        assert [(event.name, event.position.hash) for event in events] == [
            ("reorganisation", blocks["A2"].hash),
            ("block_disconnected", blocks["A2"].hash),
            ("block_disconnected", blocks["A1"].hash),
            *(("block_connected", blocks[name].hash) for name in ("B1", "B2", "B3")),
        ]
        fork = blocks["A1"].header.previous_block_hash
        assert events[0].data == {"depth": 2, "fork_height": blocks["A1"].height - 1, "fork_hash": fork.hex()}
        assert [event.cursor.position.hash for event in events[1:3]] == [blocks["A1"].hash, fork]
    chain.close()


async def test_a_cursor_on_a_branch_that_lost_leads_back_first() -> None:
    """The client was away while the chain was reorganised."""
    chain = forked_chain("A1", "A2")
    blocks = forked_blocks()
    async with hub_of(chain) as hub:
        *_, last, _ = drain(subscribe(hub, "blocks", from_height=0))
        for name in ("B1", "B2", "B3"):
            chain.process_block(blocks[name], True)
        assert names_and_heights(subscribe(hub, "blocks", cursor=str(last.cursor))) == [
            ("reorganisation", blocks["A2"].height),
            ("block_disconnected", blocks["A2"].height),
            ("block_disconnected", blocks["A1"].height),
            *(("block_connected", blocks[name].height) for name in ("B1", "B2", "B3")),
            ("caught_up", blocks["B3"].height),
        ]
    chain.close()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("5", "cursor is none that an event had"),
        ("5-" + "ab" * 31, "cursor is none that an event had"),
        ("5-" + "ab" * 32, "the chain has no such block as the cursor's"),
        ("4-{hash}", "the chain has no such block as the cursor's"),
        ("9" * 30 + "-" + "ab" * 32, "cursor is none that an event had"),
    ],
)
async def test_cursors_that_are_none(text: str, reason: str) -> None:
    chain = recorded_chain(3)
    async with hub_of(chain) as hub:
        with pytest.raises(BadSubscription, match=reason):
            beginning(hub, None, text.format(hash=chain.best_hash.hex()))
        with pytest.raises(BadSubscription, match="either from_height or cursor"):
            beginning(hub, 1, f"3-{chain.best_hash.hex()}")
    chain.close()


def test_a_cursor_is_read_as_it_was_written() -> None:
    place = Position(7, bytes(range(32)))
    for cursor in (Cursor(BEGINNING), Cursor(place), Cursor(place, "5")):
        assert Cursor.parse(str(cursor)) == cursor


async def test_several_events_of_a_block_have_the_cursor_before_it_but_for_the_last() -> None:
    height, _ = first_payment()
    chain = recorded_chain(height)
    count = len(chain.block_at(height).transactions)
    assert count > 1
    async with hub_of(chain) as hub:
        *events, _ = drain(subscribe(hub, "transactions", from_height=height))
        assert [event.name for event in events] == ["transaction_connected"] * count
        assert [event.cursor.position.height for event in events] == [height - 1] * (count - 1) + [height]
        again = subscribe(hub, "transactions", cursor=str(events[-1].cursor))
        assert names_and_heights(again) == [("caught_up", height)]
        again = subscribe(hub, "transactions", cursor=str(events[0].cursor))
        assert [event.data for event in drain(again)][:-1] == [event.data for event in events]
    chain.close()


async def test_what_enters_the_pool_is_told_and_then_its_block() -> None:
    height, tx = first_payment()
    chain = recorded_chain(height - 1)
    async with hub_of(chain) as hub:
        told = subscribe(hub, "transactions")
        without_pool = subscribe(hub, "transactions", {"pending": False})
        woken = Woken(told, without_pool)
        hub.add(woken)
        await chain.add_transaction(tx)
        await settle()
        assert woken.count == 1
        (event,) = drain(told)
        assert event.name == "transaction_added"
        assert isinstance(event.data, dict)
        assert (event.data["tx_id"], event.data["confirmations"]) == (tx.id.hex(), 0)
        assert event.cursor.position == Position.at(chain.best_header)
        await chain.add_block(recorded_block(height), True)
        await settle()
        events = list(drain(told))
        assert {event.name for event in events} == {"transaction_connected"}, "not dropped: it is in the block"
        assert tx.id.hex() in [event.data["tx_id"] for event in events if isinstance(event.data, dict)]
        assert {event.name for event in drain(without_pool)} == {"transaction_connected"}
    chain.close()


async def test_what_leaves_the_pool_for_nothing_is_told() -> None:
    height, tx = first_payment()
    chain = recorded_chain(height - 1)
    async with hub_of(chain) as hub:
        told = subscribe(hub, "transactions")
        hub.add(Woken(told))
        await chain.add_transaction(tx)
        chain.pool.remove(tx.id)
        await settle()
        assert [event.name for event in drain(told)] == ["transaction_dropped"], "added is not true any more"
    chain.close()


async def test_a_replay_tells_what_waits_when_it_is_through_and_nothing_twice() -> None:
    height, tx = first_payment()
    chain = recorded_chain(height - 1)
    async with hub_of(chain) as hub:
        told = subscribe(hub, "transactions", from_height=height - 1)
        hub.add(Woken(told))
        await chain.add_transaction(tx)
        await settle()
        assert [event.name for event in drain(told)][-2:] == ["transaction_added", "caught_up"]
        again = subscribe(hub, "transactions", from_height=height)
        first = again.take()
        assert first is not None
        again.notice(PoolNews(chain.pool.entries()[0], told_of(chain), is_added=True))
        assert [first.name, *(event.name for event in drain(again))] == ["transaction_added", "caught_up"]
    chain.close()


def told_of(chain: Chain) -> SeenTransaction:
    return SeenTransaction.waiting(chain.pool.entries()[0])


async def test_news_wait_within_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    height, tx = first_payment()
    chain = recorded_chain(height - 1)
    async with hub_of(chain) as hub:
        await chain.add_transaction(tx)
        monkeypatch.setattr(subscription_module, "MAX_NEWS", 2)
        told = subscribe(hub, "transactions")
        news = PoolNews(chain.pool.entries()[0], told_of(chain), is_added=True)
        for _ in range(2):
            told.notice(news)
        assert not told.has_lost
        told.notice(news)
        assert told.has_lost
    chain.close()


async def test_while_the_chain_changes_nothing_is_told() -> None:
    """The pool is not that of the new chain before everything is settled."""
    chain = forked_chain("A1", "A2")
    blocks = forked_blocks()
    async with hub_of(chain) as hub:
        told = subscribe(hub, "transactions")
        gone = Waiting(blocks["G3"].transactions[0], 0.0, False, 0, 0, 0, 0)
        told.notice(PoolNews(gone, SeenTransaction.waiting(gone), is_added=False))
        seen: list[object] = []
        chain.events.call(BlockConnected, lambda _: seen.append(told.take()))
        for name in ("B1", "B2", "B3"):
            chain.process_block(blocks[name], True)
        assert seen == [None, None, None]
        assert [event.name for event in drain(told)] == [
            "reorganisation",
            *["transaction_disconnected"] * 2,
            *["transaction_connected"] * 3,
            "transaction_dropped",
        ]
    chain.close()


# --- topics ------------------------------------------------------------------------------------------------------


def ids(subscription: ChainSubscription) -> list[str]:
    return [
        str(event.data["tx_id"])
        for event in drain(subscription)
        if isinstance(event.data, dict) and event.name == "transaction_connected"
    ]


async def test_transactions_of_an_address_an_asset_and_a_filter() -> None:
    """Each agrees with a look at every transaction of the chain."""
    chain = recorded_chain()
    blocks = [chain.block_at(height) for height in range(chain.best_height + 1)]
    transactions = [tx for block in blocks for tx in block.transactions]
    assets = {output.asset_id for tx in transactions for output in tx.outputs} - {BTM_ASSET_ID, None}
    _, payment = first_payment()
    program = payment.outputs[0].control_program
    async with hub_of(chain) as hub:

        def of(topic: str, wanted: object) -> list[str]:
            return ids(subscribe(hub, topic, wanted, from_height=0))

        paying = [
            tx.id.hex()
            for tx in transactions
            if program in {output.control_program for output in tx.outputs}
            or program in {getattr(found, "control_program", None) for found in tx.inputs}
        ]
        assert len(paying) > 1
        assert of("address_transactions", {"control_program": program.hex()}) == paying
        address = hub.sources.anybody.outputs(payment)[0]["address"]
        assert of("address_transactions", {"address": address}) == paying
        assert of("address_transactions", {"addresses": [address, address]}) == paying
        for asset in (BTM_ASSET_ID, *assets):
            assert asset is not None
            moving = [
                tx.id.hex()
                for tx in transactions
                if asset in {output.asset_id for output in tx.outputs}
                or asset in {getattr(found, "asset_id", None) for found in tx.inputs}
            ]
            assert of("asset_transactions", {"asset_id": asset.hex()}) == moving
        large = [tx.id.hex() for tx in transactions if any(output.amount >= 10**10 for output in tx.outputs)]
        assert 0 < len(large) < len(transactions)
        assert of("feed_transactions", {"filter": "amount_lower_limit = 10000000000"}) == large
        spends = [tx.id.hex() for tx in transactions if any(hasattr(found, "source_id") for found in tx.inputs)]
        assert of("feed_transactions", {"filter": "trans_type = 'spend'"}) == spends
    chain.close()


@pytest.mark.parametrize(
    ("topic", "wanted", "reason"),
    [
        ("nope", None, "there is no topic 'nope'; there are blocks, "),
        ("blocks", {"detail": "more"}, "detail is full or summary"),
        ("blocks", {"details": "full"}, "the filter of blocks takes detail, not 'details'"),
        ("blocks", [], "filter is no object"),
        ("blocks", {"detail": 5}, "filter: json: cannot unmarshal number"),
        ("address_transactions", {}, "address, addresses or control_program is missing"),
        ("address_transactions", {"address": "bm1qqq"}, "is no address of this network"),
        ("address_transactions", {"addresses": ["sm1"] * 501}, "more than 500 addresses"),
        ("asset_transactions", {"asset_id": "ff"}, "asset_id is not 64 hex digits"),
        ("feed_transactions", {}, "either alias or filter has to be given"),
        ("feed_transactions", {"filter": "a", "alias": "b"}, "either alias or filter has to be given"),
        ("feed_transactions", {"filter": "x = 5"}, "invalid attribute: x"),
        ("feed_transactions", {"filter": "asset_id = $1"}, "has a placeholder"),
        ("feed_transactions", {"alias": "b"}, "this node keeps no transaction feeds"),
        ("wallet_transactions", {}, "this node has no wallet"),
        ("account_transactions", {"account_alias": "a"}, "this node has no wallet"),
        ("confirmations", {"tx_id": "ab" * 32, "confirmations": 0}, "confirmations is from 1 to 10000"),
        ("confirmations", {"tx_id": "ab"}, "tx_id is not 64 hex digits"),
        ("new_work", {}, "over a WebSocket only"),
    ],
)
def test_what_cannot_be_subscribed_to(topic: str, wanted: Any, reason: str) -> None:
    chain = recorded_chain(0)
    with pytest.raises(BytomError, match=reason):
        find_topic(topic).teller(hub_of(chain).sources, wanted)
    chain.close()


async def test_confirmations_are_counted_up_to_those_required() -> None:
    height, tx = first_payment()
    chain = recorded_chain(height + 1)
    wanted = {"tx_id": tx.id.hex(), "confirmations": 3}
    async with hub_of(chain) as hub:
        told = subscribe(hub, "confirmations", wanted, from_height=height)
        events = list(drain(told))
        assert [event.name for event in events] == ["confirmation", "confirmation", "caught_up"]
        assert [event.data["confirmations"] for event in events[:2] if isinstance(event.data, dict)] == [1, 2]
        assert str(events[-1].cursor).endswith(f"-{height}"), "the cursor has the height of its block"
        chain.process_block(recorded_block(height + 2), True)
        again = subscribe(hub, "confirmations", wanted, cursor=str(events[-1].cursor))
        for one in (told, again):
            (last,) = drain(one)
            assert last.data == {
                "tx_id": tx.id.hex(),
                "confirmations": 3,
                "required": 3,
                "is_final": True,
                "block_height": height,
            }
            assert one.is_over
    chain.close()


async def test_a_transaction_that_loses_its_block_begins_to_count_anew() -> None:
    blocks = forked_blocks()
    tx = blocks["A1"].transactions[0]
    chain = forked_chain("A1", "A2")
    async with hub_of(chain) as hub:
        told = subscribe(hub, "confirmations", {"tx_id": tx.id.hex()}, from_height=blocks["A1"].height)
        assert [event.name for event in drain(told)] == ["confirmation", "confirmation", "caught_up"]
        for name in ("B1", "B2", "B3"):
            chain.process_block(blocks[name], True)
        assert [event.name for event in drain(told)] == ["reorganisation", "transaction_disconnected"]
        assert told.cursor.state == ""
    chain.close()


async def test_no_block_is_read_twice_for_two_subscriptions() -> None:
    chain = recorded_chain(6)
    reads: list[bytes] = []
    block = chain.block
    chain.block = lambda block_hash: (reads.append(block_hash), block(block_hash))[1]  # type: ignore[method-assign]
    async with hub_of(chain) as hub:
        for _ in range(2):
            assert len(list(drain(subscribe(hub, "blocks", from_height=1)))) == 7
    assert len(reads) == len(set(reads)) == 6
    chain.close()


async def test_a_hub_without_followers_keeps_nothing() -> None:
    chain = recorded_chain(3)
    async with hub_of(chain) as hub:
        chain.process_block(recorded_block(4), True)
        await settle()
        assert len(hub.blocks._feed) == 0
        assert hub.goal == Position.at(chain.best_header)
    chain.close()


async def test_a_client_that_applies_the_events_has_the_chain() -> None:
    chain = forked_chain("A1")
    mirror = Mirror()
    async with hub_of(chain) as hub:
        told = subscribe(hub, "blocks", {"detail": "summary"}, from_height=0)
        for name in ("A2", "B1", "B2", "B3"):
            for event in drain(told):
                mirror.apply(event)
            chain.process_block(forked_blocks()[name], True)
        for event in drain(told):
            mirror.apply(event)
        assert mirror.chain == [chain.hash_at(height) for height in range(chain.best_height + 1)]
    chain.close()
