"""One home, nodes of both kinds in turn: each goes on where the other stopped, and both give the same answers.

What may differ is named in ``OWN_TO_A_NODE`` and ``UNORDERED``.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import aiohttp
import pytest

from tests.functional.node_process import BLOCK_SECONDS, run
from tests.functional.node_process import node as our_node
from tests.functional.recorded_home import RECORDED, unpacked
from tests.functional.wallet_home import pay, spend
from tests.interop.reference_node import each_reference, needs_reference, reference_node, version_of

pytestmark = [needs_reference, pytest.mark.timeout(900)]

OWN_TO_A_NODE = frozenset({"net-info"})
"""Tells of versions and peers."""
UNORDERED = frozenset({"list-unconfirmed-transactions"})
"""Listed by the reference in the order of a map, which is random."""
FEE = 10**7
FOREIGN = "sm1qqmfc88mspryhlgyjj2te44yj0d9cwwf95sarzm"
LOCK = "02abcd87"
"""A program that only ``abcd`` opens."""
DEFINITION = {"name": "<Blei> & Söhne", "decimals": 3, "nested": {"list": [1, 2.5, None, True, {}]}}


class Asked(Protocol):
    """A node of either kind."""

    async def call(self, method: str, **arguments: object) -> Any: ...


@dataclass(frozen=True)
class Questions:
    """Asks a node at ``url`` for everything there is, and keeps the answers as text."""

    url: str
    session: aiohttp.ClientSession

    async def answers(self, passwords: dict[str, str]) -> dict[str, str]:
        """The answer to every read-only request that the data of the home give rise to."""
        kept: dict[str, str] = {}

        async def ask(method: str, **request: object) -> Any:
            body = json.dumps(request)
            async with self.session.post(f"{self.url}/{method}", data=body) as response:
                text = await response.text()
            answer = json.loads(text)
            if method in UNORDERED and answer["status"] == "success":
                text = json.dumps(sorted(answer["data"]["tx_ids"]))
            if method not in OWN_TO_A_NODE:
                kept[f"{method} {body}"] = text
            return answer.get("data")

        for method in (
            "wallet-info", "net-info", "gas-rate", "is-mining", "get-mining-address", "get-coinbase-arbitrary",
            "list-unconfirmed-transactions", "list-access-tokens", "get-block-hash", "list-peers", "backup-wallet",
        ):  # fmt: skip
            await ask(method)
        for feed in await ask("list-transaction-feeds"):
            await ask("get-transaction-feed", alias=feed["alias"])
        await self._about_keys(ask, passwords)
        await self._about_accounts(ask, passwords)
        await self._about_transactions(ask)
        await self._about_blocks(ask)
        return kept

    async def _about_keys(self, ask: Any, passwords: dict[str, str]) -> None:
        for key in await ask("list-keys"):
            for password in (passwords[key["xpub"]], "wrong"):
                await ask("check-key-password", xpub=key["xpub"], password=password)

    async def _about_accounts(self, ask: Any, passwords: dict[str, str]) -> None:
        for account in await ask("list-accounts"):
            chosen = {"account_id": account["id"]}
            await ask("list-accounts", id=account["id"])
            await ask("list-accounts", alias=account.get("alias", ""))
            for method in ("list-pubkeys", "list-balances", "list-unspent-outputs", "list-transactions"):
                await ask(method, **chosen)
            addresses = await ask("list-addresses", **chosen) or []
            await ask("list-addresses", account_alias=account.get("alias", ""), **{"from": 1, "count": 2})
            for entry in addresses:
                await ask("validate-address", address=entry["address"])
                await ask("decode-program", program=entry["control_program"])
            for entry in addresses[:2]:
                message = {"address": entry["address"], "message": "00ff"}
                signed = await ask("sign-message", password=passwords[account["xpubs"][0]], **message)
                if signed is not None:
                    await ask("verify-message", **message, **signed)
        for asset in await ask("list-assets"):
            await ask("get-asset", id=asset["id"])
            await ask("list-assets", id=asset["id"])

    async def _about_transactions(self, ask: Any) -> None:
        await ask("list-balances")
        for flags in ({}, {"smart_contract": True}, {"unconfirmed": True}, {"from": 2, "count": 3}):
            await ask("list-unspent-outputs", **flags)
        for flags in ({"detail": True}, {"unconfirmed": True}, {"from": 2, "count": 3}):
            await ask("list-transactions", **flags)
        for entry in await ask("list-transactions") or []:
            await ask("get-transaction", tx_id=entry["tx_id"])

    async def _about_blocks(self, ask: Any) -> None:
        best = (await ask("get-block-count"))["block_count"]
        for height in (0, 1, best // 2, *range(best - 4, best + 2)):
            for method in ("get-block", "get-block-header", "get-difficulty", "get-hash-rate", "get-raw-block"):
                found = await ask(method, block_height=height)
                if method == "get-block" and found is not None:
                    ids = [tx["id"] for tx in found["transactions"]]
                    await ask("get-merkle-proof", block_hash=found["hash"], tx_ids=ids[-1:])


@asynccontextmanager
async def questions(url: str) -> AsyncIterator[Questions]:
    async with aiohttp.ClientSession() as session:
        yield Questions(url, session)


def differences(expected: dict[str, str], found: dict[str, str]) -> list[str]:
    """Requests that were answered in another way."""
    assert found.keys() == expected.keys()
    return [
        f"{name}\n{_around_first_difference(text, found[name])}"
        for name, text in expected.items()
        if found[name] != text
    ]


def _around_first_difference(before: str, after: str) -> str:
    pairs = zip(before, after, strict=False)
    place = next((n for n, (one, other) in enumerate(pairs) if one != other), min(len(before), len(after)))
    start = max(0, place - 200)
    return f"  before {before[start : place + 200]}\n  after  {after[start : place + 200]}"


async def send(node: Asked, *actions: dict[str, object], passwords: Sequence[str]) -> str:
    """Build, sign with one password after another, hand in; returns the transaction's id."""
    template = await node.call("build-transaction", actions=list(actions))
    for password in passwords:
        answer = await node.call("sign-transaction", password=password, transaction=template)
        template = answer["transaction"]
    assert answer["sign_complete"]
    submitted = await node.call("submit-transaction", raw_transaction=template["raw_transaction"])
    return str(submitted["tx_id"])


async def address(node: Asked, alias: str) -> str:
    return str((await node.call("create-account-receiver", account_alias=alias))["address"])


@dataclass
class Home:
    """A home directory, what opens its keys, and the account that pays."""

    path: Path
    passwords: dict[str, str]
    payer: str
    payer_password: str


def recorded_home(path: Path) -> Home:
    """What a Go node left."""
    passwords = {key["xpub"]: key["password"] for key in RECORDED["keys"]}
    unpacked(path)
    for file in (path / "keystore").iterdir():
        passwords.setdefault(json.loads(file.read_text())["xpub"], "unknown")
    return Home(path, passwords, "alice", "pub-Alice-1")


async def own_home(path: Path) -> Home:
    """A home of our making, on the recorded chain so that there is something to spend."""
    archive = path.parent / "chain.blocks"
    for command in (
        ("chain", "export", archive, "--home", unpacked(path.parent / "recorded")),
        ("init", "--home", path),
        ("chain", "import", archive, "--home", path),
    ):
        ended = await run(*command)
        assert ended.status == 0, ended.text
    passwords: dict[str, str] = {}
    async with our_node(path) as node:
        for key in RECORDED["keys"]:
            chosen = {name: key[name] for name in ("alias", "password", "mnemonic", "language")}
            made = await node.call("create-key", **chosen)
            assert made["xpub"] == key["xpub"]
            passwords[made["xpub"]] = key["password"]
        await node.call("recovery-wallet", xpubs=[RECORDED["keys"][0]["xpub"]])
        await until_indexed(node)
        (account,) = await node.call("list-accounts")
        await node.call("update-account-alias", account_id=account["id"], new_alias="payer ☃ <&>")
        await node.stop()
    return Home(path, passwords, "payer ☃ <&>", "pub-Alice-1")


async def until_indexed(node: Asked) -> None:
    async with asyncio.timeout(BLOCK_SECONDS):
        while True:
            info = await node.call("wallet-info")
            if info["wallet_height"] == info["best_block_height"]:
                return
            await asyncio.sleep(0.05)  # the API has nothing to wait on


async def live_a_little(node: Any, home: Home) -> None:
    """Keys, accounts of one key and of two out of three, assets, every kind of transaction, new names."""
    keys = [await node.call("create-key", alias=f"key {n}", password=f"päss {n}") for n in range(3)]
    xpubs = [key["xpub"] for key in keys]
    home.passwords |= {xpub: f"päss {n}" for n, xpub in enumerate(xpubs)}
    for alias, roots, quorum in (("single", xpubs[:1], 1), ("two of three", xpubs, 2), ("empty", xpubs[1:], 1)):
        await node.call("create-account", alias=alias, root_xpubs=roots, quorum=quorum)
    asset = await node.call("create-asset", alias="blei", root_xpubs=xpubs[:2], quorum=2, definition=DEFINITION)
    lead = asset["id"]
    single, shared = await address(node, "single"), await address(node, "two of three")
    me = [home.payer_password]
    amounts = [(single, 50 * FEE), (single, 30 * FEE), (shared, 90 * FEE)]
    await send(
        node, spend(home.payer, 171 * FEE), *(pay(place, amount) for place, amount in amounts), passwords=me
    )
    issue = {"type": "issue", "asset_id": lead, "amount": 1000}
    await send(node, issue, spend(home.payer, FEE), pay(single, 1000, lead), passwords=["päss 0", "päss 1", *me])
    await node.call("generate", count=1)
    await until_indexed(node)
    await send(node, spend("two of three", 20 * FEE), pay(single, 19 * FEE), passwords=["päss 2", "päss 0"])
    lock = {"type": "control_program", "control_program": LOCK, "asset_id": lead, "amount": 300}
    retire = {"type": "retire", "asset_id": lead, "amount": 100, "arbitrary": "beef"}
    await send(
        node, spend("single", 2 * FEE), spend("single", 500, lead), lock, {**lock, "amount": 100}, retire,
        passwords=["päss 0"],
    )  # fmt: skip
    await node.call("generate", count=1)
    await until_indexed(node)
    locked = await node.call("list-unspent-outputs", smart_contract=True)
    (mine,) = [entry for entry in locked if entry["asset_id"] == lead and entry["amount"] == 300]
    unlock = {
        "type": "spend_account_unspent_output",
        "output_id": mine["id"],
        "arguments": [{"type": "data", "raw_data": {"value": "abcd"}}],
    }
    await send(node, unlock, spend(home.payer, FEE), pay(shared, 300, lead), passwords=me)
    await node.call("generate", count=1)
    await until_indexed(node)
    await pass_on(node, home, xpubs[0])
    await node.call("update-key-alias", xpub=xpubs[2], new_alias="renamed ☃")
    await node.call("update-asset-alias", id=lead, alias="lead")
    await node.call("update-account-alias", account_alias="two of three", new_alias="2/3 <&>")
    await node.call("reset-key-password", xpub=xpubs[1], old_password="päss 1", new_password="neu")
    home.passwords[xpubs[1]] = "neu"
    await node.call("set-mining-address", mining_address=single)
    await node.call("set-coinbase-arbitrary", arbitrary="c0ffee")
    await node.call("create-transaction-feed", alias="blei", filter=f"asset_id='{lead}' AND amount_lower_limit=5")
    await node.call("create-access-token", id="token", type="client")
    await node.call("delete-account", account_alias="empty")
    await node.call("generate", count=1)
    await until_indexed(node)


async def pass_on(node: Any, home: Home, xpub: str) -> None:
    """A payment and what sends all of it on in one block, which a Go node would not list, but reads."""
    await node.call("create-account", alias="sweeper", root_xpubs=[xpub], quorum=1)
    place = await address(node, "sweeper")
    await send(node, spend(home.payer, 11 * FEE), pay(place, 10 * FEE), passwords=[home.payer_password])
    whole = {**spend("sweeper", 10 * FEE), "use_unconfirmed": True}
    sweep = await send(node, whole, pay(FOREIGN, 9 * FEE), passwords=["päss 0"])
    (listed,) = await node.call("list-transactions", id=sweep, unconfirmed=True)
    assert listed["inputs"][0]["account_alias"] == "sweeper"
    await node.call("generate", count=1)
    await until_indexed(node)
    assert len(await node.call("list-transactions", account_alias="sweeper")) == 2


async def go_on_in_go(node: Any) -> None:
    """Spend, name, mine a block with it."""
    info = await node.call("wallet-info")
    await send(
        node, spend("2/3 <&>", 5 * FEE), pay(await address(node, "single"), 4 * FEE), passwords=["päss 0", "neu"]
    )
    await node.call("update-account-alias", account_alias="single", new_alias="solo")
    await node.call("create-asset", alias="tin", root_xpubs=[RECORDED["keys"][0]["xpub"]], quorum=1)
    await node.call("set-mining", is_mining=True)
    await until_height(node, info["best_block_height"] + 1)
    await node.call("set-mining", is_mining=False)
    await until_indexed(node)


async def until_height(node: Asked, height: int) -> None:
    async with asyncio.timeout(BLOCK_SECONDS):
        while (await node.call("get-block-count"))["block_count"] < height:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("origin", ["ours", "theirs"])
@each_reference
async def test_a_home_goes_back_and_forth(binary: Path, origin: str, tmp_path: Path) -> None:
    if await version_of(binary) != "1.1.1":
        pytest.skip("other versions answer in other ways")
    home = await own_home(tmp_path / "home") if origin == "ours" else recorded_home(tmp_path / "home")

    async with our_node(home.path) as node:
        await live_a_little(node, home)
        await node.stop()
    moved = tmp_path / "moved"
    shutil.copytree(home.path, moved)  # of each kind the first to be asked: some questions are learned from

    async with our_node(home.path) as node, questions(node.url) as ask:
        before = await ask.answers(home.passwords)
        await node.stop()
    assert len(before) > 150

    async with reference_node(binary, moved) as node:
        await until_indexed(node)
        async with questions(f"http://127.0.0.1:{node.api_port}") as ask:
            expected = {name: text.replace(str(home.path), str(moved)) for name, text in before.items()}
            different = differences(expected, await ask.answers(home.passwords))
            assert not different, f"{len(different)} answers of Go differ:\n" + "\n".join(different)
            await go_on_in_go(node)
            before = await ask.answers(home.passwords)

    async with our_node(moved) as node:
        await until_indexed(node)
        async with questions(node.url) as ask:
            different = differences(before, await ask.answers(home.passwords))
        assert not different, f"{len(different)} answers of ours differ:\n" + "\n".join(different)
        await send(node, spend("solo", 2 * FEE), pay(await address(node, "2/3 <&>"), FEE), passwords=["päss 0"])
        await node.call("generate", count=1)
        await node.stop()
    checked = await run("wallet", "check", "--home", moved)
    assert checked.status == 0, checked.text
