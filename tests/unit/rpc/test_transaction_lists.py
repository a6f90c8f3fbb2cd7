"""list-transactions where nothing was recorded to compare with: accounts by alias, records of bytomd 1.0.5."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pybytomd.store import schema
from pybytomd.wallet.wallet import Wallet
from tests.unit.rpc.recorded import Client, make_api
from tests.unit.wallet.recorded import memory, open_chain, open_wallet, records, unconfirmed_records

ZERO = "00" * 32


@pytest.fixture
def wallet() -> Wallet:
    return open_wallet(memory(records("leveldb_dump")), open_chain())


@pytest.fixture
def client(wallet: Wallet) -> Client:
    return Client(make_api(wallet.chain, wallet=wallet))


@pytest.mark.parametrize("fields", [{}, {"detail": True}, {"unconfirmed": True}, {"count": 5, "from": 3}])
async def test_an_account_by_its_alias(wallet: Wallet, client: Client, fields: dict[str, Any]) -> None:
    bob = wallet.accounts.find(alias="bob")
    by_id = await client.call("list-transactions", {"account_id": bob.id, **fields})
    assert by_id["data"]
    assert await client.call("list-transactions", {"account_alias": "bob", **fields}) == by_id
    assert await client.call("list-transactions", fields) != by_id


async def test_an_alias_of_nobody_is_an_error_as_in_the_other_lists(client: Client) -> None:
    for method in ("list-transactions", "list-balances", "list-unspent-outputs"):
        assert (await client.call(method, {"account_alias": "nobody"}))["code"] == "BTM709"


async def test_a_wrong_request_is_told_as_the_reference_does(client: Client) -> None:
    for body in ("[]", "5", '"x"'):
        detail = json.loads((await client.send("/list-transactions", body)).body)["detail"]
        assert 'AccountID string "json:\\"account_id\\""; Detail bool' in detail


async def test_one_transaction_is_of_no_account(client: Client) -> None:
    everything = await client.call("list-transactions", {"count": 1})
    one = {"id": everything["data"][0]["tx_id"], "account_alias": "nobody"}
    assert await client.call("list-transactions", one) == everything


async def test_what_1_0_5_left_waiting_has_all_fields() -> None:
    database = memory(records("leveldb_dump"))
    (tx_id, new) = next(iter(unconfirmed_records().items()))
    later = ("witness_arguments", "sign_data")
    old = {**new, "inputs": [{k: v for k, v in item.items() if k not in later} for item in new["inputs"]]}
    database.put(schema.unconfirmed_key(tx_id), json.dumps(old, separators=(",", ":")).encode())
    wallet = open_wallet(database, open_chain())
    client = Client(make_api(wallet.chain, wallet=wallet))
    (shown,) = (await client.call("list-transactions", {"id": tx_id, "detail": True, "unconfirmed": True}))["data"]
    assert all(tuple(item)[-3:] == ("input_id", *later) for item in shown["inputs"])
    assert [[item[name] for name in later] for item in shown["inputs"]] == [[None, ZERO]] * len(new["inputs"])
    assert (await client.call("get-transaction", {"tx_id": tx_id}))["data"] == shown
