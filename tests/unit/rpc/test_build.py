"""Building, signing and estimating over the API: how requests are read, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pybytomd.wallet.spend.build import TransactionBuilder
from pybytomd.wallet.spend.materials import Materials
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
)


@pytest.fixture
def wallet() -> Wallet:
    return open_wallet(memory(chosen(records("leveldb_dump"), KEYS_AND_ACCOUNTS + INDEX)), open_chain())


@pytest.fixture
def client(wallet: Wallet) -> Client:
    materials = Materials(wallet.accounts, wallet.assets, wallet.keeper, wallet.chain.params)
    builder = TransactionBuilder(materials, wallet._clock)
    return Client(make_api(wallet.chain, wallet=wallet, builder=builder))  # type: ignore[arg-type]


PAY = {
    "type": "control_address",
    "address": "sm1qqmfc88mspryhlgyjj2te44yj0d9cwwf95sarzm",
    "asset_alias": "btm",
    "amount": 1,
}


@pytest.mark.parametrize(
    "case", [case for case in load("rpc_readonly")["cases"] if case["endpoint"] == "/build-transaction"]
)
async def test_recorded_refusals(case: dict[str, Any], client: Client) -> None:
    response = await client.send(case["endpoint"], case["request"])
    assert (response.status, response.body.decode()) == (case["http_status"], case["response_body"])


@pytest.mark.parametrize(
    ("method", "body", "detail"),
    [
        ("build-transaction", {"ttl": -1}, "invalid json.Duration: Duration cannot be less than 0"),
        ("build-transaction", {"ttl": "-1s"}, "invalid json.Duration: Duration cannot be less than 0"),
        ("build-transaction", {"ttl": "soon"}, "invalid json.Duration"),
        ("build-transaction", {"ttl": 1.5}, "invalid json.Duration"),
        ("build-transaction", {"ttl": []}, "invalid json.Duration"),
        ("build-transaction", {"base_transaction": "06"}, "unsupported serflags 0x6"),
        ("build-transaction", {"base_transaction": ""}, "reading serialization flags: EOF"),
        (
            "build-transaction",
            {"actions": [5]},
            "json: cannot unmarshal number into Go struct field BuildRequest.actions of type map[string]interface",
        ),
        (
            "build-transaction",
            {"time_range": -1},
            "json: cannot unmarshal number -1 into Go struct field BuildRequest.time_range of type uint64",
        ),
        (
            "sign-transaction",
            {"transaction": {"signing_instructions": [{"witness_components": [{"type": "zzz"}]}]}},
            "witness component 0 has unknown type 'zzz': invalid witness component",
        ),
        (
            "sign-transaction",
            {"transaction": 5},
            "json: cannot unmarshal number into Go struct field .transaction of type txbuilder.Template",
        ),
        ("estimate-transaction-gas", {"transaction_template": {"raw_transaction": "zz"}}, "encoding/hex: invalid"),
    ],
)
async def test_requests_that_do_not_read(method: str, body: object, detail: str, client: Client) -> None:
    response = await client.send(f"/{method}", json.dumps(body))
    answer = json.loads(response.body)
    assert (response.status, answer["code"]) == (400, "BTM002")
    assert answer["detail"].startswith(detail)


@pytest.mark.parametrize(
    ("method", "body", "code", "detail"),
    [
        ("build-transaction", {}, "BTM706", "transaction contains only input actions"),
        ("build-transaction", None, "BTM706", "transaction contains only input actions"),
        ("build-transaction", {"actions": [None]}, "BTM704", "no action type provided on action 0"),
        ("build-chain-transactions", {"actions": []}, "BTM706", "transaction contains only input actions"),
        ("sign-transaction", {}, "BTM000", "missing raw tx"),
        ("sign-transactions", {"transactions": [None]}, "BTM000", "missing raw tx"),
        ("estimate-transaction-gas", {}, "BTM000", "missing raw tx"),
        ("estimate-chain-transaction-gas", {}, "BTM000", "no transaction templates"),
    ],
)
async def test_requests_that_cannot_be_done(
    method: str, body: object, code: str, detail: str, client: Client
) -> None:
    response = await client.send(f"/{method}", json.dumps(body))
    answer = json.loads(response.body)
    assert (response.status, answer["code"]) == (200, code)
    assert answer["error_detail"].startswith(detail)


async def test_no_transactions_to_sign(client: Client) -> None:
    expected = {"transaction": None, "sign_complete": True}
    assert (await client.call("sign-transactions", {}))["data"] == expected
    assert (await client.call("sign-transactions", {"transactions": []}))["data"] == {
        **expected,
        "transaction": [],
    }


async def test_ttl_in_milliseconds_or_as_text(client: Client, wallet: Wallet) -> None:
    spend = {"type": "spend_account", "account_alias": "alice", "asset_alias": "BTM", "amount": 2}
    for number, (ttl, seconds) in enumerate([(1500, 1.5), ("5m", 300), (0, 1800), (None, 1800), ("0", 1800)]):
        await client.call("build-transaction", {"actions": [spend, PAY], "ttl": ttl})
        reservation = wallet.keeper.reservations[number]
        until = wallet._clock.monotonic() + seconds
        assert reservation.expiry == pytest.approx(until)


async def test_what_is_kept_for_a_transaction_is_told_and_released(client: Client, wallet: Wallet) -> None:
    assert (await client.call("list-reservations"))["data"] == []
    spend = {"type": "spend_account", "account_alias": "alice", "asset_alias": "BTM", "amount": 2}
    await client.call("build-transaction", {"actions": [spend, PAY], "ttl": 60_000})
    (kept,) = (await client.call("list-reservations"))["data"]
    assert (kept["id"], len(kept["outputs"])) == (1, 1)
    assert 0 < kept["milliseconds"] <= 60_000
    assert kept["outputs"][0]["amount"] == kept["change"] + 2
    output_id = bytes.fromhex(kept["outputs"][0]["id"])
    assert wallet.keeper.is_reserved(output_id)
    unknown = await client.call("release-reservation", {"id": 2})
    assert (unknown["status"], unknown["error_detail"]) == ("fail", "2: there is no such reservation")
    released = (await client.call("release-reservation", {"id": 1}))["data"]
    assert released["outputs"] == kept["outputs"]
    assert not wallet.keeper.is_reserved(output_id)
    assert (await client.call("list-reservations"))["data"] == []
    assert (await client.call("release-reservation", {"id": 1}))["status"] == "fail"


async def test_recorded_signatures_over_the_api(client: Client, wallet: Wallet) -> None:
    cases = [case for case in load("rpc_actions")["cases"] if case["endpoint"].startswith("sign-transaction")]
    for case in (cases[0], cases[-1]):
        response = await client.send(f"/{case['endpoint']}", json.dumps(case["request"]))
        assert response.body.decode() == case["response_body"]
