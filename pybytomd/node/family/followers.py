"""Parts that follow a chain of either kind, made alike by both families: hooks, addresses, contracts, the index.

Each function says on the stack how what it has made ends.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from pybytomd.chain.ports import ServedChain
from pybytomd.errors import StoreError
from pybytomd.node.home.node_key import readable_by_others
from pybytomd.node.surroundings import WATCH_SECONDS, Surroundings, later
from pybytomd.rpc.hooks.hooks_file import read_hooks_file
from pybytomd.rpc.hooks.records import HookRecords
from pybytomd.rpc.hooks.service import HookService
from pybytomd.rpc.push.events.event_hub import EventHub
from pybytomd.store.errors import NewerFormat
from pybytomd.tasks import TaskSet
from pybytomd.watching.forms import OutputForms
from pybytomd.watching.service import WatchService

if TYPE_CHECKING:  # imported by the nodes that have it
    from pybytomd.indexing.forms import IndexForms
    from pybytomd.indexing.service import IndexService
    from pybytomd.tracing.forms import TraceForms
    from pybytomd.tracing.service import TraceService

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


async def add_index(
    stack: AsyncExitStack, around: Surroundings, chain: ServedChain, forms: Callable[[], IndexForms]
) -> IndexService | None:
    """The index of everything, if it is wanted: only then is it imported, and are its ``forms`` asked for."""
    if not around.config.index.enable:
        return None
    from pybytomd.indexing.service import NAME, IndexService
    from pybytomd.node.console.index_watch import IndexWatch

    databases = around.databases

    def open_index() -> IndexService:
        return IndexService(
            databases.open_large(NAME),
            chain,
            around.clock,
            forms=forms(),
            begin_anew=lambda useless: databases.begin_anew(NAME, useless, keep=1),
        )

    index = await asyncio.to_thread(open_index)
    index.start()
    later(stack, index.stop)
    tasks = TaskSet("index console", around.part_failed)
    stack.push_async_callback(tasks.close)
    tasks.every(WATCH_SECONDS, IndexWatch(index.status, around.clock, around.console.say).tell, "index watch")
    return index


async def add_trace(
    stack: AsyncExitStack, around: Surroundings, chain: ServedChain, forms: Callable[[], TraceForms]
) -> TraceService | None:
    """Contracts that are followed, if they are to be: only then is that imported, as are its ``forms``."""
    if not around.config.trace.enable:
        return None
    from pybytomd.tracing.service import TraceService

    databases = around.databases

    def open_trace() -> TraceService:
        database = databases.open_or_begin_anew("trace")
        try:
            return TraceService(database, chain, forms())
        except NewerFormat:
            raise
        except StoreError as error:
            logger.warning("%s: trace.db is set aside, and begun anew", error)
            return TraceService(databases.begin_anew("trace", database), chain, forms())

    trace = await asyncio.to_thread(open_trace)
    trace.start()
    later(stack, trace.stop)
    return trace
