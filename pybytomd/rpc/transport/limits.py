"""Which connections there is room for, and which bodies: how clients are kept from crowding out each other.

Only counting is done here; the connections close themselves.
"""

from __future__ import annotations

import errno
import logging
import sys
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterator
from itertools import islice
from typing import Protocol

from pybytomd.codec.hostport import is_loopback, site_of

logger = logging.getLogger(__name__)

MAX_CONNECTIONS = 1000
"""Open connections. An idle one takes up to 10 kB."""
MIN_CONNECTIONS = 8
"""So many may be open however few files are left."""
LOCAL_RESERVE = 100
"""How many of them other machines never get."""
MAX_PER_ADDRESS = 128
"""Open connections of one other machine: more than a pool of connections has. All of an IPv6 /64 count as one."""
FILES_LEFT_OVER = 192
"""Open files that the API leaves to databases and peers: as many as come in one go, and some more; at most a
quarter of those allowed. The system gives a file the lowest free number, so a high one says that few are left."""

BODY_ROOM = 32 << 20
"""Bytes of larger bodies that are held at the same time, from the first byte to the answer."""


class Connection(Protocol):
    """A connection, as far as it matters whether it may go."""

    @property
    def is_idle(self) -> bool:
        """Whether no request of it is being answered."""

    def close(self) -> None:
        """End it when the request in hand is answered."""

    def abort(self) -> None:
        """End it at once."""


def files_allowed() -> int:
    """How many files, connections among them, the process may have open."""
    if sys.platform == "win32":
        return sys.maxsize
    import resource

    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return sys.maxsize if files == resource.RLIM_INFINITY else files


def is_out_of_files(error: object) -> bool:
    """Whether an error says that no more files can be opened."""
    return isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE)


class ConnectionTable:
    """Open connections, that which has been without an answer for longest first.

    A new one always finds room as long as one that idles can go for it.
    """

    def __init__(
        self, limit: int | None = None, reserve: int = LOCAL_RESERVE, per_address: int = MAX_PER_ADDRESS
    ) -> None:
        self._limit = MAX_CONNECTIONS if limit is None else limit
        self._reserve = min(reserve, self._limit // 2)
        self._per_address = per_address
        self._sites: OrderedDict[Connection, str] = OrderedDict()
        """Not a cache: who goes depends on where it comes from, and one that is being answered never does."""
        self._counts: Counter[str] = Counter()
        self._high_files: set[Connection] = set()
        """Those whose files have numbers near the end, so that few are left."""
        self._highest_file = files_allowed() - min(FILES_LEFT_OVER, files_allowed() // 4)
        self._said = False
        self._said_at = 0

    def __len__(self) -> int:
        return len(self._sites)

    def __iter__(self) -> Iterator[Connection]:
        return iter(tuple(self._sites))

    def add(self, connection: Connection, address: str, file: int = 0) -> list[Connection]:
        """Count a connection, and say which have to go for it, itself perhaps. ``file`` is its file's number."""
        site = "" if is_loopback(address) else site_of(address)
        leaves = self._too_many(site)
        self._sites[connection] = site
        self._counts[site] += 1
        if file > self._highest_file:
            self._high_files.add(connection)
        if leaves is not None:
            self._say("too many API connections, the idlest are closed")
            return self._part_with(1, leaves)
        if self._high_files and len(self._sites) > MIN_CONNECTIONS:
            return self.spare(2)
        self._said = self._said and len(self._sites) > self._said_at // 2
        return []

    def spare(self, count: int) -> list[Connection]:
        """The idlest connections, which have to go as there are few files left to open. They no longer count."""
        self._say("few files are left to open, the idlest API connections are closed")
        return self._part_with(count, lambda _: True)

    def _part_with(self, count: int, leaves: Callable[[str], bool]) -> list[Connection]:
        idle = (one for one, site in self._sites.items() if one.is_idle and leaves(site))
        found = list(islice(idle, count))
        for connection in found:
            self.remove(connection)
        return found

    def _say(self, text: str) -> None:
        """Once, until it is much better."""
        if not self._said:
            self._said, self._said_at = True, len(self._sites)
            logger.warning(text, extra={"open": len(self._sites)})

    def _too_many(self, site: str) -> Callable[[str], bool] | None:
        """Of which sites one has to go before another of this site; None when there is room."""
        others = len(self._sites) - self._counts[""]
        if site and self._counts[site] >= self._per_address:
            return lambda its: its == site
        if site and others >= self._limit - self._reserve:
            return bool
        return (lambda _: True) if len(self._sites) >= self._limit else None

    def touch(self, connection: Connection) -> None:
        """It was answered just now."""
        if connection in self._sites:
            self._sites.move_to_end(connection)

    def remove(self, connection: Connection) -> None:
        """No longer count it."""
        self._high_files.discard(connection)
        site = self._sites.pop(connection, None)
        if site is not None:
            self._counts[site] -= 1
            if not self._counts[site]:
                del self._counts[site]


class BodyRoom:
    """Room for larger bodies, first come first served. A guest is whatever the body is for."""

    def __init__(self, size: int = BODY_ROOM) -> None:
        self._size = self._free = size
        self._taken: dict[Hashable, int] = {}
        self._waiting: dict[Hashable, tuple[int, Callable[[], None]]] = {}  # in order of arrival

    def ask(self, guest: Hashable, size: int, when_given: Callable[[], None]) -> bool:
        """Take room, or else have ``when_given`` called when there is. More than all there is counts as all."""
        size = min(size, self._size)
        if self._waiting or size > self._free:
            self._waiting[guest] = (size, when_given)
            return False
        self._take(guest, size)
        return True

    def leave(self, guest: Hashable) -> None:
        """Give back what a guest has, or no longer wait."""
        if self._waiting:
            self._waiting.pop(guest, None)
        if guest not in self._taken and not self._waiting:
            return
        self._free += self._taken.pop(guest, 0)
        while self._waiting:
            first = next(iter(self._waiting))
            size, when_given = self._waiting[first]
            if size > self._free:
                return
            del self._waiting[first]
            self._take(first, size)
            when_given()

    def _take(self, guest: Hashable, size: int) -> None:
        self._free -= size
        self._taken[guest] = size
