"""Epochs of the main chain as people ask for them: who makes its blocks, who has missed a turn, who has signed.

For any thread; nothing is changed. Epoch 1 is that of blocks 1 to 100, epoch 0 has the genesis block alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pybytomd.chain.errors import HeaderHeightNotFound
from pybytomd.consensus.bytom2.casper.errors import VerificationError
from pybytomd.consensus.bytom2.casper.validators import (
    Validator,
    effective_validators,
    elected,
    is_majority,
    slot_order,
)
from pybytomd.consensus.bytom2.casper.verification import Vote, check_alone
from pybytomd.ledger.bytom2.block import BlockHeader
from pybytomd.ledger.bytom2.checkpoint import Checkpoint

if TYPE_CHECKING:
    from pybytomd.chain.bytom2.chain import Chain


def epoch_of(height: int, blocks_per_epoch: int) -> int:
    """The number of the epoch that the block at a height is in."""
    return -(-height // blocks_per_epoch)


@dataclass(frozen=True, slots=True)
class Epoch:
    """An epoch: its ``validators`` were elected ``by`` the votes at the checkpoint before it."""

    number: int
    by: Checkpoint
    validators: tuple[Validator, ...]
    first_height: int
    last_height: int
    is_federation: bool
    """Whether nobody had enough votes, so that the first validators of the network are in charge."""


@dataclass(frozen=True, slots=True)
class Turns:
    """What a validator has made of its turns in an epoch, up to the last block."""

    made: int
    missed: int


@dataclass(frozen=True, slots=True)
class Support:
    """A step to a checkpoint from a source, and the orders of the validators who have signed it."""

    source_height: int
    source_hash: bytes
    signers: tuple[int, ...]
    is_majority: bool


def epoch(chain: Chain, number: int) -> Epoch:
    """An epoch of the main chain that has begun, or is the next one to begin. Raises HeaderHeightNotFound."""
    params = chain.params.casper
    before = max(0, number - 1) * params.blocks_per_epoch
    ended = chain.hash_at(before)
    if number < 1 or ended is None:
        raise HeaderHeightNotFound.because(f"there is no epoch {number}: the chain ends in epoch {current(chain)}")
    checkpoint = chain.checkpoint(ended)
    return Epoch(
        number,
        checkpoint,
        effective_validators(checkpoint, params),
        before + 1,
        before + params.blocks_per_epoch,
        not elected(checkpoint, params),
    )


def current(chain: Chain) -> int:
    """The number of the epoch that the next block is in."""
    return epoch_of(chain.best_height + 1, chain.params.casper.blocks_per_epoch)


def turns(chain: Chain, of: Epoch) -> list[Turns]:
    """What the validators of an epoch have made of their turns, by their order. Raises ChainError, StoreError."""
    params, count = chain.params.casper, len(of.validators)
    start = of.by.timestamp + params.block_interval
    made = [0] * count
    latest = of.by.timestamp
    for height in range(of.first_height, min(of.last_height, chain.best_height) + 1):
        latest = chain.header_at(height).timestamp
        made[slot_order(start, latest, count, params.block_interval)] += 1
    slots = 0 if latest < start else (latest - start) // params.block_interval + 1
    laps, rest = divmod(slots, count)
    return [Turns(done, max(0, laps + (order < rest) - done)) for order, done in enumerate(made)]


def next_turn(of: Epoch, order: int, after: int, interval: int) -> int:
    """When the next turn of a validator begins, in ms: at a time or later."""
    lap = len(of.validators) * interval
    first = of.by.timestamp + interval + order * interval
    return first if after <= first else first + -(-(after - first) // lap) * lap


def support(chain: Chain, header: BlockHeader) -> Sequence[Support]:
    """The steps to a checkpoint that validators have signed, as its header tells, each signature verified.

    Nobody has verified what a header brings before; what is no signature is left out.
    """
    if not header.height:
        return []
    params = chain.params.casper
    validators = chain.validators(header.previous_block_hash)
    found = []
    for link in header.sup_links:
        signers = tuple(
            validator.order
            for validator in validators
            if _is_genuine(
                Vote(
                    link.source_height,
                    link.source_hash,
                    header.height,
                    header.hash,
                    validator,
                    link.signatures[validator.order],
                ),
                params.blocks_per_epoch,
            )
        )
        if signers:
            is_enough = is_majority(len(signers), len(validators))
            found.append(Support(link.source_height, link.source_hash, signers, is_enough))
    return found


def _is_genuine(vote: Vote, blocks_per_epoch: int) -> bool:
    if not vote.signature:
        return False
    try:
        check_alone(vote, blocks_per_epoch)
    except VerificationError:
        return False
    return True
