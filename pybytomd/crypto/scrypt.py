"""scrypt, the derivation of keys from passwords, with its lanes mixed side by side where there is room for them.

A key file has six lanes that do not depend on one another (p = 6), yet every library at hand (libsodium, OpenSSL
through ``hashlib`` or ``cryptography``) mixes them one after the other. The C code in ``lanes/`` mixes six in
step, which takes about as long as one. PBKDF2 around them is OpenSSL's. Without that code, with a single lane, or
with lanes too large to stand side by side, libsodium does all of it. Source: RFC 7914.

Passwords and what is derived live no longer than the call; memory of lanes is wiped before it is given back.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path

from nacl import bindings

try:
    from pybytomd.crypto import _scrypt
except ImportError:  # no compiler built it; libsodium does the work
    KINDS: Sequence[str] = ()
else:
    KINDS = _scrypt.kinds()
"""Ways to mix lanes side by side that this processor knows, the fastest first."""

MOST_LANES = 6
"""Lanes mixed side by side: those of a key file of the reference."""
LANES_MEMORY = 32 << 20
"""Bytes that lanes side by side may take together; those of a new key file take 24 MiB."""
MEMORY_INFORMATION = Path("/proc/meminfo")

_large = threading.Lock()
"""Held by a derivation above LANES_MEMORY, so that small machines need room for one only."""


def memory_of(n: int, r: int, p: int) -> int:
    """Bytes that a derivation takes at least, one lane after the other."""
    return 128 * r * (n + p + 2)


def derive(password: bytes, salt: bytes, n: int, r: int, p: int, size: int, kinds: Sequence[str] = KINDS) -> bytes:
    """``size`` bytes from a password. N is a power of two below 2**(16 r); whoever calls bounds work and memory.

    The GIL is released. Raises MemoryError, before anything is taken where the system tells what it has.
    """
    at_once = min(p, MOST_LANES, LANES_MEMORY // (128 * r * n))
    if kinds and at_once > 1:
        return _side_by_side(kinds[0], password, salt, n, r, p, size, at_once)
    memory = memory_of(n, r, p)
    if memory <= LANES_MEMORY:
        return _one_after_the_other(password, salt, n, r, p, size)
    with _large:
        free = available_memory()
        if free is not None and memory > free:
            raise MemoryError(f"{memory} bytes are needed and {free} are free")
        return _one_after_the_other(password, salt, n, r, p, size)


def available_memory() -> int | None:
    """Bytes that the system can give without running out, swap included; None where it does not tell."""
    try:
        lines = MEMORY_INFORMATION.read_text("ascii").splitlines()
        kilobytes = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
        return (kilobytes["MemAvailable"] + kilobytes["SwapFree"]) * 1024
    except (OSError, ValueError, LookupError):
        return None


def _side_by_side(
    kind: str, password: bytes, salt: bytes, n: int, r: int, p: int, size: int, at_once: int
) -> bytes:
    lanes = bytearray(hashlib.pbkdf2_hmac("sha256", password, salt, 1, 128 * r * p))
    try:
        _scrypt.mix(kind, lanes, n, r, at_once)
        return hashlib.pbkdf2_hmac("sha256", password, lanes, 1, size)
    finally:
        lanes[:] = bytes(len(lanes))


def _one_after_the_other(password: bytes, salt: bytes, n: int, r: int, p: int, size: int) -> bytes:
    memory = memory_of(n, r, p)
    return bindings.crypto_pwhash_scryptsalsa208sha256_ll(password, salt, n, r, p, size, memory)
