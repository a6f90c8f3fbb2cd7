"""Parts that follow a chain of either kind, made alike by both families: hooks, and watched addresses.

Each function says on the stack how what it has made ends.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack

from pybytomd.chain.ports import ServedChain
from pybytomd.node.home.node_key import readable_by_others
from pybytomd.node.surroundings import Surroundings, later
from pybytomd.rpc.hooks.hooks_file import read_hooks_file
from pybytomd.rpc.hooks.records import HookRecords
from pybytomd.rpc.hooks.service import HookService
from pybytomd.rpc.push.events.event_hub import EventHub
from pybytomd.watching.forms import OutputForms
from pybytomd.watching.service import WatchService

logger = logging.getLogger(__name__)


async def add_watch(
    stack: AsyncExitStack, around: Surroundings, chain: ServedChain, forms: OutputForms
) -> WatchService:
    """Single addresses that are followed without their keys."""
    watch = await asyncio.to_thread(lambda: WatchService(around.databases.open("watch"), chain, forms))
    watch.start()
    later(stack, watch.stop)
    return watch


async def add_hooks(stack: AsyncExitStack, around: Surroundings, hub: EventHub) -> HookService:
    """Whoever is told of events by a post or as a program."""
    config = around.config
    path = config.home / config.hooks.file
    configured = await asyncio.to_thread(read_hooks_file, path)
    if any(hook.secret for hook in configured) and readable_by_others(path):
        logger.warning("others can read the secrets of webhooks: run chmod 600 %s", path)
    records = await asyncio.to_thread(lambda: HookRecords(around.databases.open("hooks")))
    service = HookService(
        hub, records, around.clock, configured=configured, anywhere=config.hooks.private_addresses
    )
    return await stack.enter_async_context(service)
