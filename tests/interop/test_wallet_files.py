"""Key files and wallet.db go from a Go node to us and back, and both answer the same about them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from pybytomd.chain.chain import Chain
from pybytomd.clock import SystemClock
from pybytomd.events import EventDispatcher
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.store.block_store import BlockStore
from pybytomd.store.kv.leveldb import LevelDBStore
from pybytomd.wallet.accounts.manager import AccountManager
from pybytomd.wallet.assets.registry import AssetRegistry
from pybytomd.wallet.keys.pseudohsm import PseudoHSM
from pybytomd.wallet.wallet import Wallet
from tests.interop.reference_node import each_reference, needs_reference, reference_node, version_of
from tests.unit.rpc.recorded import Client, make_api

pytestmark = needs_reference

PASSWORD, OTHER_PASSWORD = "correct horse", "größer ☃"
DEFINITION = {"name": "<Gold> & Söhne", "decimals": 8, "nested": {"list": [1, None, True, {}]}}


class OurNode:
    """Asked like a Go node, in this process."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def call(self, method: str, **arguments: object) -> Any:
        answer = await self._client.call(method, arguments)
        assert answer["status"] == "success", answer
        return answer.get("data")


@asynccontextmanager
async def our_node(home: Path) -> AsyncIterator[OurNode]:
    """The parts of our node that keys, accounts and assets need, on the home of a Go node that was stopped."""
    clock = SystemClock()
    core = LevelDBStore(home / "data" / "core.db", create=False)
    database = LevelDBStore(home / "data" / "wallet.db", create=False)
    chain = Chain.open(SOLONET, BlockStore(core), clock, EventDispatcher(), threads=1)
    try:
        accounts, hsm = AccountManager(database, SOLONET, clock), PseudoHSM(home / "keystore", clock)
        wallet = Wallet(database, chain, accounts, AssetRegistry(database), hsm, clock)
        wallet.catch_up()
        yield OurNode(Client(make_api(chain, wallet=wallet)))
        wallet.catch_up()
    finally:
        chain.close()
        database.close()
        core.close()


async def state_of(node: Any) -> dict[str, Any]:
    """Everything there is, as the node tells it."""
    accounts = await node.call("list-accounts")
    state = {
        "keys": await node.call("list-keys"),
        "accounts": accounts,
        "assets": await node.call("list-assets"),
        "mining": await node.call("get-mining-address") if accounts else None,
    }
    for account in accounts:
        state[account["id"]] = await node.call("list-addresses", account_id=account["id"])
        if state[account["id"]]:
            state[f"keys of {account['id']}"] = await node.call("list-pubkeys", account_id=account["id"])
    return state


async def make_things(node: Any, name: str) -> None:
    """Keys, accounts of one and two keys, addresses, assets."""
    keys = [await node.call("create-key", alias=f"{name}-{n}", password=PASSWORD) for n in range(2)]
    xpubs = [key["xpub"] for key in keys]
    for alias, roots in ((f"{name}", xpubs[:1]), (f"{name} both <&> ☃", xpubs)):
        account = await node.call("create-account", alias=alias, root_xpubs=roots, quorum=len(roots))
        for _ in range(3):
            await node.call("create-account-receiver", account_id=account["id"])
    await node.call("create-asset", alias=f"{name}1", root_xpubs=xpubs, quorum=2, definition=DEFINITION)


async def check_passwords(node: Any, keys: list[dict[str, str]], password: str) -> None:
    for key in keys:
        checked = await node.call("check-key-password", xpub=key["xpub"], password=password)
        assert checked == {"check_result": True}


def part_of(theirs: Any, ours: Any) -> Any:
    """Of what we tell, what an older version tells as well."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        return {key: part_of(value, ours.get(key)) for key, value in theirs.items()}
    if isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        return [part_of(one, other) for one, other in zip(theirs, ours, strict=True)]
    return ours


@each_reference
async def test_a_home_moves_to_us_and_back(binary: Path, tmp_path: Path) -> None:
    is_old = await version_of(binary) == "1.0.5"
    home = tmp_path / "home"
    home.mkdir()
    async with reference_node(binary, home) as node:
        await make_things(node, "theirs")
        before = await state_of(node)

    async with our_node(home) as node:
        state = await state_of(node)
        assert part_of(before, state) == before if is_old else state == before
        for key in state["keys"]:
            assert await node.call("check-key-password", xpub=key["xpub"], password=PASSWORD) == {
                "check_result": True
            }
        await node.call(
            "reset-key-password", xpub=state["keys"][0]["xpub"], old_password=PASSWORD, new_password=OTHER_PASSWORD
        )
        if is_old:
            await node.call("create-key", alias="ours", password=OTHER_PASSWORD)
        else:
            await make_things(node, "ours")
            address = (await node.call("create-account-receiver", account_alias="theirs"))["address"]
            message = {"address": address, "message": "00ff", "password": OTHER_PASSWORD}
            signed = await node.call("sign-message", **message)
            await node.call("update-key-alias", xpub=state["keys"][1]["xpub"], new_alias="renamed ☃")
            await node.call("update-asset-alias", id=state["assets"][1]["id"], alias="renamed")
            await node.call("update-account-alias", account_alias="theirs", new_alias="renamed")
            await node.call("set-mining-address", mining_address=address)
        after = await state_of(node)

    async with reference_node(binary, home) as node:
        if is_old:
            assert await node.call("list-keys") == after["keys"]
        else:
            assert await state_of(node) == after
            assert await node.call("sign-message", **message) == signed
            await make_things(node, "theirs again")
            image = await node.call("backup-wallet")
        await check_passwords(node, after["keys"][:1], OTHER_PASSWORD)

    if not is_old:
        async with our_node(home) as node:
            assert json.dumps(await node.call("backup-wallet")) == json.dumps(image)


@each_reference
async def test_an_image_moves_to_us_and_back(binary: Path, tmp_path: Path) -> None:
    if await version_of(binary) == "1.0.5":
        pytest.skip("images of 1.0.5 have no derivation rules")
    homes = [tmp_path / name for name in ("first", "second", "third")]
    for home in homes:
        home.mkdir()
    async with reference_node(binary, homes[0]) as node:
        await make_things(node, "theirs")
        image = await node.call("backup-wallet")
    async with reference_node(binary, homes[1]):
        pass  # makes the databases of an empty home
    async with our_node(homes[1]) as node:
        await node.call("restore-wallet", **image)
        await make_things(node, "ours")
        both = await node.call("backup-wallet")
        state = await state_of(node)
    async with reference_node(binary, homes[2]) as node:
        await node.call("restore-wallet", **both)
        assert await node.call("backup-wallet") == both
        assert await node.call("list-accounts") == state["accounts"]
        assert await node.call("list-assets") == state["assets"]
        for key in state["keys"]:
            assert await node.call("check-key-password", xpub=key["xpub"], password=PASSWORD) == {
                "check_result": True
            }
