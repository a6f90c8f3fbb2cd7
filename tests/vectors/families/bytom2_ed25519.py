"""``bytom2_ed25519.json``: which signatures Bytom 2 accepts, and signing with extended keys."""

from pybytomd.crypto import ed25519
from pybytomd.crypto.chainkd import XPrv
from tests.vectors.registry import Case, family, refused


@family("bytom2_ed25519")
def check_bytom2_ed25519(case: Case, _document: Case) -> None:
    message, signature = bytes.fromhex(case["message"]), bytes.fromhex(case["signature"])
    if case["op"] == "verify":
        key = bytes.fromhex(case["pubkey"])
        if case["accept"] is None:
            with refused(ValueError):
                ed25519.verify_strictly(key, message, signature)
            return
        assert ed25519.verify_strictly(key, message, signature) == case["accept"]
        return
    private_key = XPrv.from_hex(case["xprv"])
    assert str(private_key.xpub) == case["xpub"]
    assert private_key.sign(message) == signature
    assert ed25519.verify_strictly(bytes.fromhex(case["xpub"])[:32], message, signature)
