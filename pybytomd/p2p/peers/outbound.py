"""Whom to call, whom to keep, whom to exchange: the defence against being surrounded (eclipse attack).

An attacker that holds all our outbound places decides what we see of the chain. It may have any number of
addresses, answer at each of them, and stay. Against that:

* places go first to those that have been of proven service, and among these to the last run's peers (anchors);
* every second of the other places goes to a drawn address, so that no ranking can be played for all of them;
* no two places go to the same range of the network;
* addresses are felt out on the side, without taking a place (feelers). One that proves to be of use takes a free
  place, or that of a peer which has given nothing, or which has given much less over the time we know it.

While no peer is to be relied upon, several feelers are out at once; later one every two minutes. Source of the
idea: what bitcoind does with its address manager, anchors and feelers; the ranking by blocks is ours.

Without any input or output: ``decide`` is told how things stand and says what to do. Times are seconds on the
monotonic clock, which is handed in, as is the source of random numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cachetools import FIFOCache

from pybytomd.clock import Clock
from pybytomd.p2p.discovery.address_book import AddressBook
from pybytomd.p2p.network_address import NetAddress
from pybytomd.p2p.peers.connection_type import ConnectionType

FEELER_SECONDS = 120.0
"""Between feelers while all is well."""
FEELER_PATIENCE = 8.0
"""Seconds that a felt-out node has to prove that it is of use, and then to wait for a place. Who is about to hang
up on us shows it meanwhile.
"""
URGENT_FEELERS = 8
"""Feelers out at once while no peer is to be relied upon."""
URGENT_SECONDS = 120.0
"""After so long in that state one feeler at a time is enough."""
URGENT_DELAY = 5.0
"""Seconds from the start that the first calls have before any feeler goes out."""
FEEL_AGAIN_SECONDS = 600.0
URGENT_FEEL_AGAIN_SECONDS = 60.0
"""Before the same address is felt out again, with and without a peer to rely upon: it may only have been slow."""
MAX_FELT = 4096
"""Felt-out addresses kept in mind; the one longest ago is forgotten first."""
PROBATION = 10.0
"""Seconds that a peer in a place has to give something before it may be exchanged."""
SETTLED_SECONDS = 60.0
SETTLED_MERIT = 4.0
"""A peer of use is relied upon when it has stayed so long, or is known of old: 15 blocks, or 3 and 3 hours."""
EXCHANGE_MARGIN = 2.0
"""Merit by which a newcomer must surpass a peer that is of use as well: four times the service."""
EXCHANGE_SECONDS = 600.0
"""Between such exchanges, so that they do not become a habit."""


@dataclass(frozen=True, slots=True)
class Held:
    """A connection that we made: the address called, since when, whether the peer has given anything."""

    address: NetAddress
    connection_type: ConnectionType
    since: float
    is_of_use: bool


@dataclass(frozen=True, slots=True)
class Call:
    """Call this address, for this purpose."""

    address: NetAddress
    connection_type: ConnectionType


@dataclass(frozen=True, slots=True)
class Promote:
    """The felt-out peer at this address takes a place."""

    address: NetAddress


@dataclass(frozen=True, slots=True)
class Release:
    """Hang up on the peer at this address, which has done nothing wrong."""

    address: NetAddress
    reason: str


Step = Call | Promote | Release
_TAKES_A_PLACE = frozenset({ConnectionType.OUTBOUND, ConnectionType.MANUAL})
MayCall = Callable[[NetAddress], bool]


class OutboundPolicy:
    """Decides over the outbound places of one node."""

    def __init__(
        self, book: AddressBook, clock: Clock, target: int, range_of: Callable[[NetAddress], str]
    ) -> None:
        """``target`` places are to be filled; ``range_of`` names the part of the network an address belongs to."""
        self._book = book
        self._clock = clock
        self._target = target
        self._range_of = range_of
        self._picks = 0
        self._feelers_sent = 0
        self._felt: FIFOCache[NetAddress, float] = FIFOCache(MAX_FELT)
        now = clock.monotonic()
        self._unsettled_since = now
        self._first_feeler = now + URGENT_DELAY
        self._next_feeler = now + FEELER_SECONDS
        self._next_exchange = now

    def decide(
        self, held: Sequence[Held], calls: Mapping[NetAddress, ConnectionType], may_call: MayCall
    ) -> list[Step]:
        """What to do now. ``calls`` are those under way; ``may_call`` says whether an address may be called."""
        if self._target <= 0:
            return []
        places = [peer for peer in held if peer.connection_type in _TAKES_A_PLACE]
        feelers = [peer for peer in held if peer.connection_type is ConnectionType.FEELER]
        called = [address for address, kind in calls.items() if kind in _TAKES_A_PLACE]
        steps = self._judge_feelers(feelers, places, self._target - len(called))
        chosen = self._fill(places, called, may_call)
        steps += [Call(address, ConnectionType.OUTBOUND) for address in chosen]
        felt = len(feelers) + sum(kind is ConnectionType.FEELER for kind in calls.values())
        return steps + self._send_feelers(felt, places, lambda a: a not in chosen and may_call(a))

    # --- places -------------------------------------------------------------------------------------------------

    def _fill(self, places: list[Held], called: list[NetAddress], may_call: MayCall) -> list[NetAddress]:
        """Addresses for the free places, each of another range."""
        free = self._target - len(places) - len(called)
        if free <= 0:
            return []
        taken = {self._range_of(address) for address in (*called, *(peer.address for peer in places))}
        chosen: list[NetAddress] = []

        def usable(addresses: Iterable[NetAddress]) -> Iterator[NetAddress]:
            return (a for a in addresses if a not in chosen and self._range_of(a) not in taken and may_call(a))

        anchors = set(self._book.anchors())
        best, drawn = self._book.best(), self._book.drawn()
        while len(chosen) < free:
            first = next(usable(best), None)
            if first is None or first not in anchors:
                self._picks += 1
                if self._picks % 2 == 0 or first is None:
                    first = next(usable(drawn), first)
            first = first or next(usable(self._book.rest()), None)
            if first is None:
                break
            chosen.append(first)
            taken.add(self._range_of(first))
        return chosen

    # --- feelers ------------------------------------------------------------------------------------------------

    def _judge_feelers(self, feelers: list[Held], places: list[Held], room: int) -> list[Step]:
        """Give a place to felt-out peers that are of use, and hang up on those whose time is over.

        There are ``room`` places, taken or free; ``places`` is changed along, so that none is given twice.
        """
        steps: list[Step] = []
        for feeler in feelers:
            given = self._find_place(feeler, places, room) if feeler.is_of_use else []
            if not given and self._clock.monotonic() - feeler.since > FEELER_PATIENCE:
                given = [Release(feeler.address, "felt out")]
            steps += given
        return steps

    def _find_place(self, feeler: Held, places: list[Held], room: int) -> list[Step]:
        """The steps that give a felt-out peer a place; none if there is none for it."""
        victim = None if len(places) < room else self._to_exchange(feeler, places)
        others = [peer for peer in places if peer is not victim]
        clash = self._range_of(feeler.address) in {self._range_of(peer.address) for peer in others}
        if clash or len(others) >= room:
            return []
        places[:] = [*others, feeler]
        given = [] if victim is None else [Release(victim.address, "a node of more use takes its place")]
        return [*given, Promote(feeler.address)]

    def _to_exchange(self, feeler: Held, places: list[Held]) -> Held | None:
        """The peer that gives way to one that is of use: it has given nothing, or much less."""
        now = self._clock.monotonic()
        merit = self._book.merit
        ours = [peer for peer in places if peer.connection_type is ConnectionType.OUTBOUND]
        idle = [peer for peer in ours if not peer.is_of_use and now - peer.since >= PROBATION]
        if idle:
            return min(idle, key=lambda peer: (merit(peer.address), -peer.since))
        if not ours or now < self._next_exchange:
            return None
        least = min(ours, key=lambda peer: merit(peer.address))
        if merit(feeler.address) < merit(least.address) + EXCHANGE_MARGIN:
            return None
        self._next_exchange = now + EXCHANGE_SECONDS
        return least

    def _is_relied_upon(self, peer: Held) -> bool:
        stayed = self._clock.monotonic() - peer.since >= SETTLED_SECONDS
        return peer.is_of_use and (stayed or self._book.merit(peer.address) >= SETTLED_MERIT)

    def _send_feelers(self, under_way: int, places: list[Held], may_call: MayCall) -> list[Step]:
        now = self._clock.monotonic()
        is_settled = any(self._is_relied_upon(peer) for peer in places)
        if is_settled:
            self._unsettled_since = now
        if now < (self._next_feeler if is_settled else self._first_feeler):
            return []
        is_urgent = not is_settled and now - self._unsettled_since <= URGENT_SECONDS
        wanted = (URGENT_FEELERS if is_urgent else 1) - under_way
        steps: list[Step] = []
        while len(steps) < wanted and (address := self._to_feel(may_call, is_settled)) is not None:
            self._next_feeler = now + FEELER_SECONDS
            self._felt[address] = now
            steps.append(Call(address, ConnectionType.FEELER))
        return steps

    def _to_feel(self, may_call: MayCall, is_settled: bool) -> NetAddress | None:
        """The next address to feel out: in turn a known one, the best first, and one that was only heard of."""
        self._feelers_sent += 1
        book = self._book
        piles = [book.best, book.rumoured] if self._feelers_sent % 2 else [book.rumoured, book.best]
        pause = FEEL_AGAIN_SECONDS if is_settled else URGENT_FEEL_AGAIN_SECONDS
        latest = self._clock.monotonic() - pause
        for pile in (*piles, book.rest):
            for address in pile():
                if self._felt.get(address, latest) <= latest and may_call(address):
                    return address
        return None
