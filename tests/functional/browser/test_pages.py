"""Every page in every dress: nothing missing, nothing wider than the screen, nothing that keeps people out."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe

from tests.functional.browser.tab import needs_browser, tab
from tests.functional.node_process import RunningNode, node
from tests.functional.recorded_home import RECORDED, unpacked
from tests.unit.dashboard.static import scripts

pytestmark = [needs_browser, pytest.mark.timeout(300)]
SEVERE = {"serious", "critical"}
RAW_KEY = re.compile(r"\[[a-z]+\.[\w.]+\]")
DRESSES = (("en-GB", False, "desk"), ("zh-CN", True, "phone"), ("en-GB", True, "narrow"), ("zh-CN", False, "desk"))


def routes() -> list[str]:
    """All routes of the table in app.js."""
    table = re.search(r"const PAGES = (\{.*?\});", scripts()["app.js"], re.DOTALL)
    assert table
    return list(json.loads(re.sub(r'(?<=[{,\s])"?([\w/]+)"?:', r'"\1":', table[1])))


def filled(route: str, running: Mapping[str, Any]) -> str:
    """A route with what it needs."""
    return f"{route}/{running[route]}" if route in running else route


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[RunningNode]:
    async with node(unpacked(tmp_path / "home")) as started:
        yield started


async def known(running: RunningNode) -> dict[str, str]:
    """Something to be shown by each page that shows one thing."""
    block = await running.call("get-block", block_height=262)
    account = RECORDED["accounts"][0]["id"]
    return {"block": "262", "tx": block["transactions"][1]["id"], "wallet/accounts": account}


@pytest.mark.parametrize(("language", "dark", "width"), DRESSES)
async def test_every_page(running: RunningNode, language: str, dark: bool, width: str) -> None:
    axe, things, problems = Axe(), await known(running), []
    async with tab(running.url, language=language, dark=dark, width=width) as opened:
        await opened.settled()
        for route in dict.fromkeys([*routes(), *(filled(route, things) for route in routes())]):
            await opened.go(route)
            await opened.settled()
            text = await opened.page.locator("body").inner_text()
            problems += [(route, key) for key in RAW_KEY.findall(text)]
            problems += [(route, word) for word in ("undefined", "NaN", "[object") if word in text]
            if await opened.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                problems.append((route, "wider than the screen"))
            found = await axe.run(opened.page)
            problems += [
                (route, f"{one['id']}: {[part['html'][:160] for part in one['nodes']][:2]}")
                for one in found.response["violations"]
                if one["impact"] in SEVERE
            ]
        assert problems == []
        assert await opened.page.evaluate("document.documentElement.lang") == language[:2].replace("zh", "zh-CN")
