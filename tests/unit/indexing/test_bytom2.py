"""The index of Bytom 2: a function of its blocks alone, whatever signatures and reorganisations come."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from pybytomd.chain.bytom2.chain import Chain
from pybytomd.clock import ManualClock
from pybytomd.errors import StoreError
from pybytomd.indexing import service as service_module
from pybytomd.indexing.bytom2 import Bytom2Forms
from pybytomd.indexing.service import IndexService
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.store.errors import DamagedDatabase
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.vm.programs.address import Address
from tests.bytom2_builder import TRUE_PROGRAM, Builder, btm, key, network, open_chain, spend
from tests.unit.rpc.bytom2.world import api_of, ask, call

PARAMS = network(validators=4, blocks_per_epoch=4)
VOTED = key(1).xpub.raw
BTM = BTM_ASSET_ID.hex()
REWARD = 4 * 285_388_127
FEE = 10**7
MINE = Address(b"\x07" * 20, PARAMS.address_prefix)
VOTES = 3 * 10**8


@pytest.fixture
def chain() -> Iterator[Chain]:
    with open_chain(PARAMS) as chain:
        Builder(chain).extend(15)
        yield chain


def indexed(chain: Chain) -> IndexService:
    index = IndexService(
        MemoryStore(), chain, ManualClock(), forms=Bytom2Forms(chain), begin_anew=lambda _: MemoryStore()
    )
    index.catch_up()
    return index


def rows(index: IndexService) -> dict[bytes, bytes]:
    index.catch_up()
    return dict(index.database.iterate())  # type: ignore[attr-defined]


def voting(chain: Chain) -> Transaction:
    """Votes with a part of the reward in block 5, and pays the rest to an address."""
    reward = chain.block_at(5).transactions[0]
    outputs = [btm(VOTES, MINE.control_program, VOTED), btm(REWARD - VOTES - FEE, MINE.control_program)]
    return spend(reward, outputs, position=1)


@pytest.fixture
def vote(chain: Chain) -> Transaction:
    tx = voting(chain)
    assert not chain.process_block(Builder(chain).block(transactions=[tx]))
    return tx


@pytest.fixture
def api(chain: Chain, vote: Transaction) -> Any:
    return api_of(chain, index=indexed(chain))


async def test_an_address_with_votes(chain: Chain, vote: Transaction, api: Any) -> None:
    found = await call(api, "get-address", address=str(MINE))
    assert found == {
        "address": str(MINE),
        "control_program": MINE.control_program.hex(),
        "height": 16,
        "transactions": 1,
        "balances": [
            {
                "asset_id": BTM,
                "amount": REWARD - FEE,
                "immature": 0,
                "unspent_outputs": 2,
                "received": REWARD - FEE,
                "sent": 0,
            }
        ],
        "next_cursor": "",
        "votes": [{"xpub": VOTED.hex(), "amount": VOTES}],
    }
    outputs = (await call(api, "list-address-outputs", address=str(MINE)))["outputs"]
    lock = PARAMS.casper.vote_lock(16)
    assert sorted((row["amount"], row["is_vote"], row["valid_height"]) for row in outputs) == [
        (VOTES, True, 16 + lock),
        (REWARD - VOTES - FEE, False, 0),
    ]
    (row,) = (await call(api, "list-address-transactions", address=str(MINE)))["transactions"]
    assert "status_fail" not in row
    assert (row["tx_id"], row["block_time"]) == (vote.id.hex(), chain.best_header.timestamp // 1000)


async def test_rewards_mature_after_ten_blocks(api: Any) -> None:
    found = await call(api, "get-address", control_program=TRUE_PROGRAM.hex())
    (balance,) = found["balances"]
    assert (balance["amount"], balance["immature"]) == (2 * REWARD, 2 * REWARD)  # of blocks 9 and 13
    assert balance["unspent_outputs"] == 2, "what pays nothing is no output"
    assert found["votes"] == []


async def test_a_transaction_is_shown_whole_after_signatures_have_come(chain: Chain, vote: Transaction) -> None:
    api = api_of(chain, index=indexed(chain))
    before = await call(api, "get-indexed-transaction", tx_id=vote.id.hex())
    Builder(chain).justify(PARAMS.genesis, chain.header_at(16), [0, 1, 2])
    assert await call(api, "get-indexed-transaction", tx_id=vote.id.hex()) == before
    assert [output["type"] for output in before["outputs"]] == ["vote", "control"]
    assert before["outputs"][0]["vote"] == VOTED.hex()
    assert (before["fee"], before["confirmations"], before["block_index"]) == (FEE, 1, 1)
    assert "status_fail" not in before
    spent = await call(api, "get-indexed-output", output_id=chain.block_at(5).transactions[0].result_ids[1].hex())
    assert (spent["status"], spent["spent_by"], spent["spent_at"]) == ("spent", vote.id.hex(), 16)
    empty = await call(api, "get-indexed-output", output_id=chain.block_at(5).transactions[0].result_ids[0].hex())
    assert empty["status"] == "void"


async def test_what_waits_is_shown_too(chain: Chain) -> None:
    api = api_of(chain, index=indexed(chain))
    tx = voting(chain)
    chain.validate_transaction(tx)
    found = await call(api, "get-indexed-transaction", tx_id=tx.id.hex())
    assert (found["block_height"], found["confirmations"], found["fee"]) == (None, 0, FEE)


async def test_blocks_and_statistics(chain: Chain, api: Any) -> None:
    (newest, *_) = (await call(api, "list-block-summaries"))["blocks"]
    header = chain.best_header
    assert newest == {
        "height": 16,
        "hash": header.hash.hex(),
        "timestamp": header.timestamp // 1000,
        "transactions": 2,
        "size": chain.block_at(16).unsigned_size,
        "fees": FEE,
        "reward": 0,
        "validator": chain.validator(header.previous_block_hash, header.timestamp).key,
        "producer": "",
        "producer_program": TRUE_PROGRAM.hex(),
    }
    (genesis,) = (await call(api, "list-block-summaries", cursor="00000001"))["blocks"]
    assert (genesis["height"], genesis["validator"]) == (0, "")
    (point,) = (await call(api, "get-chain-statistics", first_height=1, points=1))["points"]
    assert (point["blocks"], point["transactions"], point["fees"]) == (16, 17, FEE)
    assert float(point["block_seconds"]) == PARAMS.casper.block_interval / 1000
    assert "difficulty" not in point
    assert "hash_rate" not in point
    by_time = await call(api, "get-chain-statistics", interval_seconds=3600, start_time=genesis["timestamp"])
    assert sum(one["blocks"] for one in by_time["points"]) == 17


@pytest.mark.parametrize(
    ("method", "request_", "figures"),
    [
        ("list-block-summaries", {"count": 1}, "block_figures"),
        ("get-address", {"address": str(MINE), "count": 1}, "vote_figures"),
    ],
)
async def test_votes_are_not_read_on_the_event_loop(
    api: Any, monkeypatch: pytest.MonkeyPatch, method: str, request_: dict[str, object], figures: str
) -> None:
    threads = []

    def noted(*_: object) -> dict[str, object]:
        threads.append(threading.get_ident())
        return {}

    monkeypatch.setattr(Bytom2Forms, figures, noted)
    await call(api, method, **request_)
    assert len(threads) == 1
    assert threading.get_ident() not in threads


DAMAGE = "core.db is damaged"


def damaged(_: object) -> None:
    raise DamagedDatabase(DAMAGE)


@pytest.mark.parametrize("question", ["main_chain_hash", "header"])
def test_a_damaged_chain_is_no_damage_of_the_index(
    chain: Chain, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    index = indexed(chain)
    Builder(chain).extend(2)
    monkeypatch.setattr(chain.store, question, damaged)
    with pytest.raises(StoreError, match=DAMAGE) as raised:
        index.step()
    assert not isinstance(raised.value, DamagedDatabase)
    assert index.status().height == 15, "it was not made anew"


@pytest.mark.parametrize(
    ("method", "request_"),
    [("list-block-summaries", {}), ("search", {"query": "5"}), ("search", {"query": "77" * 32})],
)
async def test_who_asks_and_meets_a_damaged_chain_has_not_found_the_index_damaged(
    chain: Chain, api: Any, monkeypatch: pytest.MonkeyPatch, method: str, request_: dict[str, object]
) -> None:
    distrusted: list[DamagedDatabase] = []
    monkeypatch.setattr(api.index, "distrust", distrusted.append)
    for question in ("main_chain_hash", "header"):
        monkeypatch.setattr(chain.store, question, damaged)
    answer = await ask(api, method, **request_)
    assert (answer["status"], distrusted) == ("fail", [])


async def test_blocks_are_summed_up_as_the_index_has_them(
    chain: Chain, api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = (await call(api, "list-block-summaries"))["blocks"][0]
    main_chain = {height: chain.hash_at(height) for height in range(13)}
    monkeypatch.setattr(chain, "hash_at", main_chain.get)  # it was reorganised, and the index does not know yet
    assert (await call(api, "list-block-summaries"))["blocks"][0] == newest


async def test_assets_holders_search(chain: Chain, vote: Transaction, api: Any) -> None:
    holders = (await call(api, "list-asset-holders", asset_id=BTM))["holders"]
    assert [holder["amount"] for holder in holders if holder["address"] == str(MINE)] == [REWARD - FEE]
    assert (await call(api, "list-indexed-assets"))["assets"][0]["asset_id"] == BTM
    kinds = {found["kind"] for found in (await call(api, "search", query=str(MINE)))["found"]}
    assert kinds == {"address"}
    (found,) = (await call(api, "search", query=vote.id.hex()))["found"]
    assert (found["kind"], found["block_height"]) == ("transaction", 16)
    transfers = (await call(api, "list-asset-transfers", asset_id=BTM))["transfers"]
    assert transfers[0]["tx_id"] == vote.id.hex()
    off = await ask(api_of(chain), "search", query="1")
    assert off["code"] == "BTM950"


def test_it_is_that_of_the_blocks_alone(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signatures add nothing, and what a reorganisation takes back was never there; also a few rows at a time."""
    monkeypatch.setattr(service_module, "CHANGES_AT_ONCE", 7)
    index = indexed(chain)
    builder = Builder(chain)
    builder.justify(PARAMS.genesis, chain.header_at(4), [0, 1, 3])
    fork = chain.best_header
    tx = voting(chain)
    first = builder.block(fork, [tx])
    assert not chain.process_block(first)
    rows(index)
    builder.extend(2, first)
    rows(index)
    other = builder.block(fork, [], slots=9)
    chain.process_block(other)
    builder.extend(4, other)
    assert chain.hash_at(16) == other.hash
    assert rows(index) == rows(indexed(chain))
    again = builder.block(transactions=[tx])
    assert not chain.process_block(again)
    assert rows(index) == rows(indexed(chain))


def test_a_vote_that_is_taken_back_is_one_no_more() -> None:
    with open_chain(PARAMS) as chain:
        builder = Builder(chain)
        builder.extend(15)
        reward = chain.block_at(5).transactions[0]
        cast = spend(reward, [btm(VOTES, vote=VOTED), btm(REWARD - VOTES - FEE)], position=1)
        assert not chain.process_block(builder.block(transactions=[cast]))
        index = indexed(chain)
        with_vote = rows(index)
        lock = PARAMS.casper.vote_lock(16)
        builder.extend(lock - 1, chain.best_header, slots=1)
        before = rows(index)
        veto = spend(cast, [btm(VOTES - FEE)])
        assert not chain.process_block(builder.block(transactions=[veto]))
        after = rows(index)
        assert after == rows(indexed(chain))
    votes = [key for key in before if key[:1] == b"\x13"]
    assert len(votes) == 1
    assert votes[0] in with_vote
    assert not [key for key in after if key[:1] == b"\x13"]
