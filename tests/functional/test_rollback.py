"""The chain of a stopped node is taken back: wallet, index, contracts, addresses and subscriptions follow."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pybytomd.tracing.instance import Status
from tests.functional.node_process import BLOCK_SECONDS, Ended, RunningNode, node, run
from tests.functional.recorded_chain import ALICE, FEE, RECORDED_HEIGHT, mine, send
from tests.functional.recorded_home import unpacked
from tests.functional.test_contracts import KEY, LOCK, locked_outputs, until
from tests.functional.test_events import events
from tests.functional.test_index import indexed_to
from tests.functional.wallet_home import spend

OPTIONS = ("--index.enable",)
TOP = RECORDED_HEIGHT + 2
DEEP = 120
"""Far below the top: payments, issues and rewards are above."""

pytestmark = pytest.mark.timeout(600)


async def back(home: Path, *words: str) -> Ended:
    return await run("db", "rollback", *words, "--home", home)


async def caught_up(running: RunningNode, height: int) -> None:
    """Wait until wallet and index have read the chain up to this height."""
    await indexed_to(running, height)
    async with asyncio.timeout(BLOCK_SECONDS):
        while (await running.call("wallet-info"))["wallet_height"] != height:  # noqa: ASYNC110 - nothing to wait on
            await asyncio.sleep(0.05)


async def watched_at(running: RunningNode, height: int) -> list[int]:
    """What the watched address has, once it was followed to this height."""
    async with asyncio.timeout(BLOCK_SECONDS):
        while True:
            (found,) = (await running.call("list-watched-addresses"))["addresses"]
            if (found["height"], found["is_behind"]) == (height, False):
                return [one["amount"] for one in found["balances"]]
            await asyncio.sleep(0.05)  # the API has nothing to wait on


async def state(running: RunningNode, address: str) -> dict[str, Any]:
    """What wallet and index say, without how many blocks are on top."""
    summaries = await running.call("list-block-summaries", count=1000)
    history = await running.call("list-address-transactions", address=address, count=1000)
    return {
        "transactions": await running.call("list-transactions", detail=True),
        "outputs": sorted((await running.call("list-unspent-outputs")), key=lambda one: str(one["id"])),
        "balances": await running.call("list-balances"),
        "blocks": [row["hash"] for row in summaries["blocks"]],
        "address": await running.call("get-address", address=address),
        "assets": await running.call("list-indexed-assets"),
        "history": [row["tx_id"] for row in history["transactions"]],
    }


def below(found: Mapping[str, Any], height: int) -> list[Any]:
    return [tx for tx in found["transactions"] if tx["block_height"] <= height]


async def test_everything_that_follows_the_chain_goes_back_and_forth_with_it(tmp_path: Path) -> None:
    home = unpacked(tmp_path / "home")
    async with node(home, *OPTIONS) as running:
        await running.call("create-contract", alias="lock", contract=LOCK)
        ore = (await running.call("create-asset", alias="ore", root_xpubs=[ALICE["xpub"]], quorum=1))["id"]
        address = (await running.call("create-account-receiver", account_alias="alice"))["address"]
        await running.call("watch-address", address=address, from_height=0)
        locked = {"type": "control_program", "control_program": LOCK, "asset_id": ore, "amount": 5}
        created = await send(running, {"type": "issue", "asset_id": ore, "amount": 5}, spend("alice", FEE), locked)
        created_in = await mine(running)
        (trace_id,) = await running.call("create-contract-instance", tx_hash=created, block_hash=created_in)
        first = await locked_outputs(running, created, created_in)
        await until(running, trace_id, Status.IN_SYNC, first)
        unlock = {"type": "spend_account_unspent_output", "output_id": first[0], **KEY}
        pay = {"type": "control_address", "address": address, "asset_id": "ff" * 32, "amount": 7 * FEE}
        moved = await send(running, unlock, spend("alice", 8 * FEE), locked, pay)
        second = await locked_outputs(running, moved, await mine(running))
        await until(running, trace_id, Status.IN_SYNC, second)
        await caught_up(running, TOP)
        before = await state(running, address)
        async with events(running) as told:
            subscribed = await told.ask(
                action="subscribe", id="b", topic="blocks", filter={"detail": "summary"}, from_height=TOP
            )
            assert subscribed["event"] == "subscribed"
            cursor = (await told.until("caught_up"))[-1]["cursor"]
        busy = await back(home, "100", "--yes")
        assert (busy.status, "Traceback" in busy.text) == (1, False)
        await running.stop()

    done = await back(home, str(TOP - 1), "--yes")
    assert done.status == 0, done.text
    async with node(home, *OPTIONS) as running:
        await caught_up(running, TOP - 1)
        assert (await until(running, trace_id, Status.IN_SYNC, first))["tx_hash"] == created
        assert await watched_at(running, TOP - 1) == []
        async with events(running) as told:
            again = await told.ask(
                action="subscribe", id="b", topic="blocks", filter={"detail": "summary"}, cursor=cursor
            )
            assert again["event"] == "subscribed"
            missed = await told.until("caught_up")
            assert [event["event"] for event in missed] == ["reorganisation", "block_disconnected", "caught_up"]
            assert missed[0]["data"]["depth"] == 1
        await running.stop()

    done = await back(home, str(DEEP), "--yes")
    assert done.status == 0, done.text
    assert f"the chain ends with block {DEEP} {before['blocks'][TOP - DEEP]}" in done.out
    assert f"{TOP - 1 - DEEP} blocks will be taken back" in done.err
    verified = await run("db", "verify", "--home", home)
    assert (verified.status, f"{DEEP + 1} blocks" in verified.out) == (0, True), verified.text
    async with node(home, *OPTIONS) as running:
        await caught_up(running, DEEP)
        low = await state(running, address)
        assert low["transactions"] == below(before, DEEP)
        assert low["blocks"] == before["blocks"][TOP - DEEP :]
        assert low["history"] == []
        await until(running, trace_id, Status.OFF_CHAIN, [])
        await running.stop()
    logs = "".join(path.read_text() for path in (home / "log").glob("wallet.*"))
    assert "best block not found in core" not in logs, "the wallet has undone the blocks, and was not begun anew"
    checked = await run("wallet", "check", "--home", home)
    assert checked.status == 0, checked.text

    shutil.rmtree(home / "data" / "index.db")
    async with node(home, *OPTIONS) as running:
        await caught_up(running, DEEP)
        assert await state(running, address) == low, "an index that was made anew says the same"
        await running.stop()

    forth = await back(home, "--forward")
    assert forth.status == 0, forth.text
    assert f"{TOP - DEEP} stored blocks added; the chain ends with block {TOP} {before['blocks'][0]}" in forth.out
    async with node(home, *OPTIONS) as running:
        await caught_up(running, TOP)
        assert await state(running, address) == before
        assert await watched_at(running, TOP) == [7 * FEE]
        await running.stop()
        assert "Traceback" not in running.text


async def test_what_is_refused_and_nothing_changes(tmp_path: Path) -> None:
    home = unpacked(tmp_path / "home")
    for words, text in (
        ((), "name the height to go back to"),
        (("-1",), "unknown shorthand flag"),
        (("ten",), "name the height to go back to"),
        (("1", "2"), "name the height to go back to"),
        (("271", "--yes"), "the chain ends with block 270; it can go back, not forth"),
        (("9" * 5000, "--yes"), "the chain ends with block 270"),
        (("--forward", "100"), "--forward takes no height"),
        (("100",), "nobody has agreed, nothing was changed; --yes"),
    ):
        refused = await back(home, *words)
        assert (refused.status, refused.out, "Traceback" in refused.err) == (1, "", False), refused.text
        assert text in refused.err
    same = await back(home, "270")
    assert (same.status, same.out) == (0, "the chain ends with block 270 already; nothing was changed\n")
    nowhere = await back(tmp_path / "nowhere", "1", "--yes")
    assert (nowhere.status, "there is no node at" in nowhere.err) == (1, True)
    other = tmp_path / "bytom2"
    assert (await run("init", "--chain_id", "bytom2-solonet", "--home", other)).status == 0
    refused = await back(other, "1", "--yes")
    assert refused.status == 1
    assert "is a home of Bytom 2, on bytom2-solonet: its validators make blocks final" in refused.err
    verified = await run("db", "verify", "--home", home)
    assert "271 blocks" in verified.out


async def test_a_private_chain_goes_on_from_where_it_was_taken_back_to(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert (await run("init", "--chain_id", "dev", "--home", home)).status == 0
    async with node(home, "--chain_id", "dev") as running:
        hashes = (await running.call("generate", count=20))["block_hashes"]
        await running.stop()
    done = await back(home, "12", "--yes")
    assert (done.status, hashes[11] in done.out) == (0, True), done.text
    async with node(home, "--chain_id", "dev") as running:
        xpub = (await running.call("create-key", alias="alice", password="pw"))["xpub"]
        await running.call(
            "create-account", alias="alice", root_xpubs=[xpub], quorum=1
        )  # who is paid for blocks now
        (new,) = (await running.call("generate", count=1))["block_hashes"]
        assert (await running.call("get-block", block_hash=new))["height"] == 13
        assert new not in hashes
        await running.stop()
    forth = await back(home, "--forward")
    assert (forth.status, f"the chain ends with block 20 {hashes[19]}" in forth.out) == (0, True), forth.text
