"""Payments as people type them, over a node with the home that a Go node left."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.functional.client_process import type_in
from tests.functional.node_process import RunningNode, node
from tests.functional.recorded_home import RECORDED, unpacked

ALICE = RECORDED["keys"][0]
GOLD = RECORDED["assets"]["gold"]["id"]
BTM = "ff" * 32


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[RunningNode]:
    async with node(unpacked(tmp_path / "home")) as started:
        yield started


async def balance(running: RunningNode, alias: str, asset: str = BTM) -> int:
    found = await running.call("list-balances", account_alias=alias)
    return sum(one["amount"] for one in found if one["asset_id"] == asset)


async def mine(running: RunningNode, count: int) -> None:
    """Mine blocks, and wait until the wallet has read them."""
    await running.call("generate", count=count)
    async with asyncio.timeout(60):
        while (info := await running.call("wallet-info"))["wallet_height"] < info["best_block_height"]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def address(running: RunningNode, alias: str) -> str:
    made = await running.call("create-account-receiver", account_alias=alias)
    return str(made["address"])


PASSWORD = ALICE["password"]


async def test_a_payment_in_btm_is_shown_and_waits_for_confirmations(running: RunningNode) -> None:
    to, before = await address(running, "bob"), await balance(running, "bob")
    waiting = asyncio.create_task(
        type_in(
            running, "send", "--from", "alice", to, "1.5", to, "0.00000001",
            "--yes", "--json", "--confirmations", "2",
            stdin=PASSWORD + "\n",
        )
    )  # fmt: skip
    async with asyncio.timeout(60):
        while not (await running.call("list-unconfirmed-transactions"))["tx_ids"]:  # noqa: ASYNC110 - a process
            await asyncio.sleep(0.05)
    await mine(running, 2)
    sent = await waiting
    assert sent.status == 0, sent.text
    data = json.loads(sent.out)
    assert (data["amount"], data["asset_id"], data["merging_tx_ids"]) == (150_000_001, BTM, [])
    assert data["confirmations"] >= 2
    assert f"Pay    1.5 BTM to {to}\nPay    0.00000001 BTM to {to}\n" in sent.err
    assert f"Total  1.5{data['fee'] + 1:08d}"[:11] in sent.err
    assert await balance(running, "bob") == before + 150_000_001
    found = await running.call("get-transaction", tx_id=data["tx_id"])
    spent = sum(one["amount"] for one in found["inputs"])
    assert spent - sum(one["amount"] for one in found["outputs"]) == data["fee"]


async def test_an_asset_is_paid_in_its_decimals(running: RunningNode) -> None:
    to, before = await address(running, "bob"), await balance(running, "bob", GOLD)
    too_fine = await type_in(running, "send", "--from", "alice", to, "0.0000001", "--asset", "gold2", "--yes")
    assert (too_fine.status, too_fine.out) == (1, "")
    assert "more than the 6 decimals" in too_fine.err
    sent = await type_in(
        running, "send", "--from", "alice", to, "0.5", "--asset", "gold2", "--yes", "--json", stdin=PASSWORD
    )
    assert sent.status == 0, sent.text
    await mine(running, 1)
    assert await balance(running, "bob", GOLD) == before + 500_000


async def test_many_small_outputs_are_merged_without_being_asked(running: RunningNode, tmp_path: Path) -> None:
    to, back = await address(running, "bob"), await address(running, "alice")
    password = tmp_path / "password"
    password.write_text(PASSWORD + "\n")
    spread = await type_in(
        running, "send", "--from", "alice", *([to, "1"] * 150), "--yes", "--json", "--password-file", str(password)
    )
    assert spread.status == 0, spread.text
    await mine(running, 1)
    before = await balance(running, "bob")
    password.write_text(RECORDED["keys"][1]["password"])
    gathered = await type_in(
        running, "send", "--from", "bob", back, "180", "--yes", "--json", "--password-file", str(password)
    )
    assert gathered.status == 0, gathered.text
    data = json.loads(gathered.out)
    assert len(data["merging_tx_ids"]) > 20
    assert data["fee"] >= 6_000_000 * len(data["merging_tx_ids"])
    await mine(running, 1)
    assert await balance(running, "bob") == before - 180 * 10**8 - data["fee"]


async def test_many_small_outputs_of_an_asset_are_merged_as_well(running: RunningNode, tmp_path: Path) -> None:
    to, back = await address(running, "bob"), await address(running, "alice")
    password = tmp_path / "password"
    password.write_text(PASSWORD + "\n")
    for asset, amount in (("gold2", "0.001"), ("BTM", "1")):
        spread = await type_in(
            running, "send", "--from", "alice", *([to, amount] * 120), "--asset", asset, "--yes", "--json",
            "--password-file", str(password),
        )  # fmt: skip
        assert spread.status == 0, spread.text
        await mine(running, 1)
    before, gold = await balance(running, "bob"), await balance(running, "bob", GOLD)
    password.write_text(RECORDED["keys"][1]["password"])
    everything = str(gold / 10**6)
    gathered = await type_in(
        running, "send", "--from", "bob", back, everything, "--asset", "gold2", "--yes", "--json",
        "--password-file", str(password),
    )  # fmt: skip
    assert gathered.status == 0, gathered.text
    data = json.loads(gathered.out)
    assert (data["amount"], len(data["merging_tx_ids"]) > 20) == (gold, True)
    assert "for merging the outputs of" in gathered.err
    await mine(running, 1)
    assert await balance(running, "bob", GOLD) == 0
    assert await balance(running, "bob") == before - data["fee"]
    for tx_id in (*data["merging_tx_ids"], data["tx_id"]):
        found = await running.call("get-transaction", tx_id=tx_id)
        assert (found["block_height"] > 0, found["status_fail"]) == (True, False)


async def test_nothing_is_paid_after_a_no_or_with_a_wrong_password(running: RunningNode) -> None:
    to = await address(running, "bob")
    refused = await type_in(running, "send", "--from", "alice", to, "1", stdin="n\n")
    assert (refused.status, refused.out) == (5, "")
    wrong = await type_in(running, "send", "--from", "alice", to, "1", "--yes", stdin="wrong\n")
    assert (wrong.status, wrong.out) == (1, "")
    assert "nothing was sent" in wrong.err
    huge = await type_in(running, "send", "--from", "alice", to, "1000000", "--yes", stdin=PASSWORD)
    assert (huge.status, huge.out) == (4, "")
    other = await type_in(running, "send", "--from", "alice", "bm1qdj6ydscukvvpyprzpzq7cqmvxqsjrvk6k8w3e3", "1")
    assert other.status == 1
    assert (await running.call("list-unconfirmed-transactions"))["tx_ids"] == []
    # The one that was refused for its password has kept nothing for itself.
    whole = await type_in(running, "send", "--from", "alice", to, "1", "--yes", stdin=PASSWORD)
    assert whole.status == 0, whole.text


async def test_any_method_can_be_called(running: RunningNode, tmp_path: Path) -> None:
    block = await type_in(running, "call", "get-block", "block_height=0")
    assert json.loads(block.out) == await running.call("get-block", block_height=0)
    image = await type_in(running, "backup-wallet")
    assert json.loads(image.out) == await running.call("backup-wallet")
    file = tmp_path / "request"
    file.write_text('{"block_height":1}')
    assert json.loads((await type_in(running, "get-raw-block", f"@{file}")).out) == await running.call(
        "get-raw-block", block_height=1
    )
    unknown = await type_in(running, "call", "no-such-method")
    assert (unknown.status, unknown.out) == (2, "")
    refused = await type_in(running, "call", "get-block", "block_height=99999")
    assert (refused.status, refused.out) == (4, "")
    nobody = await type_in("http://127.0.0.1:1", "call", "net-info")
    assert (nobody.status, nobody.out) == (2, "")
