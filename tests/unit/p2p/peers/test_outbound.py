"""The policy of outbound peers: places, ranges, feelers, exchanges."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from pybytomd.clock import ManualClock
from pybytomd.p2p.discovery.address_book import AddressBook
from pybytomd.p2p.network_address import NetAddress, network_range
from pybytomd.p2p.peers.connection_type import ConnectionType
from pybytomd.p2p.peers.outbound import (
    EXCHANGE_SECONDS,
    FEEL_AGAIN_SECONDS,
    FEELER_PATIENCE,
    FEELER_SECONDS,
    PROBATION,
    SETTLED_SECONDS,
    URGENT_DELAY,
    URGENT_FEEL_AGAIN_SECONDS,
    URGENT_FEELERS,
    URGENT_SECONDS,
    Call,
    Held,
    OutboundPolicy,
    Promote,
    Release,
    Step,
)

OUTBOUND, FEELER, MANUAL = ConnectionType.OUTBOUND, ConnectionType.FEELER, ConnectionType.MANUAL


def at(number: int, host: int = 1) -> NetAddress:
    """An address in range ``number``."""
    return NetAddress(f"80.{number}.0.{host}", 46657)


class Setup:
    def __init__(self, target: int = 4, range_of: Callable[[NetAddress], str] = network_range) -> None:
        self.clock = ManualClock()
        self.book = AddressBook(self.clock, Random(1), range_of)
        self.policy = OutboundPolicy(self.book, self.clock, target, range_of)
        self.held: list[Held] = []
        self.busy: dict[NetAddress, ConnectionType] = {}

    def know(self, *addresses: NetAddress, blocks: int = 0) -> None:
        for address in addresses:
            self.book.answered(address, "AA")
            if blocks:
                self.book.served(address, "AA", 0, blocks)

    def hold(self, address: NetAddress, kind: ConnectionType = OUTBOUND, *, of_use: bool = False) -> Held:
        held = Held(address, kind, self.clock.monotonic(), of_use)
        self.held.append(held)
        return held

    def decide(self) -> list[Step]:
        def may_call(address: NetAddress) -> bool:
            return address not in self.busy and address not in [peer.address for peer in self.held]

        return self.policy.decide(self.held, self.busy, may_call)

    def calls(self, kind: ConnectionType = OUTBOUND) -> list[NetAddress]:
        return _calls(self.decide(), kind)


def _calls(steps: Sequence[Step], kind: ConnectionType) -> list[NetAddress]:
    return [step.address for step in steps if isinstance(step, Call) and step.connection_type is kind]


# --- places -----------------------------------------------------------------------------------------------------


def test_anchors_first_then_in_turn_the_best_and_a_drawn_one() -> None:
    setup = Setup()
    setup.know(*(at(number) for number in range(1, 9)))
    setup.know(at(10), blocks=5)
    setup.know(at(11), blocks=1)
    setup.know(at(12), blocks=100)
    setup.book.holds([at(11)])
    chosen = setup.calls()
    assert len(chosen) == 4
    assert chosen[0] == at(12)  # of so much more service that it comes before the anchor
    assert at(11) in chosen
    setup = Setup()
    setup.know(at(1), at(2))
    setup.book.holds([at(1), at(2)])
    setup.book.heard_of(at(number) for number in range(3, 99))
    assert set(setup.calls()) > {at(1), at(2)}


def test_nothing_is_called_without_target_or_addresses() -> None:
    idle = Setup(target=0)
    idle.know(at(1))
    assert idle.decide() == []
    assert Setup().decide() == []


def test_of_the_places_no_two_go_to_one_range() -> None:
    setup = Setup()
    setup.know(at(1, 1), at(1, 2), at(1, 3), at(2, 1), at(2, 2))
    chosen = setup.calls()
    assert sorted(network_range(address) for address in chosen) == [network_range(at(1)), network_range(at(2))]
    setup.hold(at(1, 9), MANUAL)
    setup.busy[at(2, 9)] = OUTBOUND
    assert setup.calls() == []


def test_the_ranges_can_be_named_otherwise_for_nodes_on_one_machine() -> None:
    ports = [NetAddress("127.0.0.1", port) for port in (1001, 1002, 2001)]
    one_each = Setup()
    one_each.know(*ports)
    assert sorted(one_each.calls()) == ports
    by_thousand = Setup(range_of=lambda address: str(address.port // 1000))
    by_thousand.know(*ports)
    assert sorted(address.port // 1000 for address in by_thousand.calls()) == [1, 2]


def test_ranges_of_the_network() -> None:
    def same(one: str, other: str) -> bool:
        return network_range(NetAddress(one, 1)) == network_range(NetAddress(other, 1))

    assert same("80.1.2.3", "80.1.200.9")
    assert not same("80.1.2.3", "80.2.2.3")
    assert same("2a01:4f8:1::1", "2a01:4f8:2::1")
    assert not same("2a01:4f8:1::1", "2a01:4f9:1::1")
    for private in ("127.0.0", "10.0.0", "192.168.1"):
        assert not same(f"{private}.1", f"{private}.2")


def test_seeds_and_those_that_failed_are_called_when_nobody_else_is_left() -> None:
    setup = Setup()
    setup.know(at(1))
    setup.book.failed(at(1))
    setup.book.set_seeds([at(2)])
    assert setup.calls() == [at(2), at(1)]


# --- feelers ----------------------------------------------------------------------------------------------------


def test_while_nobody_is_to_be_relied_upon_many_feelers_go_out_and_later_one_at_a_time() -> None:
    setup = Setup(target=1)
    setup.know(*(at(number) for number in range(1, 30)))
    setup.hold(at(1))
    assert setup.decide() == []
    setup.clock.advance(URGENT_DELAY)
    first = setup.calls(FEELER)
    assert len(first) == URGENT_FEELERS
    setup.busy = dict.fromkeys(first[:3], FEELER)
    second = setup.calls(FEELER)
    assert len(second) == URGENT_FEELERS - 3
    assert not set(first) & set(second)
    setup.busy = {}
    setup.clock.advance(URGENT_SECONDS)
    assert len(setup.calls(FEELER)) == 1


def test_with_a_peer_to_rely_upon_one_feeler_goes_out_every_two_minutes() -> None:
    setup = Setup(target=1)
    setup.know(*(at(number) for number in range(1, 5)), blocks=20)
    setup.book.heard_of([at(10), at(11)])
    setup.hold(at(1), of_use=True)
    setup.clock.advance(FEELER_SECONDS - 1)
    assert setup.decide() == []
    felt = []
    for _ in range(4):
        setup.clock.advance(FEELER_SECONDS)
        felt += setup.calls(FEELER)
        assert setup.decide() == []
    assert {at(10), at(11)} < set(felt)  # in turn known ones and such that were only heard of
    assert len(set(felt)) == 4


def test_who_is_new_is_relied_upon_after_a_minute() -> None:
    setup = Setup(target=1)
    setup.know(*(at(number) for number in range(1, 30)))
    setup.hold(at(1), of_use=True)
    setup.clock.advance(SETTLED_SECONDS - 1)
    assert setup.calls(FEELER)
    setup.clock.advance(1)
    assert setup.calls(FEELER) == []


def test_an_address_is_not_felt_out_again_at_once() -> None:
    setup = Setup(target=1)
    setup.know(at(1), at(2))
    setup.hold(at(1))
    setup.clock.advance(URGENT_DELAY)
    assert setup.calls(FEELER) == [at(2)]
    setup.clock.advance(URGENT_FEEL_AGAIN_SECONDS - 1)
    assert setup.calls(FEELER) == []
    setup.clock.advance(1)
    assert setup.calls(FEELER) == [at(2)]
    setup.held = [setup.hold(at(1), of_use=True)]
    setup.clock.advance(FEEL_AGAIN_SECONDS - 1)
    assert setup.calls(FEELER) == []
    setup.clock.advance(1)
    assert setup.calls(FEELER) == [at(2)]


def test_a_felt_out_peer_that_gives_nothing_is_let_go() -> None:
    setup = Setup(target=1)
    setup.hold(at(1))
    setup.hold(at(2), FEELER)
    setup.clock.advance(FEELER_PATIENCE)
    assert setup.decide() == []
    setup.clock.advance(1)
    assert setup.decide() == [Release(at(2), "felt out")]


# --- exchanges --------------------------------------------------------------------------------------------------


def test_a_felt_out_peer_of_use_takes_a_free_place_but_not_in_a_taken_range() -> None:
    setup = Setup(target=2)
    setup.hold(at(1), of_use=True)
    setup.hold(at(1, 2), FEELER, of_use=True)
    setup.hold(at(2), FEELER, of_use=True)
    setup.hold(at(3), FEELER, of_use=True)
    assert setup.decide() == [Promote(at(2))]


def test_it_takes_the_place_of_a_peer_that_has_given_nothing() -> None:
    setup = Setup(target=2)
    setup.hold(at(1), MANUAL)
    setup.hold(at(2))
    setup.hold(at(3), FEELER, of_use=True)
    assert setup.decide() == []
    setup.clock.advance(PROBATION)
    steps = setup.decide()
    assert steps[:2] == [Release(at(2), "a node of more use takes its place"), Promote(at(3))]


def test_it_takes_that_of_a_peer_of_use_only_with_four_times_the_service_and_seldom() -> None:
    setup = Setup(target=2)
    setup.know(at(1), at(2), blocks=31)
    setup.know(at(3), blocks=126)
    setup.know(at(4), blocks=200)
    setup.hold(at(1), of_use=True)
    setup.hold(at(2), of_use=True)
    setup.hold(at(3), FEELER, of_use=True)
    assert setup.decide() == []
    setup.know(at(3), blocks=1)
    given = setup.decide()
    assert given == [Release(at(1), "a node of more use takes its place"), Promote(at(3))]
    setup.held = [setup.hold(at(2), of_use=True), setup.hold(at(3), of_use=True)]
    setup.hold(at(4), FEELER, of_use=True)
    assert setup.decide() == []
    setup.clock.advance(EXCHANGE_SECONDS)
    assert setup.decide()[:2] == [Release(at(2), "a node of more use takes its place"), Promote(at(4))]


def test_what_the_operator_wants_is_never_exchanged() -> None:
    setup = Setup(target=1)
    setup.know(at(2), blocks=1000)
    setup.hold(at(1), MANUAL)
    setup.hold(at(2), FEELER, of_use=True)
    setup.clock.advance(FEELER_PATIENCE + 1)
    assert setup.decide() == [Release(at(2), "felt out")]
