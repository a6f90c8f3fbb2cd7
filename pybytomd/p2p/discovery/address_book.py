"""What is known of addresses, kept over restarts: who was of service, and who has only been heard of (addrman).

An attacker can have any number of addresses, have us hear of them, answer our calls and stay. What costs it real
work is to give us blocks for hours. So addresses are ranked by that, ours of the last run come first (anchors),
and those that answered (tried) are kept apart from those that were only heard of (new), where no number of the
second can push out the first. No part of the network has more than a few places in either.

Everything is decided by the clock and the source of random numbers that are handed in. The file is
``address_file``'s. (The reference has the option for such a file and no code for it.)
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random

from pybytomd.clock import Clock
from pybytomd.p2p.network_address import NetAddress, network_range

MAX_TRIED = 1024
MAX_UNTRIED = 1024
"""Addresses kept of each kind; a few thousand lines of text at most."""
MAX_TRIED_IN_RANGE = 32
MAX_UNTRIED_IN_RANGE = 16
"""Places that one range of the network may have."""
MAX_ANCHORS = 8
MAX_FAILURES = 8
"""Failed calls in a row after which an address that has not answered for ``PATIENCE_SECONDS`` is struck out."""
MAX_UNTRIED_FAILURES = 3
PATIENCE_SECONDS = 7 * 24 * 3600
"""A node that was good is not forgotten within a week of trouble, which may be the trouble of our own line."""
MAX_AGE = 30 * 24 * 3600
"""Seconds since the last answer after which an address is struck out."""
FAILURE_COST = 2.0
"""Merit that a call in vain takes off: as much as giving four times as many blocks adds."""
ANCHOR_BONUS = 4.0
"""Merit that having been a good outbound peer of the last run adds."""


@dataclass(slots=True)
class Entry:
    """An address that answered, and what whoever has the key was worth since. Times are Unix seconds."""

    node_id: str
    answered_at: int
    failures: int = 0
    """Calls in a row that led to nothing: no answer, or a connection that did not last."""
    blocks: int = 0
    """Blocks of use that it gave."""
    seconds: int = 0
    """How long we were connected to it in all, while it was of use."""
    range: str = ""

    @property
    def merit(self) -> float:
        """Its proven service as one figure: doubling the blocks or the hours adds one."""
        return math.log2(1 + self.blocks) + math.log2(1 + self.seconds / 3600) - FAILURE_COST * self.failures


@dataclass(slots=True)
class Rumour:
    """An address that was only heard of: when (Unix seconds), and how many calls failed."""

    heard_at: int
    failures: int = 0
    range: str = ""


class AddressBook:
    """Addresses worth calling; the switch's source of them, and its call log."""

    def __init__(
        self,
        clock: Clock,
        random: Random | None = None,
        range_of: Callable[[NetAddress], str] = network_range,
    ) -> None:
        """``range_of`` names the part of the network that an address belongs to."""
        self._clock = clock
        self._random = random or Random()  # noqa: S311 - spreads calls; what protects is in the rules
        self._range_of = range_of
        self._tried: dict[NetAddress, Entry] = {}
        self._untried: dict[NetAddress, Rumour] = {}
        self._crowds: Counter[str] = Counter()
        """How many of them each range has."""
        self._anchors: tuple[NetAddress, ...] = ()
        self._seeds: tuple[NetAddress, ...] = ()
        self.changed = False
        """Whether there is something to write down."""

    def __len__(self) -> int:
        return len(self._tried) + len(self._untried)

    def __contains__(self, address: NetAddress) -> bool:
        return address in self._tried or address in self._untried

    @property
    def tried(self) -> dict[NetAddress, Entry]:
        """The addresses that answered."""
        return dict(self._tried)

    @property
    def untried(self) -> dict[NetAddress, Rumour]:
        """The addresses that were only heard of."""
        return dict(self._untried)

    # --- what is learnt -----------------------------------------------------------------------------------------

    def set_seeds(self, addresses: Sequence[NetAddress]) -> None:
        """Addresses to fall back upon when nothing better is known; they are not written down."""
        self._seeds = tuple(addresses)

    def heard_of(self, addresses: Iterable[NetAddress]) -> None:
        """Somebody says that there are nodes at these addresses."""
        for address in addresses:
            if address not in self:
                self._add_untried(address, Rumour(int(self._clock.now()), range=self._range_of(address)))

    def answered(self, address: NetAddress, node_id: str) -> None:
        """A node answered at the address. A record belongs to a key: another node there begins with nothing."""
        self._drop_untried(address)
        entry = self._tried.get(address)
        if entry is None or entry.node_id != node_id:
            self._tried.pop(address, None)
            self._add_tried(address, Entry(node_id, int(self._clock.now()), range=self._range_of(address)))
            return
        entry.answered_at = int(self._clock.now())
        self.changed = True

    def failed(self, address: NetAddress) -> None:
        """A call led to nothing."""
        self.changed = True
        entry = self._tried.get(address)
        rumour = self._untried.get(address)
        if entry is not None:
            entry.failures = min(entry.failures + 1, MAX_FAILURES)
            silent = self._clock.now() - entry.answered_at
            if entry.failures >= MAX_FAILURES and (silent > PATIENCE_SECONDS or not entry.blocks):
                del self._tried[address]
        elif rumour is not None:
            rumour.failures += 1
            if rumour.failures >= MAX_UNTRIED_FAILURES:
                self._drop_untried(address)

    def served(self, address: NetAddress, node_id: str, seconds: float, blocks: int) -> None:
        """The node at the address gave so many blocks, over so many seconds of being connected."""
        entry = self._tried.get(address)
        if entry is None or entry.node_id != node_id:  # it found no place when it had shown nothing yet
            entry = Entry(node_id, int(self._clock.now()), 0, blocks, int(seconds), self._range_of(address))
            self._add_tried(address, entry)
            return
        entry.blocks += blocks
        entry.seconds += int(seconds)
        entry.answered_at = int(self._clock.now())
        self.changed = True

    def lasted(self, address: NetAddress) -> None:
        """A connection has held for a while: earlier calls in vain no longer count."""
        entry = self._tried.get(address)
        if entry is not None and entry.failures:
            entry.failures = 0
            self.changed = True

    def holds(self, addresses: Sequence[NetAddress]) -> None:
        """These are our good outbound peers now. Anchors of before stay behind them, as far as there is room."""
        anchors = tuple(dict.fromkeys((*addresses, *self._anchors)))[:MAX_ANCHORS]
        if anchors != self._anchors:
            self._anchors = anchors
            self.changed = True

    # --- who is called ------------------------------------------------------------------------------------------

    def merit(self, address: NetAddress) -> float:
        """The proven service of whoever is at the address; 0 when nothing is known."""
        entry = self._tried.get(address)
        return 0.0 if entry is None else entry.merit

    def node_id(self, address: NetAddress) -> str | None:
        """Who answered at the address last time."""
        entry = self._tried.get(address)
        return None if entry is None else entry.node_id

    def anchors(self) -> tuple[NetAddress, ...]:
        """The good outbound peers of now and of the last run."""
        return tuple(address for address in self._anchors if address in self._tried)

    def best(self) -> list[NetAddress]:
        """The addresses that answered and have not failed since, by merit; equals in random order."""
        return self._by_rank(least=0.0)

    def drawn(self) -> list[NetAddress]:
        """The same addresses in random order, and in turn with them those that were only heard of.

        Who is ranked highest can be brought about with patience; who is drawn cannot.
        """
        tried = [address for address, entry in self._tried.items() if entry.merit >= 0]
        untried = self.rumoured()
        self._random.shuffle(tried)
        mixed: list[NetAddress] = []
        while tried or untried:
            first, second = self._random.sample([tried, untried], 2)
            mixed += [*first[-1:], *second[-1:]]
            del first[-1:], second[-1:]
        return mixed

    def rumoured(self) -> list[NetAddress]:
        """The addresses that were only heard of, in random order."""
        return self._random.sample(list(self._untried), len(self._untried))

    def rest(self) -> list[NetAddress]:
        """Whom to call when nobody else is left: seeds, then those whose last calls led to nothing."""
        return [*self._seeds, *self._by_rank(least=-math.inf, below=0.0)]

    def _by_rank(self, least: float, below: float = math.inf) -> list[NetAddress]:
        """Tried addresses with a merit in these bounds, the highest rank first."""
        anchors = set(self._anchors)
        ranked = [
            (entry.merit + (ANCHOR_BONUS if address in anchors else 0.0), self._random.random(), address)
            for address, entry in self._tried.items()
        ]
        ranked.sort(reverse=True)
        return [address for rank, _, address in ranked if least <= rank < below]

    # --- keeping within bounds ----------------------------------------------------------------------------------

    def restore(
        self,
        tried: Iterable[tuple[NetAddress, Entry]],
        untried: Iterable[tuple[NetAddress, Rumour]],
        anchors: Sequence[NetAddress],
    ) -> None:
        """Take over what was written down; what is too old is left out."""
        oldest = self._clock.now() - MAX_AGE
        for address, entry in tried:
            entry.range = self._range_of(address)
            if entry.answered_at >= oldest:
                self._add_tried(address, entry)
        for address, rumour in untried:
            rumour.range = self._range_of(address)
            if rumour.heard_at >= oldest and address not in self:
                self._add_untried(address, rumour)
        self._anchors = tuple(dict.fromkeys(anchors))[:MAX_ANCHORS]
        self.changed = False

    def _add_tried(self, address: NetAddress, entry: Entry) -> None:
        """Add an address that answered. Where there is no room the one of least merit goes.

        Of equals it is the newcomer: those who are there were good once and have not failed since, and a flood of
        new addresses shall not push them out.
        """
        self._tried[address] = entry
        same = [a for a, other in self._tried.items() if other.range == entry.range]
        for crowd, limit in ((same, MAX_TRIED_IN_RANGE), (list(self._tried), MAX_TRIED)):
            if len(crowd) > limit:
                crowd.reverse()  # the newest first, which is what ``min`` takes of equals
                del self._tried[min(crowd, key=lambda other: self._tried[other].merit)]
                break
        self.changed = True

    def _add_untried(self, address: NetAddress, rumour: Rumour) -> None:
        """Add an address that was heard of. Where there is no room a random one goes."""
        if self._crowds[rumour.range] >= MAX_UNTRIED_IN_RANGE:
            same = [known for known, other in self._untried.items() if other.range == rumour.range]
            self._drop_untried(self._random.choice(same))
        elif len(self._untried) >= MAX_UNTRIED:
            self._drop_untried(self._random.choice(list(self._untried)))
        self._untried[address] = rumour
        self._crowds[rumour.range] += 1
        self.changed = True

    def _drop_untried(self, address: NetAddress) -> None:
        rumour = self._untried.pop(address, None)
        if rumour is not None:
            self._crowds[rumour.range] -= 1
            if not self._crowds[rumour.range]:
                del self._crowds[rumour.range]
