"""Which signatures of validators count."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pybytomd.consensus.bytom2.casper.errors import (
    SecondVoteForHeight,
    VoteForGrowing,
    VoteForSame,
    VoteWithinSpan,
    WrongSignature,
)
from pybytomd.consensus.bytom2.casper.validators import Validator
from pybytomd.consensus.bytom2.casper.verification import (
    Vote,
    check_alone,
    check_same_height,
    check_span,
    signed_message,
)
from pybytomd.ledger.bytom2.checkpoint import Checkpoint, Status
from pybytomd.ledger.bytom2.sup_link import SupLink
from tests.bytom2_builder import key, verification

SOURCE, TARGET, OTHER = b"\x01" * 32, b"\x02" * 32, b"\x03" * 32
VALIDATOR = Validator(key(1).xpub.raw.hex(), 1)


def vote(source_height: int = 100, target_height: int = 200) -> Vote:
    signature = key(1).sign(signed_message(SOURCE, TARGET))
    return Vote(source_height, SOURCE, target_height, TARGET, VALIDATOR, signature)


def test_what_is_published_of_a_vote() -> None:
    assert vote().verification == verification(1, SOURCE, TARGET)


@pytest.mark.parametrize(
    ("candidate", "error"),
    [
        (vote(), None),
        (vote(101, 200), VoteForGrowing),
        (vote(100, 199), VoteForGrowing),
        (vote(200, 200), VoteForSame),
        (vote(300, 200), VoteForSame),
        (replace(vote(), signature=bytes(64)), WrongSignature),
        (replace(vote(), signature=b""), WrongSignature),
        (replace(vote(), target_hash=OTHER), WrongSignature),
        (replace(vote(), validator=Validator(key(2).xpub.raw.hex(), 1)), WrongSignature),
        (replace(vote(200, 200), signature=b""), VoteForSame),
    ],
)
def test_a_vote_alone(candidate: Vote, error: type[Exception] | None) -> None:
    if error is None:
        check_alone(candidate, 100)
    else:
        with pytest.raises(error):
            check_alone(candidate, 100)


def link(source_height: int, order: int) -> SupLink:
    return SupLink(source_height, OTHER).with_signature(order, b"anything")


def test_one_vote_for_each_height() -> None:
    check_same_height(vote(), [(TARGET, (link(100, 1),)), (OTHER, (link(100, 2), link(0, 0)))])
    with pytest.raises(SecondVoteForHeight):
        check_same_height(vote(), [(TARGET, ()), (OTHER, (link(100, 2), link(0, 1)))])


def checkpoint(height: int, *links: SupLink) -> Checkpoint:
    return Checkpoint(height, OTHER, SOURCE, 0, Status.UNJUSTIFIED, {}, {}, 0, links)


@pytest.mark.parametrize(
    ("other", "is_conflict"),
    [
        (checkpoint(300, link(0, 1)), True),  # it surrounds the vote
        (checkpoint(300, link(100, 1)), False),
        (checkpoint(300, link(0, 2)), False),
        (checkpoint(100, link(200, 1)), True),  # it lies within the vote
        (checkpoint(100, link(100, 1)), False),
        (checkpoint(200, link(0, 1)), False),
        (checkpoint(300, link(100, 1), link(0, 1)), True),
    ],
)
def test_no_vote_around_another(other: Checkpoint, is_conflict: bool) -> None:
    if is_conflict:
        with pytest.raises(VoteWithinSpan):
            check_span(vote(), [checkpoint(0), other])
    else:
        check_span(vote(), [checkpoint(0), other])
