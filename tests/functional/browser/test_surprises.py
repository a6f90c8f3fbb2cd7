"""What happens to an open page: the node goes and comes back, it is locked, strangers write, numbers are large."""

from __future__ import annotations

import json
import random
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.functional.browser.held import Held, Scales
from tests.functional.browser.tab import Tab, needs_browser, tab
from tests.functional.node_process import RunningNode, node
from tests.functional.recorded_home import RECORDED, unpacked

pytestmark = [needs_browser, pytest.mark.timeout(300)]
ALICE = RECORDED["keys"][0]
HOSTILE = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>\u202e' + "A" * 200
BTM = "ff" * 32


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[RunningNode]:
    async with node(unpacked(tmp_path / "home")) as started:
        yield started


def free_port() -> int:
    """Not one of those that the system gives to whoever asks for any: nobody gets it while the node is away."""
    for port in random.sample(range(20_000, 30_000), 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


async def test_the_node_stops_and_starts_under_the_page(tmp_path: Path) -> None:
    home, port = unpacked(tmp_path / "home"), free_port()
    async with node(home, LISTEN=f"127.0.0.1:{port}") as first, tab(first.url, route="wallet/send") as opened:
        opened.expected += ["Failed to load resource", "WebSocket connection", "ERR_CONNECTION"]
        await opened.heading("Send")
        await opened.fill("Amount", "12.5")
        await first.kill()
        await opened.sees("The node does not answer.")
        assert await opened.page.get_by_label("Amount", exact=True).input_value() == "12.5"
        async with node(home, LISTEN=f"127.0.0.1:{port}"):
            await expect(opened.page.locator(".offlinebar")).to_have_count(0)  # it tries by itself
            await expect(opened.page.get_by_label("Amount", exact=True)).to_have_value("12.5")
            await opened.go("start")
            await opened.sees("Last payments")


async def test_blocks_arrive_by_themselves(running: RunningNode) -> None:
    async with tab(running.url, route="explorer/blocks") as opened:
        await opened.sees("Live")
        await running.call("generate", count=1)
        await opened.page.get_by_role("link", name="271", exact=True).wait_for()


async def test_what_the_node_refuses_is_told(running: RunningNode) -> None:
    refusal = {"status": "fail", "code": "BTM709", "msg": "Account not found"}
    async with tab(running.url, route="wallet/receive") as opened:
        await opened.settled()
        await opened.page.route("**/create-account-receiver", lambda route: route.fulfill(json=refusal))
        await opened.press("New address")
        await opened.sees("There is no such account. (BTM709)")


async def test_a_locked_page_shows_nothing(running: RunningNode) -> None:
    async with tab(running.url) as opened:
        await opened.sees("Last payments")
        await opened.page.get_by_role("button", name="Lock").click()
        await opened.heading("Locked")
        content = await opened.page.content()
        assert "BTM" not in content
        assert "alice" not in content
        await opened.press("Unlock")
        await opened.sees("Last payments")


async def test_it_locks_itself(running: RunningNode) -> None:
    async with tab(running.url) as opened:
        await opened.sees("Last payments")
        await opened.page.clock.install()
        await opened.page.reload()
        await opened.sees("Last payments")
        await opened.page.clock.fast_forward("11:00")
        await opened.heading("Locked")
        await opened.sees("Locked after 10 minutes without use.")


async def test_text_of_strangers_stays_text(running: RunningNode) -> None:
    """In aliases, definitions, symbols, coinbase texts and arbitrary fields."""
    await running.call("create-account", root_xpubs=[ALICE["xpub"]], quorum=1, alias=HOSTILE)
    asset = await running.call(
        "create-asset", alias=HOSTILE[:60], root_xpubs=[ALICE["xpub"]], quorum=1,
        definition={"symbol": HOSTILE, "decimals": HOSTILE, "name": "BTM", "deep": [HOSTILE] * 3},
    )  # fmt: skip
    await running.call("set-coinbase-arbitrary", arbitrary=HOSTILE.encode()[:107].hex())
    await running.call("generate", count=2)
    accounts = await running.call("list-accounts")
    hostile = next(one["id"] for one in accounts if "<img" in one.get("alias", ""))
    routes = [
        "start", "wallet/overview", "wallet/accounts", f"wallet/accounts/{hostile}", "wallet/send",
        "wallet/history",
        "wallet/assets", f"wallet/assets/{asset['id']}", f"asset/{asset['id']}", "explorer/blocks", "block/272",
        "wallet/receive", "wallet/outputs", "wallet/keys", "search?q=img", f"search?q={HOSTILE[:90]}", "mining",
    ]  # fmt: skip
    for width in ("desk", "narrow"):
        async with tab(running.url, width=width) as opened:
            for route in routes:
                await opened.page.evaluate("hash => { location.hash = hash }", f"#/{route}")
                await opened.settled()
                assert await opened.page.title() != "owned"
                assert "\u202e" not in await opened.page.locator("main").inner_text()
                assert await opened.page.locator("main img, main script").count() == 0
                wide = await opened.page.evaluate("document.documentElement.scrollWidth - innerWidth")
                assert wide <= 0, (route, width, wide)


async def test_amounts_and_templates_pass_unchanged(running: RunningNode) -> None:
    """Beyond 2^53, where the browser's own numbers lose digits."""
    module = "const m = await import('/dashboard/core/%s.js');"
    async with tab(running.url) as opened:
        read = await opened.page.evaluate(
            "async text => {" + module % "exact" + "return m.write(m.parse(text)); }",
            '{"bits":2305843009214532812,"neu":9223372036854775807,"small":12,"part":1.5,"text":"a\\"12345678901234567",'
            '"list":[-9007199254740993,[],{}],"none":null,"__proto__":1}',
        )
        assert json.loads(read) == {
            "bits": 2305843009214532812, "neu": 9223372036854775807, "small": 12, "part": 1.5,
            "text": 'a"12345678901234567', "list": [-9007199254740993, [], {}], "none": None, "__proto__": 1,
        }  # fmt: skip
        kept = await opened.page.evaluate(
            "async text => {" + module % "exact" + "return m.write({a: m.parse(text, ['t']).t}); }",
            '{"x":1,"t":{"b" : 1e2 , "c":[ 10000000000000000001 ]},"y":2}',
        )
        assert kept == '{"a":{"b" : 1e2 , "c":[ 10000000000000000001 ]}}'
        for text in (
            '{"a":12345678901234567',
            '{"a" 12345678901234567}',
            "[12345678901234567,]",
            "01234567890123456789",
        ):
            refused = await opened.page.evaluate(
                "async text => {"
                + module % "exact"
                + "try { m.parse(text); return false; } catch { return true; } }",
                text,
            )
            assert refused, text
        typed = await opened.page.evaluate(
            "async () => {" + module % "exact" + """
            const told = (text, n) => { const r = m.read(text, n); return r.wrong ?? String(r.neu); };
            return [told("90071992.54740993"), told("1,407,512,345.00000001"), told("1,5"), told("0.1", 0),
                    told("5.", 2),
                    told(".5", 1), told("1e3"), told("9223372036854775807", 0), told("9223372036854775808", 0),
                    m.plain(9007199254740993n), m.typed(100000000n), m.typed(123n)]; }"""
        )  # fmt: skip
        assert typed == [
            "9007199254740993", "140751234500000001", "amount", "decimals", "500", "5", "amount",
            "9223372036854775807", "amount", "90,071,992.54740993\u00a0BTM", "1", "0.00000123",
        ]  # fmt: skip
        await opened.go("block/200")
        await opened.page.get_by_text("Details").click()
        block = await running.call("get-block", block_height=200)
        await opened.sees(str(block["bits"]))


async def test_the_keyboard_is_enough_for_a_payment(running: RunningNode) -> None:
    """From the start to the question, without a pointer."""
    address = (await running.call("create-account-receiver", account_alias="bob"))["address"]
    async with tab(running.url) as opened:
        await opened.sees("Last payments")
        heading = opened.page.get_by_role("heading", level=1)
        await opened.shortcut("n", brings=heading.filter(has_text="Send"))
        await opened.page.get_by_label("Receiver’s address").focus()
        await opened.page.keyboard.type(address)
        await opened.page.keyboard.press("Enter")
        await opened.page.keyboard.type("1.25")
        await opened.page.keyboard.press("Enter")
        await opened.sees("Pay 1.25 BTM?")
        await opened.page.keyboard.type(ALICE["password"])
        await opened.page.keyboard.press("Enter")
        await opened.heading("Sent")
        await opened.shortcut("?", brings=opened.page.get_by_text("Keyboard shortcuts"))
        await opened.page.keyboard.press("Escape")
        await expect(opened.page.get_by_role("dialog")).to_have_count(0)
        await opened.shortcut("g", "e", brings=heading.filter(has_text="Blocks"))


async def test_nothing_leaks_when_pages_come_and_go(running: RunningNode) -> None:
    """Listeners and elements of a page end with it: counted after many rounds."""
    routes = (
        "start",
        "wallet/history",
        "wallet/send",
        "explorer/blocks",
        "mining",
        "network/peers",
        "network/metrics",
    )

    async def round_trip(opened: Tab, times: int) -> None:
        for _ in range(times):
            for route in routes:
                await opened.go(route)
                await opened.settled()

    async with tab(running.url) as opened:
        scales = await Scales.of(opened)

        async def rest() -> None:
            await opened.go("network/settings")
            await opened.heading("Settings")
            await opened.settled()

        await round_trip(opened, 2)
        await rest()
        before = await scales.weigh()
        await round_trip(opened, 8)
        await rest()
        await scales.grows(before, Held(nodes=300, listeners=60, size=2_000_000))
