"""The registry of contracts: what is kept, in which order it is refused, and its stored form."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from pybytomd.store.kv.memory_db import MemoryStore
from tests.unit.rpc.test_keys_accounts_assets import Home

ID = hashlib.sha3_256(b"\x51\x52").hexdigest()
CONTRACT = {
    "id": ID,
    "alias": "Two pushes",
    "contract": "5152",
    "call_program": f"046263727020{ID}",
    "register_program": "6a046263727001010251" + "52",
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path, MemoryStore())


async def test_a_contract_is_kept_renamed_and_listed(home: Home) -> None:
    assert await home.data("list-contracts") == []
    made = await home.data("create-contract", {"alias": " Two pushes ", "contract": "5152"})
    assert (made, list(made)) == (CONTRACT, list(CONTRACT))
    assert home.database.get(b"UC:" + bytes.fromhex(ID)) == (
        b'{"id":"%s","alias":"Two pushes","contract":"5152","call_program":"046263727020%s",'
        b'"register_program":"6a04626372700101025152"}' % (ID.encode(), ID.encode())
    )
    assert await home.call("update-contract-alias", {"id": ID, "alias": " other "}) == {"status": "success"}
    assert await home.data("get-contract", {"id": ID}) == {**CONTRACT, "alias": "other"}
    empty = await home.data("create-contract", {"alias": "other", "contract": ""})
    assert empty["register_program"] == "6a0462637270010100"
    listed = await home.data("list-contracts")
    assert [item["id"] for item in listed] == sorted((ID, empty["id"]))


@pytest.mark.parametrize(
    ("method", "request_body", "expected"),
    [
        ("create-contract", {}, ("BTM000", "contract alias is empty")),
        ("create-contract", {"alias": " ", "contract": "51"}, ("BTM000", "contract alias is empty")),
        ("create-contract", {"alias": "a"}, ("BTM000", "contract is empty")),
        ("create-contract", {"alias": "a", "contract": None}, ("BTM000", "contract is empty")),
        ("create-contract", {"alias": "a", "contract": "5152"}, ("BTM302", "contract is duplicated")),
        ("update-contract-alias", {}, ("BTM000", "contract id is empty")),
        ("update-contract-alias", {"id": ID}, ("BTM000", "contract alias is empty")),
        ("update-contract-alias", {"id": "00", "alias": "a"}, ("BTM303", "contract not found")),
        ("get-contract", {}, ("BTM000", "contract id is empty")),
        ("get-contract", {"id": "00" * 32}, ("BTM303", "contract not found")),
    ],
)
async def test_what_is_refused(home: Home, method: str, request_body: object, expected: tuple[str, str]) -> None:
    await home.data("create-contract", {"alias": "first", "contract": "5152"})
    before = dict(home.database.iterate())
    assert await home.failure(method, request_body) == expected
    assert dict(home.database.iterate()) == before
