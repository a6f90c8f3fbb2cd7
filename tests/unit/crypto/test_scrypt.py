"""scrypt: the published results, lanes side by side against OpenSSL's, and how much memory it may take."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from pybytomd.crypto import scrypt
from pybytomd.crypto.keystore import SCRYPT_N, SCRYPT_P, SCRYPT_R, KeystoreError, _scrypt

EACH_WAY: list[Sequence[str]] = [*([kind] for kind in scrypt.KINDS), []]
each_way = pytest.mark.parametrize("kinds", EACH_WAY, ids=lambda kinds: (*kinds, "libsodium")[0])
each_kind = pytest.mark.parametrize("kind", scrypt.KINDS)

RFC_7914 = [
    (b"", b"", 16, 1, 1, "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"),
    (b"password", b"NaCl", 1024, 8, 16, "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"),
    (
        b"pleaseletmein",
        b"SodiumChloride",
        16384,
        8,
        1,
        "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2",
    ),
]
"""The first 32 bytes of results in section 12."""


@each_way
@pytest.mark.parametrize(("password", "salt", "n", "r", "p", "expected"), RFC_7914)
def test_published_results(
    password: bytes, salt: bytes, n: int, r: int, p: int, expected: str, kinds: Sequence[str]
) -> None:
    assert scrypt.derive(password, salt, n, r, p, 32, kinds).hex() == expected


@each_way
@pytest.mark.parametrize(
    ("n", "r", "p"),
    [(2, 1, 2), (2, 1, 6), (4, 1, 7), (16, 8, 13), (64, 3, 5), (SCRYPT_N, SCRYPT_R, SCRYPT_P), (16384, 8, 3)],
)
def test_as_openssl_does_it(n: int, r: int, p: int, kinds: Sequence[str]) -> None:
    expected = hashlib.scrypt(b"pw", salt=b"salt", n=n, r=r, p=p, maxmem=1 << 28, dklen=40)
    assert scrypt.derive(b"pw", b"salt", n, r, p, 40, kinds) == expected


@each_kind
@pytest.mark.parametrize("at_once", range(1, 7))
def test_however_many_lanes_at_once(kind: str, at_once: int) -> None:
    from pybytomd.crypto import _scrypt as lanes_code

    lanes = bytearray(hashlib.pbkdf2_hmac("sha256", b"pw", b"salt", 1, 128 * 2 * 7))
    lanes_code.mix(kind, lanes, 32, 2, at_once)
    expected = hashlib.scrypt(b"pw", salt=b"salt", n=32, r=2, p=7, dklen=64)
    assert hashlib.pbkdf2_hmac("sha256", b"pw", lanes, 1, 64) == expected


@each_kind
@pytest.mark.parametrize(
    ("size", "n", "r", "at_once"),
    [
        (0, 2, 1, 1),
        (127, 2, 1, 1),
        (128, 2, 2, 1),
        (128, 0, 1, 1),
        (128, 1, 1, 1),
        (128, 3, 1, 1),
        (128, -2, 1, 1),
        (128, 2, 0, 1),
        (128, 2, -1, 1),
        (128, 2, 1, 0),
        (128, 2, 1, 7),
        (128, 1 << 30, 1, 1),
        (128, 1 << 62, 1 << 62, 1),
    ],
)
def test_parameters_that_do_not_fit(kind: str, size: int, n: int, r: int, at_once: int) -> None:
    from pybytomd.crypto import _scrypt as lanes_code

    with pytest.raises(ValueError, match="do not fit together"):
        lanes_code.mix(kind, bytearray(size), n, r, at_once)


def test_an_unknown_kind_is_refused() -> None:
    if not scrypt.KINDS:
        pytest.skip("no compiler built the lanes here")
    from pybytomd.crypto import _scrypt as lanes_code

    with pytest.raises(ValueError, match="abacus cannot run"):
        lanes_code.mix("abacus", bytearray(128), 2, 1, 1)


@pytest.fixture
def mixed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[bytearray, int]]:
    """The lanes given to the C code, and how many at once; it does nothing."""
    calls: list[tuple[bytearray, int]] = []

    class Recorder:
        @staticmethod
        def mix(kind: str, lanes: bytearray, n: int, r: int, at_once: int) -> None:
            calls.append((lanes, at_once))
            assert any(lanes)

    monkeypatch.setattr(scrypt, "_scrypt", Recorder, raising=False)
    return calls


@pytest.mark.parametrize(
    ("n", "p", "at_once"),
    [(4096, 6, 6), (4096, 8, 6), (4096, 2, 2), (8192, 6, 4), (16384, 6, 2)],
)
def test_lanes_side_by_side_share_32_mib(n: int, p: int, at_once: int, mixed: list[tuple[bytearray, int]]) -> None:
    scrypt.derive(b"pw", b"salt", n, 8, p, 32, ["any"])
    assert [taken for _, taken in mixed] == [at_once]
    assert at_once * 128 * 8 * n <= 32 << 20


@pytest.mark.parametrize(("n", "p"), [(1024, 1), (32768, 2)])
def test_a_lane_alone_and_large_ones_are_left_to_libsodium(
    n: int, p: int, mixed: list[tuple[bytearray, int]]
) -> None:
    expected = hashlib.scrypt(b"pw", salt=b"salt", n=n, r=8, p=p, maxmem=1 << 28, dklen=32)
    assert scrypt.derive(b"pw", b"salt", n, 8, p, 32, ["any"]) == expected
    assert mixed == []


def test_lanes_are_wiped(mixed: list[tuple[bytearray, int]]) -> None:
    scrypt.derive(b"pw", b"salt", 16, 8, 6, 32, ["any"])
    assert [lanes for lanes, _ in mixed] == [bytes(128 * 8 * 6)]


def test_more_memory_than_is_free_is_not_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    information = tmp_path / "meminfo"
    information.write_text("MemTotal: 500000 kB\nMemAvailable: 30000 kB\nSwapFree: 1000 kB\nHugePages_Total: 0\n")
    monkeypatch.setattr(scrypt, "MEMORY_INFORMATION", information)
    assert scrypt.available_memory() == 31000 * 1024
    with pytest.raises(KeystoreError, match="takes 256 MiB of memory, which this machine has not free"):
        _scrypt(b"pw", b"salt", 1 << 18, 8, 1)
    assert len(_scrypt(b"pw", b"salt", SCRYPT_N, SCRYPT_R, SCRYPT_P)) == 32


@pytest.mark.parametrize("text", ["", "MemAvailable: much kB\n", "MemAvailable: 1 kB\n", "MemAvailable:\n"])
def test_a_system_that_does_not_tell(text: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(scrypt, "MEMORY_INFORMATION", tmp_path / "meminfo")
    assert scrypt.available_memory() is None
    (tmp_path / "meminfo").write_text(text)
    assert scrypt.available_memory() is None


WITHOUT_EXTENSION = """
import sys
sys.modules["pybytomd.crypto._scrypt"] = None
from pybytomd.crypto import scrypt
assert not scrypt.KINDS
print(scrypt.derive(b"pw", b"salt", 64, 8, 6, 32).hex())
"""


def test_without_the_extension_libsodium_does_the_work() -> None:
    """As after an installation without a compiler."""
    command = [sys.executable, "-c", WITHOUT_EXTENSION]
    output = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    assert output.strip() == hashlib.scrypt(b"pw", salt=b"salt", n=64, r=8, p=6, dklen=32).hex()


LANES = Path(scrypt.__file__).parent / "lanes"
EMULATORS = ("qemu-aarch64", "qemu-aarch64-static")


def found(what: str, names: Sequence[str]) -> str:
    """The first of these programs that there is. Skips the test where there is none."""
    path = next((path for name in names if (path := shutil.which(name))), None)
    if path is None:
        pytest.skip(f"needs {what}")
    return path


@pytest.mark.parametrize("processor", ["this", "arm"])
def test_lanes_alone_on_this_processor_and_on_an_emulated_one(processor: str, tmp_path: Path) -> None:
    """The driver sees to it that their memory is wiped before it is given back."""
    if sys.platform == "win32":
        pytest.skip("the lanes are not built on Windows")
    arm = processor == "arm"
    compiler = found("a C compiler", ["aarch64-linux-gnu-gcc"] if arm else ["cc", "gcc", "clang"])
    program, sources = tmp_path / "driver", [LANES / "lanes.c", Path(__file__).with_name("scrypt_driver.c")]
    options = ["-O3", "-Wall", "-Wextra", "-Werror", "-Dmunmap=wiped_munmap", f"-I{LANES}"]
    start = [found("qemu-aarch64", EMULATORS), program] if arm else [program]
    linked = ["-static"] if arm else []
    subprocess.run([compiler, *options, *linked, *sources, "-o", program], check=True, timeout=200)
    lanes = hashlib.pbkdf2_hmac("sha256", b"pw", b"salt", 1, 128 * 8 * 7)
    command = [*start, "plain", "256", "8", "6", "7"]
    mixed = subprocess.run(command, input=lanes, capture_output=True, check=True, timeout=100).stdout
    expected = hashlib.scrypt(b"pw", salt=b"salt", n=256, r=8, p=7, dklen=32)
    assert hashlib.pbkdf2_hmac("sha256", b"pw", mixed, 1, 32) == expected
