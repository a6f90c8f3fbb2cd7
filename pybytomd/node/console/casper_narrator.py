"""Tells on the console what the chain of Bytom 2 does: blocks of our own and of others, and what is final."""

from __future__ import annotations

from collections.abc import Callable

from pybytomd.chain.bytom2.events import BestBlockChanged, BlockProposed, CheckpointFinalized
from pybytomd.clock import Clock
from pybytomd.events import EventDispatcher
from pybytomd.node.console.narrator import QUIET_SECONDS


class CasperNarrator:
    """Turns events into lines. ``tell`` is called every quarter of a second, and once more at the end."""

    def __init__(self, events: EventDispatcher, clock: Clock, say: Callable[[str], None]) -> None:
        self._clock = clock
        self._say = say
        self._events = events
        self._made = events.subscribe(BlockProposed)
        self._tips = events.subscribe(BestBlockChanged)
        self._finals = events.subscribe(CheckpointFinalized)
        self._own = b""
        self._since_told = 0
        self._told = -QUIET_SECONDS

    def tell(self) -> None:
        """Say what has happened since the last time, of blocks of others a line in ten seconds."""
        tips = self._tips.drain()  # before the blocks that were made: each is told of after it is the best one
        for made in self._made.drain():
            block, self._own = made.block, made.block.hash
            held = len(block.transactions)
            contents = f"{held} transaction{'s' if held > 1 else ''}"
            self._say(f"made block {block.height} {block.hash.hex()} ({contents})")
        for final in self._finals.drain():
            self._say(f"block {final.height} {final.block_hash.hex()} is final")
        self._since_told += len(tips)
        now = self._clock.monotonic()
        if not tips or tips[-1].header.hash == self._own:
            self._since_told = 0 if tips else self._since_told
            return
        if now - self._told >= QUIET_SECONDS:
            best = tips[-1].header
            count = f", {self._since_told} blocks since the last line" if self._since_told > 1 else ""
            self._say(f"best block {best.height} {best.hash.hex()}{count}")
            self._since_told, self._told = 0, now

    def close(self) -> None:
        """Say what is left to say, and want no more events."""
        self.tell()
        self._events.unsubscribe(self._made)
        self._events.unsubscribe(self._tips)
        self._events.unsubscribe(self._finals)
