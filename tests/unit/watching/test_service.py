"""Watched addresses agree with a look at every block, whatever the chain does and whenever they were added."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from pybytomd.chain.chain import Chain
from pybytomd.errors import StoreError
from pybytomd.ledger.constants import BTM_ASSET_ID, COINBASE_MATURITY, ZERO_HASH
from pybytomd.ledger.entries import is_retirement
from pybytomd.ledger.inputs import SpendInput
from pybytomd.rpc.push.events.topics import Sources
from pybytomd.store import schema
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.watching import service as service_module
from pybytomd.watching.bytom1 import BYTOM1
from pybytomd.watching.errors import AlreadyWatched, BadBeginning, NotWatched, TooManyWatched
from pybytomd.watching.ledger import Ledger
from pybytomd.watching.records import KEPT_MATURITIES, Watched
from pybytomd.watching.service import WatchService
from tests.unit.rpc.push.worlds import (
    first_payment,
    forked_blocks,
    forked_chain,
    hub_of,
    recorded_block,
    subscribe,
)
from tests.unit.rpc.recorded import Client, make_api, recorded_chain

BTM = BTM_ASSET_ID.hex()


def looked_up(chain: Chain, program: bytes, from_height: int = 0) -> dict[str, int]:
    """What a program has received from a block on and not spent; of what failed in its block, BTM alone."""
    outputs: dict[bytes, tuple[str, int]] = {}
    for height in range(from_height, chain.best_height + 1):
        block = chain.block_at(height)
        for tx, failed in zip(block.transactions, chain.transaction_status(block.hash).fails, strict=True):
            for position, found in enumerate(tx.inputs):
                if isinstance(found, SpendInput) and not (failed and found.asset_id != BTM_ASSET_ID):
                    outputs.pop(tx.ids.prevout_ids[position] or b"", None)
            for output, output_id in zip(tx.outputs, tx.ids.result_ids, strict=True):
                if output.control_program == program and not (failed and output.asset_id != BTM_ASSET_ID):
                    outputs[output_id] = ((output.asset_id or ZERO_HASH).hex(), output.amount)
    balance: dict[str, int] = {}
    for asset_id, amount in outputs.values():
        balance[asset_id] = balance.get(asset_id, 0) + amount
    return {asset_id: amount for asset_id, amount in balance.items() if amount}


def immature(chain: Chain, program: bytes) -> int:
    """What the coinbases of the last 100 blocks have paid to a program."""
    newest = range(max(0, chain.best_height - COINBASE_MATURITY + 1), chain.best_height + 1)
    outputs = [output for height in newest for output in chain.block_at(height).transactions[0].outputs]
    return sum(output.amount for output in outputs if output.control_program == program)


def programs_of(chain: Chain) -> list[bytes]:
    """Those that appear in the chain most often, first."""
    counts: dict[bytes, int] = {}
    for height in range(chain.best_height + 1):
        for tx in chain.block_at(height).transactions:
            for output in tx.outputs:
                counts[output.control_program] = counts.get(output.control_program, 0) + 1
    paid = [program for program in counts if not is_retirement(program)]
    return sorted(paid, key=lambda program: -counts[program])[:60]


@pytest.fixture
def chain() -> Iterator[Chain]:
    found = recorded_chain()
    yield found
    found.close()


def balances(service: WatchService) -> dict[bytes, dict[str, int]]:
    return {watched.program: watched.balance for watched, _ in service.list()}


def test_what_they_have_is_what_the_chain_says(chain: Chain) -> None:
    database = MemoryStore()
    service = WatchService(database, chain, BYTOM1)
    programs = programs_of(chain)
    assert len({asset_id for program in programs for asset_id in looked_up(chain, program)}) > 1, "several assets"
    for program in programs:
        service.watch(program, "", 0)
    assert all(watched.place is not None for watched, _ in service.list())
    service.catch_up()
    assert balances(service) == {program: looked_up(chain, program) for program in programs}
    assert {height for _, height in service.list()} == {chain.best_height}
    assert all(watched.place is None for watched, _ in service.list())
    found = {watched.program: watched.immature(height, COINBASE_MATURITY) for watched, height in service.list()}
    assert found == {program: immature(chain, program) for program in programs}
    assert any(0 < found[program] < looked_up(chain, program).get(BTM, 0) for program in programs)
    again = {
        watched.program: watched.immature(height, COINBASE_MATURITY)
        for watched, height in WatchService(database, chain, BYTOM1).list()
    }
    assert again == found, "also after a restart"


def test_from_a_later_block_on_only_what_came_since_counts(chain: Chain) -> None:
    height, tx = first_payment()
    spent = next(found for found in tx.inputs if isinstance(found, SpendInput)).control_program
    service = WatchService(MemoryStore(), chain, BYTOM1)
    service.watch(spent, "", height)
    service.catch_up()
    assert balances(service) == {spent: looked_up(chain, spent, height)}


def test_from_now_on_begins_with_the_next_block() -> None:
    height, _ = first_payment()
    chain = recorded_chain(height - 1)
    program = recorded_block(height).transactions[0].outputs[0].control_program
    service = WatchService(MemoryStore(), chain, BYTOM1)
    new = service.watch(program, "miner", None)
    assert (new.from_height, new.label, new.place) == (height, "miner", None)
    service.catch_up()
    assert balances(service) == {program: {}}
    chain.process_block(recorded_block(height), True)
    service.catch_up()
    assert balances(service) == {program: looked_up(chain, program, height)}
    assert balances(service)[program]
    chain.close()


@pytest.mark.parametrize("early", [True, False])
def test_a_reorganisation_is_followed(early: bool) -> None:
    """Also by an address that is behind."""
    blocks = forked_blocks()
    chain = forked_chain("A1", "A2")
    programs = {
        output.control_program for name in ("A1", "A2", "B1") for output in blocks[name].transactions[0].outputs
    }
    service = WatchService(MemoryStore(), chain, BYTOM1)
    for program in programs:
        service.watch(program, "", 0)
    if early:
        service.catch_up()
        assert balances(service) == {program: looked_up(chain, program) for program in programs}
    else:
        service.step()
    for name in ("B1", "B2", "B3"):
        chain.process_block(blocks[name], True)
    service.catch_up()
    assert balances(service) == {program: looked_up(chain, program) for program in programs}
    chain.close()


def test_undoing_a_block_that_spends_and_one_that_pays(chain: Chain) -> None:
    """Forth and back through the whole chain leaves nothing."""

    database = MemoryStore()
    watched = {program: Watched(program) for program in programs_of(chain)}
    judged = [chain.judged(chain.hash_at(height) or b"") for height in range(chain.best_height + 1)]
    seen: list[dict[bytes, dict[str, int]]] = []
    for block in judged:
        seen.append({program: dict(one.balance) for program, one in watched.items()})
        ledger = Ledger(database, watched, BYTOM1)
        ledger.attach(block)
        database.write(ledger.finish())
    assert any(one.balance for one in watched.values())
    for block, before in zip(reversed(judged), reversed(seen), strict=True):
        ledger = Ledger(database, watched, BYTOM1)
        ledger.detach(block)
        database.write(ledger.finish())
        assert {program: one.balance for program, one in watched.items()} == before
    assert not any(one.rewards for one in watched.values())
    assert [key for key, _ in database.iterate(schema.WATCHED_OUTPUT_PREFIX)] == []


def test_rewards_are_forgotten_when_they_cannot_become_immature_again() -> None:
    one = Watched(b"")
    for height in range(1, 1000):
        one.reward(height, height, COINBASE_MATURITY)
        assert len(one.rewards) <= KEPT_MATURITIES * COINBASE_MATURITY + 1
    assert one.immature(999, COINBASE_MATURITY) == sum(range(900, 1000))
    assert one.immature(1098, COINBASE_MATURITY) == 999
    assert one.immature(1099, COINBASE_MATURITY) == 0
    assert one.immature(899, COINBASE_MATURITY) == sum(range(800, 1000)), "as if a hundred blocks were undone"


def test_what_was_there_before_it_was_watched_does_not_come_back(chain: Chain) -> None:
    """An output from before is spent, and that block is undone."""

    height, tx = first_payment()
    spent = next(found for found in tx.inputs if isinstance(found, SpendInput)).control_program
    one = Watched(spent)
    judged = chain.judged(chain.hash_at(height) or b"")
    database = MemoryStore()
    for work in (Ledger.attach, Ledger.detach):
        ledger = Ledger(database, {spent: one}, BYTOM1)
        work(ledger, judged)
        database.write(ledger.finish())
    assert one.balance == {}


def test_a_restart_goes_on_wherever_it_was(chain: Chain) -> None:
    database = MemoryStore()
    programs = programs_of(chain)[:3]
    WatchService(database, chain, BYTOM1).watch(programs[0], "first", 0)
    for program in programs[1:]:
        service = WatchService(database, chain, BYTOM1)
        service.step()
        service.watch(program, "", 0)
    service = WatchService(database, chain, BYTOM1)
    service.catch_up()
    again = WatchService(database, chain, BYTOM1)
    assert again.programs == frozenset(programs)
    assert balances(again) == {program: looked_up(chain, program) for program in programs}
    assert [watched.label for watched, _ in again.list() if watched.program == programs[0]] == ["first"]


def test_a_failed_write_leaves_it_where_it_was(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    database = MemoryStore()
    service = WatchService(database, chain, BYTOM1)
    program = programs_of(chain)[0]
    service.watch(program, "", 0)
    write = database.write

    def fail(_: object) -> None:
        raise StoreError("no room")

    monkeypatch.setattr(database, "write", fail)
    with pytest.raises(StoreError, match="no room"):
        service.step()
    monkeypatch.setattr(database, "write", write)
    service.catch_up()
    assert balances(service) == {program: looked_up(chain, program)}


def test_while_nothing_is_watched_nothing_is_kept() -> None:
    chain = recorded_chain(3)
    service = WatchService(MemoryStore(), chain, BYTOM1)
    chain.process_block(recorded_block(4), True)
    assert len(service._feed) == 0
    assert not service._worker._woken.is_set()
    service.watch(b"\x51", "", None)
    service._worker._woken.clear()
    chain.process_block(recorded_block(5), True)
    assert len(service._feed) == 1
    assert service._worker._woken.is_set()
    service.catch_up()
    assert service.list()[0][1] == 5
    service.stop()
    chain.close()


def test_what_cannot_be_watched(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_module, "MAX_WATCHED", 1)
    service = WatchService(MemoryStore(), chain, BYTOM1)
    with pytest.raises(BadBeginning):
        service.watch(b"\x51", "", chain.best_height + 1)
    with pytest.raises(NotWatched):
        service.unwatch(b"\x51")
    service.watch(b"\x51", "", None)
    with pytest.raises(AlreadyWatched):
        service.watch(b"\x51", "", 0)
    with pytest.raises(TooManyWatched):
        service.watch(b"\x52", "", None)


def test_unwatching_forgets_everything(chain: Chain) -> None:
    database = MemoryStore()
    service = WatchService(database, chain, BYTOM1)
    for program in programs_of(chain)[:2]:
        service.watch(program, "", 0)
    service.catch_up()
    for program in programs_of(chain)[:2]:
        service.unwatch(program)
    assert service.list() == []
    assert [key for key, _ in database.iterate(b"A:")] == [key for key, _ in database.iterate(b"O:")] == []
    assert not service.step()


@pytest.mark.parametrize(
    "data", [b"{", b"[]", b"{}", b'{"program":"zz","label":"","from_height":0,"balance":{},"place":null}']
)
def test_a_damaged_record_is_told(chain: Chain, data: bytes) -> None:
    database = MemoryStore()
    database.put(schema.watched_key(bytes(32)), data)
    with pytest.raises(StoreError, match="the watch database is damaged"):
        WatchService(database, chain, BYTOM1)
    database = MemoryStore()
    database.put(schema.WATCH_STATUS, data)
    with pytest.raises(StoreError, match="the watch database is damaged"):
        WatchService(database, chain, BYTOM1)


# --- over the API ------------------------------------------------------------------------------------------------


async def test_over_the_api(chain: Chain) -> None:
    service = WatchService(MemoryStore(), chain, BYTOM1)
    client = Client(make_api(chain, watch=service))
    _, tx = first_payment()
    address = hub_of(chain).sources.anybody.outputs(tx)[0]["address"]
    program = tx.outputs[0].control_program
    made = (await client.call("watch-address", {"address": address, "label": "cold", "from_height": 0}))["data"]
    assert made == {
        "address": address, "control_program": program.hex(), "label": "cold", "from_height": 0, "height": 0,
        "is_behind": True, "balances": [],
    }  # fmt: skip
    service.catch_up()
    listed = (await client.call("list-watched-addresses"))["data"]
    assert listed["failure"] == ""
    (one,) = listed["addresses"]
    assert (one["height"], one["is_behind"]) == (chain.best_height, False)
    expected = [
        {"asset_id": asset, "amount": amount, "immature": immature(chain, program) if asset == BTM else 0}
        for asset, amount in sorted(looked_up(chain, program).items())
    ]
    assert one["balances"] == expected
    assert (await client.call("unwatch-address", {"control_program": program.hex()}))["status"] == "success"
    assert (await client.call("list-watched-addresses"))["data"]["addresses"] == []


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        ({}, "neither is given, or both"),
        ({"address": "sm1", "control_program": "51"}, "neither is given, or both"),
        ({"address": "bm1qqqqq"}, "is no address of this network"),
        ({"control_program": "51" * 65_537}, "at most 65536 bytes"),
        ({"control_program": "51", "label": "x" * 201}, "a label has at most 200 letters"),
        ({"control_program": "51", "from_height": 10**6}, "or the height of a block of the chain"),
        ({"control_program": "51", "from_height": -2}, "or the height of a block of the chain"),
    ],
)
async def test_wrong_requests(chain: Chain, request_: dict[str, Any], reason: str) -> None:
    client = Client(make_api(chain, watch=WatchService(MemoryStore(), chain, BYTOM1)))
    answer = await client.call("watch-address", request_)
    assert reason in json.dumps(answer), answer
    assert (await Client(make_api(chain)).call("list-watched-addresses"))["error_detail"] == (
        "this node watches no addresses"
    )


async def test_their_transactions_are_told(chain: Chain) -> None:
    """Of the addresses that are watched when a transaction is looked at."""
    service = WatchService(MemoryStore(), chain, BYTOM1)
    _, tx = first_payment()
    program = tx.outputs[0].control_program
    async with hub_of(chain, watched=lambda: service.programs) as hub:
        assert isinstance(hub.sources, Sources)

        def told() -> list[str]:
            subscription = subscribe(hub, "watched_transactions", from_height=0)
            found = []
            while (event := subscription.take()) is not None:
                if isinstance(event.data, dict):
                    found.append(str(event.data["tx_id"]))
            return found

        assert told() == []
        service.watch(program, "", None)
        assert tx.id.hex() in told()
