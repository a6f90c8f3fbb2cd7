"""What a tab holds after a collection: to be compared before and after long use."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from playwright.async_api import CDPSession

from tests.functional.browser.tab import SECONDS, Tab


@dataclass(frozen=True)
class Held:
    """Elements, listeners, and bytes of objects."""

    nodes: int
    listeners: int
    size: int

    def grown(self, since: Held) -> Held:
        return Held(self.nodes - since.nodes, self.listeners - since.listeners, self.size - since.size)

    def within(self, most: Held) -> bool:
        return self.nodes <= most.nodes and self.listeners <= most.listeners and self.size <= most.size


@dataclass(frozen=True)
class Scales:
    """Weighs one tab."""

    session: CDPSession

    @classmethod
    async def of(cls, opened: Tab) -> Scales:
        session = await opened.page.context.new_cdp_session(opened.page)
        await session.send("Performance.enable")
        return cls(session)

    async def weigh(self) -> Held:
        await self.session.send("HeapProfiler.collectGarbage")
        metrics = (await self.session.send("Performance.getMetrics"))["metrics"]
        found = {one["name"]: int(one["value"]) for one in metrics}
        return Held(found["Nodes"], found["JSEventListeners"], found["JSHeapUsedSize"])

    async def grows(self, since: Held, most: Held) -> Held:
        """How much more is held than once, when what was on its way has come. Fails if it stays above the most."""
        grown = (await self.weigh()).grown(since)
        try:
            async with asyncio.timeout(SECONDS):
                while not grown.within(most):
                    await asyncio.sleep(0.5)  # for what is on its way: the browser tells of no end
                    grown = (await self.weigh()).grown(since)
        except TimeoutError:
            raise AssertionError(f"more than {most} is left: {grown}") from None
        return grown
