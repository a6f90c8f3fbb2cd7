"""The state that Bytom 2 keeps for an epoch: votes, rewards and signatures, up to the last block of one branch.

A checkpoint grows with each block of its epoch; with the last one it has ended, elects the validators of the next
epoch, and can be justified and finalized. Each state is a value of its own: nothing in it may change.
Source: bytom2-ledger-and-consensus reference, section 3.6; ``protocol/state/checkpoint.go``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum

from pybytomd.ledger.bytom2.sup_link import SupLink, with_signature
from pybytomd.ledger.bytom2.supply import UINT64_MASK

Amounts = Mapping[str, int]
"""Neu by the hex text of a program (rewards) or of a validator's key (votes)."""


class Status(IntEnum):
    """How far a checkpoint has come."""

    GROWING = 0
    """Its epoch goes on."""
    UNJUSTIFIED = 1
    """Its epoch has ended."""
    JUSTIFIED = 2
    """More than two thirds of the validators have signed the step to it from one source."""
    FINALIZED = 3
    """It is the source from which its direct child was justified: nothing before it can change any more."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """An epoch of a branch up to the block ``hash``, which is its last one if it is not growing.

    ``parent_hash`` is the last block of the epoch before, ``timestamp`` that of the last block in milliseconds.
    ``rewards`` are paid by the first block of the next epoch. Both tables are None in that of the genesis block,
    where the reference never makes them.
    """

    height: int
    hash: bytes
    parent_hash: bytes
    timestamp: int
    status: Status
    rewards: Amounts | None
    votes: Amounts | None
    total_votes: int
    """What ``sum_of`` makes of the votes: added up only when they change, not with every block."""
    sup_links: tuple[SupLink, ...] = ()
    """The signatures known of. They are kept with the header of the block, not with the checkpoint."""

    @property
    def is_growing(self) -> bool:
        """Whether its epoch goes on."""
        return self.status == Status.GROWING

    def signed_by(self, order: int, source_hash: bytes | None = None) -> bool:
        """Whether the validator of an order has signed a step to here: from this source, or any if it is None."""
        return any(link.signatures[order] and source_hash in (None, link.source_hash) for link in self.sup_links)

    def with_signature(self, source_height: int, source_hash: bytes, order: int, signature: bytes) -> Checkpoint:
        """A copy with the signature of a validator for the step from a source."""
        return replace(
            self, sup_links=with_signature(self.sup_links, source_height, source_hash, order, signature)
        )

    def with_status(self, status: Status) -> Checkpoint:
        """A copy with another status."""
        return replace(self, status=status)


def sum_of(votes: Amounts | None) -> int:
    """All votes together, modulo 2^64."""
    return sum((votes or {}).values()) & UINT64_MASK
