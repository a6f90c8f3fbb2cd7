"""``bytom2_merkle.json``: roots and proofs of transactions. There is no tree of their status."""

from pybytomd.ledger import merkle
from tests.merkle_proofs import validate_transaction_proof
from tests.vectors.families.merkle import hashes
from tests.vectors.registry import Case, family


@family("bytom2_merkle")
def check_bytom2_merkle(case: Case, _document: Case) -> None:
    related = hashes(case.get("related_tx_ids"))
    if case["op"] == "validate":
        proof = merkle.Proof(tuple(hashes(case["hashes"])), tuple(case["flags"] or ()))
        root = bytes.fromhex(case["tx_merkle_root"])
        assert validate_transaction_proof(proof, related, root) == case["valid"]
        return
    ids = hashes(case["tx_ids"])
    root = merkle.transaction_root(ids)
    assert root.hex() == case["tx_merkle_root"]
    if case["op"] == "proof":
        proof = merkle.transaction_proof(ids, related)
        assert list(proof.hashes) == hashes(case["hashes"])
        assert list(proof.flags) == (case["flags"] or [])
        assert validate_transaction_proof(proof, related, root) == case["valid"]
