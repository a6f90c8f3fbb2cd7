"""Payments in the browser: sent without reading anything, and never by accident, never twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Route, expect

from tests.functional.browser.tab import SECONDS, Tab, needs_browser, tab
from tests.functional.node_process import RunningNode, node
from tests.functional.recorded_home import RECORDED, unpacked

pytestmark = [needs_browser, pytest.mark.timeout(300)]
SECRET = RECORDED["keys"][0]["password"]
BTM = "ff" * 32


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[RunningNode]:
    async with node(unpacked(tmp_path / "home")) as started:
        yield started


async def address_of(running: RunningNode, account: str) -> str:
    return str((await running.call("create-account-receiver", account_alias=account))["address"])


async def waiting(running: RunningNode) -> list[str]:
    return list((await running.call("list-unconfirmed-transactions"))["tx_ids"] or [])


async def compose(opened: Tab, address: str, amount: str) -> None:
    """Fill in the form and go as far as the question."""
    await opened.heading("Send")
    await opened.fill("Receiver’s address", address)
    await opened.fill("Amount", amount)
    await expect(opened.page.locator(".summary .sum")).not_to_contain_text("–")
    await opened.press("Check payment")


async def test_a_payment_is_sent_and_becomes_confirmed(running: RunningNode) -> None:
    address = await address_of(running, "bob")
    async with tab(running.url) as opened:
        await opened.press("Send")
        await compose(opened, address, "1,234.5")
        await opened.sees("Pay 1,234.50 BTM?")
        dialog = opened.page.get_by_role("dialog")
        await expect(dialog.locator(".groups")).to_have_attribute("data-whole", address)
        await dialog.get_by_label("Password of key", exact=False).fill("not the password")
        await dialog.get_by_role("button", name="Pay 1,234.50 BTM").click()
        await opened.sees("Wrong password. Nothing was sent.")
        assert await waiting(running) == []
        await dialog.get_by_label("Password of key", exact=False).fill(SECRET)
        await dialog.get_by_role("button", name="Pay 1,234.50 BTM").click()
        await opened.heading("Sent")
        (tx_id,) = await waiting(running)
        paid = await running.call("get-transaction", tx_id=tx_id)
        assert {(out["address"], out["amount"]) for out in paid["outputs"]} >= {(address, 123_450_000_000)}
        await opened.sees("Waiting for a block")
        await running.call("generate", count=1)
        await opened.sees("1 of 6")
        await opened.press("See transaction")
        await opened.heading("Transaction")
        await expect(opened.page.locator(".idline span").first).to_have_text(tx_id)


async def test_several_receivers_are_paid_by_one_transaction(running: RunningNode) -> None:
    first, second = [await address_of(running, "bob") for _ in range(2)]
    async with tab(running.url, route="wallet/send") as opened:
        await opened.heading("Send")
        await opened.fill("Receiver’s address", first)
        await opened.fill("Amount", "0.00000001")
        await opened.press("Add receiver")
        await opened.page.get_by_label("Receiver’s address").nth(1).fill(second)
        await opened.page.get_by_label("Amount", exact=True).nth(1).fill("2")
        await opened.press("Check payment")
        await opened.sees("Pay 2.00000001 BTM?")
        await opened.page.get_by_label("Password of key", exact=False).fill(SECRET)
        await opened.page.get_by_role("dialog").get_by_role("button", name="Pay").click()
        await opened.heading("Sent")
        (tx_id,) = await waiting(running)
        paid = await running.call("get-transaction", tx_id=tx_id)
        assert {(out["address"], out["amount"]) for out in paid["outputs"]} >= {(first, 1), (second, 200_000_000)}


@pytest.mark.parametrize(
    ("address", "amount", "said"),
    [
        ("sm1qwsxqh7qnkh2d8yp4rcdr4lnzrcjzakz3ydl6fe", "1", "Not an address of this network."),
        ("bm1qf78sazxs539nmzztq7md63fk2x8lew6ed2gu5rnt9um7jerrh07q3yf5q8", "1", "This is an address of Mainnet."),
        (None, "1,5", "A number greater than zero, with a point for decimals."),
        (None, "-1", "A number greater than zero"),
        (None, "0", "A number greater than zero"),
        (None, "1.000000001", "BTM has 8 decimals at most."),
        (None, "92233720368.54775808", "A number greater than zero"),
        (None, "12345678.00000001", "short, fee included."),
    ],
)
async def test_what_is_wrong_is_said_where_it_is(
    running: RunningNode, address: str | None, amount: str, said: str
) -> None:
    async with tab(running.url, route="wallet/send") as opened:
        await opened.heading("Send")
        await opened.fill("Receiver’s address", address or await address_of(running, "bob"))
        await opened.fill("Amount", amount)
        await opened.press("Check payment")
        await opened.sees(said)
        assert await opened.page.get_by_role("dialog").count() == 0


async def test_an_uncertain_payment_is_handed_in_again_and_never_built_twice(running: RunningNode) -> None:
    address = await address_of(running, "bob")
    asked: list[tuple[str, Any]] = []

    async def cut(route: Route) -> None:
        """The connection breaks while the payment is handed in: the first time nothing arrives."""
        asked.append(("submit", json.loads(route.request.post_data or "")))
        if len(asked) == 1:
            await route.abort("connectionreset")
        else:
            await route.continue_()

    async with tab(running.url, route="wallet/send") as opened:
        opened.expected.append("Failed to load resource")
        built: list[str] = []
        opened.page.on("request", lambda sent: built.append(sent.url) if "/sign-tr" in sent.url else None)
        await opened.page.route("**/submit-transactions", cut)
        await compose(opened, address, "5")
        await opened.page.get_by_label("Password of key", exact=False).fill(SECRET)
        await opened.page.get_by_role("dialog").get_by_role("button", name="Pay").click()
        await opened.heading("Not known yet whether it was sent")
        await opened.sees("The node does not know the payment yet.")
        assert await waiting(running) == []
        await opened.press("Hand over the same payment again")
        await opened.heading("Sent")
        assert len(built) == 1
        assert asked[0] == asked[1]
        assert len(await waiting(running)) == 1


async def test_an_uncertain_payment_outlives_its_page(running: RunningNode) -> None:
    """Neither another page nor the lock loses it, and no other payment is offered before it is settled."""
    address = await address_of(running, "bob")
    answers = ["abort", "refuse", "pass"]
    refusal = {"status": "fail", "code": "BTM712", "msg": "no", "error_detail": "spent"}

    async def cut(route: Route) -> None:
        match answers.pop(0):
            case "abort":
                await route.abort("connectionreset")
            case "refuse":
                await route.fulfill(json=refusal)
            case _:
                await route.continue_()

    async with tab(running.url, route="wallet/send") as opened:
        opened.expected.append("Failed to load resource")
        await opened.page.route("**/submit-transactions", cut)
        await compose(opened, address, "5")
        await opened.page.get_by_label("Password of key", exact=False).fill(SECRET)
        await opened.page.get_by_role("dialog").get_by_role("button", name="Pay").click()
        await opened.heading("Not known yet whether it was sent")
        await opened.go("start")
        await opened.sees("It is not known yet whether a payment was sent.")
        await opened.page.get_by_role("button", name="Lock").click()
        await opened.heading("Locked")
        await opened.press("Unlock")
        await opened.go("wallet/send")
        await opened.heading("Not known yet whether it was sent")
        await opened.press("Hand over the same payment again")
        await opened.sees("An input of this transaction is unknown or spent. (BTM712)")
        await expect(opened.page.get_by_role("button", name="Give this payment up")).to_be_visible()
        await opened.press("Hand over the same payment again")
        await opened.heading("Sent")
        assert len(await waiting(running)) == 1
        await opened.press("Send another")
        await opened.heading("Send")


async def test_a_refused_payment_can_be_given_up(running: RunningNode) -> None:
    address = await address_of(running, "bob")
    answers = ["abort"]

    async def cut(route: Route) -> None:
        if answers:
            await route.abort(answers.pop() and "connectionreset")
        else:
            await route.fulfill(json={"status": "fail", "code": "BTM712", "msg": "no", "error_detail": "spent"})

    async with tab(running.url, route="wallet/send") as opened:
        opened.expected.append("Failed to load resource")
        await opened.page.route("**/submit-transactions", cut)
        await compose(opened, address, "5")
        await opened.page.get_by_label("Password of key", exact=False).fill(SECRET)
        await opened.page.get_by_role("dialog").get_by_role("button", name="Pay").click()
        await opened.heading("Not known yet whether it was sent")
        await expect(opened.page.get_by_role("button", name="Give this payment up")).to_have_count(0)
        await opened.press("Hand over the same payment again")
        await opened.press("Give this payment up")
        await opened.heading("Send")
        await expect(opened.page.get_by_label("Amount", exact=True)).to_have_value("")


async def test_a_payment_that_arrived_without_an_answer_is_found(running: RunningNode) -> None:
    address = await address_of(running, "bob")

    async def lose(route: Route) -> None:
        await route.fetch()
        await route.abort("connectionreset")

    async with tab(running.url, route="wallet/send") as opened:
        opened.expected.append("Failed to load resource")
        await opened.page.route("**/submit-transactions", lose)
        await compose(opened, address, "5")
        await opened.page.get_by_label("Password of key", exact=False).fill(SECRET)
        await opened.page.get_by_role("dialog").get_by_role("button", name="Pay").click()
        await opened.heading("Sent")
        assert len(await waiting(running)) == 1


async def test_a_full_pool_sends_nothing_and_says_so(running: RunningNode) -> None:
    address = await address_of(running, "bob")
    refusal = {
        "status": "fail", "code": "BTM000", "msg": "Bytom API Error",
        "error_detail": "tx rejected: transaction pool reach the max number",
    }  # fmt: skip
    async with tab(running.url, route="wallet/send") as opened:
        await opened.page.route("**/submit-transactions", lambda route: route.fulfill(json=refusal))
        await compose(opened, address, "5")
        await opened.page.get_by_label("Password of key", exact=False).fill(SECRET)
        await opened.page.get_by_role("dialog").get_by_role("button", name="Pay").click()
        await opened.sees("The pool is full. Nothing was sent.")
        async with asyncio.timeout(SECONDS):
            while await running.call("list-reservations"):  # noqa: ASYNC110 - the API has nothing to wait on
                await asyncio.sleep(0.05)


async def test_all_of_an_account_can_be_paid(running: RunningNode) -> None:
    """What is left is nothing, and the fee is found; merging many outputs happens by itself."""
    address = await address_of(running, "alice")
    bob = next(one for one in await running.call("list-accounts") if one["alias"] == "bob")
    async with tab(running.url, route=f"wallet/send?account={bob['id']}") as opened:
        await opened.heading("Send")
        await opened.fill("Receiver’s address", address)
        await opened.press("All")
        await expect(opened.page.get_by_label("Amount", exact=True)).not_to_have_value("")
        await expect(opened.page.locator(".summary .sum")).not_to_contain_text("–")
        await expect(opened.page.locator(".summary .sum > div").last).to_contain_text("0.00000000")


async def test_what_is_held_for_a_payment_is_seen_and_released(running: RunningNode) -> None:
    spend = {"type": "spend_account", "account_alias": "dave", "asset_id": BTM, "amount": 10**6}
    address = await address_of(running, "bob")
    pay = {"type": "control_address", "address": address, "asset_id": BTM, "amount": 1}
    await running.call("build-transaction", actions=[spend, pay], ttl=600_000)
    (held,) = await running.call("list-reservations")
    account = held["outputs"][0]["account_id"]
    async with tab(running.url, route=f"wallet/outputs?account={account}") as opened:
        await opened.sees("Held 10 minutes for a payment")
        await opened.press("Release")
        await expect(opened.page.get_by_text("Held 10 minutes")).to_have_count(0)
        assert await running.call("list-reservations") == []
