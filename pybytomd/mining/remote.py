"""A miner apart from the node: it fetches work, searches a nonce, and submits it.

How it reaches the node is not known here (``WorkSource``). Its log lines are those of the reference's
``cmd/miner`` (chain-and-storage reference, section 10.5); unlike that one it outlives its node, and notices a new
block after seconds, not after 150 hashes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from pybytomd.clock import Clock
from pybytomd.errors import BytomError
from pybytomd.ledger.block import BlockHeader
from pybytomd.mining.errors import MiningError
from pybytomd.mining.hash_meter import HashMeter
from pybytomd.mining.search import NonceSearch, Work

REFRESH_SECONDS = 5.0
"""How long to search before asking the node whether there is other work: it cannot tell on its own."""
RETRY_SECONDS = 5.0
RATE_SECONDS = 60.0
"""How often to say the hash rate."""


class SourceAway(MiningError):
    """The node does not answer. The text says what was tried and why it failed."""


class WorkSource(Protocol):
    """A node, as a miner sees it. Every method raises SourceAway, or BytomError for what the node refuses."""

    def get_work(self) -> Work:
        """What to search a nonce for."""
        ...

    def submit_work(self, header: BlockHeader) -> None:
        """Hand in a header with its nonce."""
        ...

    def reward(self, height: int) -> int:
        """What the block at ``height`` pays its miner, in neu."""
        ...


class RemoteMiner:
    """Mines for a node until it is stopped. ``log`` is given one line at a time."""

    def __init__(self, source: WorkSource, search: NonceSearch, clock: Clock, log: Callable[[str], None]) -> None:
        self._source = source
        self._search = search
        self._clock = clock
        self._log = log
        self._stop = threading.Event()
        self._complaint = ""
        self._nonce = 0
        self._height = -1
        self._rate_told = clock.monotonic()
        self.meter = HashMeter(clock)

    def stop(self) -> None:
        """Stop within one hash. May be called from a signal handler or another thread."""
        self._stop.set()

    def run(self) -> None:
        """Mine until ``stop``."""
        while not self._stop.is_set():
            if not self.mine_once():
                self._stop.wait(RETRY_SECONDS)

    def mine_once(self) -> bool:
        """Fetch work and search it for a while; False if the node gave none, so that waiting is better."""
        try:
            work = self._source.get_work()
        except BytomError as error:
            self._complain(str(error))
            return False
        self._complaint = ""
        found = self._solve(work)
        if found is None:
            return True
        try:
            self._source.submit_work(found)
            self._log(f"Reward: {self._source.reward(found.height)}")
        except SourceAway as error:
            self._complain(str(error))
            return False
        except BytomError as error:
            self._log(f"The node refused the block: {error}")  # mostly, another one came first
        return True

    def _solve(self, work: Work) -> BlockHeader | None:
        height = work.header.height
        self._log(f"Mining at height: {height}")
        if height != self._height:
            self._height, self._nonce = height, 0
        self._log(f"Start from nonce: {self._nonce}")
        until = self._clock.monotonic() + REFRESH_SECONDS
        before = self.meter.total

        def go_on() -> bool:
            if self._stop.is_set() or self._clock.monotonic() >= until:
                return False
            self.meter.count()
            return True

        found = self._search.search(work, go_on, start=self._nonce)
        self._nonce += self.meter.total - before
        if found is not None:
            self._log(f"Mining succeed! Proof hash: {found.hash.hex()}")
        else:
            self._log(f"Stop at nonce: {self._nonce - 1}")
        self._tell_rate()
        return found

    def _tell_rate(self) -> None:
        now = self._clock.monotonic()
        if now - self._rate_told >= RATE_SECONDS:
            self._rate_told = now
            self._log(f"Hash rate: {self.meter.rate:.1f} a second on {self._search.threads} threads")

    def _complain(self, reason: str) -> None:
        """Say why there is no work; the same reason only once."""
        if reason != self._complaint:
            self._complaint = reason
            self._log(f"{reason}; trying again every {RETRY_SECONDS:.0f} seconds")
