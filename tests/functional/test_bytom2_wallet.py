"""The wallet of a node of Bytom 2 in a process of its own: rewards ripen, are paid, voted with, and taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.functional.node_process import RunningNode, run
from tests.functional.node_process import node as running_node

BTM = "f" * 64
PASSWORD = "123456"
FEE = 10_000_000
PATIENCE = 120.0
"""Seconds for anything that takes some blocks."""
POLL_SECONDS = 0.1


async def until(node: RunningNode, method: str, holds: Callable[[Any], bool], **arguments: object) -> Any:
    """Have blocks made, as early as the network allows, until an answer of the wallet is as it should be."""
    async with asyncio.timeout(PATIENCE):
        while not holds(answer := await caught_up(node, method, **arguments)):
            await node.ask("generate", {"count": 1})
            await asyncio.sleep(POLL_SECONDS)
    return answer


async def caught_up(node: RunningNode, method: str, **arguments: object) -> Any:
    """An answer of the wallet at the best block."""
    async with asyncio.timeout(PATIENCE):
        while True:
            info = await node.call("wallet-info")
            if info["wallet_height"] == info["best_block_height"]:
                return await node.call(method, **arguments)
            await asyncio.sleep(POLL_SECONDS)


async def pay(node: RunningNode, *actions: dict[str, Any]) -> str:
    """Build, sign and submit a transaction, and wait until it is in a block; its id."""
    template = await node.call("build-transaction", actions=list(actions))
    estimate = await node.call("estimate-transaction-gas", transaction_template=template)
    assert 0 < estimate["total_neu"] <= FEE
    signed = await node.call("sign-transaction", password=PASSWORD, transaction=template)
    assert signed["sign_complete"]
    raw = signed["transaction"]["raw_transaction"]
    tx_id = str((await node.call("submit-transaction", raw_transaction=raw))["tx_id"])
    await until(node, "get-transaction", lambda tx: tx["block_height"] > 0, tx_id=tx_id)
    return tx_id


def spend(account: str, amount: int) -> dict[str, Any]:
    return {"type": "spend_account", "account_id": account, "asset_id": BTM, "amount": amount}


async def held(node: RunningNode, account: str) -> dict[str, Any]:
    """What an account holds, told apart, and that it is what the balance of the reference says."""
    (holding,) = await caught_up(node, "list-holdings", account_id=account)
    (balance,) = await node.call("list-balances", account_id=account)
    assert balance["amount"] == holding["amount"] == holding["spendable"] + holding["maturing"] + holding["voted"]
    return dict(holding)


async def test_rewards_ripen_are_paid_voted_with_and_taken_back(tmp_path: Path) -> None:
    home = tmp_path / "home"
    made = await run("init", "--chain_id", "bytom2-dev", "--home", home)
    assert made.status == 0, made.text
    async with running_node(home, TM_HOOKS_PRIVATE_ADDRESSES="true") as node:
        key = await node.call("create-key", alias="k", password=PASSWORD)
        accounts = [
            await node.call("create-account", root_xpubs=[key["xpub"]], quorum=1, alias=alias)
            for alias in ("alice", "bob")
        ]
        assert all(len(account["id"]) == 36 for account in accounts)
        alice, bob = (account["id"] for account in accounts)
        mine = (await node.call("create-account-receiver", account_id=alice))["address"]
        assert mine.startswith("dn1")
        assert await node.call("validate-address", address=mine) == {"valid": True, "is_local": True}
        await node.call("set-mining-address", mining_address=mine)

        hook = {"name": "w", "url": "http://127.0.0.1:9/", "topic": "wallet_transactions"}
        await node.call("create-webhook", **hook)  # there is a wallet that tells
        await node.call("delete-webhook", name="w")

        await until(node, "list-holdings", bool)
        young = await held(node, alice)
        assert (young["spendable"], young["voted"]) == (0, 0)
        assert young["maturing"] > 0
        early = await node.ask("build-transaction", {"actions": [spend(alice, FEE), spend(alice, FEE)]})
        assert early["code"] == "BTM706"
        to_bob = (await node.call("create-account-receiver", account_id=bob))["address"]
        output = {"type": "control_address", "asset_id": BTM, "amount": 300_000_000, "address": to_bob}
        early = await node.ask("build-transaction", {"actions": [spend(alice, 300_000_000 + FEE), output]})
        assert early["code"] == "BTM701"
        await until(node, "list-holdings", lambda rows: rows[0]["spendable"] > 0, account_id=alice)

        await pay(node, spend(alice, 300_000_000 + FEE), output)
        assert (await held(node, bob))["spendable"] == 300_000_000
        voted_for = (await node.call("net-info"))["node_xpub"]
        vote = {
            "type": "vote_output",
            "asset_id": BTM,
            "amount": 200_000_000,
            "address": to_bob,
            "vote": voted_for,
        }
        vote_id = await pay(node, spend(bob, 200_000_000 + FEE), vote)
        shown = await node.call("get-transaction", tx_id=vote_id)
        assert [one["vote"] for one in shown["outputs"] if one["type"] == "vote"] == [voted_for]
        votes = await caught_up(node, "list-account-votes", account_id=bob)
        assert votes == [
            {
                "account_id": bob,
                "account_alias": "bob",
                "total_vote_number": 200_000_000,
                "vote_details": [{"vote": voted_for, "vote_number": 200_000_000}],
            }
        ]
        locked = await held(node, bob)
        assert (locked["spendable"], locked["voted"]) == (100_000_000 - FEE, 200_000_000)
        assert locked["locked"] == 200_000_000
        back = {"type": "veto", "account_id": bob, "asset_id": BTM, "amount": 200_000_000, "vote": voted_for}
        gives = {**output, "amount": 200_000_000 - FEE}
        refused = await node.ask("build-transaction", {"actions": [back, gives]})
        assert refused["code"] == "BTM701"
        whose = await node.ask("build-transaction", {"actions": [{**back, "vote": ""}, gives]})
        assert whose["code"] == "BTM707"
        nobody = await node.ask("build-transaction", {"actions": [{**back, "vote": "00" * 64}, gives]})
        assert nobody["code"] == "BTM700"
        await node.stop()
        assert node.process.returncode == 0

    async with running_node(home) as node:
        assert await caught_up(node, "list-account-votes", account_id=bob) == votes
        assert (await held(node, bob))["amount"] == locked["amount"]
        await until(node, "list-holdings", lambda rows: rows[0]["locked"] == 0, account_id=bob)
        veto_id = await pay(node, back, gives)
        await node.kill()

    async with running_node(home) as node:
        assert await caught_up(node, "list-account-votes", account_id=bob) == []
        after = await held(node, bob)
        assert (after["voted"], after["locked"]) == (0, 0)
        assert after["spendable"] == 300_000_000 - 2 * FEE
        shown = await node.call("get-transaction", tx_id=veto_id)
        assert [(one["type"], one["vote"]) for one in shown["inputs"]] == [("veto", voted_for)]
        image = await node.call("backup-wallet")
        assert [one["account"]["alias"] for one in image["account_image"]["slices"]]
        await node.call("rescan-wallet")
        assert (await held(node, bob))["amount"] == after["amount"]
        await node.stop()
        assert node.process.returncode == 0
