"""What the wallet's endpoints answer over recorded databases: byte for byte what the reference answered."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pybytomd.clock import ManualClock
from pybytomd.ledger.block import Block
from pybytomd.wallet.wallet import Wallet
from tests.unit.rpc.recorded import Client, make_api
from tests.unit.wallet.recorded import (
    INDEX,
    KEYS_AND_ACCOUNTS,
    chosen,
    load,
    memory,
    open_chain,
    open_wallet,
    records,
    submitted,
    unconfirmed_records,
)

ENDPOINTS = {
    "/list-balances",
    "/list-unspent-outputs",
    "/get-transaction",
    "/list-transactions",
    "/wallet-info",
}


def client_of(wallet: Wallet) -> Client:
    return Client(make_api(wallet.chain, wallet=wallet))  # type: ignore[arg-type]


def recorded_cases(name: str) -> list[Any]:
    return [case for case in load(name)["cases"] if case["endpoint"] in ENDPOINTS]


def with_pool(wallet: Wallet, clock: ManualClock) -> None:
    """Hand in what waited for a block when the recording ended."""
    known = submitted()
    for tx_id, record in unconfirmed_records().items():
        clock.advance(record["block_time"] - clock.now())
        wallet.chain.pool.add(known[tx_id], status_fail=False, height=270, fee=0)
        wallet.catch_up()


def readonly_wallet(fresh: bool) -> Wallet:
    source = records("leveldb_dump")
    database = memory(chosen(source, KEYS_AND_ACCOUNTS) if fresh else chosen(source, KEYS_AND_ACCOUNTS + INDEX))
    clock = ManualClock(1_795_455_191.0)
    wallet = open_wallet(database, open_chain(clock=clock), clock=clock)
    wallet.catch_up()
    with_pool(wallet, clock)
    assert chosen(dict(database.iterate()), (b"UTXS:",)) == chosen(source, (b"UTXS:",))
    return wallet


async def compare(client: Client, cases: list[Any]) -> None:
    for case in cases:
        response = await client.send(case["endpoint"], case["request"])
        expected = case["response_body"]
        if '"unconfirmed": true' in case["request"] and case["endpoint"] == "/list-unspent-outputs":
            # The reference lists unconfirmed outputs in the order of a map, which is random.
            ours, theirs = json.loads(response.body)["data"], json.loads(expected)["data"]
            assert sorted(map(repr, ours)) == sorted(map(repr, theirs)), case
            assert len(response.body) == len(expected.encode())
        else:
            assert response.body == expected.encode(), case["request"]


@pytest.mark.parametrize("fresh", [False, True])
async def test_read_only_answers(fresh: bool) -> None:
    client = client_of(readonly_wallet(fresh))
    cases = recorded_cases("rpc_readonly")
    assert len(cases) > 70
    await compare(client, cases)
    await compare(client, cases)  # now from what was kept


async def test_answers_with_an_index_of_all_transactions() -> None:
    chain = open_chain()
    database = memory(chosen(records("leveldb_dump_txindex"), (*KEYS_AND_ACCOUNTS, *INDEX, b"UTXS:")))
    await compare(client_of(open_wallet(database, chain, txindex=True)), recorded_cases("rpc_txindex"))


async def test_answers_before_and_after_a_reorganisation() -> None:
    recording = load("reorg_wallet")
    clock = ManualClock(1_795_456_029.0)  # the time the reference took the transaction back into its pool
    chain = open_chain(clock=clock)
    accounts = chosen(records("leveldb_dump_reorg"), KEYS_AND_ACCOUNTS)
    wallet = open_wallet(
        memory({**chosen(records("leveldb_dump_txindex"), INDEX), **accounts}), chain, clock=clock
    )
    client = client_of(wallet)
    for name, snapshot in (("branch_x", "before"), ("branch_y", "after"), ("extension", "after_two_more")):
        for text in recording[name]:
            chain.process_block(Block.from_hex(text), True)
        wallet.catch_up()
        for case in recording[snapshot]:
            if case["endpoint"] not in ENDPOINTS or "unconfirmed" in case["request"]:
                continue
            response = await client.send(case["endpoint"], json.dumps(case["request"]))
            assert json.loads(response.body) == case["response"], (snapshot, case["endpoint"], case["request"])


@pytest.mark.parametrize(
    ("endpoint", "request_body", "expected"),
    [
        ("list-balances", {"account_alias": "nobody"}, "BTM709"),
        ("list-balances", {"account_id": "nobody"}, []),
        ("list-unspent-outputs", {"account_alias": "nobody"}, "BTM709"),
        ("list-unspent-outputs", {"id": "XYZ"}, []),
        ("list-unspent-outputs", {"id": "f" * 65}, []),
        ("list-unspent-outputs", {"from": (1 << 64) - 1, "count": (1 << 64) - 1}, []),
        ("list-unspent-outputs", {"from": -1}, "BTM002"),
        ("list-transactions", {"account_id": "nobody"}, []),
        ("list-transactions", {"id": "00"}, "BTM000"),
        ("list-transactions", {"from": 1}, []),
        ("recovery-wallet", {}, "BTM202"),
        ("recovery-wallet", {"xpubs": ["00"]}, "BTM002"),
    ],
)
async def test_odd_requests(endpoint: str, request_body: dict[str, Any], expected: object) -> None:
    database = memory(chosen(records("leveldb_dump"), KEYS_AND_ACCOUNTS + INDEX))
    answer = await client_of(open_wallet(database, open_chain())).call(endpoint, request_body)
    assert (answer.get("code") or answer["data"]) == expected


async def test_wallet_info_tells_of_failures_and_recoveries(monkeypatch: pytest.MonkeyPatch) -> None:
    wallet = open_wallet(memory(chosen(records("leveldb_dump"), KEYS_AND_ACCOUNTS + INDEX)), open_chain())
    client = client_of(wallet)
    xpub = str(wallet.accounts.find(alias="dave").xpubs[0])
    assert (await client.call("recovery-wallet", {"xpubs": [xpub]}))["status"] == "success"
    info = (await client.call("wallet-info"))["data"]
    assert info["wallet_height"] == 0
    assert info["recovery"] == {"accounts_found": 0, "addresses_found": 0}
    busy = await client.call("recovery-wallet", {"xpubs": [xpub]})
    assert (busy["code"], busy["error_detail"]) == ("BTM000", "another recovery in progress")
    monkeypatch.setattr(wallet, "_failure", "the disk is full")
    assert (await client.call("wallet-info"))["data"]["error"] == "the disk is full"


async def test_rescan_wallet_answers_at_once_and_ends_the_same() -> None:
    wallet = open_wallet(memory(records("leveldb_dump")), open_chain())
    client = client_of(wallet)
    before = (await client.send("/list-unspent-outputs", "{}")).body
    assert (await client.send("/rescan-wallet", "")).body == b'{"status":"success"}\n'
    assert (await client.call("wallet-info"))["data"] == {"best_block_height": 270, "wallet_height": 0}
    wallet.catch_up()
    assert (await client.send("/list-unspent-outputs", "{}")).body == before


async def test_a_renamed_asset_shows_in_answers_that_were_kept() -> None:
    wallet = open_wallet(memory(records("leveldb_dump")), open_chain())
    client = client_of(wallet)
    gold = wallet.assets.find_alias("GOLD2")
    requests = ("/list-balances", "/list-unspent-outputs", "/list-transactions")
    for endpoint in requests:
        assert b'"GOLD2"' in (await client.send(endpoint, "{}")).body
    wallet.assets.rename(gold.id.hex(), "PLATINUM")
    for endpoint in requests:
        body = (await client.send(endpoint, "{}")).body
        assert b'"GOLD2"' not in body
        assert b'"PLATINUM"' in body
