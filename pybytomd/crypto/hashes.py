"""The hash functions of the chain, over whole byte strings."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

EMPTY_SHA3 = hashlib.sha3_256(b"").digest()
"""SHA3-256 of nothing: the root of an empty merkle tree."""


def sha3_256(data: bytes) -> bytes:
    """SHA3-256 as in FIPS 202 (not the older Keccak-256)."""
    return hashlib.sha3_256(data).digest()


def sha256(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def _openssl_ripemd160() -> Callable[[bytes], bytes] | None:
    """OpenSSL's RIPEMD-160, where the local build has it and gives the right answer."""
    try:
        fresh = hashlib.new("ripemd160")
    except ValueError:
        return None

    def digest(data: bytes) -> bytes:
        state = fresh.copy()  # half the time of looking the name up again
        state.update(data)
        return state.digest()

    return digest if digest(b"abc").hex() == "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc" else None


def _portable_ripemd160(data: bytes) -> bytes:
    from Crypto.Hash import RIPEMD160  # imported only where OpenSSL lacks it

    return RIPEMD160.new(data).digest()


ripemd160: Callable[[bytes], bytes] = _openssl_ripemd160() or _portable_ripemd160
"""RIPEMD-160, directly over the data. OpenSSL's if it offers it (many builds of version 3 do not)."""
