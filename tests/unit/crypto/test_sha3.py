"""SHA3-256 by the compiled module and by hashlib is the same function."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from pybytomd.crypto import hashes

try:
    from pybytomd.crypto import _sha3
except ImportError:
    _sha3 = None  # type: ignore[assignment]

needs_compiled = pytest.mark.skipif(_sha3 is None, reason="no compiler built the module here")
IMPLEMENTATIONS = [
    pytest.param(lambda data: _sha3.sha3_256(data), marks=needs_compiled, id="compiled"),
    pytest.param(hashes.hashlib_sha3_256, id="hashlib"),
]
RATE = 136
"""Bytes that go in at a time."""


@pytest.mark.parametrize("sha3_256", IMPLEMENTATIONS)
def test_known_answers(sha3_256: Callable[[bytes], bytes]) -> None:
    """Of FIPS 202's example files: nothing, three bytes, and 200 bytes of 0xa3."""
    for data, digest in (
        (b"", "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a"),
        (b"abc", "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"),
        (b"\xa3" * 200, "79f38adec5c20307a98ef76e8324afbfd46cfd81b22e3973c65fa1bd9de31787"),
    ):
        assert sha3_256(data).hex() == digest


@needs_compiled
def test_every_length_around_the_blocks_and_the_switch() -> None:
    pattern = bytes(range(251)) * 10
    for size in (*range(2 * RATE + 2), *range(2040, 2060), len(pattern)):
        assert _sha3.sha3_256(pattern[:size]) == hashlib.sha3_256(pattern[:size]).digest()


@needs_compiled
def test_what_it_takes() -> None:
    assert hashes.sha3_256 is _sha3.sha3_256
    assert _sha3.sha3_256(bytearray(b"abc")) == _sha3.sha3_256(memoryview(b"abc")) == hashes.sha3_256(b"abc")
    with pytest.raises(TypeError):
        _sha3.sha3_256("abc")  # type: ignore[arg-type]
