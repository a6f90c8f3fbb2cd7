"""Builds the package's wheel as users get it, with everything compiled, and prints where it is.

A wheel is kept under the hash of all that it is made of, so that none is built twice. The build runs in a copy of
its own, as setuptools would take files into the wheel that an earlier build has left beside the source.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("pybytomd/**/*", "pyproject.toml", "README.md", "LICENSE")
LEFT_OUT = {".so", ".pyd", ".pyc"}
"""What compilers left in the source."""
KEPT = 3
"""Wheels of so many states are kept, so that going back and forth between branches costs nothing."""
TAG = f"{sys.implementation.cache_tag}-{sysconfig.get_platform()}"
WHEELS = ROOT / "build" / "wheels" / TAG


def sources() -> dict[Path, bytes]:
    """All that the wheel is made of, by path below the root."""
    files = sorted(path for pattern in SOURCES for path in ROOT.glob(pattern))
    return {
        path.relative_to(ROOT): path.read_bytes()
        for path in files
        if path.is_file() and path.suffix not in LEFT_OUT
    }


def state_of(files: dict[Path, bytes]) -> str:
    """A name for the contents of files, and for the Python and the compiler that they are built with."""
    compiler = os.environ.get("CC") or str(sysconfig.get_config_var("CC") or "cc")
    digest = hashlib.sha256(f"{sys.version} {compiler} {shutil.which(compiler.split()[0])}".encode())
    for path, content in files.items():
        digest.update(f"\n{path.as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]


def build(files: dict[Path, bytes], into: Path) -> None:
    """Build the wheel into a directory, which appears when it is complete."""
    WHEELS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=WHEELS.parent) as workshop:
        source, made = Path(workshop, "source"), Path(workshop, "wheel")
        for place, content in files.items():
            (source / place).parent.mkdir(parents=True, exist_ok=True)
            (source / place).write_bytes(content)
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*command, "--wheel-dir", made, source], check=True, stdout=sys.stderr)
        made.rename(into)


def forget_old_ones() -> None:
    """Remove all wheels but the last ones used."""
    for old in sorted(WHEELS.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]:
        shutil.rmtree(old)


def main() -> None:
    """Print the path of the wheel."""
    files = sources()
    place = WHEELS / state_of(files)
    if place.is_dir():
        place.touch()
    else:
        print("building the wheel ...", file=sys.stderr)
        build(files, place)
        forget_old_ones()
    print(next(place.glob("*.whl")))


if __name__ == "__main__":
    main()
