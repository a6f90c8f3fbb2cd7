"""Merkle trees over the transactions of a block and over their status, and proofs in them.

A leaf is ``sha3(00 || item)``, a node ``sha3(01 || left || right)``; the left half holds the largest power of two
of leaves below their number. Source: chain-and-storage reference, sections 3.6 and 3.7; ``types/merkle.go``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pybytomd.crypto.hashes import EMPTY_SHA3, sha3_256

ASSIST, PARENT, LEAF = 0, 1, 2
"""Flags of a proof, in the order nodes are visited: a hash is given; both children follow; a leaf proved."""

OK_LEAF = sha3_256(b"\x00{}")
FAILED_LEAF = sha3_256(b'\x00{"status_fail":true}')
"""Quirk: the leaf of a status is its JSON text."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Hashes and flags that lead from some leaves to the root."""

    hashes: tuple[bytes, ...]
    flags: tuple[int, ...]


def transaction_leaf(transaction_id: bytes) -> bytes:
    """The leaf of a transaction."""
    return sha3_256(b"\x00" + transaction_id)


def status_leaf(fail: bool) -> bytes:
    """The leaf of a transaction's status."""
    return FAILED_LEAF if fail else OK_LEAF


def transaction_root(transaction_ids: Sequence[bytes]) -> bytes:
    """The root over the ids of a block's transactions."""
    return root_of([transaction_leaf(i) for i in transaction_ids])


def status_root(fails: Sequence[bool]) -> bytes:
    """The root over the status of a block's transactions."""
    if not any(fails):  # as nearly always; a thousand hashes less for a thousand transactions
        return _root_of_equals(OK_LEAF, len(fails))
    return root_of([status_leaf(fail) for fail in fails])


def _root_of_equals(leaf: bytes, count: int) -> bytes:
    """The root over so many equal leaves: every full subtree of a size is the same."""
    root: bytes | None = None
    full = leaf
    while count:
        if count & 1:
            root = full if root is None else _join(full, root)
        count >>= 1
        full = _join(full, full)
    return EMPTY_SHA3 if root is None else root


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes; ``sha3("")`` of none.

    Joining neighbours level by level, with an odd last one moved up, gives the same tree as splitting at the
    largest power of two.
    """
    if not leaves:
        return EMPTY_SHA3
    level = list(leaves)
    while len(level) > 1:
        joined = [_join(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            joined.append(level[-1])
        level = joined
    return level[0]


def transaction_proof(transaction_ids: Sequence[bytes], wanted: Sequence[bytes]) -> Proof:
    """A proof that the ``wanted`` transactions are in the block.

    With none wanted, the proof is the root alone; if wanted ones are given but none is there, it is empty.
    """
    leaves = [transaction_leaf(i) for i in transaction_ids]
    if not leaves:
        return Proof((), ())
    if not wanted:
        return Proof((root_of(leaves),), (ASSIST,))
    hashes, flags = _prove(leaves, {transaction_leaf(i) for i in wanted})
    return Proof(tuple(hashes), tuple(flags))


def status_proof(fails: Sequence[bool], flags: Sequence[int]) -> tuple[bytes, ...]:
    """The hashes of the status tree at the places where ``flags`` of a transaction proof give one."""
    if not fails or not flags:
        return ()
    return tuple(_collect([status_leaf(fail) for fail in fails], iter(flags)))


def _join(left: bytes, right: bytes) -> bytes:
    return sha3_256(b"\x01" + left + right)


def _split(count: int) -> int:
    """The largest power of two below ``count``."""
    return 1 << (count - 1).bit_length() - 1


def _prove(leaves: Sequence[bytes], wanted: set[bytes]) -> tuple[list[bytes], list[int]]:
    if len(leaves) == 1:
        return ([leaves[0]], [LEAF]) if leaves[0] in wanted else ([], [])
    middle = _split(len(leaves))
    halves = (leaves[:middle], leaves[middle:])
    proofs = [_prove(half, wanted) for half in halves]
    if not any(hashes for hashes, _ in proofs):
        return [], []
    all_hashes: list[bytes] = []
    all_flags = [PARENT]
    for half, (hashes, flags) in zip(halves, proofs, strict=True):
        all_hashes += hashes or [root_of(half)]
        all_flags += flags or [ASSIST]
    return all_hashes, all_flags


def _collect(leaves: Sequence[bytes], flags: Iterator[int]) -> list[bytes]:
    if next(flags, ASSIST) != PARENT or len(leaves) == 1:
        return [root_of(leaves)]
    middle = _split(len(leaves))
    return _collect(leaves[:middle], flags) + _collect(leaves[middle:], flags)
