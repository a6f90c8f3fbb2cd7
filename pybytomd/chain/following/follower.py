"""The life of a part that follows a chain in a thread of its own: wallet, tracing, watched addresses, index."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Generic, Self

from pybytomd.chain.following.block_feed import BlockFeed
from pybytomd.chain.ports import FollowedChain, Judged
from pybytomd.events import Call, Subscription
from pybytomd.worker import Worker


class ChainFollower(ABC, Generic[Judged]):
    """Use as a context manager, or call ``start`` and ``stop``. Without the thread, ``catch_up`` does its work."""

    def __init__(self, chain: FollowedChain[Judged], worker: Worker) -> None:
        """``worker`` is to call ``step``. What is subscribed to later goes to ``_subscriptions``."""
        self._events = chain.events
        self._worker = worker
        self._feed = BlockFeed(chain)
        self._subscriptions: list[Subscription[Any] | Call[Any]] = []

    @abstractmethod
    def step(self) -> bool:
        """Do the next piece of work. False: there was nothing to do."""

    def catch_up(self) -> None:
        """Do all the work there is. Raises what fails."""
        while self.step():
            pass

    def start(self) -> None:
        """Begin to follow the chain."""
        self._worker.start()

    def stop(self) -> None:
        """Finish the step in hand and end the thread."""
        self._worker.stop()
        self._feed.close()
        for subscription in self._subscriptions:
            self._events.unsubscribe(subscription)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
