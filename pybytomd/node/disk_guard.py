"""Watches the disk of the databases: little room stops syncing and mining, before there is none.

When there is room again they go on. What is small and was asked for, an account, a payment, goes on being written:
there is a reserve left for it. A disk that others fill up all the same each database meets (``store.leveldb``).
"""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from pybytomd.rpc.figures.storage_report import StorageReport

logger = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
SIZES_EVERY = 12
"""Looks between which the sizes of the databases are taken to be the same: there may be thousands of files."""
MEGABYTE = 1_000_000
LARGEST_PART = 20
"""At most this part of a disk is kept free, however small it is."""
ROOM_TO_GO_ON = 1.25
"""So many times as much has to be free before what has stopped goes on, so that it does not stop and go."""

Measure = Callable[[Path], tuple[int, int]]
"""Bytes of a disk, and those that are free. Raises OSError."""


class Stoppable(Protocol):
    """What writes much of its own accord."""

    def hold(self, reason: str) -> None:
        """Do no more of it, for a reason that people are told. From any thread."""

    def release(self) -> None:
        """Go on where it stopped. From any thread."""


def measured(directory: Path) -> tuple[int, int]:
    """What the system says of the disk of a directory. Raises OSError."""
    usage = shutil.disk_usage(directory)
    return usage.total, usage.free


def database_sizes(directory: Path) -> Mapping[str, int]:
    """The bytes of the files of each database. What goes away meanwhile does not count."""
    found: dict[str, int] = {}
    try:
        databases = [path for path in directory.iterdir() if path.suffix == ".db"]
    except OSError:
        return found
    for database in sorted(databases):
        found[database.stem] = sum(map(_size, database.rglob("*")))
    return found


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0


class DiskGuard:
    """Looks at the disk of ``directory`` and holds the ``parts`` while fewer than ``reserve`` bytes are free.

    A reserve of 0 only looks. ``say`` tells the operator.
    """

    def __init__(
        self,
        directory: Path,
        reserve: int,
        parts: Sequence[Stoppable],
        say: Callable[[str], None],
        *,
        measure: Measure = measured,
    ) -> None:
        self._directory = directory
        self._reserve = reserve
        self._parts = parts
        self._say = say
        self._measure = measure
        self._low = ""
        self._looks = 0
        self._sizes: Mapping[str, int] = {}
        self.report: StorageReport | None = None
        """What was seen last."""

    async def look(self) -> None:
        """Look, and hold the parts or let them go."""
        report = await asyncio.to_thread(self._seen)
        if report is None:
            return
        if report.low and not self._low:
            self._tell(f"{report.low}; syncing and mining stop until there is room")
            for part in self._parts:
                await asyncio.to_thread(part.hold, report.low)
        elif self._low and not report.low:
            self._tell("there is room on the disk again: syncing and mining go on")
            for part in self._parts:
                await asyncio.to_thread(part.release)
        self._low = report.low
        self.report = report

    def _tell(self, text: str) -> None:
        """To the operator, and to who reads the log later."""
        self._say(text)
        logger.info(text)

    def _seen(self) -> StorageReport | None:
        try:
            total, free = self._measure(self._directory)
        except OSError as error:  # a disk that cannot be asked is not told to be full
            logger.warning("the room on the disk of %s is not known: %s", self._directory, error.strerror)
            return None
        if self._looks % SIZES_EVERY == 0:
            self._sizes = database_sizes(self._directory)
        self._looks += 1
        reserve = min(self._reserve, total // LARGEST_PART)
        least = reserve * ROOM_TO_GO_ON if self._low else reserve
        low = "" if free >= least else self._text(free, reserve)
        return StorageReport(free, total, self._sizes, low)

    def _text(self, free: int, reserve: int) -> str:
        return (
            f"the disk of {self._directory} is nearly full: {free / MEGABYTE:.1f} MB are free, "
            f"and {reserve / MEGABYTE:.1f} MB are to stay so"
        )
