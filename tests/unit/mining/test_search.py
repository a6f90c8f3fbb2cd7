"""Nonces, hash rates and priorities."""

from __future__ import annotations

import os
import sys
import threading

import pytest

from pybytomd.clock import ManualClock
from pybytomd.ledger.block import BlockHeader
from pybytomd.mining import priority
from pybytomd.mining.hash_meter import WINDOW_SECONDS, HashMeter
from pybytomd.mining.search import NonceSearch, Work, find_nonce
from pybytomd.pow.tensority import meets_target
from tests.unit.mining.fake_chain import BITS, SEED, Proofs

HEADER = BlockHeader(1, 5, bytes(32), 0, bytes(32), bytes(32), 0, BITS)
EASY = 0x2100000000FFFFFF
"""Any hash meets this target."""


def test_the_nonce_found_meets_the_target() -> None:
    header = BlockHeader(1, 5, bytes(32), 0, bytes(32), bytes(32), 0, EASY)
    found = find_nonce(Work(header, SEED), [7], lambda: True)
    assert found is not None
    assert found.nonce == 7
    assert meets_target(found.hash, SEED, EASY)


def test_nonces_that_do_not(proofs: Proofs) -> None:
    assert find_nonce(Work(HEADER, SEED), range(5), lambda: True) is None
    assert [HEADER.replace(nonce=nonce).hash for nonce in range(5)] == proofs.hashes


def test_a_failure_in_one_thread_ends_all(proofs: Proofs) -> None:
    def go_on() -> bool:
        raise RuntimeError("a mistake")

    with NonceSearch(2) as search, pytest.raises(RuntimeError):
        search.search(Work(HEADER, SEED), go_on)


def test_the_rate_is_of_the_last_minute() -> None:
    clock = ManualClock()
    meter = HashMeter(clock)
    assert meter.rate == 0
    for _ in range(10):
        meter.count(5)
        clock.advance(1)
    assert meter.rate == 5
    assert meter.total == 50
    clock.advance(WINDOW_SECONDS * 2)
    assert meter.rate < 1
    meter.reset()
    assert meter.rate == 0
    meter.count()
    assert meter.rate == 0  # no time has passed


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux knows a niceness of threads")
def test_a_thread_of_low_priority() -> None:
    found = []

    def lowered() -> None:
        priority.lower_priority()
        found.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    before = os.getpriority(os.PRIO_PROCESS, 0)
    thread = threading.Thread(target=lowered)
    thread.start()
    thread.join()
    assert found == [priority.NICENESS]
    assert os.getpriority(os.PRIO_PROCESS, 0) == before


def test_priorities_that_cannot_be_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def refuse(*_: int) -> None:
        calls.append(1)
        raise PermissionError

    monkeypatch.setattr(priority.os, "setpriority", refuse)
    monkeypatch.setattr(priority.sys, "platform", "linux")
    priority.lower_priority()
    monkeypatch.setattr(priority.sys, "platform", "darwin")
    priority.lower_priority()
    assert len(calls) == 1
