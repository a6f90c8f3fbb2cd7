"""ed25519 signatures exactly as consensus accepts them, by libraries as far as they follow the rule.

What libraries accept differs at the edges (vm-and-validation reference, section 2.2), so none is trusted by name:
each is put through known answers when this module is loaded, and used only for what it got right.

* libsodium is the fastest, and stricter than the rule: what it accepts is valid, what it refuses is asked again.
* OpenSSL follows the rule once S is reduced modulo the group order, which libraries demand and the rule does not.
* ``ed25519_exact`` is the rule itself in plain integers, a hundred times slower.

Both libraries release the GIL while they compute.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from nacl import bindings
from nacl.exceptions import CryptoError

from pybytomd.crypto import ed25519_exact
from pybytomd.crypto.ed25519_answers import KNOWN_ANSWERS, KnownAnswer

logger = logging.getLogger(__name__)

PUBLIC_KEY_SIZE = 32
SIGNATURE_SIZE = 64

Verifier = Callable[[bytes, bytes, bytes], bool]
"""Public key, message and signature to a verdict."""


def openssl_verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """OpenSSL's verdict after reducing S, which changes neither R, key and message nor the equation."""
    if len(signature) != SIGNATURE_SIZE or signature[63] & 0xE0:
        return False
    s = int.from_bytes(signature[32:], "little") % ed25519_exact.ORDER
    reduced = signature[:32] + s.to_bytes(32, "little")
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(reduced, message)
    except InvalidSignature:
        return False
    return True


def sodium_verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """libsodium's verdict: stricter than the rule, so only its yes counts."""
    if len(signature) != SIGNATURE_SIZE:
        return False
    try:
        bindings.crypto_sign_open(signature + message, public_key)
    except CryptoError:
        return False
    return True


def follows_rule(verifier: Verifier, answers: Iterable[KnownAnswer] = KNOWN_ANSWERS) -> bool:
    """Whether a verifier gives every known answer."""
    return all(verifier(a.public_key, a.message, a.signature) == a.accepted for a in answers)


def accepts_only_valid(verifier: Verifier, answers: Iterable[KnownAnswer] = KNOWN_ANSWERS) -> bool:
    """Whether a verifier accepts an honest signature, and nothing that the rule refuses."""
    verdicts = [(verifier(a.public_key, a.message, a.signature), a.accepted) for a in answers]
    return (True, True) in verdicts and (True, False) not in verdicts


def choose_verifier(exact: Verifier, quick: Verifier) -> Verifier:
    """The fastest combination of verifiers that gives every known answer.

    ``quick`` may refuse too much; it is asked first where its yes can be trusted.
    """
    if not follows_rule(exact):
        logger.warning("this OpenSSL differs from the consensus rule; signatures are checked in Python, slowly")
        exact = ed25519_exact.verify
    if not accepts_only_valid(quick):
        logger.warning("this libsodium differs from the consensus rule; it is not used to check signatures")
        return exact

    def verify_quickly(public_key: bytes, message: bytes, signature: bytes) -> bool:
        return quick(public_key, message, signature) or exact(public_key, message, signature)

    return verify_quickly


_verify = choose_verifier(exact=openssl_verify, quick=sodium_verify)


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether consensus accepts ``signature`` (any length) of ``message`` under a 32-byte ``public_key``."""
    if len(public_key) != PUBLIC_KEY_SIZE:
        raise ValueError(f"an ed25519 public key has 32 bytes, not {len(public_key)}")
    return _verify(public_key, message, signature)


def verify_strictly(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """As ``verify``, by the rule of Bytom 2: S has to be below the group order.

    That is the standard library's of Go (bytom2-ledger-and-consensus reference, section 2.6): keys as leniently as
    before.
    """
    s = int.from_bytes(signature[32:], "little")
    return verify(public_key, message, signature) and s < ed25519_exact.ORDER


def sign(private_key: bytes, message: bytes) -> bytes:
    """The 64-byte signature by a private key of seed and public key, 64 bytes (RFC 8032, deterministic)."""
    signed: bytes = bindings.crypto_sign(message, private_key)
    return signed[:SIGNATURE_SIZE]


def private_key_from_seed(seed: bytes) -> bytes:
    """The 64-byte private key (seed and public key) of a 32-byte seed."""
    _, private_key = bindings.crypto_sign_seed_keypair(seed)
    return bytes(private_key)
