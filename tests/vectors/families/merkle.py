"""``merkle.json``: roots, proofs and their validation."""

from pybytomd.ledger import merkle
from tests.merkle_proofs import validate_status_proof, validate_transaction_proof
from tests.vectors.registry import Case, family


def hashes(texts: list[str] | None) -> list[bytes]:
    return [bytes.fromhex(text) for text in texts or []]


@family("merkle")
def check_merkle(case: Case, _document: Case) -> None:
    if case["op"] == "validate":
        proof = merkle.Proof(tuple(hashes(case["hashes"])), tuple(case["flags"] or ()))
        root = bytes.fromhex(case["merkle_root"])
        assert validate_transaction_proof(proof, hashes(case["related_tx_ids"]), root) == case["valid"]
        return
    ids = hashes(case["tx_ids"])
    fails = case["status_fail"]
    if case["op"] == "roots":
        assert merkle.transaction_root(ids).hex() == case["tx_merkle_root"]
        assert merkle.status_root(fails).hex() == case["status_merkle_root"]
        return
    related = hashes(case["related_tx_ids"])
    proof = merkle.transaction_proof(ids, related)
    assert list(proof.hashes) == hashes(case["hashes"])
    assert list(proof.flags) == (case["flags"] or [])
    root = merkle.transaction_root(ids)
    assert validate_transaction_proof(proof, related, root) == case["valid"]
    if "status_hashes" in case:
        status_hashes = merkle.status_proof(fails, proof.flags)
        assert list(status_hashes) == hashes(case["status_hashes"])
        valid = validate_status_proof(
            status_hashes, proof.flags, case["related_status_fail"] or [], merkle.status_root(fails)
        )
        assert valid == case["status_valid"]
