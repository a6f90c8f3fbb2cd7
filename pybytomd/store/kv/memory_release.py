"""Giving back memory: pages of files that LevelDB maps, and what was freed but is kept by the C library.

LevelDB reads its tables through mappings. Every page it looks at counts as memory of ours from then on, though it
is the system's, and a scan looks at all of them: for a hundred thousand headers some 20 MB.
"""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

MADV_PAGEOUT = 21
"""Linux 5.4 and later: write back what is changed and take the pages away. Touching one brings it back, so nothing
can go wrong even if another mapping has come to the same place meanwhile."""
TABLE_SUFFIX = ".ldb"


def release_tables(directory: Path) -> None:
    """Give back the pages of all tables of a database. Does nothing on other systems, where it matters less."""
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None)
    try:
        mappings = Path("/proc/self/maps").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:  # no such file system here: the pages stay
        return
    prefix = str(directory.resolve())
    for line in mappings:
        addresses, _, path = line.partition(" ")
        path = path[path.find("/") :]
        if path.startswith(prefix) and path.endswith(TABLE_SUFFIX):
            start, end = (int(address, 16) for address in addresses.split("-"))
            libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), MADV_PAGEOUT)


def release_heap() -> None:
    """Give back what was freed of a large piece of work. Does nothing where the C library has no such function."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
