"""Which accounts a stored transaction is listed under, whatever others wrote into the definitions in it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pybytomd.store import schema
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.wallet.index.transaction_index import TransactionIndex

FOREIGN = {"account_id": "FOREIGN"}
OWN = {"type": "control", "amount": 5, "account_id": "OWN", "account_alias": "me"}


def record(definition: object) -> dict[str, Any]:
    issue = {"type": "issue", "asset_id": "ab" * 32, "asset_definition": definition, "amount": 5}
    return {"tx_id": "00" * 32, "inputs": [issue], "outputs": [OWN]}


def accounts_after_a_restart(data: bytes) -> list[str]:
    database = MemoryStore()
    database.put(schema.transaction_key(7, 1), data)
    index = TransactionIndex(database)
    assert index.count() == 1
    return [name for name in ("OWN", "FOREIGN", "") if name and index.count(name)]


@pytest.mark.parametrize(
    "definition",
    [
        [FOREIGN],
        [[{"inputs": [FOREIGN]}]],
        FOREIGN,
        {"outputs": [FOREIGN]},
        '"account_id":"FOREIGN"',
        '\\"account_id":"FOREIGN"',
        5,
        None,
        {},
    ],
    ids=repr,
)
def test_a_definition_names_no_account(definition: object) -> None:
    assert accounts_after_a_restart(json.dumps(record(definition), separators=(",", ":")).encode()) == ["OWN"]


def test_a_definition_of_any_depth_names_no_account() -> None:
    deep = json.dumps(record("?"), separators=(",", ":")).replace(
        '"?"', "[" * 900 + json.dumps([FOREIGN]) + "]" * 900
    )
    assert accounts_after_a_restart(deep.encode()) == ["OWN"]


def test_an_account_is_read_whatever_its_escapes() -> None:
    text = json.dumps(record({})).replace('"account_id": "OWN"', '"account_id" : "\\u004fWN"')
    assert accounts_after_a_restart(text.encode()) == ["OWN"]


@pytest.mark.parametrize("missing", ["inputs", "outputs"])
def test_a_list_may_be_null_or_absent(missing: str) -> None:
    value = record({})
    value["inputs"][0]["account_id"] = "OWN"
    value[missing] = None
    assert accounts_after_a_restart(json.dumps(value).encode()) == ["OWN"]
    del value[missing]
    assert accounts_after_a_restart(json.dumps(value).encode()) == ["OWN"]


def test_an_account_of_another_type_is_passed_over() -> None:
    value = record({})
    value["inputs"][0]["account_id"] = None
    assert accounts_after_a_restart(json.dumps(value).encode()) == ["OWN"]
