"""Cutting off the end of a write-ahead log that a file system filled with zeros after a power cut.

Some note the new length of a file before what was written to it. LevelDB reads a log that just ends as far as it
goes, but takes a record with zeros in it for damage. Here the log is made to end where that record begins; whether
all before it is whole, LevelDB's checksums tell.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from pybytomd.store.kv.directory import LOG_SUFFIX

BLOCK_SIZE = 32 * 1024
HEADER_SIZE = 7
"""Of a record: checksum, length, kind. Source: LevelDB's description of its log format."""
MIN_ZEROS = 32
"""Fewer may be the end of a value: a counter has seven. Ours are text otherwise, or short."""


@dataclass(frozen=True, slots=True)
class CutTail:
    """What was cut off a log, to be put back if that did not help."""

    log: Path
    start: int
    tail: bytes

    def put_back(self) -> None:
        """Make the log what it was. Raises OSError."""
        with self.log.open("r+b") as file:
            file.seek(self.start)
            file.write(self.tail)


def cut_zero_tails(directory: Path) -> list[CutTail]:
    """Cut the logs that end with zeros. Raises OSError."""
    done = []
    for log in sorted(directory.glob(f"*{LOG_SUFFIX}")):
        content = log.read_bytes()  # some megabytes at most
        written = len(content.rstrip(b"\x00"))
        if len(content) - written >= MIN_ZEROS:
            start = _record_at(content, written)
            os.truncate(log, start)
            done.append(CutTail(log, start, content[start:]))
    return done


def _record_at(content: bytes, position: int) -> int:
    """Where the record begins that a position is in, or the position if it is between two."""
    start = position // BLOCK_SIZE * BLOCK_SIZE
    while start + HEADER_SIZE <= position:
        end = start + HEADER_SIZE + int.from_bytes(content[start + 4 : start + 6], "little")
        if end > position:
            return start
        start = end
    return start
