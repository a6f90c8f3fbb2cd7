"""The kernels for ARM, built by a cross compiler and run by an emulator of the processor.

On Debian: ``apt install gcc-aarch64-linux-gnu qemu-user``. On ARM itself test_kernels.py runs them as they are.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from pybytomd.crypto.hashes import sha3_256
from pybytomd.pow.numpy_kernel import NumpyKernel
from pybytomd.pow.tensority import extend_seed, sequences_of
from tests.unit.pow.kernel_sources import DIRECTORY, EXTREMES, HERE, WITHOUT_PYTHON, recorded_hash

COMPILER = "aarch64-linux-gnu-gcc"
EMULATORS = ("qemu-aarch64", "qemu-aarch64-static")
BY_PROCESSOR = {
    "max": ["neon-i8mm", "neon-dotprod", "portable"],
    "neoverse-n1": ["neon-dotprod", "portable"],
    "cortex-a57": ["portable"],
}
each_kernel = pytest.mark.parametrize("kernel", ["neon-i8mm", "neon-dotprod"])


class Arm:
    """The driver on an emulated processor."""

    def __init__(self, emulator: str, program: Path) -> None:
        self._emulator = emulator
        self._program = program

    def run(self, *arguments: str, processor: str = "max", data: bytes = b"") -> bytes:
        command = [self._emulator, "-cpu", processor, self._program, *arguments]
        return subprocess.run(command, input=data, capture_output=True, check=True, timeout=200).stdout


@pytest.fixture(scope="module")
def arm(tmp_path_factory: pytest.TempPathFactory) -> Arm:
    emulator = next((path for name in EMULATORS if (path := shutil.which(name))), None)
    if shutil.which(COMPILER) is None or emulator is None:
        pytest.skip(f"needs {COMPILER} and qemu-aarch64")
    program = tmp_path_factory.mktemp("arm") / "driver"
    warnings = ["-Wall", "-Wextra", "-Werror"]
    sources = [*WITHOUT_PYTHON, HERE / "kernel_driver.c"]
    command = [COMPILER, "-O3", "-static", *warnings, f"-I{DIRECTORY}", *sources, "-o", program]
    subprocess.run(command, check=True, timeout=200)
    return Arm(emulator, program)


@pytest.mark.parametrize("processor", BY_PROCESSOR)
def test_a_processor_runs_what_it_has(arm: Arm, processor: str) -> None:
    assert arm.run(processor=processor).decode().split() == BY_PROCESSOR[processor]


@each_kernel
def test_the_bits_are_those_of_numpy(arm: Arm, kernel: str) -> None:
    sequences = sequences_of(bytes(range(32)))
    assert arm.run(kernel, "matrices", data=EXTREMES + sequences) == NumpyKernel().mix(EXTREMES, sequences)


@each_kernel
def test_a_hash_of_the_reference(arm: Arm, kernel: str) -> None:
    seed, header_hash, expected = recorded_hash()
    words = arm.run(kernel, "seed", data=extend_seed(seed) + sequences_of(header_hash))
    assert sha3_256(words).hex() == expected
