"""Merkle trees and proofs: what was proved holds, and nothing else does."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from pybytomd.crypto.hashes import EMPTY_SHA3, sha3_256
from pybytomd.ledger.merkle import (
    Proof,
    root_of,
    status_proof,
    status_root,
    transaction_proof,
    transaction_root,
)
from tests.merkle_proofs import validate_status_proof, validate_transaction_proof

ids = st.integers(0, 1 << 32).map(lambda number: sha3_256(number.to_bytes(8, "little")))
id_lists = st.lists(ids, min_size=1, max_size=40, unique=True)


def recursive_root(leaves: Sequence[bytes]) -> bytes:
    """The tree as it is defined: the left half is the largest power of two below the number of leaves."""
    if not leaves:
        return EMPTY_SHA3
    if len(leaves) == 1:
        return leaves[0]
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    return sha3_256(b"\x01" + recursive_root(leaves[:middle]) + recursive_root(leaves[middle:]))


@given(st.lists(ids, max_size=70))
def test_roots_are_those_of_the_definition(leaves: list[bytes]) -> None:
    assert root_of(leaves) == recursive_root(leaves)


@given(id_lists, st.data())
def test_what_is_in_the_tree_can_be_proved(transaction_ids: list[bytes], data: st.DataObject) -> None:
    wanted = data.draw(st.lists(st.sampled_from(transaction_ids), min_size=1, unique=True))
    proof = transaction_proof(transaction_ids, wanted)
    in_order = [i for i in transaction_ids if i in wanted]
    root = transaction_root(transaction_ids)
    assert validate_transaction_proof(proof, in_order, root)
    assert not validate_transaction_proof(proof, in_order, sha3_256(root))
    assert not validate_transaction_proof(proof, in_order[:-1], root)
    assert not validate_transaction_proof(proof, [*in_order, sha3_256(b"another")], root)


@given(id_lists, st.data())
def test_statuses_go_along_with_transactions(transaction_ids: list[bytes], data: st.DataObject) -> None:
    fails = data.draw(st.lists(st.booleans(), min_size=len(transaction_ids), max_size=len(transaction_ids)))
    wanted = data.draw(st.lists(st.sampled_from(transaction_ids), min_size=1, unique=True))
    proof = transaction_proof(transaction_ids, wanted)
    hashes = status_proof(fails, proof.flags)
    related = [fail for i, fail in zip(transaction_ids, fails, strict=True) if i in wanted]
    root = status_root(fails)
    assert validate_status_proof(hashes, proof.flags, related, root)
    assert not validate_status_proof(hashes, proof.flags, [not related[0], *related[1:]], root)


@given(id_lists)
def test_what_is_not_in_the_tree_cannot(transaction_ids: list[bytes]) -> None:
    assert transaction_proof(transaction_ids, [sha3_256(b"another")]) == Proof((), ())


@given(id_lists)
def test_nothing_wanted_proves_the_root(transaction_ids: list[bytes]) -> None:
    proof = transaction_proof(transaction_ids, [])
    assert proof == Proof((transaction_root(transaction_ids),), (0,))
    assert validate_transaction_proof(proof, [], transaction_root(transaction_ids))


def test_no_transactions_no_proof() -> None:
    assert transaction_proof([], [EMPTY_SHA3]) == Proof((), ())
    assert status_proof([], [1]) == ()
    assert status_proof([True], []) == ()


@given(
    st.lists(st.binary(min_size=32, max_size=32), max_size=8),
    st.lists(st.integers(0, 255), max_size=300),
    st.lists(ids, max_size=4),
)
def test_a_proof_of_a_stranger_is_refused_and_harmless(
    hashes: list[bytes], flags: list[int], related: list[bytes]
) -> None:
    assert not validate_transaction_proof(Proof(tuple(hashes), tuple(flags)), related, sha3_256(b"root"))


def test_a_proof_nested_at_will_is_harmless() -> None:
    assert not validate_transaction_proof(Proof((EMPTY_SHA3,), (1,) * 100_000), [], EMPTY_SHA3)
