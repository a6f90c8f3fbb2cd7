"""The kernels for AVX-512 and AMX, proved where they cannot run: their source over instructions in portable C."""

from __future__ import annotations

import platform
import shlex
import shutil
import subprocess
import sysconfig
from importlib.machinery import ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from random import Random
from types import ModuleType

import pytest

from pybytomd.crypto.hashes import sha3_256
from pybytomd.pow.numpy_kernel import NumpyKernel
from pybytomd.pow.tensority import extend_seed, sequences_of
from tests.unit.pow.kernel_sources import EXTREMES, HERE, MATRICES, SOURCES, recorded_hash

KERNELS = ["amx-int8", "avx512-vnni"]
EMULATIONS = [HERE / "emulated_avx512.h", HERE / "emulated_amx.h"]
each_kernel = pytest.mark.parametrize("kernel", KERNELS)


def compiler() -> list[str]:
    """The command of a C compiler that can build an extension module here. Skips the tests where there is none."""
    if platform.machine().lower() not in ("x86_64", "amd64") or platform.system() == "Windows":
        pytest.skip("the kernels are built on x86-64 with gcc or clang only")
    if not Path(sysconfig.get_path("include"), "Python.h").exists():
        pytest.skip("the headers of Python are not installed")
    names = [shlex.split(sysconfig.get_config_var("CC") or "cc")[0], "cc", "gcc", "clang"]
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no C compiler")
    return [found]


@pytest.fixture(scope="module")
def emulated(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    built = tmp_path_factory.mktemp("emulated") / "_tensority.so"
    link = ["-bundle", "-undefined", "dynamic_lookup"] if platform.system() == "Darwin" else ["-shared"]
    command = [*compiler(), "-O3", "-fPIC", *link, f"-I{sysconfig.get_path('include')}"]
    included = [argument for header in EMULATIONS for argument in ("-include", header)]
    subprocess.run([*command, *included, *SOURCES, "-o", built], check=True, timeout=200)
    loader = ExtensionFileLoader("_tensority", str(built))
    spec = spec_from_loader("_tensority", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_the_fastest_come_first(emulated: ModuleType) -> None:
    assert emulated.kernels()[: len(KERNELS)] == KERNELS
    assert emulated.kernels()[-1] == "portable"


@each_kernel
@pytest.mark.parametrize(
    ("matrices", "header_hash"),
    [
        pytest.param(b"\x80" * MATRICES, Random(3).randbytes(32), id="lowest bytes"),
        pytest.param(b"\x7f" * MATRICES, Random(4).randbytes(32), id="highest bytes"),
        pytest.param(EXTREMES, Random(5).randbytes(32), id="both extremes"),
    ],
)
def test_the_bits_are_those_of_numpy(
    emulated: ModuleType, kernel: str, matrices: bytes, header_hash: bytes
) -> None:
    sequences = sequences_of(header_hash)
    packed = emulated.pack(kernel, matrices)
    assert emulated.mix(kernel, packed, sequences) == NumpyKernel().mix(matrices, sequences)


@each_kernel
def test_a_hash_of_the_reference(emulated: ModuleType, kernel: str) -> None:
    seed, header_hash, expected = recorded_hash()
    packed = emulated.pack(kernel, emulated.expand(extend_seed(seed)))
    assert sha3_256(emulated.mix(kernel, packed, sequences_of(header_hash))).hex() == expected
