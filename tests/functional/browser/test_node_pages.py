"""What an operator does in the browser: the log, the settings in force, the miner's threads."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.functional.browser.tab import SECONDS, needs_browser, tab
from tests.functional.node_process import RunningNode, node
from tests.functional.recorded_home import unpacked

pytestmark = [needs_browser, pytest.mark.timeout(300)]
SECRET = "the secret of the proxy"


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[RunningNode]:
    async with node(unpacked(tmp_path / "home")) as started:
        yield started


async def test_the_log_is_seen_as_it_grows_and_filtered(running: RunningNode) -> None:
    async with tab(running.url, route="network/logs") as opened:
        await opened.heading("Log")
        rows = opened.page.locator(".records > li")
        await expect(rows.filter(has_text="start node complete")).to_have_count(1)
        await running.call("ban", address="10.9.8.7", seconds=60)
        banned = rows.filter(has_text="10.9.8.7")
        await expect(banned.first).to_contain_text("p2p")
        part = opened.page.get_by_label("Part of the node")
        await part.select_option("node")
        await expect(banned).to_have_count(0)
        await part.select_option("")
        await expect(banned.first).to_be_visible()
        await opened.page.get_by_label("Filter").fill("start node complete")
        await expect(rows).to_have_count(1)
        await opened.page.get_by_label("From level").select_option("error")
        await opened.sees("Nothing was logged that fits.")


async def test_the_settings_in_force_say_where_they_come_from_and_hide_secrets(tmp_path: Path) -> None:
    home = unpacked(tmp_path / "home")
    file = home / "config.toml"
    text = file.read_text()
    file.write_text(text + "\n[disk]\nmin_free = 7\n")
    line = (text + "\n[disk]\n").count("\n") + 1
    async with (
        node(home, "--wallet.txindex", TM_P2P_PROXY_PASSWORD=SECRET) as running,
        tab(running.url, route="network/settings") as opened,
    ):
        await opened.sees("Settings of the node")
        row = opened.page.locator("tr")
        for key, value, place in (
            ("disk.min_free", "7", f"file {file}, line {line}"),
            ("wallet.txindex", "true", "command line --wallet.txindex"),
            ("p2p.proxy_password", "set, not shown", "environment TM_P2P_PROXY_PASSWORD"),
            ("api_addr", "127.0.0.1:0", "environment LISTEN"),
        ):
            await expect(row.filter(has_text=key)).to_contain_text(value)
            await expect(row.filter(has_text=key)).to_contain_text(place)
        await expect(row.filter(has_text="ws.max_num_websockets")).to_have_count(0)
        await opened.page.get_by_label("Also what has its default").check()
        await expect(row.filter(has_text="ws.max_num_websockets")).to_contain_text(re.compile("25.*default"))
        assert SECRET not in await opened.page.content()


async def test_the_miner_is_given_threads_and_keeps_them_while_it_is_switched(running: RunningNode) -> None:
    most = (await running.call("node-status"))["mining"]["processors"]
    async with tab(running.url, route="mining") as opened:
        threads = opened.page.get_by_label("Threads", exact=True)
        await expect(threads.locator("option")).to_have_count(most)
        await threads.select_option(str(most))
        async with asyncio.timeout(SECONDS):
            while (await running.call("node-status"))["mining"]["threads"] != most:  # noqa: ASYNC110
                await asyncio.sleep(0.05)  # the API has nothing to wait on
        await opened.press("Start mining")
        await opened.press("Stop mining")
        await opened.page.get_by_role("button", name="Start mining").wait_for()
        assert (await running.call("node-status"))["mining"]["threads"] == most
        await expect(threads).to_have_value(str(most))
        await opened.press("Mine one block")
        await expect(opened.page.locator(".list .name").first).to_have_text("Mined")
