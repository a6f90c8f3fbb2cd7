"""Every kernel gives the same bits, and without the compiled ones everything works all the same."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from random import Random

import pytest

from pybytomd.crypto.hashes import sha3_256
from pybytomd.pow import numpy_kernel, tensority
from pybytomd.pow.tensority import COMPILED, KERNELS, Kernel, extend_seed, sequences_of

SIZE = 256 * 256 * 256
BY_NUMPY = numpy_kernel.NumpyKernel()
needs_compiled = pytest.mark.skipif(not COMPILED, reason="no compiler built the kernels here")
each_compiled = pytest.mark.parametrize("name", COMPILED)


def random_matrices(seed: int) -> bytes:
    return Random(seed).randbytes(SIZE)


def mixed(kernel: Kernel, matrices: bytes, sequences: bytes) -> bytes:
    return kernel.mix(kernel.pack(matrices), sequences)


@pytest.fixture(scope="module")
def expected() -> dict[str, tuple[bytes, bytes, bytes]]:
    """Matrices, sequences, and what NumPy makes of them."""
    cases = {
        "random": (random_matrices(1), Random(2).randbytes(128)),
        "one matrix only": (random_matrices(3), bytes(128)),
        "lowest bytes": (b"\x80" * SIZE, Random(4).randbytes(128)),
        "highest bytes": (b"\x7f" * SIZE, Random(5).randbytes(128)),
        "both extremes": (b"\x80\x7f\x7f\x80\x80" * (SIZE // 5) + b"\x80", Random(6).randbytes(128)),
        "zeros": (bytes(SIZE), Random(7).randbytes(128)),
        "minus one": (b"\xff" * SIZE, Random(8).randbytes(128)),
    }
    return {
        name: (matrices, sequences, BY_NUMPY.mix(matrices, sequences))
        for name, (matrices, sequences) in cases.items()
    }


@each_compiled
def test_mixing(name: str, expected: dict[str, tuple[bytes, bytes, bytes]]) -> None:
    for case, (matrices, sequences, result) in expected.items():
        assert mixed(KERNELS[name], matrices, sequences) == result, case


@each_compiled
def test_mixing_random_input(name: str) -> None:
    matrices = random_matrices(9)
    packed = KERNELS[name].pack(matrices)
    random = Random(10)
    for _ in range(3):
        sequences = sequences_of(random.randbytes(32))
        assert KERNELS[name].mix(packed, sequences) == BY_NUMPY.mix(matrices, sequences)


@each_compiled
def test_expansion_begins_as_numpy_makes_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rounds build on each other, so the first few tell; all of them take NumPy ten seconds."""
    monkeypatch.setattr(numpy_kernel, "ROUNDS", 2)
    for seed in (bytes(32), b"\xff" * 32, sha3_256(b"random")):
        extended = extend_seed(seed)
        begun = BY_NUMPY.expand(extended)
        assert len(begun) == 2 * SIZE // 128
        assert KERNELS[name].expand(extended).startswith(begun)


@each_compiled
def test_sizes_are_checked(name: str) -> None:
    kernel = KERNELS[name]
    for wrong in (b"", bytes(127), bytes(129)):
        with pytest.raises(ValueError, match="must have 128 bytes"):
            kernel.expand(wrong)
        with pytest.raises(ValueError, match="must have 128 bytes"):
            kernel.mix(kernel.pack(bytes(SIZE)), wrong)
    with pytest.raises(ValueError, match="must have"):
        kernel.pack(bytes(SIZE - 1))
    with pytest.raises(ValueError, match="must have"):
        kernel.mix(bytes(100), bytes(128))


@needs_compiled
def test_an_unknown_kernel_is_refused() -> None:
    from pybytomd.pow import _tensority

    with pytest.raises(ValueError, match="cannot run"):
        _tensority.pack("abacus", bytes(SIZE))


def test_the_steps_of_numpy_against_the_plain_formula() -> None:
    """The salsa core in lanes, against the one written down for words."""
    words = struct.unpack("<16I", Random(11).randbytes(64))
    lanes = numpy_kernel._salsa(numpy_kernel._to_lanes(words))
    assert numpy_kernel._to_bytes(lanes) == struct.pack("<16I", *plain_salsa(words))


def plain_salsa(words: tuple[int, ...]) -> list[int]:
    x = list(words)

    def step(a: int, b: int, c: int, places: int) -> None:
        total = x[b] + x[c] & 0xFFFFFFFF
        x[a] ^= (total << places | total >> 32 - places) & 0xFFFFFFFF

    for _ in range(4):
        for a, b, c, d in ((0, 4, 8, 12), (5, 9, 13, 1), (10, 14, 2, 6), (15, 3, 7, 11)):
            step(b, a, d, 7)
            step(c, b, a, 9)
            step(d, c, b, 13)
            step(a, d, c, 18)
        for a, b, c, d in ((0, 1, 2, 3), (5, 6, 7, 4), (10, 11, 8, 9), (15, 12, 13, 14)):
            step(b, a, d, 7)
            step(c, b, a, 9)
            step(d, c, b, 13)
            step(a, d, c, 18)
    return [(a + b) & 0xFFFFFFFF for a, b in zip(words, x, strict=True)]


WITHOUT_EXTENSION = """
import sys
sys.modules["pybytomd.pow._tensority"] = None
from random import Random
from pybytomd.pow import numpy_kernel, tensority
assert "numpy" in tensority.KERNELS and len(tensority.KERNELS) == 1
assert tensority.kernel().name == "numpy"
matrices = Random(1).randbytes(1 << 24)
tensority.FallbackKernel.expand = lambda self, extended: matrices
assert tensority.meets_target(bytes(32), bytes(32), 0x2100000000ffffff)
print(tensority.tensority(bytes(range(32)), bytes(32)).hex())
"""


def test_without_the_extension_numpy_does_the_work() -> None:
    """As after an installation without a compiler."""
    output = subprocess.run(
        [sys.executable, "-c", WITHOUT_EXTENSION],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
        env={key: value for key, value in os.environ.items() if key != tensority.KERNEL_VARIABLE},
    )
    sequences = sequences_of(bytes(range(32)))
    for name in COMPILED:
        found = sha3_256(mixed(KERNELS[name], random_matrices(1), sequences))
        assert output.stdout.strip() == found.hex(), name


def test_numpy_is_not_loaded_where_it_is_not_needed() -> None:
    if not COMPILED:
        pytest.skip("here it is needed")
    script = "import sys, pybytomd.pow.tensority; assert 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_the_fallback_is_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numpy_kernel, "ROUNDS", 1)
    fallback = tensority.FallbackKernel()
    extended = extend_seed(bytes(32))
    assert fallback.expand(extended) == BY_NUMPY.expand(extended)
    matrices = bytes(SIZE)
    assert fallback.pack(matrices) is matrices
    assert fallback.mix(matrices, bytes(128)) == BY_NUMPY.mix(matrices, bytes(128))
