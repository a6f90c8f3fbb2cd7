"""A book of addresses that answered our calls, kept over restarts.

The UDP table finds nodes; this remembers which of them were good to call, so that a node has somebody to turn to
right after a start, also where UDP is blocked. (The reference has the option for such a file and no code for it.)
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from random import Random

from pybytomd.clock import Clock
from pybytomd.errors import ConfigError
from pybytomd.files import write_whole
from pybytomd.p2p.network_address import NetAddress

logger = logging.getLogger(__name__)

MAX_ENTRIES = 1000
"""Addresses kept; the one whose last answer is oldest goes first."""
MAX_FAILURES = 8
"""Failed calls in a row after which an address is struck out."""
MAX_AGE = 30 * 24 * 3600
"""Seconds since the last answer after which an address is struck out."""
MAX_FILE_SIZE = 1024 * 1024
FORMAT = 1


@dataclass(slots=True)
class Entry:
    """One address: who answered there and when (Unix seconds), and how many calls failed since."""

    node_id: str
    answered_at: int
    failures: int = 0


class AddressBook:
    """Addresses worth calling again; a source and a call log for the switch."""

    def __init__(self, clock: Clock, random: Random | None = None) -> None:
        self._clock = clock
        self._random = random or Random()  # noqa: S311 - spreads calls, protects nothing
        self._entries: dict[NetAddress, Entry] = {}
        self._changed = False

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, address: NetAddress) -> bool:
        return address in self._entries

    def answered(self, address: NetAddress, node_id: str) -> None:
        """A node answered at the address."""
        self._entries.pop(address, None)
        self._entries[address] = Entry(node_id, int(self._clock.now()))
        if len(self._entries) > MAX_ENTRIES:
            oldest = min(self._entries, key=lambda known: self._entries[known].answered_at)
            del self._entries[oldest]
        self._changed = True

    def failed(self, address: NetAddress) -> None:
        """Nobody of use answered at the address."""
        entry = self._entries.get(address)
        if entry is None:
            return
        entry.failures += 1
        if entry.failures >= MAX_FAILURES:
            del self._entries[address]
        self._changed = True

    def candidates(self, count: int) -> list[NetAddress]:
        """Up to ``count`` addresses: those that failed least, in random order among equals."""
        addresses = self._random.sample(list(self._entries), len(self._entries))
        return sorted(addresses, key=lambda address: self._entries[address].failures)[:count]

    def encode(self) -> bytes:
        """The book as JSON text."""
        rows = [
            {"address": str(a), "node_id": e.node_id, "answered_at": e.answered_at, "failures": e.failures}
            for a, e in self._entries.items()
        ]
        return json.dumps({"format": FORMAT, "addresses": rows}, indent=1).encode()

    def decode(self, data: bytes) -> None:
        """Fill the book from JSON text; what cannot be read, or is too old, is left out with a warning."""
        try:
            rows = json.loads(data)["addresses"]
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            logger.warning("the address book is damaged and starts anew", extra={"reason": repr(error)})
            return
        oldest = self._clock.now() - MAX_AGE
        for row in rows[:MAX_ENTRIES] if isinstance(rows, list) else ():
            try:
                address = NetAddress.parse(row["address"])
                entry = Entry(str(row["node_id"]), int(row["answered_at"]), int(row["failures"]))
            except (ConfigError, ValueError, OverflowError, TypeError, KeyError, AttributeError) as error:
                logger.warning("an entry of the address book is damaged", extra={"reason": repr(error)})
                continue
            if entry.answered_at >= oldest:
                self._entries[address] = entry

    def load(self, path: Path) -> None:
        """Read the book from a file; a missing one is an empty book."""
        try:
            with path.open("rb") as file:
                self.decode(file.read(MAX_FILE_SIZE))
        except FileNotFoundError:
            return
        except OSError as error:
            logger.warning("the address book cannot be read", extra={"path": str(path), "reason": str(error)})

    def save(self, path: Path) -> None:
        """Write the book to a file as one step, if anything changed since the last time."""
        if not self._changed:
            return
        try:
            write_whole(path, self.encode())
        except OSError as error:
            logger.warning("the address book cannot be written", extra={"path": str(path), "reason": str(error)})
            return
        self._changed = False
