"""The AVX-512 kernel, proved where it cannot run: its source over instructions written in portable C."""

from __future__ import annotations

import json
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

KERNEL = "avx512-vnni"
SIZE = 256 * 256 * 256
SOURCE = Path(__file__).parents[3] / "pybytomd" / "pow" / "_tensority.c"
VECTORS = Path(__file__).parents[2] / "vectors" / "data" / "tensority.json"
EMULATION = Path(__file__).with_name("emulated_avx512.h")


def compiler() -> list[str]:
    """The command of a C compiler that can build an extension module here. Skips the tests where there is none."""
    if platform.machine().lower() not in ("x86_64", "amd64") or platform.system() == "Windows":
        pytest.skip("the kernel is built on x86-64 with gcc or clang only")
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
    subprocess.run([*command, "-include", EMULATION, SOURCE, "-o", built], check=True, timeout=200)
    loader = ExtensionFileLoader("_tensority", str(built))
    spec = spec_from_loader("_tensority", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_all_kernels_are_there(emulated: ModuleType) -> None:
    assert emulated.kernels()[0] == KERNEL


@pytest.mark.parametrize(
    ("matrices", "header_hash"),
    [
        pytest.param(Random(1).randbytes(SIZE), Random(2).randbytes(32), id="random"),
        pytest.param(b"\x80" * SIZE, Random(3).randbytes(32), id="lowest bytes"),
        pytest.param(b"\x7f" * SIZE, Random(4).randbytes(32), id="highest bytes"),
        pytest.param(b"\x80\x7f\x7f\x80\x80" * (SIZE // 5) + b"\x80", Random(5).randbytes(32), id="both extremes"),
    ],
)
def test_the_bits_are_those_of_numpy(emulated: ModuleType, matrices: bytes, header_hash: bytes) -> None:
    sequences = sequences_of(header_hash)
    packed = emulated.pack(KERNEL, matrices)
    assert emulated.mix(KERNEL, packed, sequences) == NumpyKernel().mix(matrices, sequences)


def test_a_hash_of_the_reference(emulated: ModuleType) -> None:
    case = next(case for case in json.loads(VECTORS.read_text())["cases"] if case["op"] == "hash")
    seed, header_hash = bytes.fromhex(case["seed"]), bytes.fromhex(case["header_hash"])
    packed = emulated.pack(KERNEL, emulated.expand(extend_seed(seed)))
    assert sha3_256(emulated.mix(KERNEL, packed, sequences_of(header_hash))).hex() == case["hash"]
