"""Tensority, the proof of work: a hash that costs four chains of 64 matrix products.

The 256 matrices follow from the seed, which changes every 256 blocks; they are made once and kept for the last few
seeds. Source: chain-and-storage reference, section 6; ``mining/tensority``.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from functools import cache
from typing import Protocol

from cachetools import LRUCache

from pybytomd.crypto.hashes import sha3_256
from pybytomd.pow.compact import compact_to_target, hash_to_int

KERNEL_VARIABLE = "PYBYTOMD_KERNEL"
"""Environment variable that names the kernel to use, for tests and measurements."""
REMEMBERED_SEEDS = 2
"""Sets of matrices kept, 16 to 21 MiB each: proofs are checked in order of height, so at a change of seed both are
in use and never a third, but for branches a seed apart. To make one again takes as long as three hashes."""
CHAINS = 4
EXTENDED_SEED_HASHES = 4


class Kernel(Protocol):
    """One way to do the costly parts. All give the same bits."""

    name: str

    def expand(self, extended_seed: bytes) -> bytes:
        """The 256 matrices of 256 by 256 signed bytes that follow from a seed of 128 bytes."""

    def pack(self, matrices: bytes) -> bytes:
        """The matrices in the form that ``mix`` wants."""

    def mix(self, packed: bytes, sequences: bytes) -> bytes:
        """Multiply and compress: four sequences of 32 matrix numbers to 256 bytes. Other threads run meanwhile."""


class CompiledKernel:
    """A kernel of the C extension."""

    def __init__(self, name: str) -> None:
        self.name = name

    def expand(self, extended_seed: bytes) -> bytes:
        """See ``Kernel``."""
        return _tensority.expand(extended_seed)

    def pack(self, matrices: bytes) -> bytes:
        """See ``Kernel``."""
        return _tensority.pack(self.name, matrices)

    def mix(self, packed: bytes, sequences: bytes) -> bytes:
        """See ``Kernel``."""
        return _tensority.mix(self.name, packed, sequences)


class FallbackKernel:
    """NumPy's kernel. NumPy is loaded when first used: a tenth of a second and 25 MiB that C does without."""

    name = "numpy"

    def expand(self, extended_seed: bytes) -> bytes:
        """See ``Kernel``."""
        return _numpy_kernel().expand(extended_seed)

    def pack(self, matrices: bytes) -> bytes:
        """See ``Kernel``."""
        return _numpy_kernel().pack(matrices)

    def mix(self, packed: bytes, sequences: bytes) -> bytes:
        """See ``Kernel``."""
        return _numpy_kernel().mix(packed, sequences)


@cache
def _numpy_kernel() -> Kernel:
    from pybytomd.pow.numpy_kernel import NumpyKernel

    return NumpyKernel()


try:
    from pybytomd.pow import _tensority
except ImportError:  # no compiler built it; NumPy does the work
    COMPILED: Sequence[str] = ()
else:
    COMPILED = _tensority.kernels()

KERNELS: dict[str, Kernel] = {name: CompiledKernel(name) for name in COMPILED} | {
    FallbackKernel.name: FallbackKernel()
}
"""The kernels that run here by name, the fastest first."""


@cache
def kernel() -> Kernel:
    """The kernel in use: the fastest, or the one that ``PYBYTOMD_KERNEL`` names. Raises ValueError for others."""
    name = os.environ.get(KERNEL_VARIABLE) or next(iter(KERNELS))
    if name not in KERNELS:
        raise ValueError(f"{KERNEL_VARIABLE} is {name}, but this machine can run only: {', '.join(KERNELS)}")
    return KERNELS[name]


class SeedMatrices:
    """The matrices of the last few seeds, for one kernel. Safe to use from several threads.

    Threads that ask for a seed at once wait for the one that makes its matrices.
    """

    def __init__(self, chosen: Kernel, remember: int = REMEMBERED_SEEDS) -> None:
        self._kernel = chosen
        self._sets: LRUCache[bytes, Future[bytes]] = LRUCache(remember)
        self._lock = threading.Lock()

    def get(self, seed: bytes) -> bytes:
        """The packed matrices of a seed."""
        with self._lock:
            known = self._sets.get(seed)
            if known is None:
                future: Future[bytes] = Future()
                self._sets[seed] = future
        if known is not None:
            return known.result()
        try:
            future.set_result(self._kernel.pack(self._kernel.expand(extend_seed(seed))))
        except BaseException as error:
            with self._lock:
                self._sets.pop(seed, None)
            future.set_exception(error)
            raise
        return future.result()


@cache
def matrices_of(name: str) -> SeedMatrices:
    """The matrices made so far for the kernel of this name."""
    return SeedMatrices(KERNELS[name])


def extend_seed(seed: bytes) -> bytes:
    """A seed and three hashes, each of what stands before it: 128 bytes."""
    parts = [seed]
    while len(parts) < EXTENDED_SEED_HASHES:
        parts.append(sha3_256(parts[-1]))
    return b"".join(parts)


def sequences_of(header_hash: bytes) -> bytes:
    """The matrices to multiply by: 32 numbers for each quarter of a block hash."""
    step = len(header_hash) // CHAINS
    return b"".join([sha3_256(header_hash[i * step : (i + 1) * step]) for i in range(CHAINS)])


def tensority(header_hash: bytes, seed: bytes, chosen: Kernel | None = None) -> bytes:
    """The proof-of-work hash of a block hash under a seed, 32 bytes each.

    Takes tens of milliseconds with the GIL released; the first hash of a seed makes its matrices before.
    """
    chosen = chosen or kernel()
    packed = matrices_of(chosen.name).get(seed)
    return sha3_256(chosen.mix(packed, sequences_of(header_hash)))


def meets_target(header_hash: bytes, seed: bytes, bits: int) -> bool:
    """Whether the proof of work of a block hash is at or below the target, given in compact form."""
    return hash_to_int(tensority(header_hash, seed)) <= compact_to_target(bits)
