"""The pages over a validator of Bytom 2: times in milliseconds, finality and validators, and no proof of work."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.functional.browser.tab import SECONDS, needs_browser, tab
from tests.functional.node_process import RunningNode, node, run

pytestmark = [needs_browser, pytest.mark.timeout(400)]
BTM = "f" * 64
BLOCKS = 13
"""Three after the first epoch: it is justified, its rewards are paid and not ripe, and only block 0 is final."""
OF_PROOF_OF_WORK = ("Difficulty", "Hash rate of the network", "Nonce", "Threads", "Mined by")


def has_followed(status: dict[str, Any]) -> bool:
    """Whether wallet, index and signatures are as far as the blocks."""
    heights = [status[part]["height"] for part in ("wallet", "index")]
    return min(heights) >= BLOCKS and status["consensus"]["justified_height"] == 10


@pytest.fixture
async def validator(tmp_path: Path) -> AsyncIterator[RunningNode]:
    """A node whose account was paid for the first epoch, with an index that has all of it."""
    home = tmp_path / "home"
    made = await run("init", "--chain_id", "bytom2-dev", "--home", home)
    assert made.status == 0, made.text
    async with node(home, "--index.enable") as running:
        key = await running.call("create-key", alias="k", password="123456")
        await running.call("create-account", root_xpubs=[key["xpub"]], quorum=1, alias="alice")
        async with asyncio.timeout(2 * SECONDS):
            while (status := await running.call("node-status"))["sync"]["height"] < BLOCKS:
                await running.ask("generate", {"count": 1})  # refused while it would be too far ahead of the clock
                await asyncio.sleep(0.1)
            while not has_followed(status):
                await asyncio.sleep(0.1)
                status = await running.call("node-status")
        yield running


async def test_the_pages_tell_of_validators_and_finality(validator: RunningNode) -> None:
    block = await validator.call("get-block", block_height=5)
    paid = await validator.call("get-block", block_height=11)
    made_at = datetime.fromtimestamp(block["timestamp"] / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    paid_at = datetime.fromtimestamp(paid["timestamp"] / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    key = block["validator"]
    async with tab(validator.url) as opened:
        main = opened.page.locator("#main")

        async def shown(route: str) -> str:
            await opened.go(route)
            await opened.settled()
            text = await main.inner_text()
            assert "[" not in text, text  # as a text that is missing is shown
            assert [word for word in OF_PROOF_OF_WORK if word in text] == []
            return text

        assert "Validators" in await shown("start")
        await expect(opened.page.locator(".side .status")).to_contain_text("Bytom 2 · Development chain")
        await expect(opened.page.locator(".to-mining")).to_have_text("Validators")
        await opened.sees("Spendable in 8 blocks")

        assert "days" not in await shown("explorer/blocks")  # as from the first block to the second
        rows = opened.page.locator("tbody tr")
        for height, state in ((13, "Pending"), (10, "Justified"), (1, "Justified"), (0, "Final")):
            row = rows.filter(has=opened.page.get_by_role("link", name=str(height), exact=True))
            await expect(row).to_contain_text(state)
        await expect(rows.first).to_contain_text(key[:8])

        assert "Justified" in await shown("block/5")
        await expect(main.locator("time").first).to_have_attribute("datetime", f"{made_at}.000Z")
        await opened.sees("with the end of its epoch, block 10")
        await expect(main).to_contain_text(key)
        await shown("block/0")
        await expect(main).to_contain_text("Final")

        await shown(f"tx/{paid['transactions'][0]['id']}")
        await expect(main.locator("time").first).to_have_attribute("datetime", f"{paid_at}.000Z")
        await expect(main.locator(".titled")).to_contain_text("Pending")

        await shown("wallet/history")
        await opened.sees("Spendable in 8 blocks")

        assert "Epoch 2" in await shown("mining")
        (row,) = await opened.page.locator("tbody tr").all()
        await expect(row).to_contain_text(key[:8])
        await expect(row).to_contain_text("yours")
        await expect(row.locator("td").nth(2)).to_have_text("3", use_inner_text=True)
        await opened.press("Make blocks")
        await opened.press("Stop making blocks")
        await opened.page.get_by_role("button", name="Make blocks", exact=True).wait_for()

        await shown("network/settings")
        await expect(main).to_contain_text("Bytom 2 · Development chain")

        charts = await shown("explorer/charts")
        assert "Block time" in charts
        await expect(main.locator("svg[role=img]")).to_have_count(3)


async def spendable(running: RunningNode) -> None:
    """Have blocks made until the rewards of the first epoch are ripe."""
    async with asyncio.timeout(2 * SECONDS):
        while not any(one["spendable"] for one in await running.call("list-holdings")):
            await running.ask("generate", {"count": 1})  # refused while it would be too far ahead of the clock
            await asyncio.sleep(0.1)


async def vote(running: RunningNode, address: str, key: str) -> dict[str, Any]:
    """A transaction, not signed yet, that votes for a validator and locks money for it."""
    spend = {"type": "spend_account", "account_alias": "alice", "asset_id": BTM, "amount": 210_000_000}
    spend["use_unconfirmed"] = True  # the change of what was just paid
    votes = {"type": "vote_output", "asset_id": BTM, "amount": 200_000_000, "address": address, "vote": key}
    return dict(await running.call("build-transaction", actions=[spend, votes]))


async def test_a_payment_is_sent_a_vote_is_named_and_all_speak_chinese(validator: RunningNode) -> None:
    await spendable(validator)
    address = (await validator.call("create-account-receiver", account_alias="alice"))["address"]
    key = (await validator.call("net-info"))["node_xpub"]
    async with tab(validator.url, route=f"wallet/send?to={address}&amount=1") as opened:
        await opened.sees("Valid address")
        await opened.page.get_by_text("This is your own address").wait_for()
        await opened.fill("Receiver’s address", "bm1qqqqsyqcyq5rqwzqfpg9scrgwpugpzysnn6wy6g")
        await opened.sees("This is an address of Mainnet. This node is on Bytom 2 · Development chain.")
        await opened.fill("Receiver’s address", address)
        await expect(opened.page.locator(".summary .sum")).not_to_contain_text("–")
        await opened.press("Check payment")
        await opened.page.get_by_label("Password of key", exact=False).fill("123456")
        await opened.page.get_by_role("dialog").get_by_role("button", name="Pay").click()
        await opened.heading("Sent")

        await opened.go("wallet/sign")
        template = {"type": "bytom transactions to sign", "version": 1, "address_prefix": "dn"}
        template["templates"] = [await vote(validator, address, key)]
        await opened.fill("Transaction", json.dumps(template))
        await opened.page.get_by_label("Transaction", exact=True).blur()
        await expect(opened.page.locator("main .sum")).to_contain_text(f"Vote for{key[:8]}")
        await opened.page.locator("section").first.get_by_label("Password", exact=True).fill("123456")
        await opened.page.locator("section").first.get_by_role("button", name="Sign").click()
        await opened.press("Send to the network")
        await opened.press("See transaction")
        await expect(opened.page.locator(".ends").last).to_contain_text("Vote for")
        await expect(opened.page.locator(f'.ends [title="{key}"]')).to_be_visible()
    async with tab(validator.url, language="zh-CN", route="mining") as opened:
        await opened.heading("验证者")
        await opened.sees("轮流出块")
        await opened.go("block/0")
        await opened.sees("已最终确定")
