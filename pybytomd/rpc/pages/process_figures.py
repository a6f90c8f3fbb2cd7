"""What the process takes of the machine, by the names that Prometheus' client libraries have for it.

What a system does not tell is None.
"""

from __future__ import annotations

import os
import sys
import time
from functools import cache
from pathlib import Path

PROC = Path("/proc/self")


def cpu_seconds() -> float:
    """Processor time of all threads, of the system's work for them, too."""
    return time.process_time()


def resident_bytes() -> int | None:
    """Memory that is really taken."""
    try:
        pages = int((PROC / "statm").read_text().split()[1])
    except (OSError, ValueError, LookupError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")


def open_files() -> int | None:
    """Files and connections that are open, without the one that this question opens."""
    try:
        with os.scandir(PROC / "fd") as entries:
            return sum(1 for _ in entries) - 1
    except OSError:
        return None


def most_files() -> int | None:
    """How many may be open."""
    if sys.platform == "win32":
        return None
    import resource

    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return None if most == resource.RLIM_INFINITY else most


@cache
def started_at() -> float | None:
    """When the process began, in seconds since 1970."""
    try:
        ticks = int((PROC / "stat").read_text().rpartition(")")[2].split()[19])
        lines = Path("/proc/stat").read_text().splitlines()
        booted = next(int(line.split()[1]) for line in lines if line.startswith("btime "))
    except (OSError, ValueError, LookupError, StopIteration):
        return None
    return booted + ticks / os.sysconf("SC_CLK_TCK")
