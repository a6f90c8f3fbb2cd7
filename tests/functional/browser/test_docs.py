"""The page about the API in a browser: found, read, tried out, and asked about before anything is done."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from pybytomd.client import AsyncClient
from tests.functional.browser.tab import Tab, needs_browser, tab
from tests.functional.browser.test_pages import SEVERE
from tests.functional.node_process import RunningNode, node
from tests.functional.recorded_home import unpacked

pytestmark = [needs_browser, pytest.mark.timeout(300)]
SHOWN = ("introduction", "get-block", "build-transaction", "object-Block", "errors")


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[RunningNode]:
    async with node(unpacked(tmp_path / "home")) as started:
        yield started


@asynccontextmanager
async def docs(
    running: RunningNode, at: str = "", *, dark: bool = False, width: str = "desk"
) -> AsyncIterator[Tab]:
    async with tab(running.url, dark=dark, width=width, path=f"/docs#{at}") as opened:
        await opened.page.locator("#find input").wait_for()
        yield opened


@pytest.mark.parametrize(("dark", "width"), [(False, "desk"), (True, "desk"), (False, "narrow"), (True, "phone")])
async def test_it_can_be_read(running: RunningNode, dark: bool, width: str) -> None:
    axe, problems = Axe(), []
    async with docs(running, dark=dark, width=width) as opened:
        for place in SHOWN:
            await opened.page.evaluate("id => { location.hash = id }", place)
            await expect(opened.page.locator(f"[id='{place}']")).to_be_in_viewport()
            if await opened.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                problems.append((place, "wider than the screen"))
        found = await axe.run(opened.page)
        problems += [
            ("", f"{one['id']}: {[part['html'][:160] for part in one['nodes']][:3]}")
            for one in found.response["violations"]
            if one["impact"] in SEVERE
        ]
        assert problems == []
        background = await opened.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (sum(map(int, background[4:-1].split(","))) < 300) == dark


async def test_a_method_is_found_and_leads_to_what_it_gives(running: RunningNode) -> None:
    async with docs(running) as opened:
        page = opened.page
        await page.get_by_label("Find a method").fill("unspent contracts")
        await expect(page.locator(".contents ul ul li:visible")).to_have_text(["list-unspent-outputs"])
        await page.get_by_label("Find a method").press("Enter")
        method = page.locator("details[id='list-unspent-outputs']")
        await expect(method).to_have_attribute("open", "")
        await expect(method.get_by_text("The block from which on it can be spent")).to_be_visible()
        await page.get_by_label("Find a method").fill("nothing like it")
        await opened.sees("There is no such method.")
        await page.evaluate("location.hash = 'get-block'")
        await page.locator("details[id='get-block'] td a", has_text="Transaction").first.click()
        await expect(page.locator("details[id='object-Transaction']")).to_have_attribute("open", "")


async def test_a_question_is_sent_and_answered(running: RunningNode) -> None:
    async with docs(running, "get-block") as opened:
        method = opened.page.locator("details[id='get-block']")
        await expect(method.locator("pre").first).to_contain_text(f"curl -s {running.url}/get-block")
        await expect(method.get_by_label("Access token")).to_be_hidden()
        await method.get_by_role("button", name="Send").click()
        await expect(method.locator(".try pre")).to_contain_text('"height": 0')
        await method.get_by_label("Request in JSON").fill('{"block_height": 99999}')
        await method.get_by_role("button", name="Send").click()
        await expect(method.locator(".try pre")).to_contain_text('"status": "fail"')
        await method.get_by_label("Request in JSON").fill("{")
        await method.get_by_role("button", name="Send").click()
        await expect(method.locator(".wrong")).to_contain_text("That is no JSON")


async def test_it_asks_before_anything_is_done(running: RunningNode) -> None:
    async with docs(running, "create-key") as opened, AsyncClient(running.url) as client:
        before = await client.list_keys()
        page = opened.page
        method = page.locator("details[id='create-key']")
        await method.get_by_label("Request in JSON").fill('{"alias": "tried out", "password": "secret"}')
        await method.get_by_role("button", name="Send").click()
        await page.get_by_role("button", name="Cancel").click()
        await expect(method.get_by_text("Nothing was sent.")).to_be_visible()
        assert await client.list_keys() == before
        await method.get_by_role("button", name="Send").click()
        await page.get_by_role("button", name="Send it").click()
        await expect(method.locator(".try pre")).to_contain_text('"alias": "tried out"')
        assert len(await client.list_keys()) == len(before) + 1


async def test_who_needs_a_token_is_asked_for_it(tmp_path: Path) -> None:
    async with node(unpacked(tmp_path / "home"), "--auth.local") as running:
        async with AsyncClient(home=str(tmp_path / "home")) as admin:
            token = (await admin.create_access_token(id="reader", type="read")).token
        async with tab(running.url, path="/docs#get-block-count") as opened:
            opened.expected += ["401", "Unauthorized"]
            method = opened.page.locator("details[id='get-block-count']")
            await method.get_by_role("button", name="Send").click()
            await method.get_by_label("Access token").fill(token)
            await method.get_by_role("button", name="Send").click()
            await expect(method.locator(".try pre")).to_contain_text('"block_count"')
            await expect(method.get_by_label("Access token")).to_be_hidden()
