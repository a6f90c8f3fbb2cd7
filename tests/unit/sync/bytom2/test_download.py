"""What is fetched in a round: which skeletons and answers are right, and what is held at a time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pytest

from pybytomd.ledger.bytom2.block import Block
from pybytomd.sync.bytom2 import download
from pybytomd.sync.bytom2.download import (
    Body,
    Round,
    Stretch,
    WrongAnswer,
    first_bodies,
    read_body,
    stretches_of,
)
from tests.bytom2_builder import Builder, network, open_chain

PARAMS = network()


@cache
def chain() -> tuple[Block, ...]:
    with open_chain(PARAMS) as made:
        return (PARAMS.genesis, *Builder(made).extend(130))


def bodies(blocks: Sequence[Block]) -> list[Body]:
    return [read_body(block.to_bytes()) for block in blocks]


def skeleton(*heights: int) -> list[Stretch]:
    blocks = chain()
    headers = [blocks[height].header for height in heights]
    return stretches_of(headers, blocks[-1].hash, frozenset({blocks[0].hash}))


def test_stretches() -> None:
    assert [(s.start.height, s.end.height) for s in skeleton(0, 64, 128, 130)] == [(0, 64), (64, 128), (128, 130)]
    assert [s.end.height for s in skeleton(0, 64)] == [64]  # more of them than one answer holds


@pytest.mark.parametrize(
    ("heights", "reason"),
    [
        ((), "no headers"),
        ((64, 128), "did not name"),
        ((0, 128), "other heights"),
        ((0, 64, 64), "other heights"),
        ((0, 10, 74), "other heights"),
        ((0, 64, 0), "other heights"),
        ((0, 64, 100), "another block than asked for"),
    ],
)
def test_skeletons_that_cannot_be_right(heights: tuple[int, ...], reason: str) -> None:
    with pytest.raises(WrongAnswer, match=reason):
        skeleton(*heights)


def test_a_full_answer_ends_below_the_end() -> None:
    stretch, blocks = skeleton(0, 64, 128, 130)[0], chain()
    stretch.take(bodies(blocks[:64]), "a")
    assert stretch.is_whole
    assert [body.height for body in stretch.bodies] == list(range(1, 64))


def test_an_answer_may_come_in_pieces() -> None:
    stretch, blocks = skeleton(0, 64, 128, 130)[2], chain()
    stretch.take(bodies(blocks[128:130]), "a")
    assert stretch.is_whole  # the last of all comes with the next round
    stretch = skeleton(0, 64, 128, 130)[0]
    stretch.take(bodies(blocks[:10]), "a")
    assert not stretch.is_whole
    assert stretch.next_start == blocks[9].hash
    stretch.take(bodies(blocks[9:65]), "a")
    assert [body.height for body in stretch.bodies] == list(range(1, 65))


def test_answers_that_are_not_what_was_asked_for() -> None:
    blocks = chain()
    for answer, reason in (
        ([], "null blocks"),
        (blocks[:66], "exceed length"),
        (blocks[1:5], "mismatch"),
        ((blocks[0], blocks[2]), "discontinuous"),
        (blocks[:1], "no block above"),
    ):
        with pytest.raises(WrongAnswer, match=reason):
            skeleton(0, 64, 128, 130)[0].take(bodies(answer), "a")


def test_the_first_few_of_so_many_bytes_but_at_least_one() -> None:
    several = bodies(chain()[10:15])
    size = len(several[0].raw)
    assert first_bodies(several, 3, 100 * size) == several[:3]
    assert first_bodies(several, 5, 2 * size) == several[:2]
    assert first_bodies(several, 5, 1) == several[:1]
    assert first_bodies([], 5, 1) == []


def test_what_is_held_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the chain needs next is fetched whatever is held; beyond it only as much as there is room for."""
    blocks = chain()
    monkeypatch.setattr(download, "MAX_HELD_BYTES", 1)
    this_round = Round(skeleton(0, 64, 128, 130))
    first, second = this_round.next_to_fetch(), this_round.next_to_fetch()
    assert (first, second) != (None, None)
    assert first is not None
    assert second is not None
    second.take(bodies(blocks[64:128]), "b")
    this_round.fetched(second)
    assert this_round.take_needed() is None
    assert this_round.next_to_fetch() is None
    this_round.give_back(first)
    assert this_round.next_to_fetch() is first
    first.take(bodies(blocks[:64]), "a")
    this_round.fetched(first)
    assert this_round.take_needed() is first
    assert this_round.take_needed() is second
    assert this_round.held_bytes == 0
    third = this_round.next_to_fetch()
    assert third is not None
    assert not this_round.is_over


def test_no_more_than_some_are_fetched_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "MAX_AHEAD", 2)
    this_round = Round(skeleton(0, 64, 128, 130))
    assert [stretch and stretch.number for stretch in (this_round.next_to_fetch() for _ in range(3))] == [
        0,
        1,
        None,
    ]
