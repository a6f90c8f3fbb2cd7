"""A miner apart from the node: it fetches work, searches a nonce, and submits it.

How it reaches the node is not known here (``WorkSource``). Its log lines are those of the reference's
``cmd/miner`` (chain-and-storage reference, section 10.5); unlike that one it outlives its node, and notices a new
block at once where the node says so, and after seconds where it does not, not after 150 hashes.
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
"""How long to search before asking a node that cannot tell on its own whether there is other work."""
TOLD_REFRESH_SECONDS = 60.0
"""The same with one that can: other work comes at once, and the time in the header is renewed now and then."""
WAIT_SECONDS = 25.0
"""How long the node may let a question for other work wait; proxies end connections that are silent for longer."""
RETRY_SECONDS = 5.0
RATE_SECONDS = 60.0
"""How often to say the hash rate."""


class SourceAway(MiningError):
    """The node does not answer. The text says what was tried and why it failed."""


class WorkSource(Protocol):
    """A node, as a miner sees it. Every method raises SourceAway, or BytomError for what the node refuses."""

    def get_work(self) -> Work:
        """What to search a nonce for."""

    def wait_work(self, known: str, seconds: float) -> Work | None:
        """Work with another id than ``known`` as soon as there is some, or after some seconds what there is.

        None from a node that does not know the question. It is called from another thread than the rest.
        """

    def submit_work(self, header: BlockHeader) -> None:
        """Hand in a header with its nonce."""

    def reward(self, height: int) -> int:
        """What the block at ``height`` pays its miner, in neu."""


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
        self._is_told = False
        """Whether the node tells of other work by itself."""
        self._current = ""
        """The id of the work in hand."""
        self._told: Work | None = None
        """The newest work that the node has told of by itself."""
        self._has_begun = threading.Event()
        self.meter = HashMeter(clock)

    def stop(self) -> None:
        """Stop within one hash. May be called from a signal handler or another thread."""
        self._stop.set()
        self._has_begun.set()

    def run(self) -> None:
        """Mine until ``stop``."""
        threading.Thread(target=self.watch, name="work", daemon=True).start()
        while not self._stop.is_set():
            if not self.mine_once():
                self._stop.wait(RETRY_SECONDS)

    def mine_once(self) -> bool:
        """Fetch work and search it for a while; False if the node gave none, so that waiting is better."""
        told, self._told = self._told, None
        try:
            work = told if told is not None and told.id != self._current else self._source.get_work()
        except BytomError as error:
            self._complain(str(error))
            return False
        self._complaint = ""
        self._current = work.id
        self._has_begun.set()
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

    def watch(self) -> None:
        """Be told of other work by the node until ``stop``, or until it turns out that it cannot tell."""
        self._has_begun.wait()
        while not self._stop.is_set():
            told = self._told
            try:
                work = self._source.wait_work(self._current if told is None else told.id, WAIT_SECONDS)
            except BytomError:  # the search finds out by itself, and says so
                self._is_told = False
                self._stop.wait(RETRY_SECONDS)
                continue
            if work is None:
                return
            self._is_told, self._told = True, work

    def _solve(self, work: Work) -> BlockHeader | None:
        height = work.header.height
        self._log(f"Mining at height: {height}")
        if height != self._height:
            self._height, self._nonce = height, 0
        self._log(f"Start from nonce: {self._nonce}")
        begun = self._clock.monotonic()
        before = self.meter.total

        def go_on() -> bool:
            seconds = TOLD_REFRESH_SECONDS if self._is_told else REFRESH_SECONDS
            told = self._told
            if self._stop.is_set() or self._clock.monotonic() >= begun + seconds:
                return False
            if told is not None and told.id != work.id:
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
