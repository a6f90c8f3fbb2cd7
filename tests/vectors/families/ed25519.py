"""``ed25519.json``: which signatures consensus accepts, and deterministic signing."""

from pybytomd.crypto import ed25519, ed25519_exact
from tests.vectors.registry import Case, family, refused


@family("ed25519")
def check_ed25519(case: Case, _document: Case) -> None:
    public_key, message, signature = (bytes.fromhex(case[key]) for key in ("pubkey", "message", "signature"))
    if case["accept"] is None:  # the reference panics: callers check the key's length first
        with refused(ValueError) as refusal:
            ed25519.verify(public_key, message, signature)
        assert "32 bytes" in str(refusal.error)
        return
    assert ed25519.verify(public_key, message, signature) == case["accept"]
    assert ed25519_exact.verify(public_key, message, signature) == case["accept"]
    if "seed" in case:
        private_key = ed25519.private_key_from_seed(bytes.fromhex(case["seed"]))
        assert private_key.hex() == case["private_key"]
        assert ed25519.sign(private_key, message) == signature
