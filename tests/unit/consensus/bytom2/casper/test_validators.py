"""Who is elected, whose turn it is, and how many signatures are enough."""

from __future__ import annotations

import pytest

from pybytomd.consensus.bytom2.casper.validators import (
    Validator,
    effective_validators,
    elected,
    is_majority,
    producer,
    slot_order,
    validator_of,
)
from pybytomd.ledger.bytom2.checkpoint import Checkpoint, Status, sum_of
from pybytomd.ledger.constants import ZERO_HASH
from tests.bytom2_builder import key, network

CASPER = network(validators=3, min_validator_votes=10).casper


def ended(votes: dict[str, int], status: Status = Status.UNJUSTIFIED) -> Checkpoint:
    return Checkpoint(100, ZERO_HASH, ZERO_HASH, 1_000_000, status, {}, votes, sum_of(votes))


def test_most_votes_first_then_the_larger_key() -> None:
    votes = {"aa": 10, "bb": 12, "cc": 10, "dd": 9}
    assert elected(ended(votes), CASPER) == [("bb", 12), ("cc", 10), ("aa", 10)]
    validators = effective_validators(ended(votes), CASPER)
    assert validators == (Validator("bb", 0, 12), Validator("cc", 1, 10), Validator("aa", 2, 10))


def test_the_ten_with_most_votes_are_validators() -> None:
    votes = {f"{number:02x}": 10 + number for number in range(12)}
    assert len(elected(ended(votes), CASPER)) == 12
    assert [v.key for v in effective_validators(ended(votes), CASPER)] == [f"{n:02x}" for n in range(11, 1, -1)]


def test_without_enough_votes_the_federation() -> None:
    federation = [key(number).xpub.raw.hex() for number in range(3)]
    for checkpoint in (ended({}), ended({"aa": 9}), ended({"aa": 10}, Status.GROWING)):
        assert [v.key for v in effective_validators(checkpoint, CASPER)] == federation


@pytest.mark.parametrize(
    ("text", "public_key"),
    [
        ("11" * 64, b"\x11" * 32),
        ("22" * 32, b"\x22" * 32),
        ("33" * 20, b"\x33" * 20 + bytes(12)),
        ("", bytes(32)),
    ],
)
def test_a_key_of_another_length_is_cut_or_filled(text: str, public_key: bytes) -> None:
    assert Validator(text, 0).public_key == public_key


def test_turns_go_round_from_one_interval_after_the_checkpoint() -> None:
    checkpoint = ended({})
    validators = effective_validators(checkpoint, CASPER)
    turns = [producer(validators, checkpoint, 1_006_000 + ms, CASPER).order for ms in range(0, 42_000, 3_000)]
    assert turns == [0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2, 0, 0]
    assert producer(validators, checkpoint, 1_011_999, CASPER).order == 0


def test_a_time_before_the_first_slot_wraps_around_as_unsigned_numbers_do() -> None:
    assert slot_order(6000, 5999, 3, 6000) == (2**64 - 1) % 18_000 // 6000


def test_keys_are_compared_as_text() -> None:
    validators = (Validator("aa", 0), Validator("bb", 1))
    assert validator_of(validators, "bb") is validators[1]
    assert validator_of(validators, "BB") is None


@pytest.mark.parametrize(("validators", "needed"), list(enumerate([1, 2, 3, 3, 4, 5, 5, 6, 7, 7], 1)))
def test_more_than_two_thirds_are_a_majority(validators: int, needed: int) -> None:
    assert is_majority(needed, validators)
    assert not is_majority(needed - 1, validators)
