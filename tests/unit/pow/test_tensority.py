"""Which kernel is used, and the matrices that are kept."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import pairwise

import pytest

from pybytomd.pow import tensority
from pybytomd.pow.tensority import KERNELS, REMEMBERED_SEEDS, SeedMatrices, extend_seed, kernel, meets_target
from pybytomd.pow.verifier import ProofVerifier

ANY, NONE = 0x2100000000FFFFFF, 0
"""Targets that any hash meets, and none."""


@pytest.fixture(autouse=True)
def fresh_choice() -> Iterator[None]:
    kernel.cache_clear()
    yield
    kernel.cache_clear()


class CountingKernel:
    name = "counting"

    def __init__(self) -> None:
        self.seeds: list[bytes] = []
        self.go_on = threading.Event()
        self.go_on.set()
        self.begun = threading.Event()
        self.failure: Exception | None = None

    def expand(self, extended_seed: bytes) -> bytes:
        self.seeds.append(extended_seed[:32])
        self.begun.set()
        self.go_on.wait(20)
        if self.failure is not None:
            raise self.failure
        return extended_seed

    def pack(self, matrices: bytes) -> bytes:
        return b"packed " + matrices[:32]

    def mix(self, packed: bytes, sequences: bytes) -> bytes:
        return packed


def seed(number: int) -> bytes:
    return bytes((number,)) * 32


def test_the_fastest_kernel_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(tensority.KERNEL_VARIABLE, raising=False)
    assert kernel().name == next(iter(KERNELS))


@pytest.mark.parametrize("name", KERNELS)
def test_a_kernel_can_be_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(tensority.KERNEL_VARIABLE, name)
    assert kernel().name == name


def test_a_kernel_that_does_not_run_here_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(tensority.KERNEL_VARIABLE, "abacus")
    with pytest.raises(ValueError, match="PYBYTOMD_KERNEL is abacus"):
        kernel()


def test_matrices_are_made_once_and_the_oldest_forgotten() -> None:
    counting = CountingKernel()
    matrices = SeedMatrices(counting, remember=2)
    assert matrices.get(seed(1)) == b"packed " + seed(1)
    for number in (1, 2, 1, 3, 1, 2):  # 3 makes 2 leave, which was used less recently than 1
        matrices.get(seed(number))
    assert counting.seeds == [seed(1), seed(2), seed(3), seed(2)]


def test_threads_wait_for_the_one_that_makes_them() -> None:
    counting = CountingKernel()
    matrices = SeedMatrices(counting)
    counting.go_on.clear()
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(matrices.get(seed(1)))) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert counting.begun.wait(20)
    counting.go_on.set()
    for thread in threads:
        thread.join()
    assert found == [b"packed " + seed(1)] * 3
    assert len(counting.seeds) == 1


def test_a_failure_is_everybodys_and_is_not_kept() -> None:
    counting = CountingKernel()
    counting.failure = MemoryError("no room")
    matrices = SeedMatrices(counting)
    with pytest.raises(MemoryError):
        matrices.get(seed(1))
    counting.failure = None
    assert matrices.get(seed(1)) == b"packed " + seed(1)


def test_an_extended_seed_is_a_chain_of_hashes() -> None:
    extended = extend_seed(bytes(32))
    assert len(extended) == 128
    assert extended[:32] == bytes(32)
    assert len({extended[i : i + 32] for i in range(0, 128, 32)}) == 4


def test_proofs_checked_in_threads() -> None:
    with ProofVerifier(2) as proofs:
        assert proofs.threads == 2
        answers = [proofs.submit(bytes(32), bytes(32), bits) for bits in (ANY, NONE)]
        assert [answer.result(60) for answer in answers] == [True, False]


def test_as_many_threads_as_processors() -> None:
    with ProofVerifier() as proofs:
        assert proofs.threads >= 1


def test_a_target(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tensority, "tensority", lambda _hash, _seed: (0x123456).to_bytes(32, "little"))
    assert meets_target(bytes(32), bytes(32), 0x0300000000123456)
    assert not meets_target(bytes(32), bytes(32), 0x0300000000123455)


def test_two_sets_are_enough_for_proofs_in_order_of_height() -> None:
    """Threads that go along a chain ask for the seed before a change beside the one after it, and for no third."""
    counting = CountingKernel()
    matrices = SeedMatrices(counting)
    seeds = [seed(number) for number in range(1, 8)]
    matrices.get(seeds[0])
    for before, after in pairwise(seeds):
        for asked in (before, after, before, after):
            matrices.get(asked)
    assert counting.seeds == seeds
    assert REMEMBERED_SEEDS == 2
