"""An attacker that surrounds the node: two hundred restarts under each attack, simulated."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from random import Random

import pytest

from pybytomd.clock import ManualClock
from pybytomd.p2p.discovery.address_book import MAX_TRIED, MAX_UNTRIED
from pybytomd.p2p.discovery.address_file import encode_book
from pybytomd.p2p.network_address import NetAddress
from tests.unit.p2p.peers.eclipse_world import Host, Restart, World, public_addresses

RESTARTS = 200
WITHIN_SECONDS = 60
GOAL = 0.995


@dataclass(frozen=True)
class Attack:
    """How the hostile nodes behave."""

    hang_ups: int
    serves: bool
    introduces_itself: bool = True

    def host(self, address: NetAddress) -> Host:
        return Host(address, serves=self.serves, introduces_itself=self.introduces_itself, hang_ups=self.hang_ups)


ATTACKS = {
    "hang up first": Attack(hang_ups=1, serves=False),
    "hang up first and answer": Attack(hang_ups=1, serves=True),
    "hang up for long": Attack(hang_ups=5, serves=True),
    "stay": Attack(hang_ups=0, serves=False),
    "stay and answer": Attack(hang_ups=0, serves=True),
    "stay silent": Attack(hang_ups=0, serves=False, introduces_itself=False),
}
attacks = pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)


def loopback(count: int) -> list[NetAddress]:
    return [NetAddress("127.0.0.1", 20_000 + number) for number in range(count)]


def make_world(seed: int) -> World:
    return World(ManualClock(), Random(seed))


def rearm(world: World, attack: Attack) -> None:
    """The hostile ones begin anew, as with a new victim."""
    for host in world.hosts.values():
        if not host.honest:
            host.hang_ups = attack.hang_ups


# --- one honest node among forty --------------------------------------------------------------------------------


def forty_and_one(seed: int, attack: Attack) -> tuple[World, Host, list[NetAddress]]:
    world = make_world(seed)
    first, *others = loopback(41)
    honest = world.add(Host(first, honest=True, serves=True, blocks_an_hour=24))
    for address in others:
        world.add(attack.host(address))
    return world, honest, others


@attacks
def test_who_was_of_service_is_held_after_each_restart(attack: Attack) -> None:
    """A run of half an hour with the honest node alone, then one restart after the other among forty others."""
    world, honest, others = forty_and_one(1, attack)
    run = Restart(world, world.book(), [honest.address])
    run.run(1800)
    data, safe = run.stop(), 0
    for _ in range(RESTARTS):
        rearm(world, attack)
        run = Restart(world, world.book(data), others)
        safe += run.run(WITHIN_SECONDS, run.is_safe) is not None
        run.run(30)
        data = run.stop()
    assert safe / RESTARTS >= GOAL


@attacks
def test_who_answered_once_is_held_among_forty_that_are_only_heard_of(attack: Attack) -> None:
    safe = 0
    for seed in range(RESTARTS):
        world, honest, others = forty_and_one(seed, attack)
        book = world.book()
        book.answered(honest.address, honest.node_id)
        run = Restart(world, book, others)
        safe += run.run(WITHIN_SECONDS, run.is_safe) is not None
        safe -= not run.is_safe()
    assert safe / RESTARTS >= GOAL


@pytest.mark.parametrize("name", [name for name in ATTACKS if not name.startswith("stay and")])
def test_one_among_forty_that_all_answered_before_is_found(name: str) -> None:
    """Nothing tells them apart at first. (Who serves as an honest node does is not told apart at all.)"""
    attack, safe = ATTACKS[name], 0
    for seed in range(RESTARTS):
        world, _, _ = forty_and_one(seed, attack)
        book = world.book()
        for host in world.hosts.values():
            book.answered(host.address, host.node_id)
        run = Restart(world, book, [])
        safe += run.run(WITHIN_SECONDS, run.is_safe) is not None
    assert safe / RESTARTS >= GOAL


# --- ten thousand addresses -------------------------------------------------------------------------------------


def ten_thousand(seed: int, attack: Attack, honest: int) -> tuple[World, list[Host]]:
    world = make_world(seed)
    addresses = list(islice(public_addresses(), 10_000))
    world.random.shuffle(addresses)
    good = [world.add(Host(a, honest=True, serves=True, blocks_an_hour=24)) for a in addresses[:honest]]
    for address in addresses[honest:]:
        world.add(attack.host(address))
    return world, good


@attacks
def test_ten_thousand_addresses_of_which_a_hundred_are_honest(attack: Attack) -> None:
    """Some runs among the honest ones, then restarts with a third of them down each time, and all others telling
    us of themselves. Every twentieth time the book goes through its file, which takes longer than all the rest.
    """
    world, good = ten_thousand(2, attack, honest=100)
    book = world.book()
    for _ in range(12):
        run = Restart(world, book, [host.address for host in good])
        run.run(120)
        run.end()
    everybody, safe = list(world.hosts), 0
    for restart in range(RESTARTS):
        rearm(world, attack)
        for host in good:
            host.up = world.random.random() > 1 / 3
        run = Restart(world, book, everybody)
        safe += run.run(WITHIN_SECONDS, run.is_safe) is not None
        run.end()
        if restart % 20 == 0:
            book = world.book(encode_book(book))
        assert len(book.tried) <= MAX_TRIED
        assert len(book.untried) <= MAX_UNTRIED
    assert safe / RESTARTS >= GOAL
