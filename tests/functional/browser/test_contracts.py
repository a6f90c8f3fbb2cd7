"""Contracts in the browser: written, locked, recognised, unlocked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from pybytomd.crypto.hashes import sha3_256
from tests.functional.browser.tab import Tab, needs_browser, tab
from tests.functional.node_process import BLOCK_SECONDS, RunningNode, node
from tests.functional.recorded_home import RECORDED, unpacked

pytestmark = [needs_browser, pytest.mark.timeout(300)]
PASSWORDS = {key["alias"]: key["password"] for key in RECORDED["keys"]}


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[RunningNode]:
    async with node(unpacked(tmp_path / "home")) as started:
        yield started


async def mined(running: RunningNode) -> None:
    """Mine what waits, and wait until the wallet has seen it."""
    await running.call("generate", count=1)
    async with asyncio.timeout(BLOCK_SECONDS):
        while (info := await running.call("wallet-info"))["wallet_height"] != info["best_block_height"]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)  # the API has nothing to wait on


async def choose(opened: Tab, asset: str) -> None:
    """Choose what to lock: the first holding of an asset."""
    select = opened.page.get_by_label("Asset", exact=True)
    option = select.locator("option").filter(has_text=asset).first
    await select.select_option(label=await option.inner_text())


async def confirm(opened: Tab, button: str) -> None:
    """Give the password of the key that the dialog asks for."""
    dialog = opened.page.get_by_role("dialog")
    label = await dialog.get_by_text("Password of key").inner_text()
    key = label.partition("“")[2].rstrip("”")
    await dialog.get_by_label(label, exact=True).fill(PASSWORDS[key])
    await dialog.get_by_role("button", name=button).click()


async def sign_and_send(opened: Tab, button: str) -> None:
    """Go on to the end."""
    await confirm(opened, button)
    await opened.heading("Sent")


async def test_a_secret_locks_and_unlocks(running: RunningNode) -> None:
    before = await running.call("list-unspent-outputs", smart_contract=True)
    async with tab(f"{running.url}", route="contracts/editor?template=RevealPreimage") as opened:
        await opened.sees("Compiles")
        await choose(opened, "SILVER")
        await opened.page.get_by_label("Amount", exact=True).fill("25")
        await opened.page.get_by_label("hash: Sha3(String)").fill(sha3_256(b"open sesame").hex())
        await opened.press("Check the lock")
        await opened.sees("Lock 25 SILVER?")
        await sign_and_send(opened, "Lock 25 SILVER")
        await mined(running)
        outputs = await running.call("list-unspent-outputs", smart_contract=True)
        (locked,) = [one for one in outputs if one not in before]
        assert locked["amount"] == 25

        await opened.go(f"contracts/unlock?output={locked['id']}")
        await opened.page.get_by_role("heading", name="RevealPreimage").wait_for()
        await opened.page.get_by_label("string: String").fill(b"a wrong guess".hex())
        await opened.press("Check")
        await confirm(opened, "Unlock 25 SILVER")
        await opened.sees("Nothing was sent.")
        await opened.page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
        await opened.page.get_by_label("string: String").fill(b"open sesame".hex())
        await opened.press("Check")
        await sign_and_send(opened, "Unlock 25 SILVER")
        await mined(running)
        after = await running.call("list-unspent-outputs", smart_contract=True)
        assert locked["id"] not in [one["id"] for one in after]


async def test_a_key_signs_and_an_offer_is_taken_back(running: RunningNode) -> None:
    async with tab(running.url, route="contracts/editor?template=TradeOffer") as opened:
        await opened.sees("Compiles")
        await choose(opened, "SILVER")
        await opened.page.get_by_label("Amount", exact=True).fill("7")
        await opened.page.get_by_label("amountRequested: Amount").fill("5")
        buttons = opened.page.get_by_role("button", name="Generate")
        await expect(buttons).to_have_count(2)
        for number in range(2):
            await buttons.nth(number).click()
        await expect(opened.page.get_by_label("cancelKey: PublicKey", exact=True)).not_to_have_value("")
        await expect(opened.page.get_by_label("seller: Program", exact=True)).not_to_have_value("")
        await opened.press("Check the lock")
        await sign_and_send(opened, "Lock 7 SILVER")
        await mined(running)
        locked = next(
            one for one in await running.call("list-unspent-outputs", smart_contract=True) if one["amount"] == 7
        )
        await opened.go(f"contracts/unlock?output={locked['id']}")
        await opened.page.get_by_role("heading", name="TradeOffer").wait_for()
        await opened.page.get_by_label("Clause").select_option(label="cancel")
        await opened.press("Check")
        await sign_and_send(opened, "Unlock 7 SILVER")
        await mined(running)
        after = await running.call("list-unspent-outputs", smart_contract=True)
        assert locked["id"] not in [one["id"] for one in after]


async def test_an_error_is_shown_at_its_place(running: RunningNode) -> None:
    async with tab(f"{running.url}", route="contracts/editor") as opened:
        await opened.sees("Compiles")
        source = "contract A() locks v of a {\n  clause s() {\n    unlok v of a\n  }\n}"
        await opened.page.get_by_label("Editor").fill(source)
        await opened.sees("Line 3:")
        await expect(opened.page.locator(".editor mark")).to_have_text("unlok")


async def test_the_old_address_leads_to_the_contracts(running: RunningNode) -> None:
    async with tab(running.url) as opened:
        await opened.page.goto(f"{running.url}/equity/")
        await opened.heading("Contracts")
