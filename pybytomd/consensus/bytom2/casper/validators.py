"""Who may make blocks and sign checkpoints, and whose turn it is (slots).

The validators elected by the votes at the end of an epoch make the blocks of the next one, in turn, and sign the
checkpoint at its end. Source: bytom2-ledger-and-consensus reference, section 3.5;
``protocol/state/checkpoint.go``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pybytomd.ledger.bytom2.checkpoint import Checkpoint
from pybytomd.ledger.bytom2.constants import MAX_VALIDATORS
from pybytomd.ledger.bytom2.params import CasperParams
from pybytomd.ledger.bytom2.supply import UINT64_MASK

PUBLIC_KEY_SIZE = 32


@dataclass(frozen=True, slots=True)
class Validator:
    """A key that may make blocks. ``order`` is its place among the validators, ``votes`` in neu."""

    key: str
    """Hex text of an extended public key; of any length if it was elected so."""
    order: int
    votes: int = 0

    @property
    def public_key(self) -> bytes:
        """The ed25519 key that its signatures are checked with: the first half, cut or filled with zeros."""
        return bytes.fromhex(self.key)[:PUBLIC_KEY_SIZE].ljust(PUBLIC_KEY_SIZE, b"\x00")


def elected(checkpoint: Checkpoint, params: CasperParams) -> list[tuple[str, int]]:
    """All keys with enough votes at the end of an epoch, and their votes: most first, then the larger key."""
    if checkpoint.is_growing:
        return []
    enough = [
        (key, votes) for key, votes in (checkpoint.votes or {}).items() if votes >= params.min_validator_votes
    ]
    return sorted(enough, key=lambda candidate: (candidate[1], candidate[0]), reverse=True)


def effective_validators(checkpoint: Checkpoint, params: CasperParams) -> tuple[Validator, ...]:
    """The validators of the epoch after this checkpoint, by their order: the federation if nobody is elected."""
    candidates = elected(checkpoint, params)
    if candidates:
        top = candidates[:MAX_VALIDATORS]
        return tuple([Validator(key, order, votes) for order, (key, votes) in enumerate(top)])
    return tuple([Validator(key.hex(), order) for order, key in enumerate(params.federation)])


def slot_order(start: int, timestamp: int, count: int, interval: int) -> int:
    """The order of the validator whose slot a time is in, all in milliseconds.

    ``start`` is when the first of ``count`` slots began; each lasts ``interval``. A time before it is meaningless,
    and gives what the reference's unsigned numbers give.
    """
    return ((timestamp - start) & UINT64_MASK) % (count * interval) // interval


def producer(
    validators: Sequence[Validator], checkpoint: Checkpoint, timestamp: int, params: CasperParams
) -> Validator:
    """Who may make a block of this timestamp in the epoch after a checkpoint, which elected these validators."""
    start = checkpoint.timestamp + params.block_interval
    return validators[slot_order(start, timestamp, len(validators), params.block_interval)]


def validator_of(validators: Sequence[Validator], key: str) -> Validator | None:
    """The validator with a key, as hex text. Quirk: the text is compared, so capital letters are another key."""
    return next((validator for validator in validators if validator.key == key), None)


def is_majority(signatures: int, validators: int) -> bool:
    """Whether so many signatures in one sup link are more than two thirds of the validators."""
    return signatures > validators * 2 // 3
