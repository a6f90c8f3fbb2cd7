"""What an operator does in the browser: the log, the settings in force, the miner's threads."""

from __future__ import annotations

import asyncio
import re
import shlex
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from tests.functional.browser.tab import SECONDS, Tab, needs_browser, tab
from tests.functional.node_process import RunningNode, node
from tests.functional.recorded_home import unpacked

pytestmark = [needs_browser, pytest.mark.timeout(300)]
SECRET = "the secret of the proxy"
UNKNOWN_ISSUER = "--ignore-certificate-errors"


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
        await expect(opened.page.locator(".list .name").first).to_have_text("Reward")


async def test_the_api_is_opened_in_the_order_that_is_safe(tmp_path: Path) -> None:
    """The lines of the last step are there when token and TLS are, and the address was typed; then they hold."""
    home = unpacked(tmp_path / "home")
    file = home / "config.toml"
    async with node(home) as running, tab(running.url, route="network/access") as opened:
        await opened.sees("Only this machine reaches the API")
        step = opened.page.locator(".steps > li")
        address = opened.page.get_by_label("Type the address to listen at")
        await expect(address).to_be_disabled()
        await opened.sees("First a token and TLS: steps 1 and 2.")
        await opened.page.get_by_label("Name or address by which others reach this node").fill("127.0.0.1")
        command = await step.nth(1).locator("pre").first.inner_text()
        assert "subjectAltName=IP:127.0.0.1" in command
        await opened.fill("Name of the token", "phone")
        await opened.press("Create token")
        await expect(step.nth(0)).to_contain_text("done")
        await expect(step.nth(1)).to_contain_text("not yet")
        await expect(address).to_be_disabled()
        lines = await step.nth(1).locator("pre").nth(1).inner_text()
    made = await asyncio.create_subprocess_exec(*shlex.split(command), cwd=home, stderr=asyncio.subprocess.DEVNULL)
    assert await made.wait() == 0
    before = file.read_text()
    file.write_text(f"{before}\n{lines}\n")
    async with (
        node(home) as running,
        tab(running.url, route="network/access", switches=[UNKNOWN_ISSUER]) as opened,
    ):
        assert running.url.startswith("https://")
        await expect(step_of(opened, 2)).to_contain_text("done")
        address = opened.page.get_by_label("Type the address to listen at")
        await address.fill("127.0.0.1:9888")
        await opened.sees("Host and port that others can reach")
        await address.fill("0.0.0.0:9888")
        assert await step_of(opened, 4).locator("pre").inner_text() == 'api_addr = "0.0.0.0:9888"'
        await opened.sees(f"Into {file}, above the first line in brackets:")
        await expect(step_of(opened, 4)).to_contain_text("not yet")


def step_of(opened: Tab, number: int) -> Locator:
    return opened.page.locator(".steps > li").nth(number - 1)
