"""Tells on the console how far the index of everything is, while it has much of the chain to read."""

from __future__ import annotations

from collections.abc import Callable

from pybytomd.clock import Clock
from pybytomd.indexing.service import IndexStatus

LINE_SECONDS = 10.0
"""At most one line in this time while nothing but the numbers changes."""
MUCH = 100
"""Blocks behind that are worth a line: fewer are done at once."""


class IndexWatch:
    """Looks at the status from time to time; ``tell`` says a line when there is something to say."""

    def __init__(self, status: Callable[[], IndexStatus], clock: Clock, say: Callable[[str], None]) -> None:
        self._status = status
        self._clock = clock
        self._say = say
        self._is_behind = False
        self._failure = ""
        self._next_line = 0.0

    def tell(self) -> None:
        """Say that it begins, gets on, is through or fails."""
        status = self._status()
        if status.failure != self._failure:
            self._failure = status.failure
            if status.failure:
                self._say(f"error: the index does not get on at block {status.height}: {status.failure}")
        now = self._clock.monotonic()
        if status.lag > (0 if self._is_behind else MUCH):
            if not self._is_behind or now >= self._next_line:
                self._next_line = now + LINE_SECONDS
                self._say(_progress(status))
            self._is_behind = True
        elif self._is_behind:
            self._is_behind = False
            self._say(f"index complete, up to block {status.height}")


def _progress(status: IndexStatus) -> str:
    left = status.seconds_left
    rate = "" if left is None else f", {status.blocks_per_second:.0f} blocks/s, {left / 60:.0f} min left"
    return f"indexing block {max(status.height, 0)} of {status.chain_height}{rate}"
