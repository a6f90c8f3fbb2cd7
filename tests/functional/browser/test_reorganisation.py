"""A branch that overtakes another, seen in pages that are open."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.functional.browser.tab import needs_browser, tab
from tests.functional.node_process import RunningNode, node
from tests.functional.recorded_chain import FEE, RECORDED_HEIGHT, branch, mine, send
from tests.functional.recorded_home import unpacked
from tests.functional.wallet_home import pay, spend

pytestmark = [needs_browser, pytest.mark.timeout(300)]
FIRST = RECORDED_HEIGHT + 1


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[RunningNode]:
    async with node(unpacked(tmp_path / "home")) as started:
        yield started


def cut(block_hash: str) -> str:
    """A hash as lists show it."""
    return f"{block_hash[:8]}…{block_hash[-8:]}"


async def overtake(running: RunningNode, length: int) -> list[str]:
    """Hand in a longer branch from the end of the recorded chain; the hashes of its blocks."""
    raws = await branch(running, RECORDED_HEIGHT, length)
    for raw in raws:
        await running.call("submit-block", raw_block=raw)
    blocks = [await running.call("get-block", block_height=FIRST + number) for number in range(length)]
    return [str(block["hash"]) for block in blocks]


async def test_the_list_shows_the_new_branch_and_strikes_out_the_old(running: RunningNode) -> None:
    old = await mine(running)
    async with tab(running.url, route="explorer/blocks") as opened:
        await opened.sees("Live")
        rows = opened.page.locator("tbody tr")
        await expect(rows.first).to_contain_text(cut(old))
        new = await overtake(running, 2)
        await opened.sees("Blocks were replaced")
        await expect(rows.nth(0)).to_contain_text(cut(new[1]))
        pair = rows.filter(has_text=str(FIRST))
        await expect(pair).to_have_count(2)
        struck = rows.filter(has_text="No longer in the chain")
        await expect(struck).to_have_count(1)
        await expect(struck.locator("del").nth(1)).to_contain_text(cut(old))
        await expect(rows.filter(has_text=cut(new[0]))).not_to_contain_text("No longer")
        await running.call("generate", count=1)  # what was said stays
        await expect(rows.first).to_contain_text(str(FIRST + 2))
        await opened.sees("Blocks were replaced")
        await expect(struck).to_have_count(1)
        await struck.get_by_role("link").first.click()
        await opened.sees("Not in the main chain")


async def test_a_payment_whose_block_is_replaced_waits_again(running: RunningNode) -> None:
    address = (await running.call("create-account-receiver", account_alias="bob"))["address"]
    sent = await send(running, spend("alice", FEE + 5), pay(address, 5, "ff" * 32))
    await mine(running)
    async with tab(running.url, route=f"tx/{sent}") as opened:
        await opened.sees("1 of 6")
        await overtake(running, 2)
        await opened.sees("Waiting for a block")
        await running.call("generate", count=1)
        await opened.sees("1 of 6")
