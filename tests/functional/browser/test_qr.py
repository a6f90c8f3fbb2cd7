"""QR codes: drawn so that others read them, and a payment of two signers that travels over them alone."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import segno
from playwright.async_api import expect

from tests.functional.browser.qr_reader import can_read, film, read_matrix
from tests.functional.browser.tab import Tab, needs_browser, tab
from tests.functional.node_process import RunningNode, node, run
from tests.functional.recorded_home import RECORDED, unpacked

pytestmark = [needs_browser, pytest.mark.timeout(400)]
ALICE = RECORDED["keys"][0]
SECRET = "of the second signer"
BTM = "ff" * 32
SAMPLE = (
    "BTMTX1:1:3:5E28FEB0:PDNKWVWKJDG4TSKX", "BTMTX1:2:3:5E28FEB0:WJJEVKRMZHHVLKQF", "BTMTX1:3:3:5E28FEB0:AA2UKBP2"
)  # fmt: skip
"""Of pybytomcli, for the text {"hello":"bytom"}."""
COLLECT = """async codes => {
  const {collector} = await import("/dashboard/core/frames.js"), frames = collector();
  let at = null;
  for (const code of codes) at = frames.take(code) ?? at;
  return at.missing.length ? at.missing : frames.whole(at);
}"""


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[RunningNode]:
    async with node(unpacked(tmp_path / "home")) as started:
        yield started


CAPACITIES = (14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666)
"""Bytes that fit into versions 1 to 20 with correction M. Only full codes are compared: segno puts an empty byte
before the padding of others, which no reader sees."""


async def test_qr_codes_are_those_of_another_maker(running: RunningNode) -> None:
    script = "async text => (await import('/dashboard/parts/qr.js')).matrix(text).map(row => row.map(Number))"
    async with tab(running.url) as opened:
        for size in CAPACITIES:
            text = ("sm1qf78sazxs539nmzztq7md63fk2x8lew6ed2gu5rnt9um7jerrh07q3yf5q8" * 11)[:size]
            other = segno.make(text, error="m", mode="byte", mask=0, boost_error=False, micro=False)
            assert await opened.page.evaluate(script, text) == [list(row) for row in other.matrix]
        assert len(await opened.page.evaluate(script, "short")) == 21


@pytest.mark.parametrize("alphabet", ["bm1q0héλ", "ABC123:"])
async def test_codes_of_every_size_are_read_by_others(running: RunningNode, alphabet: str) -> None:
    """In bytes, and in the small alphabet, which takes less room."""
    script = "async text => (await import('/dashboard/parts/qr.js')).matrix(text).map(row => row.map(Number))"
    async with tab(running.url) as opened:
        for length in (1, 2, 9, 10, 57, 150, 348, 440):
            text = (alphabet * 80)[:length]
            rows = await opened.page.evaluate(script, text)
            assert read_matrix(rows) == [text]


def test_the_sample_is_what_it_says() -> None:
    data = [base64.b32decode(one.rpartition(":")[2] + "=" * (-len(one.rpartition(":")[2]) % 8)) for one in SAMPLE]
    assert zlib.decompress(b"".join(data)) == b'{"hello":"bytom"}'


async def test_frames_are_put_together_in_any_order_and_nothing_wrong_is_taken(running: RunningNode) -> None:
    one, two, three = SAMPLE
    async with tab(running.url) as opened:
        assert await opened.page.evaluate(COLLECT, [three, "an address", one, one]) == [2]
        assert await opened.page.evaluate(COLLECT, [three, one, two]) == '{"hello":"bytom"}'
        for codes, said in (
            ([one, one.replace("PDNK", "PDNL")], "two differ"),
            ([one, two, three.replace("AA2U", "AA2V")], "damaged"),
            (cut(zlib.compress(b"{" * (9 << 20), 9)), "too long"),
            (cut(b"no stream at all"), ""),
        ):
            wrong = await opened.page.evaluate(
                f"async codes => {{ try {{ await ({COLLECT})(codes); return null; }}"
                " catch (error) { return error.message; } }",
                codes,
            )
            assert wrong is not None
            assert said in wrong


def cut(packed: bytes) -> list[str]:
    """Frames as the format says, by another hand."""
    parts = [packed[at : at + 1000] for at in range(0, len(packed), 1000)]
    return [
        f"BTMTX1:{number}:{len(parts)}:{zlib.crc32(packed):08X}:{base64.b32encode(part).decode().rstrip('=')}"
        for number, part in enumerate(parts, 1)
    ]


async def test_frames_are_those_of_the_format(running: RunningNode) -> None:
    text = json.dumps({"text": "".join(f"{number * 7919 % 10007:x}" for number in range(900))})
    async with tab(running.url) as opened:
        codes = await opened.page.evaluate(
            "async text => (await import('/dashboard/core/frames.js')).framed(text)", text
        )
        assert len(codes) > 3
        parts = []
        for number, code in enumerate(codes, 1):
            found = re.fullmatch(r"BTMTX1:(\d+):(\d+):([0-9A-F]{8}):([A-Z2-7]{1,2000})", code)
            assert found
            assert (int(found[1]), int(found[2])) == (number, len(codes))
            parts.append(base64.b32decode(found[4] + "=" * (-len(found[4]) % 8)))
        assert f"{zlib.crc32(b''.join(parts)):08X}" == found[3]
        assert zlib.decompress(b"".join(parts)).decode() == text


async def shared_account(running: RunningNode, xpub: str) -> str:
    """An account of two keys, with some money; its id."""
    both = await running.call("create-account", root_xpubs=[ALICE["xpub"], xpub], quorum=2, alias="both")
    address = (await running.call("create-account-receiver", account_id=both["id"]))["address"]
    spend = {"type": "spend_account", "account_alias": "alice", "asset_id": BTM, "amount": 500_000_000}
    pay = {"type": "control_address", "address": address, "asset_id": BTM, "amount": 490_000_000}
    built = await running.call("build-transaction", actions=[spend, pay])
    signed = await running.call("sign-transaction", password=ALICE["password"], transaction=built)
    await running.call("submit-transaction", raw_transaction=signed["transaction"]["raw_transaction"])
    await running.call("generate", count=1)
    return str(both["id"])


async def pictures(opened: Tab) -> list[dict[str, object]]:
    """One picture of each code that goes round, as somebody would photograph them."""
    await opened.press("Pause")
    shown = opened.page.locator(".carousel .qr")
    label = await shown.get_attribute("aria-label") or ""
    taken: list[dict[str, object]] = []
    count = int(label.split(" of ")[1])
    for number in range(count):
        taken.append({"name": f"{number}.png", "mimeType": "image/png", "buffer": await shown.screenshot()})
        if number < count - 1:
            before = await shown.get_attribute("aria-label")
            await opened.press("Next")
            await expect(shown).not_to_have_attribute("aria-label", before or "")
    return taken


async def test_two_signers_without_a_network_between_them(running: RunningNode, tmp_path: Path) -> None:
    """Codes on the screen of the first are photographed for the second, whose codes the first sees by camera."""
    assert (await run("init", "--chain_id", "solonet", "--home", tmp_path / "other")).status == 0
    async with node(tmp_path / "other", "--vault_mode") as other:
        foreign = await other.call("create-key", alias="second", password=SECRET)
        account = await shared_account(running, foreign["xpub"])
        back = (await running.call("create-account-receiver", account_alias="bob"))["address"]
        async with tab(running.url, route=f"wallet/send?account={account}&to={back}&amount=1") as opened:
            await opened.heading("Send")
            await expect(opened.page.locator(".summary .sum")).not_to_contain_text("–")
            await opened.press("Check payment")
            await opened.page.get_by_label("Password of key", exact=False).fill(ALICE["password"])
            await opened.page.get_by_role("dialog").get_by_role("button", name="Pay").click()
            await opened.heading("More signatures are needed")
            await opened.press("Show as QR codes")
            taken = await pictures(opened)
            assert len(taken) > 1
        async with tab(other.url, route="wallet/sign") as opened:
            await can_read(opened)
            await opened.press("Scan QR codes")
            files = opened.page.locator("dialog input[type=file]")
            await files.set_input_files(taken[1:])
            await opened.sees("missing: 1")
            await files.set_input_files(taken[:1])
            await opened.sees("1 of 2 signatures")
            first = opened.page.locator("section").first
            await first.get_by_label("Password", exact=True).fill(SECRET)
            await first.get_by_role("button", name="Sign").click()
            await opened.sees("2 of 2 signatures")
            codes = await opened.page.evaluate(
                """async text => {
                  const {documented, opened} = await import("/dashboard/core/templates.js");
                  const {framed} = await import("/dashboard/core/frames.js");
                  return framed(documented(opened(text).list, "solonet"));
                }""",
                await opened.page.get_by_label("Transaction", exact=True).input_value(),
            )
        switches = film(codes, tmp_path / "codes.y4m")
        async with tab(running.url, route="wallet/sign", switches=switches) as opened:
            await can_read(opened)
            await opened.press("Scan QR codes")
            await opened.sees("2 of 2 signatures")
            await opened.press("Send to the network")
            await opened.heading("Sent")
    assert (await running.call("list-unconfirmed-transactions"))["total"] == 1


async def test_a_browser_that_reads_no_codes_and_a_file_of_another_network(running: RunningNode) -> None:
    template = {"raw_transaction": "00", "signing_instructions": []}
    document = {
        "type": "bytom transactions to sign",
        "version": 1,
        "address_prefix": "bm",
        "templates": [template],
    }
    async with tab(running.url, route="wallet/sign") as opened:
        await opened.press("Scan QR codes")
        await opened.sees("This browser cannot read QR codes")
        await opened.press("Cancel")
        for value, said in (
            (document, "This is an address of Mainnet."),
            ({**document, "version": 2}, "Not valid JSON: type"),
            ({**template, "allow_additional_actions": True}, "This lets others add to the transaction"),
            ({**document, "templates": []}, "Not valid JSON: raw_transaction"),
        ):
            await opened.page.get_by_label("Transaction", exact=True).fill(json.dumps(value))
            await opened.page.get_by_label("Transaction", exact=True).blur()
            await opened.sees(said)
