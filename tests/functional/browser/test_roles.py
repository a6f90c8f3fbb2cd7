"""What a token does not open is not offered: neither pages nor buttons; and what is left works."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Route, expect

from tests.functional.browser.tab import Tab, needs_browser, tab
from tests.functional.node_process import RunningNode, node
from tests.functional.recorded_home import RECORDED, unpacked

pytestmark = [needs_browser, pytest.mark.timeout(300)]
ACCOUNT = RECORDED["accounts"][0]["id"]


@dataclass(frozen=True)
class Offered:
    """Sections and pages that a role sees, and what it does not do on those that it sees."""

    role: str
    sections: str
    wallet: str
    network: str
    missing: tuple[tuple[str, str], ...]
    there: tuple[tuple[str, str], ...]


ALL = "Start Wallet Explorer Mining Contracts Network"
EVERYTHING = (
    (f"wallet/accounts/{ACCOUNT}", "Remove account"), ("wallet/keys", "Delete key"), ("network/peers", "Connect"),
    ("wallet/backup", "Save backup file"), ("mining", "Start mining"), ("wallet/overview", "Send"),
)  # fmt: skip
ROLES = (
    Offered(
        "read", "Start Explorer Mining Contracts Network", "", "Peers Settings Metrics Console",
        (("mining", "Start mining"), ("mining", "Pay to this address"), ("network/peers", "Connect")),
        (("network/console", "Run"),),
    ),
    Offered(
        "mining", "Start Explorer Mining Contracts Network", "", "Peers Settings Metrics Console",
        (("mining", "Pay to this address"), ("network/peers", "Connect")), (("mining", "Start mining"),),
    ),
    Offered(
        "wallet", ALL, "Overview Receive History Accounts Assets Outputs Keys", "Peers Settings Metrics Console",
        (
            ("wallet/overview", "Send"), (f"wallet/accounts/{ACCOUNT}", "Rename"), ("wallet/keys", "Delete key"),
            ("wallet/keys", "Try password"), ("wallet/accounts", "New account"), ("mining", "Start mining"),
        ),
        (("wallet/receive", "New address"),),
    ),
    Offered(
        "spend", ALL, "Overview Send Receive History Accounts Assets Outputs Keys Sign",
        "Peers Settings Metrics Console",
        (("wallet/keys", "Delete key"), ("wallet/keys", "Change password"), ("network/peers", "Connect")),
        (("wallet/overview", "Send"), ("wallet/keys", "Try password"), ("wallet/accounts", "New account")),
    ),
    Offered(
        "admin", ALL, "Overview Send Receive History Accounts Assets Outputs Keys Sign Backup",
        "Peers Access Settings Webhooks Log Metrics Console", (), EVERYTHING,
    ),
)  # fmt: skip
PAGES = {"send": "spend", "sign": "spend", "backup": "admin"}


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[RunningNode]:
    async with node(unpacked(tmp_path / "home")) as started:
        yield started


async def log_in(opened: Tab, token: str) -> None:
    """With a token, as from another machine: whoever shows none is asked for one."""

    async def as_elsewhere(route: Route) -> None:
        if await route.request.header_value("authorization") is None:
            body = {"code": "BTM860", "msg": "no", "status": "fail", "detail": "no token"}
            await route.fulfill(status=401, json=body)
        else:
            await route.continue_()

    opened.expected += ["Failed to load resource", "status 401"]
    await opened.page.route(lambda url: "/dashboard/" not in url, as_elsewhere)
    await opened.page.reload()
    await opened.heading("This node asks for a token")
    await opened.page.get_by_label("Token (name:secret)").fill(token)
    await opened.press("Log in")
    await opened.sees("Newest blocks")


async def names(opened: Tab, where: str) -> str:
    return " ".join(await opened.page.locator(where).all_inner_texts())


@pytest.mark.parametrize("offered", ROLES, ids=lambda one: one.role)
async def test_a_role_is_offered_what_it_may_do(running: RunningNode, offered: Offered) -> None:
    made = await running.call("create-access-token", id="one", type=offered.role)
    async with tab(running.url) as opened:
        await log_in(opened, made["token"])
        assert await names(opened, ".side > ul > li > a") == offered.sections
        await opened.go("network/peers")
        await opened.settled()
        assert await names(opened, ".side .sub a") == offered.network
        await opened.go("wallet/overview")
        await opened.settled()
        assert await names(opened, ".side .sub a") == offered.wallet
        for route, name in (*offered.missing, *offered.there):
            await opened.go(route)
            await opened.settled()
            main = opened.page.locator("main")
            act = main.get_by_role("button", name=name, exact=True).or_(
                main.get_by_role("link", name=name, exact=True)
            )
            await expect(act).to_have_count(0) if (route, name) in offered.missing else await act.first.wait_for()
        kept = await opened.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
        assert made["token"] not in kept
        refused = [fault for fault in opened.faults if "403" in fault]
        assert refused == [], "nothing is asked for that the node refuses"


async def test_a_page_that_takes_another_role_says_which(running: RunningNode) -> None:
    made = await running.call("create-access-token", id="one", type="wallet")
    async with tab(running.url) as opened:
        await log_in(opened, made["token"])
        for page, role in PAGES.items():
            await opened.go(f"wallet/{page}")
            await opened.heading("Not with this token")
            await opened.sees(f"This takes a token with the role {role}.")
