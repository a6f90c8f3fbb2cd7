"""The hooks of a node: those of its configuration, and webhooks that are made and removed over the API."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from importlib import import_module
from typing import TYPE_CHECKING, Self

from pybytomd.clock import Clock
from pybytomd.errors import BytomError
from pybytomd.rpc.hooks.addresses import refusal_of
from pybytomd.rpc.hooks.delivery import Carrier, Delivery
from pybytomd.rpc.hooks.hook import BadHook, Hook
from pybytomd.rpc.hooks.program import ProgramCarrier
from pybytomd.rpc.hooks.records import HookRecords, Progress
from pybytomd.rpc.hooks.runner import HookRunner, Sleep
from pybytomd.rpc.push.events.event_hub import EventHub
from pybytomd.rpc.push.events.subscription import beginning
from pybytomd.rpc.push.events.topics import find_topic
from pybytomd.tasks import TaskSet

if TYPE_CHECKING:
    from pybytomd.rpc.hooks.webhook import WebhookCarrier

logger = logging.getLogger(__name__)

WEBHOOK_MODULE = "pybytomd.rpc.hooks.webhook"
"""Imported for the first webhook: it takes a quarter of a second."""


class LazyCarrier:
    """Posts to webhooks, with what is made when there is the first thing to post."""

    def __init__(self, clock: Clock, *, anywhere: bool) -> None:
        self._clock = clock
        self._anywhere = anywhere
        self._made: WebhookCarrier | None = None

    async def carry(self, delivery: Delivery) -> None:
        """See ``Carrier``."""
        if self._made is None:
            module = await asyncio.to_thread(import_module, WEBHOOK_MODULE)
            if self._made is None:
                self._made = module.WebhookCarrier(self._clock, anywhere=self._anywhere)
        await self._made.carry(delivery)

    async def close(self) -> None:
        """End what is open."""
        if self._made is not None:
            await self._made.close()


class HookService:
    """Runs the hooks. Use it as an async context manager.

    ``configured`` are those of the configuration. ``anywhere`` lets webhooks of the API post to private addresses.
    """

    def __init__(
        self,
        hub: EventHub,
        records: HookRecords,
        clock: Clock,
        *,
        configured: Sequence[Hook] = (),
        anywhere: bool = False,
        webhooks: Carrier | None = None,
        programs: Carrier | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._hub = hub
        self._records = records
        self._clock = clock
        self._configured = configured
        self._anywhere = anywhere
        self._lazy = LazyCarrier(clock, anywhere=anywhere)
        self._webhooks: Carrier = webhooks or self._lazy
        self._programs: Carrier = programs or ProgramCarrier()
        self._sleep = sleep
        self._runners: dict[str, HookRunner] = {}
        self._tasks = TaskSet("hooks")
        self._stops: dict[str, Callable[[], object]] = {}
        self._closing = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Begin to tell them. Raises StoreError."""
        self._closing.push_async_callback(self._lazy.close)
        self._closing.push_async_callback(self._tasks.close)
        stored = await asyncio.to_thread(self._records.hooks)
        taken = {hook.name for hook in self._configured}
        for hook in stored:
            if hook.name in taken:
                logger.warning("the configuration has a hook of the same name as one of the API, which rests",
                               extra={"hook": hook.name})  # fmt: skip
        for hook in (*self._configured, *(hook for hook in stored if hook.name not in taken)):
            self._start(hook)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Tell them no more."""
        await self._closing.aclose()

    # --- requests ----------------------------------------------------------------------------------------------

    async def create(self, hook: Hook, from_height: int | None) -> None:
        """Keep a webhook and tell it from a block on, or from now on. Raises BadHook, BadSubscription."""
        hook.check()
        if not self._anywhere and (refusal := refusal_of(hook.url)):
            raise BadHook.because(refusal)
        if hook.name in self._runners:
            raise BadHook.because(f"there is a hook {hook.name} already")
        await asyncio.to_thread(self._add, hook, from_height)
        self._start(hook)

    def _add(self, hook: Hook, from_height: int | None) -> None:
        find_topic(hook.topic).teller(self._hub.sources, hook.wanted)
        cursor, _ = beginning(self._hub, from_height, "")
        self._records.add(hook, Progress(str(cursor)))

    async def remove(self, name: str) -> None:
        """Tell a webhook of the API no more, and forget it. Raises BadHook, StoreError."""
        await asyncio.to_thread(self._records.remove, name)
        runner = self._runners.get(name)
        if runner is not None and not runner.hook.is_configured:
            del self._runners[name]
            self._stops.pop(name)()

    def runners(self) -> list[HookRunner]:
        """All hooks with how it goes with them, by name."""
        return [runner for _, runner in sorted(self._runners.items())]

    async def test(self, name: str) -> None:
        """Deliver an event that is a test to a hook. Raises BadHook, NotDelivered."""
        runner = self._runners.get(name)
        if runner is None:
            raise BadHook.because(f"there is no hook {name[:100]!r}")
        await runner.test()

    # --- running -----------------------------------------------------------------------------------------------

    def _start(self, hook: Hook) -> None:
        carrier = self._programs if hook.program else self._webhooks
        runner = HookRunner(hook, self._hub, self._records, carrier, self._clock, self._sleep)
        self._runners[hook.name] = runner
        self._stops[hook.name] = self._tasks.start(_run(runner), hook.name).cancel


async def _run(runner: HookRunner) -> None:
    """Run a hook; what should not happen ends it, and is told in its list."""
    try:
        await runner.run()
    except BytomError:
        raise
    except Exception as error:
        logger.exception("a hook has failed", extra={"hook": runner.hook.name})
        runner.health.failure = f"{type(error).__name__}: it has failed, see the log of the node"
