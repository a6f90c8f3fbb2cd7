"""How often the chain was reorganised since the node started, counted from its events."""

from __future__ import annotations

from typing import Any, Self

from pybytomd.chain.events import BestBlockChanged, BlockDisconnected
from pybytomd.events import EventDispatcher


class ReorganisationCounter:
    """Counts reorganisations and the blocks that left the main chain in them. Use as a context manager.

    It is told from the thread that changes the chain; the figures may be read from any.
    """

    def __init__(self, events: EventDispatcher) -> None:
        self._events = events
        self._depth = 0
        self.reorganisations = 0
        self.blocks = 0
        """That left the main chain, in all."""
        self.deepest = 0
        """Blocks that left it in one reorganisation, at most."""

    def __enter__(self) -> Self:
        self._calls = (
            self._events.call(BlockDisconnected, self._left),
            self._events.call(BestBlockChanged, self._settled),
        )
        return self

    def __exit__(self, *_: object) -> None:
        left, settled = self._calls
        self._events.unsubscribe(left)
        self._events.unsubscribe(settled)

    def _left(self, _: BlockDisconnected[Any]) -> None:
        self._depth += 1
        self.blocks += 1

    def _settled(self, _: BestBlockChanged[Any]) -> None:
        if self._depth:
            self.reorganisations += 1
            self.deepest = max(self.deepest, self._depth)
            self._depth = 0
