"""One search for the nodes nearest to a target: ask the nearest we know, then the nearest they know, and so on.

Source: p2p-and-sync reference, section 7.6; ``lookup`` in ``p2p/discover/dht/net.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pybytomd.p2p.discovery.node import Node
from pybytomd.p2p.discovery.table import BUCKET_SIZE, closest_to

PARALLEL = 3
"""Nodes asked at a time."""
SILENCE = 1.0
"""Seconds without an answer after which those asked are given up."""


class Lookup:
    """A search under way. ``ask`` is called to send one question; times are seconds on the monotonic clock."""

    def __init__(
        self, target: bytes, start: Iterable[Node], ask: Callable[[Node, bytes], None], now: float
    ) -> None:
        self.target = target
        self.found = closest_to(target, start, BUCKET_SIZE)
        self._ask = ask
        self._asked: set[bytes] = set()
        self._pending: set[bytes] = set()
        self._heard_at = now
        self._ask_more()

    @property
    def is_done(self) -> bool:
        """Whether nobody is left to ask."""
        return not self._pending

    def answered(self, node: Node, target: bytes, nodes: Iterable[Node], now: float) -> None:
        """A node answered, or its time was over, which is an answer without nodes."""
        if target != self.target or node.node_id not in self._pending:
            return
        self._pending.discard(node.node_id)
        self._heard_at = now
        candidates = {known.node_id: known for known in (*self.found, *nodes)}
        self.found = closest_to(self.target, candidates.values(), BUCKET_SIZE)
        self._ask_more()

    def tick(self, now: float) -> None:
        """Give up those that stay silent and go on with others."""
        if self._pending and now - self._heard_at > SILENCE:
            self._pending.clear()
            self._heard_at = now
            self._ask_more()

    def _ask_more(self) -> None:
        for node in self.found:
            if len(self._pending) >= PARALLEL:
                return
            if node.node_id not in self._asked:
                self._asked.add(node.node_id)
                self._pending.add(node.node_id)
                self._ask(node, self.target)
