"""What the parts of a node are made with, whichever kind of chain it is of, and what a kind brings of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pybytomd.clock import Clock
from pybytomd.events import EventDispatcher
from pybytomd.node.console.log_levels import LogLevels
from pybytomd.node.console.log_tail import LogTail
from pybytomd.node.console.output import Console
from pybytomd.node.disk_guard import DiskGuard, Stoppable
from pybytomd.node.home.databases import Databases
from pybytomd.node.settings.config import Config
from pybytomd.node.stopping import StopSignal
from pybytomd.rpc.api import ApiParts
from pybytomd.rpc.lifecycle import Lifecycle

if TYPE_CHECKING:
    from pybytomd.node.settings.report import Shown

STOP_REQUEST = "a request to stop"
"""What the console says has come instead of a signal."""
WATCH_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every part may need."""

    config: Config
    console: Console
    clock: Clock
    lifecycle: Lifecycle
    databases: Databases
    events: EventDispatcher
    stop: StopSignal
    log_levels: LogLevels | None = None
    log_tail: LogTail | None = None
    """None where nobody logs."""

    def part_failed(self, name: str, error: BaseException) -> None:
        """Say that something of the node has failed, which goes on without."""
        self.console.say(f"error: {name} failed: {error}")

    def settings(self) -> list[Shown]:
        """What is set and where, as the node was started."""
        from pybytomd.node.settings.report import in_force

        return in_force(self.config.settings, self.config.listen)

    def ask_to_stop(self) -> None:
        """Stop the node in good order, if nobody else has asked for it."""
        if not self.stop.is_asked:
            self.stop.ask(STOP_REQUEST)


class Family(Protocol):
    """The parts of a node that are of one kind of chain, made and started in this order.

    Each function says on the stack how what it has made ends. Raises BytomError for what cannot be made.
    """

    async def make(self, stack: AsyncExitStack) -> None:
        """Chain, wallet, whoever makes blocks, and the network, which does nothing yet."""

    def stoppable(self) -> Sequence[Stoppable]:
        """What is held while the disk is full."""

    async def api(self, stack: AsyncExitStack, guard: DiskGuard | None) -> ApiParts:
        """What methods of the API are given."""

    async def start_mining(self, stack: AsyncExitStack) -> None:
        """Make blocks, if the configuration says so."""

    async def start_network(self, stack: AsyncExitStack) -> None:
        """Meet peers, if there are to be any."""


def later(stack: AsyncExitStack, close: Callable[[], object]) -> None:
    """Call ``close`` in a thread when the stack ends: it may wait for work in hand."""
    stack.push_async_callback(asyncio.to_thread, close)
