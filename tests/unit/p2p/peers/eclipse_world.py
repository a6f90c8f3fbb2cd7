"""A network of thousands of addresses without a socket: nodes that behave as they are told, and time by hand.

What decides is the real thing, ``OutboundPolicy``, ``AddressBook`` and ``DialPlan``; ``Restart`` does for them
what the switch does, second by second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

from pybytomd.clock import ManualClock
from pybytomd.p2p.discovery.address_book import AddressBook
from pybytomd.p2p.discovery.address_file import decode_book, encode_book
from pybytomd.p2p.network_address import NetAddress, network_range
from pybytomd.p2p.peers.connection_type import ConnectionType
from pybytomd.p2p.peers.dial_plan import DialPlan
from pybytomd.p2p.peers.outbound import Call, Held, OutboundPolicy, Promote, Release
from pybytomd.p2p.peers.service_log import BRIEF_SECONDS, REPORT_SECONDS

TARGET = 4
DIAL_SECONDS = 3.0
HANG_UP_SECONDS = 4.0
PATIENCE_SECONDS = 10.0
"""A peer that does not introduce itself is given up after so long."""


@dataclass(eq=False)
class Host:
    """What there is at an address."""

    address: NetAddress
    honest: bool = False
    up: bool = True
    serves: bool = False
    """Whether it answers the question that is asked of every peer."""
    introduces_itself: bool = True
    hang_ups: int = 0
    """So many times it hangs up after four seconds before it stays."""
    blocks_an_hour: int = 0

    @property
    def node_id(self) -> str:
        return f"key of {self.address}"


@dataclass
class Line:
    """A connection with a host, or a call that has not been answered yet."""

    host: Host
    kind: ConnectionType
    since: float
    ends: float | None
    hangs_up: bool = False
    of_use: bool = False
    told_at: float = 0.0
    lasted: bool = False


@dataclass
class World:
    """All hosts, and what a node hears of each second."""

    clock: ManualClock
    random: Random
    hosts: dict[NetAddress, Host] = field(default_factory=dict)
    heard_each_second: int = 16
    range_of: Callable[[NetAddress], str] = network_range

    def add(self, host: Host) -> Host:
        self.hosts[host.address] = host
        return host

    def book(self, data: bytes | None = None) -> AddressBook:
        """An address book, from the text of an earlier one."""
        book = AddressBook(self.clock, self.random, self.range_of)
        if data is not None:
            decode_book(data, book)
        return book


class Restart:
    """A node from one start to its stop. ``rumours`` are addresses that the network tells it of."""

    def __init__(self, world: World, book: AddressBook, rumours: list[NetAddress]) -> None:
        self.world = world
        self.book = book
        self.rumours = rumours
        self.plan = DialPlan(world.clock, world.random)
        self.policy = OutboundPolicy(book, world.clock, TARGET, world.range_of)
        self.calls: dict[NetAddress, Line] = {}
        self.lines: dict[NetAddress, Line] = {}
        self.called = 0
        self.next_report = world.clock.monotonic() + REPORT_SECONDS

    def run(self, seconds: int, until: Callable[[], bool] = lambda: False) -> int | None:
        """Let time pass; after how many seconds ``until`` came true, None if it did not."""
        for second in range(seconds):
            self.tick()
            if until():
                return second
            self.world.clock.advance(1)
        return None

    def outbound(self) -> list[Line]:
        """The connections that take a place."""
        return [line for line in self.lines.values() if line.kind is ConnectionType.OUTBOUND]

    def is_safe(self) -> bool:
        """Whether an honest peer holds an outbound place, as an observer who knows everybody sees it."""
        return any(line.host.honest for line in self.outbound())

    def end(self) -> None:
        """Stop, and let the book know what came of it."""
        self._report()

    def stop(self) -> bytes:
        """Stop; what is written down."""
        self.end()
        return encode_book(self.book)

    def tick(self) -> None:
        world = self.world
        if self.rumours:
            self.book.heard_of(world.random.sample(self.rumours, min(world.heard_each_second, len(self.rumours))))
        self._finish_calls()
        self._let_hosts_act()
        held = [Held(a, line.kind, line.since, line.of_use) for a, line in self.lines.items()]
        calls = {address: line.kind for address, line in self.calls.items()}
        for step in self.policy.decide(held, calls, self._may_call):
            if isinstance(step, Call):
                self._call(step)
            elif isinstance(step, Promote):
                self.lines[step.address].kind = ConnectionType.OUTBOUND
            else:
                assert isinstance(step, Release)
                self._end(self.lines.pop(step.address), released=True)

    def _may_call(self, address: NetAddress) -> bool:
        return address not in self.calls and address not in self.lines and self.plan.is_due(address)

    def _call(self, step: Call) -> None:
        now = self.world.clock.monotonic()
        host = self.world.hosts[step.address]
        self.called += 1
        self.calls[step.address] = Line(host, step.connection_type, now, now + (0 if host.up else DIAL_SECONDS))

    def _finish_calls(self) -> None:
        now = self.world.clock.monotonic()
        for address, call in list(self.calls.items()):
            assert call.ends is not None
            if now < call.ends:
                continue
            del self.calls[address]
            if not call.host.up:
                self.plan.failed(address)
                if self.lines:
                    self.book.failed(address)
                continue
            self.plan.answered(address, call.host.node_id)
            self.book.answered(address, call.host.node_id)
            self.lines[address] = self._greet(call, now)

    def _greet(self, call: Line, now: float) -> Line:
        host = call.host
        ends = None if host.introduces_itself else now + PATIENCE_SECONDS
        if host.hang_ups:
            host.hang_ups -= 1
            ends = now + HANG_UP_SECONDS
        return Line(host, call.kind, now, ends, of_use=host.serves, told_at=now)

    def _let_hosts_act(self) -> None:
        now = self.world.clock.monotonic()
        for address, line in list(self.lines.items()):
            if now - line.since >= BRIEF_SECONDS and not line.lasted:
                line.lasted = True
                self.plan.lasted(address)
                self.book.lasted(address)
            if not line.host.up or (line.ends is not None and now >= line.ends):
                self._end(self.lines.pop(address), released=False)
        if now >= self.next_report:
            self._report()

    def _end(self, line: Line, *, released: bool) -> None:
        self._tell(line)
        if not line.lasted and not released:
            self.plan.failed(line.host.address)
            self.book.failed(line.host.address)

    def _report(self) -> None:
        now = self.world.clock.monotonic()
        self.next_report = now + REPORT_SECONDS
        for line in self.lines.values():
            self._tell(line)
        good = [line.host.address for line in self.outbound() if line.of_use or now - line.since >= 15]
        self.book.holds(good)

    def _tell(self, line: Line) -> None:
        now = self.world.clock.monotonic()
        if line.of_use:
            seconds = now - line.told_at
            new = int(line.told_at == line.since) + round(line.host.blocks_an_hour * seconds / 3600)
            self.book.served(line.host.address, line.host.node_id, seconds, new)
        line.told_at = now


def public_addresses() -> Iterator[NetAddress]:
    """Addresses of the public network, one a /16 until the ranges are used up, then the next host of each."""
    ranges = [(a, b) for a in range(20, 99) for b in range(256)]
    for host in range(1, 250):
        for a, b in ranges:
            yield NetAddress(f"{a}.{b}.7.{host}", 46657)
