"""What takes more than one person or step: two signers, an asset's life, keys, signed messages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.functional.browser.tab import needs_browser, tab
from tests.functional.node_process import RunningNode, node, run
from tests.functional.recorded_home import RECORDED, unpacked

pytestmark = [needs_browser, pytest.mark.timeout(300)]
ALICE = RECORDED["keys"][0]
SECRET = "of the second signer"


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[RunningNode]:
    async with node(unpacked(tmp_path / "home")) as started:
        yield started


async def test_two_nodes_sign_one_payment(running: RunningNode, tmp_path: Path) -> None:
    """The template goes from page to page as text; the second node has only its key."""
    assert (await run("init", "--chain_id", "solonet", "--home", tmp_path / "other")).status == 0
    async with node(tmp_path / "other") as other:
        foreign = await other.call("create-key", alias="second", password=SECRET)
        both = await running.call(
            "create-account", root_xpubs=[ALICE["xpub"], foreign["xpub"]], quorum=2, alias="both"
        )
        address = (await running.call("create-account-receiver", account_id=both["id"]))["address"]
        spend = {"type": "spend_account", "account_alias": "alice", "asset_id": "ff" * 32, "amount": 500_000_000}
        pay = {"type": "control_address", "address": address, "asset_id": "ff" * 32, "amount": 490_000_000}
        built = await running.call("build-transaction", actions=[spend, pay])
        signed = await running.call("sign-transaction", password=ALICE["password"], transaction=built)
        await running.call("submit-transaction", raw_transaction=signed["transaction"]["raw_transaction"])
        await running.call("generate", count=1)
        back = (await running.call("create-account-receiver", account_alias="bob"))["address"]
        async with tab(running.url, route=f"wallet/send?account={both['id']}&to={back}&amount=1") as opened:
            await opened.heading("Send")
            await expect(opened.page.locator(".summary .sum")).not_to_contain_text("–")
            await opened.press("Check payment")
            await opened.page.get_by_label("Password of key", exact=False).fill(ALICE["password"])
            await opened.page.get_by_role("dialog").get_by_role("button", name="Pay").click()
            await opened.heading("More signatures are needed")
            template = await opened.page.get_by_label("Transaction", exact=True).input_value()
        async with tab(other.url, route="wallet/sign") as opened:
            await opened.page.get_by_label("Transaction", exact=True).fill(template)
            await opened.page.get_by_label("Transaction", exact=True).blur()
            await opened.sees("1 of 2 signatures")
            await opened.page.locator("section").first.get_by_label("Password", exact=True).fill("wrong one")
            await opened.page.locator("section").first.get_by_role("button", name="Sign").click()
            await opened.sees("Wrong password.")
            await opened.page.locator("section").first.get_by_label("Password", exact=True).fill(SECRET)
            await opened.page.locator("section").first.get_by_role("button", name="Sign").click()
            await opened.sees("2 of 2 signatures")
            template = await opened.page.get_by_label("Transaction", exact=True).input_value()
        async with tab(running.url, route="wallet/sign") as opened:
            await opened.page.get_by_label("Transaction", exact=True).fill(template)
            await opened.page.get_by_label("Transaction", exact=True).blur()
            await opened.press("Send to the network")
            await opened.heading("Sent")
        assert (await running.call("list-unconfirmed-transactions"))["total"] == 1


async def test_the_life_of_an_asset(running: RunningNode) -> None:
    async with tab(running.url, route="wallet/assets/new") as opened:
        await opened.heading("New asset")
        await opened.fill("Name", "ticket")
        await opened.fill("Symbol", "TKT")
        await opened.fill("Decimals", "2")
        await opened.page.get_by_label("alice").check()
        await opened.press("Create asset")
        await opened.heading("TICKET")
        asset = next(one for one in await running.call("list-assets") if one["alias"] == "TICKET")
        assert asset["definition"] == {"name": "ticket", "symbol": "TKT", "decimals": 2, "description": ""}
        for act, amount, held in (("Issue", "12.5", 1250), ("Retire", "2.25", 1025)):
            await opened.go(f"wallet/assets/{asset['id']}")
            await opened.heading("TICKET")
            await opened.press(act)
            await opened.page.get_by_label("Amount", exact=True).fill(amount)
            await opened.press("Continue")
            dialog = opened.page.get_by_role("dialog")
            await dialog.get_by_label("Password of key “alice”", exact=True).fill(ALICE["password"])
            await dialog.get_by_role("button", name=act).click()
            await opened.heading("Sent")
            await running.call("generate", count=1)
            await opened.sees("1 of 6")
            balances = await running.call("list-balances")
            assert [one["amount"] for one in balances if one["asset_alias"] == "TICKET"] == [held]
            await opened.go("wallet/assets")


async def test_a_key_is_not_deleted_by_accident(running: RunningNode) -> None:
    async with tab(running.url, route="wallet/keys") as opened:
        carol = opened.page.locator("section", has=opened.page.get_by_role("heading", name="carol"))
        await carol.get_by_role("button", name="Delete key").click()
        await opened.sees("Delete key “carol”?")
        dialog = opened.page.get_by_role("dialog")
        await expect(dialog.get_by_role("button", name="Keep key")).to_be_focused()
        await opened.sees("These accounts need it:")
        danger = dialog.get_by_role("button", name="Delete key “carol”")
        await dialog.get_by_label("Type the key’s name to go on").fill("alice")
        await expect(danger).to_be_disabled()
        await dialog.get_by_label("Type the key’s name to go on").fill("carol")
        await dialog.get_by_label("Password of key “carol”", exact=True).fill("not it")
        await danger.click()
        await opened.sees("The password is wrong.")
        assert len(await running.call("list-keys")) == 3
        await dialog.get_by_label("Password of key “carol”", exact=True).fill(RECORDED["keys"][2]["password"])
        await danger.click()
        await expect(carol).to_have_count(0)
        assert [key["alias"] for key in await running.call("list-keys")] == ["alice", "bob"]


async def test_a_message_is_signed_and_verified(running: RunningNode) -> None:
    address = (await running.call("create-account-receiver", account_alias="alice"))["address"]
    async with tab(running.url, route="wallet/sign") as opened:
        sign, verify = [
            opened.page.locator("section", has=opened.page.get_by_role("heading", name=title))
            for title in ("Sign message", "Verify message")
        ]
        await sign.get_by_label("Address").fill(address)
        await sign.get_by_label("Message").fill("签名 and words")
        await sign.get_by_label("Password", exact=True).fill(ALICE["password"])
        await sign.get_by_role("button", name="Sign", exact=True).click()
        signature, xpub = [await sign.locator("[data-whole]").nth(n).get_attribute("data-whole") for n in (0, 1)]
        for text, said in (("签名 and words", "The signature is right"), ("other words", "does not belong")):
            await verify.get_by_label("Address").fill(address)
            await verify.get_by_label("Message").fill(text)
            await verify.get_by_label("Signature").fill(signature or "")
            await verify.get_by_label("Public key").fill(xpub or "")
            await verify.get_by_role("button", name="Verify message").click()
            await opened.sees(said)
