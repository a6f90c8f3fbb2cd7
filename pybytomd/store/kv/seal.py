"""Whether anybody else has had a LevelDB database open: what it keeps beside its data is of use only if not.

Whoever opens one for writing, this program, the Go library of the reference or a tool, begins a new list of tables
(MANIFEST) under a number that was not used before, and names it in CURRENT. A seal is the name of that list and
what it began with. It is stored in the database itself by the opening that it belongs to, so that a copy of the
files, of whatever day, has the seal that goes with what is in it. If the next opening finds that list in place,
nobody was there in between.
"""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple, Self

from pybytomd.store.kv.directory import CURRENT_FILE, MAX_CURRENT

HEAD_SIZE = 1 << 20
"""So much of a list of tables is compared: what it has when it is begun, a hundred bytes for each table."""
DIGEST_SIZE = 16


class Tables(NamedTuple):
    """The list of tables that is in use: its name, and what it begins with."""

    name: bytes
    head: bytes

    @classmethod
    def of(cls, directory: Path) -> Self | None:
        """That of a database, None where it cannot be read."""
        try:
            with (directory / CURRENT_FILE).open("rb") as file:
                name = file.read(MAX_CURRENT).strip()
            with (directory / name.decode("ascii")).open("rb") as file:
                return cls(name, file.read(HEAD_SIZE))
        except (OSError, ValueError):
            return None

    def seal(self) -> bytes:
        """What the database is to hold while this list is in use. It may grow."""
        return b"%s %d %s" % (self.name, len(self.head), _digest(self.head))

    def has(self, seal: bytes) -> bool:
        """Whether a seal is of this list."""
        name, _, rest = seal.partition(b" ")
        size, _, digest = rest.partition(b" ")
        if name != self.name or not size.isdigit() or len(size) > len(str(HEAD_SIZE)):
            return False
        head = self.head[: int(size)]
        return len(head) == int(size) and _digest(head) == digest


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=DIGEST_SIZE).hexdigest().encode()
