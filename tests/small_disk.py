"""A disk that can really be full: a file system in memory, for which the tests must run as root."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

BLOCK = 512


@contextmanager
def small_disk_at(at: Path, megabytes: int) -> Iterator[Path]:
    """A file system of so many megabytes; the test is skipped where none can be mounted."""
    at.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(at)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if mounted.returncode:
        pytest.skip(f"a small file system needs root: {mounted.stderr.strip()}")
    try:
        yield at
    finally:
        subprocess.run(["umount", "-l", str(at)], check=True)


def fill(disk: Path) -> Callable[[], None]:
    """Take all the room there is; call the result to give it back."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
        while True:
            file.write(bytes(BLOCK))
    return filler.unlink
