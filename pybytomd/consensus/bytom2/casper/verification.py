"""Signatures of validators for the step from one checkpoint to another, and the rules that say which ones count.

Source: bytom2-ledger-and-consensus reference, section 3.9; ``protocol/casper/verfication.go``,
``auth_verification.go``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pybytomd.consensus.bytom2.casper.errors import (
    SecondVoteForHeight,
    VoteForGrowing,
    VoteForSame,
    VoteWithinSpan,
    WrongSignature,
)
from pybytomd.consensus.bytom2.casper.validators import Validator
from pybytomd.crypto.ed25519 import verify_strictly
from pybytomd.crypto.hashes import sha3_256
from pybytomd.ledger.bytom2.checkpoint import Checkpoint
from pybytomd.ledger.bytom2.sup_link import SupLink


@dataclass(frozen=True, slots=True)
class Verification:
    """What a validator publishes: its signature for the step from the block ``source_hash`` to ``target_hash``.

    ``key`` is the hex text of its extended public key.
    """

    source_hash: bytes
    target_hash: bytes
    key: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class Vote:
    """A verification with what is known of it here: the heights, and who the validator is."""

    source_height: int
    source_hash: bytes
    target_height: int
    target_hash: bytes
    validator: Validator
    signature: bytes

    @property
    def verification(self) -> Verification:
        """What is published of it."""
        return Verification(self.source_hash, self.target_hash, self.validator.key, self.signature)


def signed_message(source_hash: bytes, target_hash: bytes) -> bytes:
    """What a validator signs, 32 bytes. Heights are no part of it."""
    return sha3_256(source_hash + target_hash)


def check_alone(vote: Vote, blocks_per_epoch: int) -> None:
    """A vote is well formed and signed. Raises VoteForGrowing, VoteForSame or WrongSignature."""
    if vote.source_height % blocks_per_epoch or vote.target_height % blocks_per_epoch:
        raise VoteForGrowing
    if vote.source_height >= vote.target_height:
        raise VoteForSame
    message = signed_message(vote.source_hash, vote.target_hash)
    if not verify_strictly(vote.validator.public_key, message, vote.signature):
        raise WrongSignature


def check_same_height(vote: Vote, stored: Iterable[tuple[bytes, tuple[SupLink, ...]]]) -> None:
    """There is no signature of this validator in another block at the target's height. Raises SecondVoteForHeight.

    ``stored`` are the checkpoints of that height, by hash, with the sup links in their headers.

    Quirk: what is compared is the slot, whoever's it is in that other block, and nobody has verified what a header
    brings.
    """
    for block_hash, links in stored:
        if block_hash != vote.target_hash and _has_signed(vote.validator.order, links):
            raise SecondVoteForHeight


def check_span(vote: Vote, tree: Iterable[Checkpoint]) -> None:
    """No vote of this validator surrounds this one or lies within it. Raises VoteWithinSpan.

    Quirk: as for the height, slots are compared, though they belong to different validators in different epochs.
    """
    order = vote.validator.order
    for checkpoint in tree:
        if checkpoint.height == vote.target_height:
            continue
        is_below = checkpoint.height < vote.target_height
        for link in checkpoint.sup_links:
            if not link.signatures[order]:
                continue
            if link.source_height > vote.source_height if is_below else link.source_height < vote.source_height:
                raise VoteWithinSpan


def _has_signed(order: int, links: Iterable[SupLink]) -> bool:
    return any(link.signatures[order] for link in links)
