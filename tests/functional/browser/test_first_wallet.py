"""From nothing to a wallet in the browser; and back from its words on another machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from pybytomd.crypto.mnemonic import MnemonicError, entropy_of
from tests.functional.browser.tab import Tab, needs_browser, tab
from tests.functional.node_process import node, run

pytestmark = [needs_browser, pytest.mark.timeout(300)]
SECRET = "correct horse battery"


async def empty_home(home: Path) -> Path:
    assert (await run("init", "--chain_id", "solonet", "--home", home)).status == 0
    return home


async def make_key(opened: Tab) -> list[str]:
    """Go through the first two steps; the words."""
    await opened.page.get_by_role("link", name="Create a wallet").click()
    await opened.heading("Name and password")
    await opened.fill("Password", SECRET)
    await opened.fill("Password again", "another one")
    await opened.press("Continue")
    await opened.sees("The two passwords differ.")
    await opened.fill("Password again", SECRET)
    await opened.press("Continue")
    await opened.heading("Your 12 words")
    await expect(opened.page.get_by_role("button", name="I wrote them down")).to_be_disabled()
    await opened.press("Nobody is watching: show the words")
    await expect(opened.page.get_by_role("button", name="I wrote them down")).to_be_enabled()
    return await opened.page.locator(".words li").all_inner_texts()


def in_wrong_order(words: list[str]) -> list[str]:
    """The words with two of them swapped so that the checksum tells."""
    for other in range(1, len(words)):
        swapped = [words[other], *words[1:other], words[0], *words[other + 1 :]]
        try:
            entropy_of(" ".join(swapped))
        except MnemonicError:
            return swapped
    raise AssertionError("every swap has a right checksum")


async def answer(opened: Tab, words: list[str]) -> None:
    """Type the three words that are asked for."""
    await opened.heading("Type three of them")
    await expect(opened.page.locator(".field label")).to_have_count(3)
    for label in await opened.page.locator(".field label").all_inner_texts():
        await opened.fill(label, words[int(label.split()[1]) - 1])
    await opened.press("Continue")


async def stored(opened: Tab) -> str:
    return str(
        await opened.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    )


async def test_a_wallet_is_made_and_restored_elsewhere(tmp_path: Path) -> None:
    async with node(await empty_home(tmp_path / "first")) as running, tab(running.url) as opened:
        await opened.heading("This node has no wallet yet")
        words = await make_key(opened)
        assert len(words) == 12
        await opened.press("I wrote them down")
        await answer(opened, words[::-1])  # wrong, unless they are a palindrome
        await opened.sees("is something else")
        assert await running.call("list-accounts") == []
        await answer(opened, words)
        await opened.heading("The wallet is ready")
        (account,) = await running.call("list-accounts")
        (address,) = await running.call("list-addresses", account_id=account["id"])
        await expect(opened.page.locator(".groups")).to_have_attribute("data-whole", address["address"])
        assert (await running.call("list-keys"))[0]["alias"] == "main"
        kept = await stored(opened)
        assert SECRET not in kept
        assert not any(re.search(rf"\b{word}\b", kept) for word in words)
        content = await opened.page.content()
        assert not any(f">{word}<" in content for word in words)
        await opened.press("Done")
        await opened.sees("No payments yet.")

    async with node(await empty_home(tmp_path / "second")) as other, tab(other.url) as opened:
        await opened.page.get_by_role("link", name="Restore a wallet").click()
        await opened.page.get_by_role("button", name="From 12 words").click()
        await opened.heading("From 12 words")
        await opened.fill("Word 1", "zebrra")
        await opened.page.get_by_label("Word 1", exact=True).blur()
        await opened.sees("Did you mean zebra?")
        for number, word in enumerate(in_wrong_order(words), 1):
            await opened.fill(f"Word {number}", word)
        await opened.fill("New password for this node", SECRET)
        await opened.fill("Password again", SECRET)
        await opened.press("Restore")
        await opened.sees("one is wrong or two are swapped")
        assert await other.call("list-keys") == []
        for number, word in enumerate(words, 1):
            await opened.fill(f"Word {number}", word)
        await opened.press("Restore")
        await opened.sees("No payment was ever made to these words.")
        assert [key["xpub"] for key in await other.call("list-keys")] == account["xpubs"]


async def test_who_leaves_before_the_words_are_proved_is_asked_to_begin_anew(tmp_path: Path) -> None:
    async with node(await empty_home(tmp_path / "home")) as running, tab(running.url) as opened:
        await make_key(opened)
        await opened.go("start")
        await opened.sees("The words of a new key were never proved.")
        await opened.press("How to")
        await opened.heading("Leave without the words?")
        await opened.fill("Password of key “main”", "not it at all")
        await opened.press("Delete key, start over")
        await opened.sees("The password is wrong.")
        await opened.fill("Password of key “main”", SECRET)
        await opened.press("Delete key, start over")
        await opened.heading("Name and password")
        assert await running.call("list-keys") == []


async def test_one_can_go_on_without(tmp_path: Path) -> None:
    async with node(await empty_home(tmp_path / "home")) as running, tab(running.url) as opened:
        await opened.page.get_by_role("link", name="Go on without").click()
        await opened.sees("Newest blocks")
        await opened.page.reload()
        await opened.sees("Newest blocks")
        assert await running.call("list-keys") == []
