"""Three liars beside one honest peer hardly slow down a synchronisation, counted in simulated time."""

from __future__ import annotations

from functools import cache

import pytest

from pybytomd.ledger.block import Block
from tests.chain_builder import GENESIS, make_branch
from tests.functional.test_liars import spoilt
from tests.unit.sync.simulation import SimulatedPeer, Simulation, Spoil

RATE = 500.0
"""Blocks a second of the honest peer."""
MOST = 1.3
"""How many times longer it may take with liars."""


@cache
def blocks() -> list[Block]:
    return [GENESIS, *make_branch(GENESIS, 3000)]


@pytest.fixture(autouse=True)
def every_proof_is_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pybytomd.chain.chain.meets_target", lambda *_: True)


async def alone() -> float:
    return await Simulation(blocks(), [SimulatedPeer("honest", blocks(), RATE)]).run()


LIES: dict[str, Spoil] = {
    "all bodies are wrong": spoilt,
    "one of three is wrong": lambda block: spoilt(block) if block.height % 3 == 0 else block,
    "one of twenty is wrong": lambda block: spoilt(block) if block.height % 20 == 0 else block,
    "nothing is answered": lambda _: None,
}


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("rate", [5000.0, 400.0], ids=["quick liars", "slow liars"])
async def test_liars_hardly_slow_it_down(lie: str, rate: float) -> None:
    liars = [SimulatedPeer(f"liar {n}", blocks(), rate, LIES[lie]) for n in range(3)]
    honest = SimulatedPeer("honest", blocks(), RATE)
    simulation = Simulation(blocks(), [*liars, honest])
    assert await simulation.run() <= MOST * await alone()
    assert honest.asked_blocks <= 1.1 * len(blocks())
    assert "honest" not in [name for name, _ in simulation.reasons]
    if lie != "nothing is answered":
        assert {name for name, _ in simulation.reasons} == {"liar 0", "liar 1", "liar 2"}


async def test_peers_that_send_a_byte_now_and_then_instead_of_blocks_hardly_slow_it_down() -> None:
    liars = [SimulatedPeer(f"liar {n}", blocks(), RATE, lambda _: None, drips=True) for n in range(3)]
    assert (
        await Simulation(blocks(), [*liars, SimulatedPeer("honest", blocks(), RATE)]).run() <= MOST * await alone()
    )


async def test_liars_alone_are_asked_again_until_they_are_banned() -> None:
    """Nobody else is there: each is tried as often as it takes, and an honest one that comes late ends it."""
    liars = [SimulatedPeer(f"liar {n}", blocks(), 5000.0, spoilt) for n in range(3)]
    simulation = Simulation(blocks(), liars)
    with pytest.raises(AssertionError):
        await simulation.run()
    assert sorted(simulation.banned) == ["liar 0", "liar 1", "liar 2"]
    assert simulation.sync.window.held_bytes == 0
    assert simulation.chain.best_height == 0
    simulation.chain.close()
