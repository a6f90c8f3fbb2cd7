"""Proof of work: a hash with its matrices at hand, on one thread, and the matrices of a new seed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from pybytomd.crypto.hashes import sha3_256
from pybytomd.pow.tensority import COMPILED, KERNELS, Kernel, extend_seed, sequences_of
from tests.bench.nodes import running
from tests.bench.registry import Bench, Figure, best_seconds, part

SEED = extend_seed(sha3_256(b"benchmark"))


@part("tensority")
def measure(bench: Bench) -> Iterator[Figure]:
    reference = None if bench.reference is None else _reference_seconds(bench)
    fastest = next(iter(KERNELS.values()))
    matrices = fastest.expand(SEED)
    for name, kernel in KERNELS.items():
        threads = "one thread" if name in COMPILED else "as many threads as NumPy likes"
        seconds = _hash_seconds(kernel, matrices, bench.seconds)
        go = None if reference is None else reference * 1000
        yield Figure(f"hash, {name}, {threads}", seconds * 1000, "ms", go, "on all cores, this run")
    for name, kernel in KERNELS.items():
        if kernel is fastest or not bench.quick:
            runs = 3 if name in COMPILED else 1  # NumPy takes many seconds
            seconds = best_seconds(lambda kernel=kernel: kernel.pack(kernel.expand(SEED)), 0.0, runs)  # type: ignore[misc]
            yield Figure(f"matrices of a seed, {name}", seconds * 1000, "ms")


def _hash_seconds(kernel: Kernel, matrices: bytes, seconds: float) -> float:
    packed = kernel.pack(matrices)
    nonces = count()

    def one_hash() -> None:
        header_hash = sha3_256(next(nonces).to_bytes(8, "little"))
        sha3_256(kernel.mix(packed, sequences_of(header_hash)))

    return best_seconds(one_hash, seconds)


def _reference_seconds(bench: Bench) -> float:
    """How long a Go node takes to refuse work with a bad nonce: one hash, as it makes the matrices every time."""
    assert bench.reference is not None
    with running(bench.reference, bench.fresh_directory("go-tensority"), "--wallet.disable") as node:
        work = node.call("get-work")["block_header"]

        def refuse() -> None:
            answer = node.call("submit-work", block_header=work)
            if "proof of work" not in str(answer):
                raise RuntimeError(f"submit-work was answered with {answer}")

        return best_seconds(refuse, bench.seconds)
