"""Signatures that wait for their checkpoint are few, and small."""

from __future__ import annotations

from dataclasses import replace

from pybytomd.chain.bytom2.early_verifications import MAX_VERIFICATIONS, EarlyVerifications
from pybytomd.consensus.bytom2.casper.verification import Verification


def waiting(number: int, size: int = 64) -> Verification:
    return Verification(bytes(32), number.to_bytes(32, "big"), "key", bytes(size))


def test_signatures_that_wait_are_bounded() -> None:
    early = EarlyVerifications()
    for number in range(MAX_VERIFICATIONS + 5):
        early.add(waiting(number))
    assert len(early) == MAX_VERIFICATIONS
    assert early.take(waiting(0).target_hash, "key") is None
    newest = waiting(MAX_VERIFICATIONS)
    assert early.take(newest.target_hash, "key") == newest
    assert early.take(newest.target_hash, "key") is None
    for number in range(MAX_VERIFICATIONS):
        early.add(waiting(number, size=10_000))
    assert len(early) < MAX_VERIFICATIONS // 5
    early.add(waiting(7, size=1 << 20))
    assert early.take(waiting(7).target_hash, "key") != waiting(7, size=1 << 20)


def test_the_newest_of_a_key_for_a_target_waits() -> None:
    early = EarlyVerifications()
    early.add(waiting(1))
    early.add(replace(waiting(1), signature=b"newer"))
    assert len(early) == 1
    taken = early.take(waiting(1).target_hash, "key")
    assert taken is not None
    assert taken.signature == b"newer"
