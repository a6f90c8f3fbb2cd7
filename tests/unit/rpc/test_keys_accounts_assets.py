"""Endpoints of keys, accounts, assets and backup: what was recorded, what is refused, and what stays untouched."""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path
from typing import Any

import pytest

from pybytomd.clock import ManualClock
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.wallet.accounts.manager import AccountManager
from pybytomd.wallet.assets.registry import AssetRegistry
from pybytomd.wallet.keys.pseudohsm import PseudoHSM
from pybytomd.wallet.wallet import Wallet
from tests.unit.rpc.recorded import Client, make_api
from tests.unit.wallet.accounts.test_manager import M1 as M1_KEY
from tests.unit.wallet.recorded import FOLDER, INDEX, KEYS_AND_ACCOUNTS, chosen, load, memory, open_chain, records

READ_ONLY = {
    "/list-keys", "/check-key-password", "/list-accounts", "/list-addresses", "/list-pubkeys",
    "/get-mining-address", "/get-coinbase-arbitrary", "/validate-address", "/get-asset", "/list-assets",
    "/backup-wallet", "/verify-message",
}  # fmt: skip
REFUSED = {"/create-account", "/create-key", "/create-asset"}
M1 = str(M1_KEY)
LATE_ACCOUNT = b"4B4OG18000A0A"
SENTENCE = "abandon " * 11 + "about"


class Home:
    """A wallet and its client: the recorded one, or an empty one."""

    def __init__(self, directory: Path, database: MemoryStore) -> None:
        self.clock = ManualClock(1_795_460_000.0)
        self.database = database
        accounts, hsm = AccountManager(database, SOLONET, self.clock), PseudoHSM(directory, self.clock)
        self.directory = directory
        self.wallet = Wallet(database, open_chain(), accounts, AssetRegistry(database), hsm, self.clock)
        self.client = Client(make_api(self.wallet.chain, wallet=self.wallet))

    async def call(self, method: str, request: object = None) -> Any:
        return await self.client.call(method, request)

    async def data(self, method: str, request: object = None) -> Any:
        answer = await self.call(method, request)
        assert answer["status"] == "success", answer
        return answer.get("data")

    async def failure(self, method: str, request: object) -> tuple[str, str]:
        answer = await self.call(method, request)
        return answer["code"], answer.get("error_detail") or answer["detail"]


@pytest.fixture
def recorded(tmp_path: Path) -> Home:
    shutil.copytree(FOLDER / "keystore", tmp_path / "keystore")
    return Home(tmp_path / "keystore", memory(chosen(records("leveldb_dump"), KEYS_AND_ACCOUNTS + INDEX)))


@pytest.fixture
def empty(tmp_path: Path) -> Home:
    return Home(tmp_path / "keystore", MemoryStore())


def without_nameless_key(body: str) -> str:
    """The recorded image has a key without alias, which the reference listed for two seconds."""
    answer = json.loads(body)
    keys = answer["data"]["key_images"]["xkeys"]
    answer["data"]["key_images"]["xkeys"] = [key for key in keys if key["alias"]]
    text = json.dumps(answer, separators=(",", ":"), ensure_ascii=False) + "\n"
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


async def test_recorded_answers_of_reading_requests(recorded: Home) -> None:
    """Half way through the recording an account without alias was made: it is put in there."""
    late = {key: value for key, value in recorded.database.iterate(b"Account") if LATE_ACCOUNT in key + value}
    recorded.database.write(dict.fromkeys(late))
    seen = set()
    for case in load("rpc_readonly")["cases"]:
        if case["endpoint"] == "/create-account" and LATE_ACCOUNT.decode() in case["response_body"]:
            recorded.database.write(late)
        if case["endpoint"] not in READ_ONLY:
            continue
        seen.add(case["endpoint"])
        expected = case["response_body"].replace("/DATADIR/keystore", str(recorded.directory))
        if case["endpoint"] == "/backup-wallet":
            expected = without_nameless_key(expected)
        response = await recorded.client.send(case["endpoint"], case["request"])
        assert response.status == case["http_status"]
        assert response.body.decode() == expected, case["request"]
    assert seen == READ_ONLY


async def test_recorded_answers_of_refused_requests(recorded: Home) -> None:
    cases = [
        case
        for case in load("rpc_readonly")["cases"]
        if case["endpoint"] in REFUSED and '"fail"' in case["response_body"]
    ]
    assert {case["endpoint"] for case in cases} == REFUSED
    before = dict(recorded.database.iterate())
    for case in cases:
        response = await recorded.client.send(case["endpoint"], case["request"])
        assert response.body.decode() == case["response_body"], case["request"]
    assert dict(recorded.database.iterate()) == before


async def test_recorded_actions_give_the_same_here(recorded: Home) -> None:
    """Messages are signed alike; a renamed account and asset are listed as recorded."""
    cases = {case["endpoint"]: case for case in load("rpc_actions")["cases"]}
    for endpoint in ("sign-message", "verify-message"):
        body = cases[endpoint]["request"]
        response = await recorded.client.send(f"/{endpoint}", body if isinstance(body, str) else json.dumps(body))
        assert response.body.decode() == cases[endpoint]["response_body"]


async def test_the_life_of_a_key(empty: Home) -> None:
    made = await empty.data("create-key", {"alias": " Alice ", "password": "old"})
    assert list(made) == ["alias", "xpub", "file", "mnemonic"]
    assert len(made["mnemonic"].split()) == 12
    imported = await empty.data("create-key", {"alias": "M1", "password": "p", "mnemonic": SENTENCE})
    assert (list(imported), imported["xpub"]) == (["alias", "xpub", "file"], M1)
    listed = await empty.data("list-keys")
    assert listed == [{key: made[key] for key in ("alias", "xpub", "file")}, imported]
    named = {"xpub": made["xpub"]}
    passwords = {"old_password": "old", "new_password": "new"}
    assert await empty.data("reset-key-password", {**named, **passwords}) == {"changed": True}
    assert await empty.data("reset-key-password", {**named, **passwords}) == {"changed": False}
    assert await empty.data("check-key-password", {**named, "password": "new"}) == {"check_result": True}
    assert await empty.data("check-key-password", {**named, "password": "old"}) == {"check_result": False}
    assert await empty.call("update-key-alias", {**named, "new_alias": " X "}) == {"status": "success"}
    assert [key["alias"] for key in await empty.data("list-keys")] == ["x", "M1"]
    assert await empty.failure("update-key-alias", {**named, "new_alias": "X"}) == (
        "BTM800",
        "duplicate key alias",
    )
    assert (await empty.failure("delete-key", {**named, "password": "old"}))[0] == "BTM802"
    code, detail = await empty.failure("delete-key", {"password": "new"})
    assert (code, detail[:25]) == ("BTM000", "multiple keys match keys ")
    assert await empty.call("delete-key", {**named, "password": "new"}) == {"status": "success"}
    not_found = ("BTM801", "key not found or wrong password ")
    assert await empty.failure("delete-key", {**named, "password": "new"}) == not_found
    assert await empty.call("delete-key", {"password": "p"}) == {"status": "success"}
    assert await empty.data("list-keys") == []


NO_STRING = (
    "json: cannot unmarshal number into Go struct field .alias of type string: "
    "check request parameters for missing and/or incorrect values"
)


@pytest.mark.parametrize(
    ("request_body", "expected"),
    [
        ({"mnemonic": "a b c"}, ("BTM000", "mnemonic length error")),
        ({"mnemonic": "a " * 12}, ("BTM000", "Invalid menomic")),
        ({"mnemonic": SENTENCE, "language": "xx"}, ("BTM000", "Invalid menomic")),
        ({"language": "xx"}, ("BTM000", "Language Type Incorrect")),
        ({"language": "fr"}, ("BTM000", "Language Type Unsupported")),
        ({"alias": 5}, ("BTM002", NO_STRING)),
    ],
)
async def test_keys_that_cannot_be_made(empty: Home, request_body: object, expected: tuple[str, str]) -> None:
    assert await empty.failure("create-key", request_body) == expected
    assert await empty.data("list-keys") == []


async def test_the_life_of_an_account(empty: Home) -> None:
    made = await empty.data("create-account", {"root_xpubs": [M1], "quorum": 1, "alias": " Alice "})
    assert list(made) == ["id", "alias", "xpubs", "quorum", "key_index", "derive_rule"]
    named = {"account_alias": "alice"}
    receiver = await empty.data("create-account-receiver", named)
    assert receiver == {
        "control_program": "001483d3c1a8b5c4c75e026f122a404aa3472f6d3577",
        "address": "sm1qs0fur294cnr4uqn0zg4yqj4rguhk6dth77jv60",
    }
    for _ in range(3):
        await empty.data("create-account-receiver", {"account_id": made["id"]})
    addresses = await empty.data("list-addresses", named)
    assert list(addresses[0]) == [
        "account_alias", "account_id", "address", "control_program", "change", "key_index",
    ]  # fmt: skip
    assert [item["key_index"] for item in addresses] == [1, 2, 3, 4]
    for start, count, expected in ((1, 2, [2, 3]), (3, 9, [4]), (3, 0, []), (9, 9, []), (0, 1, [1])):
        page = await empty.data("list-addresses", {**named, "from": start, "count": count})
        assert [item["key_index"] for item in page] == expected
    keys = await empty.data("list-pubkeys", named)
    assert (keys["root_xpub"], len(keys["pubkey_infos"])) == (M1, 4)
    assert keys["pubkey_infos"][0] == {
        "pubkey": "7ee4e5db9b46253098ce74eb8b1406a371c48db298e6df3e59d9a9a5a6c85116",
        "derivation_path": ["2c000000", "99000000", "01000000", "00000000", "01000000"],
    }
    one = await empty.data("list-pubkeys", {**named, "public_key": keys["pubkey_infos"][2]["pubkey"]})
    assert one["pubkey_infos"] == keys["pubkey_infos"][2:3]
    assert await empty.call("update-account-alias", {**named, "new_alias": " Bob "}) == {"status": "success"}
    assert await empty.data("list-accounts") == [{**made, "alias": "bob"}]
    assert await empty.data("list-accounts", {"id": f" {made['id'][:4]} "}) == [{**made, "alias": "bob"}]
    assert await empty.data("list-accounts", {"id": "nobody"}) == []
    assert await empty.call("delete-account", {"account_id": made["id"]}) == {"status": "success"}
    assert await empty.data("list-accounts") == []


@pytest.mark.parametrize("key", ["id", "alias"])
async def test_an_account_is_deleted_as_an_older_client_asks(empty: Home, key: str) -> None:
    await empty.data("create-key", {"alias": "a", "password": "pw", "mnemonic": SENTENCE})
    kept = await empty.data("create-account", {"root_xpubs": [M1], "quorum": 1, "alias": "b"})
    made = await empty.data("create-account", {"root_xpubs": [M1], "quorum": 1, "alias": "a"})
    unknown = ("BTM709", "Failed to find account")
    assert await empty.failure("delete-account", {"account_info": "nobody"}) == unknown
    both = {"account_alias": "nobody", "account_info": made[key]}
    assert await empty.failure("delete-account", both) == unknown
    assert await empty.call("delete-account", {"account_info": made[key]}) == {"status": "success"}
    assert await empty.data("list-accounts") == [kept]


async def test_messages_signed_here_are_verified_here(empty: Home) -> None:
    await empty.data("create-key", {"alias": "a", "password": "pw", "mnemonic": SENTENCE})
    await empty.data("create-account", {"root_xpubs": [M1], "quorum": 1, "alias": "a"})
    receiver = await empty.data("create-account-receiver", {"account_alias": "a"})
    message = {"address": receiver["address"], "message": "deadbeef"}
    signed = await empty.data("sign-message", {**message, "password": "pw"})
    assert signed["signature"].startswith("828500ef9ec82138ca545b37bf4d106c")
    assert await empty.data("verify-message", {**message, **signed}) == {"result": True}
    assert (await empty.failure("sign-message", {**message, "password": "no"}))[0] == "BTM801"
    foreign = "sm1q8t79kxkzs06f562gt5upa7avh8e68rnkp0zt6l"
    unknown = ("BTM000", "Failed to find account control program")
    assert await empty.failure("sign-message", {"address": foreign, "password": "pw"}) == unknown


NO_ACCOUNT = ("BTM709", "Failed to find account")
TAKEN = ("BTM000", "Duplicate account alias")


@pytest.mark.parametrize(
    ("method", "request_body", "expected"),
    [
        ("update-account-alias", {"new_alias": "x"}, NO_ACCOUNT),
        ("update-account-alias", {"account_alias": "nobody"}, NO_ACCOUNT),
        ("delete-account", {}, NO_ACCOUNT),
        ("delete-account", {"account_id": "Alias:"}, NO_ACCOUNT),
        ("create-account-receiver", {"account_id": "nobody"}, NO_ACCOUNT),
        ("list-addresses", {}, NO_ACCOUNT),
        ("list-pubkeys", {"account_alias": "ALICE"}, NO_ACCOUNT),
        ("list-accounts", {"alias": "nobody"}, NO_ACCOUNT),
        ("set-mining-address", {"mining_address": "x"}, ("BTM000", "unknown address type")),
        ("sign-message", {"address": ""}, ("BTM000", "unknown address type")),
        ("set-coinbase-arbitrary", {"arbitrary": "00" * 108}, ("BTM000", "Arbitrary exceeds limit: 107")),
        ("get-asset", {"id": "00"}, ("BTM000", "bad length hash string 2")),
        ("get-asset", {}, ("BTM000", "bad length hash string 0")),
        ("list-assets", {"id": "zz"}, ("BTM000", "bad length hash string 2")),
        ("update-asset-alias", {"id": "zz", "alias": "x"}, ("BTM000", "null asset alias")),
        ("update-asset-alias", {"id": "f" * 64}, ("BTM000", "btm has been defined as the internal asset")),
        (
            "update-account-alias",
            {"account_alias": "alice", "new_alias": "bob"},
            ("BTM000", "Duplicate account alias"),
        ),
        ("create-account", {"root_xpubs": [M1], "quorum": -(1 << 63) - 1}, ("BTM002", None)),
        ("create-account", {"root_xpubs": ["00"]}, ("BTM002", None)),
        ("create-account", {"root_xpubs": M1}, ("BTM002", None)),
        ("list-addresses", {"from": -1}, ("BTM002", None)),
        ("create-asset", {"alias": "x", "definition": []}, ("BTM002", None)),
        ("create-asset", {"alias": "x", "issuance_program": "0"}, ("BTM002", None)),
        ("set-coinbase-arbitrary", {"arbitrary": "0x"}, ("BTM002", None)),
        ("restore-wallet", [], ("BTM002", None)),
        ("restore-wallet", {"key_images": []}, ("BTM002", None)),
        ("restore-wallet", {"account_image": {"slices": [None]}}, ("BTM002", None)),
        ("restore-wallet", {"account_image": {"slices": [{"account": {"xpubs": ["zz"]}}]}}, ("BTM002", None)),
    ],
)
async def test_bad_requests_change_nothing(
    recorded: Home, method: str, request_body: object, expected: tuple[str, str | None]
) -> None:
    before = dict(recorded.database.iterate())
    code, detail = await recorded.failure(method, request_body)
    assert (code, detail if expected[1] else None) == expected
    assert dict(recorded.database.iterate()) == before


async def test_an_address_without_keys_is_an_error_not_a_crash(empty: Home) -> None:
    no_point = "02" + "00" * 31 + "00" * 32
    await empty.data("create-account", {"root_xpubs": [no_point], "quorum": 1, "alias": "a"})
    code, detail = await empty.failure("create-account-receiver", {"account_alias": "a"})
    assert (code, detail) == ("BTM000", "the extended public key is not a point on the curve")


async def test_who_mines(empty: Home) -> None:
    assert await empty.failure("get-mining-address", None) == NO_ACCOUNT
    await empty.data("create-account", {"root_xpubs": [M1], "quorum": 1, "alias": "a"})
    ours = {"mining_address": "sm1qs0fur294cnr4uqn0zg4yqj4rguhk6dth77jv60"}
    assert await empty.data("get-mining-address") == ours
    foreign = {"mining_address": "SM1Q8T79KXKZS06F562GT5UPA7AVH8E68RNKP0ZT6L"}
    assert await empty.data("set-mining-address", foreign) == foreign
    assert await empty.data("get-mining-address") == foreign
    assert await empty.data("get-coinbase-arbitrary") == {"arbitrary": ""}
    assert await empty.data("set-coinbase-arbitrary", {"arbitrary": "ABcd"}) == {"arbitrary": "abcd"}
    assert await empty.data("get-coinbase-arbitrary") == {"arbitrary": "abcd"}


async def test_an_asset_keeps_its_numbers_as_given(empty: Home) -> None:
    keys = json.dumps({"alias": " gold ", "root_xpubs": [M1], "quorum": 1})
    response = await empty.client.send("/create-asset", keys[:-1] + ',"definition":{"z":100.0,"s":"<G>"}}')
    assert b'"definition":{"s":"\\u003cG\\u003e","z":100.0},"limit_height":0}' in response.body
    made = json.loads(response.body)["data"]
    assert await empty.data("get-asset", {"id": made["id"]}) == made
    btm, again = await empty.data("list-assets")
    assert (btm["type"], again) == ("internal", made)
    assert await empty.data("list-assets", {"id": f" {made['id']} "}) == [made]
    assert await empty.data("list-assets", {"id": "f" * 64}) == [btm]
    assert await empty.data("list-assets", {"id": "0" * 64}) == []
    await empty.data("update-asset-alias", {"id": made["id"], "alias": " silver "})
    assert (await empty.data("get-asset", {"id": made["id"]}))["alias"] == "SILVER"


async def test_a_wallet_moves_by_its_image(recorded: Home, tmp_path: Path) -> None:
    image = await recorded.data("backup-wallet")
    other = Home(tmp_path / "other", MemoryStore())
    assert await other.call("restore-wallet", image) == {"status": "success"}
    assert await other.data("backup-wallet") == image
    assert other.wallet.recovery.is_active
    assert await other.call("restore-wallet", image) == {"status": "success"}
    assert await other.data("list-accounts") == await recorded.data("list-accounts")
    other.wallet.catch_up()
    assert await other.data("list-balances") == await recorded.data("list-balances")


NO_IMAGE = "there is no section of a backup in the request"


@pytest.mark.parametrize(
    "request_body",
    [None, {}, {"foo": 1}, {"account_image": {}, "key_images": {"keys": []}},
     {"account_image": None, "asset_image": None}, {"data": {}}, {"data": None},
     {"status": "success", "data": {"foo": 1}}, {"status": "fail", "code": "BTM000", "detail": "x"}],
)  # fmt: skip
async def test_what_holds_no_section_is_not_restored(recorded: Home, request_body: object) -> None:
    before = dict(recorded.database.iterate())
    code, detail = await recorded.failure("restore-wallet", request_body)
    assert (code, detail[: len(NO_IMAGE)]) == ("BTM000", NO_IMAGE)
    assert dict(recorded.database.iterate()) == before
    assert not recorded.wallet.recovery.is_active


async def test_a_key_file_is_not_restored(recorded: Home) -> None:
    key = json.loads(next(recorded.directory.iterdir()).read_bytes())
    _, detail = await recorded.failure("restore-wallet", key)
    assert detail.startswith(NO_IMAGE)
    assert "keystore directory" in detail


async def test_the_whole_answer_of_a_backup_is_restored(recorded: Home, tmp_path: Path) -> None:
    answer = await recorded.call("backup-wallet")
    other = Home(tmp_path / "other", MemoryStore())
    assert await other.call("restore-wallet", answer) == {"status": "success"}
    assert await other.call("backup-wallet") == answer
    inner = {"data": {"key_images": answer["data"]["key_images"]}, "key_images": {"xkeys": None}}
    third = Home(tmp_path / "third", MemoryStore())
    await third.data("restore-wallet", inner)  # what stands outside counts
    assert await third.data("list-keys") == []


async def test_a_wrong_section_in_the_whole_answer_is_refused(empty: Home) -> None:
    code, detail = await empty.failure("restore-wallet", {"data": {"key_images": {"xkeys": 5}}})
    assert code == "BTM002"
    assert detail.startswith(
        "json: cannot unmarshal number into Go struct field KeyImage.key_images.xkeys of type "
    )


async def test_passwords_and_words_are_in_no_log(empty: Home, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await empty.data("create-key", {"alias": "a", "password": "correct horse", "mnemonic": SENTENCE})
    await empty.failure("create-key", {"alias": "a", "password": "correct horse", "mnemonic": SENTENCE})
    await empty.failure("delete-key", {"password": "battery staple"})
    await empty.data("check-key-password", {"password": "battery staple"})
    written = "\n".join(str(record.__dict__) for record in caplog.records)
    for secret in ("correct horse", "battery staple", "abandon"):
        assert secret not in written
