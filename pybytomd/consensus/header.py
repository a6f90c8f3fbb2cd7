"""The rules for a block header, in the order in which they are applied.

Source: vm-and-validation reference, section 4.1; ``protocol/validation/block.go``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pybytomd.consensus.errors import (
    BadBits,
    BadTimestamp,
    BadWorkProof,
    MismatchedBlock,
    MisorderedBlockHeight,
    VersionRegression,
)
from pybytomd.ledger.block import BlockHeader
from pybytomd.ledger.constants import MAX_FUTURE_SECONDS

BLOCK_VERSION = 1


@dataclass(frozen=True, slots=True)
class ParentBlock:
    """What a header is judged by: its parent, and what follows from the parent and its ancestors."""

    version: int
    height: int
    hash: bytes
    next_bits: int
    """``difficulty.next_bits``: the target of the parent's children."""
    median_time: int
    """``difficulty.median_time`` up to the parent, in seconds."""


def check_version(header: BlockHeader, parent: ParentBlock) -> None:
    """The version is 1. Raises VersionRegression. Quirk: the text names the parent's, which does not matter."""
    if header.version != BLOCK_VERSION:
        versions = f"previous block verson {parent.version}, current block version {header.version}"
        raise VersionRegression.because(versions)


def check_height(header: BlockHeader, parent: ParentBlock) -> None:
    """One more than the parent. Raises MisorderedBlockHeight."""
    if header.height != parent.height + 1:
        heights = f"previous block height {parent.height}, current block height {header.height}"
        raise MisorderedBlockHeight.because(heights)


def check_bits(header: BlockHeader, parent: ParentBlock) -> None:
    """The target follows from the ancestors. Raises BadBits."""
    if header.bits != parent.next_bits:
        raise BadBits


def check_parent(header: BlockHeader, parent: ParentBlock) -> None:
    """The header names its parent. Raises MismatchedBlock."""
    if header.previous_block_hash != parent.hash:
        hashes = f"previous block ID {parent.hash.hex()}, current block wants {header.previous_block_hash.hex()}"
        raise MismatchedBlock.because(hashes)


def check_timestamp(header: BlockHeader, parent: ParentBlock, now: int) -> None:
    """At most an hour ahead of ``now``, and after the median of the ancestors (seconds). Raises BadTimestamp."""
    if header.timestamp > now + MAX_FUTURE_SECONDS or header.timestamp <= parent.median_time:
        raise BadTimestamp


def check_proof_of_work(has_proof: bool) -> None:
    """The Tensority hash meets the target. Raises BadWorkProof."""
    if not has_proof:
        raise BadWorkProof


def validate_header(
    header: BlockHeader, parent: ParentBlock, now: int, has_proof: Callable[[], bool] | None
) -> None:
    """Apply every rule, the cheap ones first. Raises the ValidationError of the first that is broken.

    ``now`` is the clock in Unix seconds. ``has_proof`` answers whether the header meets its target; it is asked
    last, so it may compute or wait. None stands for a proof that is checked elsewhere.
    """
    check_version(header, parent)
    check_height(header, parent)
    check_bits(header, parent)
    check_parent(header, parent)
    check_timestamp(header, parent, now)
    if has_proof is not None:
        check_proof_of_work(has_proof())
