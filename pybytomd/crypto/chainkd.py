"""ChainKD: hierarchical keys over ed25519, and the signatures made with them.

An extended key is 64 bytes: a scalar (private) or a point (public), then a chain code that both halves share.
Scalars are never reduced modulo the group order: a non-hardened child's scalar is the parent's plus a number below
2^233, in plain 256-bit addition, so that a public child can be derived without the private key.

libsodium does the arithmetic on secrets, in constant time, wherever it does exactly what the reference does.
Source: wallet-and-keys reference, section 1; ``crypto/ed25519/chainkd``.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from nacl import bindings

from pybytomd.codec.hextext import decode_hex, text_bytes
from pybytomd.crypto import ed25519
from pybytomd.crypto.ed25519_exact import ORDER
from pybytomd.errors import DecodeError

KEY_SIZE = 64
HALF = 32
SEED_SIZE = 64
"""Random bytes the reference feeds to the root of a new key; a root accepts any number."""

IDENTITY = b"\x01" + bytes(31)
"""The encoded neutral point."""

Path = Sequence[bytes]
"""Selectors of non-hardened children, from the root down."""


class BadKeyText(DecodeError):
    """A key in text form that has not 128 characters."""

    message = "bad key string"
    name = "ErrBadKeyStr"


class NotOnCurve(DecodeError):
    """An extended public key whose first half is no point, so that nothing can be derived from it.

    The reference takes such keys and panics when it first derives from one.
    """

    message = "the extended public key is not a point on the curve"


class ScalarOverflow(DecodeError):
    """A private child key that does not fit in 256 bits. Only damaged keys get there; the reference panics."""

    message = "the private key is too large to derive from"


def _hmac_sha512(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha512")


def _prune_root(half: bytes) -> bytes:
    """A root or hardened scalar: a multiple of 8, with bit 254 set and room above bit 252 for its children."""
    return bytes((half[0] & 0xF8,)) + half[1:31] + bytes((half[31] & 0x1F | 0x40,))


def _prune_child(half: bytes) -> bytes:
    """What is added to a parent's scalar: a multiple of 8 below 2^233."""
    return bytes((half[0] & 0xF8,)) + half[1:29] + bytes((half[29] & 0x01, 0, 0))


def _reduced(scalar: bytes) -> bytes:
    """A little-endian scalar of up to 64 bytes modulo the group order."""
    reduced: bytes = bindings.crypto_core_ed25519_scalar_reduce(scalar.ljust(64, b"\x00"))
    return reduced


def _public_point(scalar: bytes) -> bytes:
    """The encoded product of a 32-byte scalar and the base point."""
    if scalar[31] > 0x7F:
        scalar = _scalar_as_recoded(scalar)
    scalar = _reduced(scalar)
    if not any(scalar):
        return IDENTITY  # libsodium refuses to return the neutral point
    point: bytes = bindings.crypto_scalarmult_ed25519_base_noclamp(scalar)
    return point


def _scalar_as_recoded(scalar: bytes) -> bytes:
    """The scalar the reference multiplies with in place of one of 2^255 and more.

    Quirk: its multiplication writes the scalar in signed digits of base 16 and loses a top digit above 8
    (``crypto/ed25519/internal/edwards25519``, ``GeScalarMultBase``). Only a key file with a changed initialisation
    vector yields such a key.
    """
    number = int.from_bytes(scalar, "little")
    carried = sum(8 << 4 * digit for digit in range(63))
    top_digit = number + carried >> 252
    if top_digit > 8:
        number = (number - (top_digit << 252)) % ORDER
    return number.to_bytes(32, "little")


def _key_from_hex(text: str) -> bytes:
    if len(text_bytes(text)) != 2 * KEY_SIZE:
        raise BadKeyText
    return decode_hex(text)


@dataclass(frozen=True, slots=True, order=True)
class XPub:
    """An extended public key: 32 bytes of an encoded point and 32 of chain code. Keys sort by their bytes."""

    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != KEY_SIZE:
            raise ValueError(f"an extended key has {KEY_SIZE} bytes, not {len(self.raw)}")

    @classmethod
    def from_hex(cls, text: str) -> XPub:
        """The key of 128 hex digits, in either case, point or not. Raises DecodeError."""
        return cls(_key_from_hex(text))

    @property
    def public_key(self) -> bytes:
        """The ed25519 public key, 32 bytes."""
        return self.raw[:HALF]

    def child(self, selector: bytes) -> XPub:
        """The non-hardened child of this selector. Raises NotOnCurve."""
        point, chain_code = self.raw[:HALF], self.raw[HALF:]
        digest = _hmac_sha512(chain_code, b"N" + point + selector)
        offset = _public_point(_prune_child(digest[:HALF]))
        try:
            return XPub(bindings.crypto_core_ed25519_add(point, offset) + digest[HALF:])
        except RuntimeError as error:
            raise NotOnCurve from error

    def derive(self, path: Path) -> XPub:
        """The non-hardened descendant along a path; itself for an empty one. Raises NotOnCurve.

        The parents of recently derived keys are remembered: addresses of one account share all but the last step,
        which makes the next address about five times cheaper.
        """
        if not path:
            return self
        return _descendant(self, tuple(path[:-1])).child(path[-1])

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether consensus accepts the signature under this key."""
        return ed25519.verify(self.public_key, message, signature)

    def __str__(self) -> str:
        return self.raw.hex()


@lru_cache(maxsize=1024)
def _descendant(xpub: XPub, path: tuple[bytes, ...]) -> XPub:
    for selector in path:
        xpub = xpub.child(selector)
    return xpub


class XPrv:
    """An extended private key: 32 bytes of scalar, little-endian, and 32 of chain code.

    Its text forms show nothing of the key; ``raw`` is the only way to it. Comparison takes constant time.
    """

    __hash__ = None  # type: ignore[assignment] # a secret is no dictionary key
    __slots__ = ("raw",)

    def __init__(self, raw: bytes) -> None:
        if len(raw) != KEY_SIZE:
            raise ValueError(f"an extended key has {KEY_SIZE} bytes, not {len(raw)}")
        self.raw = raw

    @classmethod
    def from_seed(cls, seed: bytes) -> XPrv:
        """The root key of a seed of any length."""
        digest = _hmac_sha512(b"Root", seed)
        return cls(_prune_root(digest[:HALF]) + digest[HALF:])

    @classmethod
    def generate(cls) -> XPrv:
        """A new root key from the system's random source."""
        return cls.from_seed(secrets.token_bytes(SEED_SIZE))

    @classmethod
    def from_hex(cls, text: str) -> XPrv:
        """The key of 128 hex digits, in either case. Raises DecodeError."""
        return cls(_key_from_hex(text))

    @property
    def xpub(self) -> XPub:
        """The public half."""
        return XPub(_public_point(self.raw[:HALF]) + self.raw[HALF:])

    @property
    def expanded(self) -> bytes:
        """The scalar and the prefix that nonces are hashed from, 64 bytes."""
        return self.raw[:HALF] + _hmac_sha512(b"Expand", self.raw)[HALF:]

    def child(self, selector: bytes) -> XPrv:
        """The non-hardened child of this selector; its public half is ``xpub.child(selector)``.

        Raises ScalarOverflow.
        """
        scalar, chain_code = self.raw[:HALF], self.raw[HALF:]
        digest = _hmac_sha512(chain_code, b"N" + _public_point(scalar) + selector)
        offset = int.from_bytes(_prune_child(digest[:HALF]), "little")
        total = int.from_bytes(scalar, "little") + offset
        if total >> 256:
            raise ScalarOverflow
        return XPrv(total.to_bytes(HALF, "little") + digest[HALF:])

    def hardened_child(self, selector: bytes) -> XPrv:
        """The child of this selector that only the private key leads to. The node itself uses none."""
        digest = _hmac_sha512(self.raw[HALF:], b"H" + self.raw[:HALF] + selector)
        return XPrv(_prune_root(digest[:HALF]) + digest[HALF:])

    def derive(self, path: Iterable[bytes]) -> XPrv:
        """The non-hardened descendant along a path; itself for an empty one. Raises ScalarOverflow."""
        key = self
        for selector in path:
            key = key.child(selector)
        return key

    def sign(self, message: bytes) -> bytes:
        """The deterministic signature of a message, 64 bytes, valid under ``xpub.public_key``."""
        return sign_expanded(self.expanded, message)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, XPrv) and hmac.compare_digest(self.raw, other.raw)

    def __repr__(self) -> str:
        return "XPrv(hidden)"


def sign_expanded(expanded: bytes, message: bytes) -> bytes:
    """The ed25519 signature with an expanded private key: scalar and prefix, 64 bytes."""
    scalar, prefix = expanded[:HALF], expanded[HALF:]
    nonce = _reduced(hashlib.sha512(prefix + message).digest())
    commitment = _public_point(nonce)
    challenge = _reduced(hashlib.sha512(commitment + _public_point(scalar) + message).digest())
    product = bindings.crypto_core_ed25519_scalar_mul(challenge, _reduced(scalar))
    response: bytes = bindings.crypto_core_ed25519_scalar_add(product, nonce)
    return commitment + response


def derive_public_keys(xpubs: Iterable[XPub], path: Path) -> list[bytes]:
    """The ed25519 public keys of the descendants of several keys along one path. Raises NotOnCurve."""
    return [xpub.derive(path).public_key for xpub in xpubs]
