"""What is told of the chain of Bytom 2: blocks, transactions, votes, reorganisations, and replays of them."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from pybytomd.chain.bytom2.chain import Chain
from pybytomd.errors import BytomError
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.rpc.bytom2.view import Bytom2View, arrival
from pybytomd.rpc.push.events.event_hub import EventHub
from pybytomd.rpc.push.events.subscription import ChainSubscription, Event, beginning
from pybytomd.rpc.push.events.topics import Sources, find_topic
from pybytomd.wallet.query.lists import Page
from tests.bytom2_builder import TRUE_PROGRAM, Builder, btm, key, network, open_chain, spend
from tests.unit.rpc.bytom2.world import api_of, call
from tests.unit.rpc.push.worlds import Mirror
from tests.unit.wallet import bytom2_recorded

PARAMS = network(validators=4, blocks_per_epoch=4)
VOTED = key(1).xpub.raw


@pytest.fixture
def chain() -> Chain:
    chain = open_chain(PARAMS)
    Builder(chain).extend(15)
    return chain


@pytest.fixture
def payment(chain: Chain) -> Transaction:
    """Votes with a part of the reward that block 5 pays."""
    reward = chain.block_at(5).transactions[0]
    rest = reward.outputs[1].amount - 3 * 10**8 - 10**7
    return spend(reward, [btm(3 * 10**8, vote=VOTED), btm(rest)], position=1)


def hub_of(chain: Chain) -> EventHub:
    return EventHub(Sources(chain, Bytom2View(chain), watched=lambda: frozenset({TRUE_PROGRAM})))


def subscribed(
    hub: EventHub, topic: str, wanted: object = None, *, from_height: int | None = None, cursor: str = ""
) -> ChainSubscription:
    teller = find_topic(topic).teller(hub.sources, wanted)  # type: ignore[arg-type]
    begins, replays = beginning(hub, from_height, cursor)
    return ChainSubscription(hub, teller, begins, replays=replays)


def drain(subscription: ChainSubscription) -> Iterator[Event]:
    while (event := subscription.take()) is not None:
        yield event


async def test_blocks_are_told_as_get_block_shows_them(chain: Chain) -> None:
    api = api_of(chain)
    async with hub_of(chain) as hub:
        full = [event for event in drain(subscribed(hub, "blocks", from_height=0)) if event.data is not None]
        short = list(drain(subscribed(hub, "blocks", {"detail": "summary"}, from_height=15)))
    assert [event.name for event in full] == ["block_connected"] * 16
    for event in full:
        shown = await call(api, "get-block", block_height=event.position.height)
        assert isinstance(event.data, dict)
        assert event.data["hash"] == shown["hash"]
        assert event.data["validator"] == shown["validator"]
        assert list(event.data) == list(shown)
    assert short[0].data == {
        "hash": chain.best_hash.hex(),
        "height": 15,
        "previous_block_hash": chain.best_header.previous_block_hash.hex(),
        "timestamp": chain.best_header.timestamp,
        "validator": chain.validator(chain.best_header.previous_block_hash, chain.best_header.timestamp).key,
        "size": len(chain.block_at(15).to_bytes()),
        "transaction_count": 1,
    }
    assert short[1].name == "caught_up"


async def test_the_size_of_a_block_does_not_grow_with_its_signatures(chain: Chain) -> None:
    async with hub_of(chain) as hub:

        def size() -> object:
            event = next(drain(subscribed(hub, "blocks", {"detail": "summary"}, from_height=4)))
            assert isinstance(event.data, dict)
            return event.data["size"]

        before = size()
        Builder(chain).justify(PARAMS.genesis, chain.header_at(4), [0, 1])
        hub.blocks.clear()
        assert len(chain.block_at(4).to_bytes()) > before  # type: ignore[operator]
        assert size() == before


async def test_votes_are_told_from_the_pool_to_the_block_and_back(chain: Chain, payment: Transaction) -> None:
    async with hub_of(chain) as hub:
        wanted = {"control_program": TRUE_PROGRAM.hex()}
        of_program = subscribed(hub, "address_transactions", wanted, from_height=15)
        assert [event.name for event in drain(of_program)] == ["transaction_connected", "caught_up"]
        assert not chain.validate_transaction(payment)
        waiting = subscribed(hub, "transactions", from_height=16)
        added, _ = drain(waiting)
        assert added.name == "transaction_added"
        assert isinstance(added.data, dict)
        outputs = added.data["outputs"]
        assert isinstance(outputs, list)
        assert [output["type"] for output in outputs if isinstance(output, dict)] == ["vote", "control"]
        assert "status_fail" not in added.data
        assert arrival(chain.pool.entries()[0]) == {"transaction": payment.to_hex()}

        builder = Builder(chain)
        fork = chain.best_header
        left = builder.block(fork, [payment])
        chain.process_block(left)
        connected = [event for event in drain(waiting) if event.name == "transaction_connected"]
        assert [event.data["tx_id"] for event in connected] == [tx.id.hex() for tx in left.transactions]  # type: ignore[index,call-overload]
        cursor = str(waiting.cursor)
        taken_back = spend(payment, [btm(3 * 10**8 - 10**7)])
        assert taken_back.inputs[0].kind == "veto"

        builder.extend(2, fork, slots=9)
        again = subscribed(hub, "transactions", cursor=cursor)
        names = [event.name for event in drain(again)]
        assert names[:3] == ["reorganisation", "transaction_disconnected", "transaction_disconnected"]
        assert "transaction_added" in names  # it waits again


async def test_a_mirror_is_right_after_reorganisations(chain: Chain) -> None:
    mirror = Mirror()
    builder = Builder(chain)
    async with hub_of(chain) as hub:
        told = subscribed(hub, "blocks", {"detail": "summary"}, from_height=0)
        for slots in (2, 9, 30):
            for event in drain(told):
                mirror.apply(event)
            builder.extend(3, chain.header_at(chain.best_height - 2), slots=slots)
        for event in drain(told):
            mirror.apply(event)
    assert mirror.chain == [chain.hash_at(height) for height in range(chain.best_height + 1)]


async def test_confirmations_and_filters(chain: Chain, payment: Transaction) -> None:
    builder = Builder(chain)
    chain.process_block(builder.block(transactions=[payment]))
    builder.extend(1)
    async with hub_of(chain) as hub:
        counted = subscribed(hub, "confirmations", {"tx_id": payment.id.hex(), "confirmations": 2}, from_height=0)
        told = [event.data["confirmations"] for event in drain(counted) if isinstance(event.data, dict)]
        assert told == [1, 2]
        large = subscribed(hub, "feed_transactions", {"filter": "amount_lower_limit = 300000000"}, from_height=16)
        first = next(drain(large)).data
        assert isinstance(first, dict)
        assert first["tx_id"] == payment.id.hex()
        watched = subscribed(hub, "watched_transactions", from_height=16)
        assert len([event for event in drain(watched) if event.name == "transaction_connected"]) == 3
        with pytest.raises(BytomError, match="keeps no transaction feeds"):
            subscribed(hub, "feed_transactions", {"alias": "mine"})
        with pytest.raises(BytomError, match="has no wallet"):
            subscribed(hub, "wallet_transactions")


async def test_transactions_of_the_wallet_name_its_accounts() -> None:
    with bytom2_recorded.open_chain() as chain:
        database = bytom2_recorded.memory(bytom2_recorded.records("leveldb_dump", "wallet"))
        wallet, _ = bytom2_recorded.open_wallet(database, chain)
        sources = Sources(chain, Bytom2View(chain), accounts=wallet.accounts, height_of=wallet.height_of)
        async with EventHub(sources) as hub:
            told = [event.data for event in drain(subscribed(hub, "wallet_transactions", from_height=0))]
            of_bob = list(drain(subscribed(hub, "account_transactions", {"account_alias": "bob"}, from_height=0)))
        shown = json.loads(wallet.queries.transactions("", Page(), detail=True, unconfirmed=False))
        ids = [data["tx_id"] for data in told if isinstance(data, dict) and "tx_id" in data]
        assert ids == [tx["tx_id"] for tx in reversed(shown)]
        assert 1 < len(of_bob) < len(ids)
