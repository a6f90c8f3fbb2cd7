"""A tab of a real browser on a node's pages. What the browser complains of fails the test at the end."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.async_api import BrowserContext, Locator, Page, async_playwright, expect
from playwright.async_api import TimeoutError as NotThereError

CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed, and CHROMIUM names none")
WIDTHS = {"desk": (1280, 860), "phone": (390, 844), "narrow": (320, 640)}
SECONDS = 60.0
"""For anything to appear, on a machine that has much else to do."""
PRESSED_AGAIN = 3.0
"""Seconds after which a shortcut of two keys is pressed once more: they have to follow each other quickly."""
expect.set_options(timeout=SECONDS * 1000)

SETTLED = """() => {
  const main = document.querySelector("main");
  return main.dataset.route === location.hash && main.querySelector("h1") && !document.querySelector(".grey")
    && !main.querySelector(".later:not([data-drawn])");
}"""
WATCH = """
window.complaints = [];
addEventListener("securitypolicyviolation", e => {
  window.complaints.push(`${e.violatedDirective}: ${e.blockedURI}`);
});
"""


@dataclass
class Tab:
    """A page of a node, and what went wrong in it. ``url`` is the node's."""

    page: Page
    url: str
    faults: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    """Texts of faults that the test brings about."""

    async def go(self, route: str) -> None:
        """Open a route in the page that is there."""
        await self.page.evaluate("hash => { location.hash = hash }", f"#/{route}")

    async def settled(self) -> None:
        """Wait until the page of the route is drawn, and nothing is loading any more."""
        async with asyncio.timeout(SECONDS):
            while not await self.page.evaluate(SETTLED):  # noqa: ASYNC110 - wait_for_function would need eval
                await asyncio.sleep(0.05)

    async def sees(self, text: str, *, count: int | None = None) -> None:
        """Wait until a text is there to be read."""
        if count is not None:
            await expect(self.page.get_by_text(text)).to_have_count(count)
        await self.page.get_by_text(text).first.wait_for(state="visible")

    async def heading(self, text: str) -> None:
        """Wait for the title of a page."""
        await self.page.get_by_role("heading", level=1, name=text).wait_for()

    async def press(self, name: str) -> None:
        """Press the button, or follow the link, of this name."""
        await (
            self.page.get_by_role("button", name=name, exact=True)
            .or_(self.page.get_by_role("link", name=name, exact=True))
            .first.click()
        )

    async def fill(self, label: str, text: str) -> None:
        """Type into a field."""
        await self.page.get_by_label(label, exact=True).first.fill(text)

    async def shortcut(self, *keys: str, brings: Locator) -> None:
        """Press keys after one another, and once more if that took too long, until what they bring is there."""
        async with asyncio.timeout(SECONDS):
            while not await brings.is_visible():
                for key in keys:
                    await self.page.keyboard.press(key)
                with suppress(NotThereError):
                    await brings.wait_for(timeout=PRESSED_AGAIN * 1000)

    def fault(self, text: str) -> None:
        """Something that must not be."""
        if not any(one in text for one in self.expected):
            self.faults.append(text)


@asynccontextmanager
async def tab(
    url: str,
    *,
    language: str = "en-GB",
    dark: bool = False,
    width: str = "desk",
    route: str = "",
    path: str = "",
    switches: Sequence[str] = (),
) -> AsyncIterator[Tab]:
    """A new browser, started with these switches more, with one tab on a node's pages, or at another path."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", *switches], timeout=SECONDS * 1000
        )
        try:
            context: BrowserContext = await browser.new_context(
                locale=language,
                color_scheme="dark" if dark else "light",
                viewport=dict(zip(("width", "height"), WIDTHS[width], strict=True)),  # type: ignore[arg-type]
            )
            context.set_default_timeout(SECONDS * 1000)
            await context.add_init_script(WATCH)
            page = await context.new_page()
            opened = Tab(page, url)
            host = urlsplit(url).netloc
            page.on("pageerror", lambda error: opened.fault(f"error: {error}"))
            page.on("console", lambda said: said.type == "error" and opened.fault(f"console: {said.text}"))
            page.on(
                "response", lambda came: came.status >= 400 and opened.fault(f"status {came.status}: {came.url}")
            )
            page.on(
                "request",
                lambda asked: (
                    urlsplit(asked.url).scheme in {"http", "https", "ws", "wss"}
                    and urlsplit(asked.url).netloc != host
                    and opened.fault(f"elsewhere: {asked.url}")
                ),
            )
            await page.goto(url + (path or f"/dashboard/{f'#/{route}' if route else ''}"))
            yield opened
            for complaint in await page.evaluate("window.complaints"):
                opened.fault(f"policy: {complaint}")
            assert not opened.faults, "\n".join(opened.faults)
        finally:
            await browser.close()
