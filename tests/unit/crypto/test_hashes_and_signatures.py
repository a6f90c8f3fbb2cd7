"""Where libraries differ from the rule, something else does the work; the answers stay the same."""

from __future__ import annotations

import hashlib
import logging

import pytest

from pybytomd.crypto import ed25519, ed25519_exact, hashes
from pybytomd.crypto.ed25519 import (
    accepts_only_valid,
    choose_verifier,
    follows_rule,
    openssl_verify,
    sodium_verify,
)
from pybytomd.crypto.ed25519_answers import KNOWN_ANSWERS


def accept_everything(_key: bytes, _message: bytes, _signature: bytes) -> bool:
    return True


def refuse_everything(_key: bytes, _message: bytes, _signature: bytes) -> bool:
    return False


def test_the_rule_itself_gives_every_known_answer() -> None:
    assert follows_rule(ed25519_exact.verify)
    assert follows_rule(ed25519.verify)


def test_libraries_are_told_apart() -> None:
    assert accepts_only_valid(sodium_verify)
    assert not follows_rule(accept_everything)
    assert not accepts_only_valid(accept_everything)
    assert not accepts_only_valid(refuse_everything)


def test_libraries_that_differ_are_not_used(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    assert choose_verifier(accept_everything, accept_everything) is ed25519_exact.verify
    assert "OpenSSL differs" in caplog.text
    assert "libsodium differs" in caplog.text
    assert choose_verifier(openssl_verify, accept_everything) is openssl_verify
    assert follows_rule(choose_verifier(accept_everything, sodium_verify))


def test_signatures_of_other_lengths() -> None:
    for verify in (ed25519.verify, openssl_verify, sodium_verify, ed25519_exact.verify):
        for length in (0, 63, 65):
            assert not verify(bytes(32), bytes(32), bytes(length))


def test_a_key_of_another_length_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="32 bytes, not 31"):
        ed25519.verify(bytes(31), bytes(32), bytes(64))


def test_signing() -> None:
    private_key = ed25519.private_key_from_seed(bytes(32))
    signature = ed25519.sign(private_key, b"message")
    for verify in (ed25519.verify, openssl_verify, sodium_verify, ed25519_exact.verify):
        assert verify(private_key[32:], b"message", signature)
        assert not verify(private_key[32:], b"massage", signature)


@pytest.mark.parametrize("answer", KNOWN_ANSWERS, ids=range(len(KNOWN_ANSWERS)))
def test_known_answers(answer: object) -> None:
    assert ed25519.verify(answer.public_key, answer.message, answer.signature) == answer.accepted  # type: ignore[attr-defined]


def test_both_ways_to_ripemd160_agree() -> None:
    for data in (b"", b"abc", bytes(1000)):
        assert hashes.ripemd160(data) == hashes._portable_ripemd160(data)
    assert hashes.ripemd160(b"abc").hex() == "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc"


def test_an_openssl_without_ripemd160(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_name: str) -> object:
        raise ValueError("unsupported hash type")

    monkeypatch.setattr(hashlib, "new", missing)
    assert hashes._openssl_ripemd160() is None


def test_an_openssl_with_a_wrong_ripemd160(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashlib, "new", lambda _name: hashlib.sha1())
    assert hashes._openssl_ripemd160() is None


def test_plain_hashes() -> None:
    assert hashes.sha3_256(b"") == hashes.EMPTY_SHA3
    assert hashes.sha256(b"abc").hex().startswith("ba7816bf")
