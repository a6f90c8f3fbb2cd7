"""Whether a merkle proof holds, as a light client finds out: the node itself only makes proofs."""

from collections.abc import Sequence
from hashlib import sha3_256

from pybytomd.crypto.hashes import EMPTY_SHA3
from pybytomd.ledger.merkle import ASSIST, LEAF, PARENT, Proof, status_leaf, transaction_leaf


def validate_transaction_proof(proof: Proof, related_ids: Sequence[bytes], root: bytes) -> bool:
    """Whether a proof leads from exactly these transactions, in block order, to the root."""
    return _validate(proof.hashes, proof.flags, [transaction_leaf(i) for i in related_ids], root)


def validate_status_proof(
    hashes: Sequence[bytes], flags: Sequence[int], related_fails: Sequence[bool], root: bytes
) -> bool:
    """Whether status hashes and the flags of a transaction proof lead from these statuses to the root."""
    return _validate(hashes, flags, [status_leaf(fail) for fail in related_fails], root)


def _validate(hashes: Sequence[bytes], flags: Sequence[int], related: Sequence[bytes], root: bytes) -> bool:
    """Rebuild the root from a proof. Iterative, for proofs from strangers may be nested at will.

    Quirk: where a hash, a flag or a related leaf is missing or wrong, the reference puts ``sha3("")``.
    """
    hash_at = flag_at = related_at = 0
    open_nodes: list[list[bytes]] = []
    while True:
        value = EMPTY_SHA3
        if flag_at < len(flags) and hash_at < len(hashes):
            flag = flags[flag_at]
            flag_at += 1
            if flag == PARENT:
                open_nodes.append([])
                continue
            if flag == ASSIST:
                value = hashes[hash_at]
                hash_at += 1
            elif flag == LEAF and related_at < len(related) and hashes[hash_at] == related[related_at]:
                value = hashes[hash_at]
                hash_at += 1
                related_at += 1
        while open_nodes:
            open_nodes[-1].append(value)
            if len(open_nodes[-1]) == 1:
                break
            left, right = open_nodes.pop()
            value = sha3_256(b"\x01" + left + right).digest()
        else:
            return value == root and related_at == len(related)
