"""One home of a wallet on Bytom 2 in the hands of bytomd 2.0.7 and of ours in turn: what one has built and signed
the other takes, and both tell the same of it."""

from __future__ import annotations

import asyncio
import tarfile
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.functional.node_process import node as running_node
from tests.interop.bytom2_homes import BINARY, needs_bytom2_reference
from tests.interop.reference_node import reference_node
from tests.unit.rpc.recorded import DATA

PATIENCE = 180.0
POLL_SECONDS = 0.2
PASSWORD = "123456"
BTM = "f" * 64
STAKE, FEE = 100_000_000, 10_000_000
QUESTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("list-accounts", {}),
    ("list-keys", {}),
    ("list-balances", {}),
    ("list-account-votes", {}),
    ("list-unspent-outputs", {}),
    ("list-transactions", {"detail": True}),
    ("list-assets", {}),
    ("get-mining-address", {}),
)

pytestmark = [needs_bytom2_reference, pytest.mark.timeout(600)]


class Node(Protocol):
    """A node of either program."""

    async def call(self, method: str, **arguments: Any) -> Any: ...


async def answers(node: Node) -> dict[str, Any]:
    """What a node tells of its wallet when that is at the best block."""
    async with asyncio.timeout(PATIENCE):
        while (info := await node.call("wallet-info"))["wallet_height"] != info["best_block_height"]:  # noqa: ASYNC110
            await asyncio.sleep(POLL_SECONDS)
    return {name: await node.call(name, **arguments) for name, arguments in QUESTIONS}


async def signed(node: Node, *outputs: dict[str, Any]) -> str:
    """A payment of the first account, built and signed; the fee is on top of the outputs."""
    account = (await node.call("list-accounts"))[0]["id"]
    amount = sum(output["amount"] for output in outputs) + FEE
    spend = {"type": "spend_account", "account_id": account, "asset_id": BTM, "amount": amount}
    template = await node.call("build-transaction", actions=[spend, *outputs])
    done = await node.call("sign-transaction", password=PASSWORD, transaction=template)
    assert done["sign_complete"]
    return str(done["transaction"]["raw_transaction"])


async def outputs(node: Node) -> tuple[dict[str, Any], dict[str, Any]]:
    """A payment to the first account, and a vote of it for this node."""
    account = (await node.call("list-accounts"))[0]["id"]
    address = (await node.call("create-account-receiver", account_id=account))["address"]
    pays = {"type": "control_address", "asset_id": BTM, "amount": STAKE, "address": address}
    key = (await node.call("net-info"))["node_xpub"]
    return pays, {**pays, "type": "vote_output", "vote": key}


async def mined(node: Node, raw: str) -> None:
    """Hand a transaction in, and have blocks made until it is in one."""
    tx_id = (await node.call("submit-transaction", raw_transaction=raw))["tx_id"]
    await node.call("set-mining", is_mining=True)
    async with asyncio.timeout(PATIENCE):
        while not (await node.call("get-transaction", tx_id=tx_id))["block_height"]:  # noqa: ASYNC110
            await asyncio.sleep(POLL_SECONDS)
    await node.call("set-mining", is_mining=False)


def unpacked(directory: Path) -> Path:
    """The home of a stopped node of 2.0.7, with rewards, a vote and a veto."""
    with tarfile.open(DATA / "bytom2_home_solonet.tar.gz") as tar:
        tar.extractall(directory, filter="data")
    return next(directory.rglob("node_key.txt")).parent


async def test_a_wallet_in_the_hands_of_both(tmp_path: Path) -> None:
    home = unpacked(tmp_path)
    async with running_node(home) as ours:
        first = await answers(ours)
        raw = await signed(ours, *await outputs(ours))
        await ours.stop()
    assert first["list-balances"]
    assert first["list-transactions"]

    async with reference_node(BINARY, home) as go:
        assert await answers(go) == first
        await mined(go, raw)
        second = await answers(go)
        raw = await signed(go, *await outputs(go))
    assert second != first

    async with running_node(home) as ours:
        assert await answers(ours) == second
        await mined(ours, raw)
        third = await answers(ours)
        await ours.stop()
        assert ours.process.returncode == 0
    votes = [answer["list-account-votes"][0]["total_vote_number"] for answer in (second, third)]
    assert votes[1] - votes[0] == STAKE

    async with reference_node(BINARY, home) as go:
        assert await answers(go) == third
