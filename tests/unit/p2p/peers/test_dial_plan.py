"""When addresses are called again: pauses, and for how many of them they are remembered."""

from __future__ import annotations

from random import Random

import pytest

from pybytomd.clock import ManualClock
from pybytomd.p2p.network_address import NetAddress
from pybytomd.p2p.peers import dial_plan
from pybytomd.p2p.peers.dial_plan import JITTER, LONGEST_PAUSE, PARTED_PAUSE, DialPlan

HERE, THERE, ELSEWHERE = [NetAddress("80.1.0.1", port) for port in (1, 2, 3)]


def test_pauses_double_up_to_the_longest_and_start_again_after_success() -> None:
    clock = ManualClock()
    plan = DialPlan(clock, Random(1))
    assert plan.is_due(HERE)
    for failures in range(20):
        plan.failed(HERE)
        pause = min(LONGEST_PAUSE, 2.0**failures)
        clock.advance(pause * (1 - JITTER) - 0.01)
        assert not plan.is_due(HERE)
        clock.advance(pause * 2 * JITTER + 0.02)
        assert plan.is_due(HERE)
    plan.answered(HERE, "AA")
    plan.lasted(HERE)
    assert plan.node_id(HERE) == "AA"
    plan.failed(HERE)
    clock.advance(1 + JITTER)
    assert plan.is_due(HERE)


def test_a_node_that_was_parted_with_and_ourselves_are_left_alone() -> None:
    clock = ManualClock()
    plan = DialPlan(clock, Random(1))
    plan.parted(HERE)
    plan.is_ours(THERE)
    clock.advance(PARTED_PAUSE - 1)
    assert not plan.is_due(HERE)
    clock.advance(1)
    assert plan.is_due(HERE)
    assert not plan.is_due(THERE)


def test_the_address_least_recently_called_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dial_plan, "REMEMBERED", 2)
    plan = DialPlan(ManualClock(), Random(1))
    for address in (HERE, THERE, HERE, ELSEWHERE):
        plan.answered(address, "AA")
        plan.node_id(THERE)  # to be asked for does not keep it
    assert [plan.node_id(address) for address in (HERE, THERE, ELSEWHERE)] == ["AA", None, "AA"]
