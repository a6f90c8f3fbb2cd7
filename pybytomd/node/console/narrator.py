"""Tells on the console what the chain and the miner do."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from pybytomd.chain.events import BestBlockChanged, BlockMined
from pybytomd.clock import Clock
from pybytomd.events import EventDispatcher
from pybytomd.ledger.block import BlockHeader

LOOK_SECONDS = 0.25
QUIET_SECONDS = 10.0
"""At most one line in this time about blocks that came from elsewhere."""

MAX_FOUND_LINES = 5
"""Own blocks that are told of one by one; of more at a time, as when they are made on demand, the last one is."""
MAX_OWN = 1024
"""Own blocks that are remembered, to know them when they become the best one."""


class Narrator:
    """Turns events into lines. ``tell`` is called every quarter of a second, and once more at the end."""

    def __init__(
        self,
        events: EventDispatcher,
        clock: Clock,
        say: Callable[[str], None],
        hash_rate: Callable[[], float],
        *,
        is_fetching: Callable[[], bool] = lambda: False,
    ) -> None:
        """``is_fetching`` tells whether blocks come in such numbers that something else tells of them."""
        self._clock = clock
        self._say = say
        self._hash_rate = hash_rate
        self._is_fetching = is_fetching
        self._events = events
        self._mined = events.subscribe(BlockMined)
        self._tips = events.subscribe(BestBlockChanged)
        self._own: deque[bytes] = deque(maxlen=MAX_OWN)
        self._untold: BlockHeader | None = None
        self._since_told = 0
        self._told = -QUIET_SECONDS

    def tell(self) -> None:
        """Say what has happened since the last time.

        A new best block waits for the next time: it may turn out to be our own, which is told of in its own way.
        """
        found = self._mined.drain()
        self._own.extend(mined.block.hash for mined in found)
        if len(found) > MAX_FOUND_LINES:
            self._say(f"found {len(found)} blocks, the last one {self._found(found[-1]).removeprefix('found ')}")
        else:
            for mined in found:
                self._say(self._found(mined))
        if self._is_fetching() or (self._untold is not None and self._untold.hash in self._own):
            self._untold, self._since_told = None, 0
        now = self._clock.monotonic()
        if self._untold is not None and now - self._told >= QUIET_SECONDS:
            count = f", {self._since_told} blocks since the last line" if self._since_told > 1 else ""
            self._say(f"best block {self._untold.height} {self._untold.hash.hex()}{count}")
            self._untold, self._since_told, self._told = None, 0, now
        for tip in self._tips.drain():
            if tip.header.hash not in self._own:
                self._untold = tip.header
                self._since_told += 1

    def close(self) -> None:
        """Say what is left to say, and want no more events."""
        self.tell()
        self._events.unsubscribe(self._mined)
        self._events.unsubscribe(self._tips)

    def _found(self, mined: BlockMined) -> str:
        rate = self._hash_rate()
        count = len(mined.block.transactions)
        contents = f"{count} transaction{'s' if count > 1 else ''}"
        speed = f", {rate:.1f} hashes/s" if rate else ""
        return f"found block {mined.block.height} {mined.block.hash.hex()} ({contents}{speed})"
