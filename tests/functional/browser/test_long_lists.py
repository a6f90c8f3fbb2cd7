"""Long lists in the browser: all of them can be reached, little is in the document, nothing adds up over time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Locator, expect

from tests.functional.browser.held import Held, Scales
from tests.functional.browser.tab import SECONDS, Tab, needs_browser, tab
from tests.functional.node_process import RunningNode
from tests.functional.test_dev_chain import dev

pytestmark = [needs_browser, pytest.mark.timeout(600)]
BLOCKS = 600
MOST_ROWS = 62
"""In the document: what is seen, a margin around it, and the room of what is not there."""
ROUNDS, BATCH = 40, 5


async def grown(running: RunningNode, count: int) -> int:
    """More blocks, each of which pays the wallet; the height when the wallet has seen them."""
    await running.call("generate", count=count)
    height = await running.height()
    async with asyncio.timeout(SECONDS):
        while (await running.call("wallet-info"))["wallet_height"] != height:  # noqa: ASYNC110
            await asyncio.sleep(0.05)  # the API has nothing to wait on
    return height


@pytest.fixture
async def running() -> AsyncIterator[RunningNode]:
    async with dev() as (started, _address):
        yield started


async def scrolled_to_the_end(opened: Tab, rows: Locator, last: Locator) -> None:
    """As somebody who pulls the page down until there is no more of it."""
    async with asyncio.timeout(3 * SECONDS):
        while not await last.count():
            await opened.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
            await opened.page.evaluate("new Promise(drawn => requestAnimationFrame(() => setTimeout(drawn)))")
            assert await rows.count() <= MOST_ROWS


async def test_every_payment_of_a_long_history_is_reached_and_few_are_in_the_document(
    running: RunningNode,
) -> None:
    height = await grown(running, BLOCKS)
    oldest = (await running.call("get-block", block_height=1))["transactions"][0]["id"]
    async with tab(running.url, route="wallet/history") as opened:
        rows = opened.page.locator("main .list > li")
        first = rows.locator("a.name").first
        await expect(first).to_be_visible()
        await scrolled_to_the_end(opened, rows, rows.locator(f'a[href="#/tx/{oldest}"]'))
        await opened.page.evaluate("scrollTo(0, 0)")
        newest = (await running.call("get-block", block_height=height))["transactions"][0]["id"]
        await expect(first).to_have_attribute("href", f"#/tx/{newest}")
        height = await grown(running, 2)
        newest = (await running.call("get-block", block_height=height))["transactions"][0]["id"]
        await expect(first).to_have_attribute("href", f"#/tx/{newest}")
        await opened.page.get_by_label("Kind").select_option("sent")
        await opened.sees("No transactions match.")
        await opened.page.get_by_label("Kind").select_option("mined")
        await expect(first).to_have_attribute("href", f"#/tx/{newest}")
        async with opened.page.expect_download() as saved:
            await opened.press("Save as CSV")
        text = (await (await saved.value).path()).read_text("utf-8-sig")
        assert text.count("\n") == height + 1


async def test_every_block_is_reached_and_few_are_in_the_document(running: RunningNode) -> None:
    height = await grown(running, BLOCKS)
    async with tab(running.url, route="explorer/blocks") as opened:
        rows = opened.page.locator("tbody tr")
        await expect(rows.first).to_contain_text(str(height))
        await scrolled_to_the_end(opened, rows, rows.locator('a[href="#/block/0"]'))
        await running.call("generate", count=1)
        await opened.page.get_by_role("button", name="1 new: show").click()
        await expect(rows.first).to_contain_text(str(height + 1))
        assert await rows.count() <= MOST_ROWS


@pytest.mark.parametrize("route", ["start", "explorer/blocks", "wallet/history"])
async def test_a_page_that_is_open_for_long_holds_no_more(running: RunningNode, route: str) -> None:
    """As many blocks as in hours: each is told to the page, which shows it before the next ones come."""
    async with tab(running.url, route=route) as opened:
        scales = await Scales.of(opened)
        status = opened.page.locator(".side .status")

        async def shown(height: int) -> None:
            await expect(status).to_contain_text(f"{height:,} ·")
            await opened.settled()

        for _ in range(3):
            await shown(await grown(running, BATCH))
        before = await scales.weigh()
        for _ in range(ROUNDS):
            await shown(await grown(running, BATCH))
        await scales.grows(before, Held(nodes=400, listeners=60, size=1_000_000))
