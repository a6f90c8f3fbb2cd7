"""The rows of the wallet's own indexes in wallet.db: their keys and values, and when they can be relied on.

All are below ``IX:``. Names of accounts, and ids where others may have written any, are given with their length,
so that no key of a table is the beginning of another one that is meant for something else.
"""

from __future__ import annotations

import logging
import struct
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple, Self

from pybytomd.store import schema
from pybytomd.store.kv.interface import KeyValueStore

logger = logging.getLogger(__name__)

TRANSACTIONS, OUTPUTS = schema.OWN_INDEX_PREFIX + b"t", schema.OWN_INDEX_PREFIX + b"o"
"""What the keys of the two indexes begin with."""
MARK = b"!"
"""An index whose rows are complete has this one, with the version."""
VERSION = b"3"
FENCES = (b"r", b"~")
"""Rows that mean nothing. LevelDB finds the end of a range by the next row that is there, and passes over all that
were removed before that: behind these tables are such of which most were.
"""
CHANGES_AT_ONCE = 20_000
"""Rows that are gathered before they are written when an index is made anew: some megabytes."""

PLACE = struct.Struct(">QI")
"""Height and position of a transaction."""
PLACE_LEVELS = (0, 12, 14, 22)
"""Digits of the counters of places: 65,536 heights, 256 of them, 256 transactions of one."""
ID_LEVELS = (0, 1, 3)
"""Digits of the counters of output ids, which are random: of 300,000 some 70 begin with the same three."""

LENGTH, AMOUNT = struct.Struct(">I"), struct.Struct(">Q")
COIN = struct.Struct(">QQI")
PARTS = 4096
"""Of keys that are kept at hand."""
LONGEST_KEPT = 100
"""Characters of names in them: whoever asks may give one as long as a request may be."""
MAX_AMOUNT = (1 << 64) - 1

Progress = Callable[[str], None]
"""Called with what is being done, and how far it is. What it raises ends the work, which begins anew next time."""
RECORDS_A_REPORT = 50_000
Record = tuple[bytes, bytes]
"""Key and value."""


def quiet(_: str) -> None:
    """Tell nobody."""


def told(records: Iterable[Record], what: str, progress: Progress) -> Iterator[Record]:
    """Records of which lists are made anew, with progress now and then and at the end, if there are any."""
    count = 0
    for count, record in enumerate(records, 1):
        yield record
        if count % RECORDS_A_REPORT == 0:
            progress(f"{count:,} {what} of the wallet are listed anew")
    if count % RECORDS_A_REPORT:
        progress(f"{count:,} {what} of the wallet are listed anew")


class Coin(NamedTuple):
    """What the indexes know of an output of an account: enough to choose it for spending and to sum it up."""

    output_id: bytes
    account_id: str
    purse: bytes
    amount: int
    valid_height: int

    def to_bytes(self) -> bytes:
        """The stored form, without the id, which is in the key."""
        purse = self.purse
        return COIN.pack(self.amount, self.valid_height, len(purse)) + purse + self.account_id.encode()

    @classmethod
    def from_bytes(cls, output_id: bytes, data: bytes) -> Self:
        """Read the stored form."""
        amount, valid_height, size = COIN.unpack_from(data)
        end = COIN.size + size
        return cls(output_id, data[end:].decode(), data[COIN.size : end], amount, valid_height)


def account_part(account_id: str) -> bytes:
    """What stands for an account in keys."""
    return (_account_part if len(account_id) <= LONGEST_KEPT else _account_part.__wrapped__)(account_id)


@lru_cache(maxsize=PARTS)
def _account_part(account_id: str) -> bytes:
    name = account_id.encode()
    return LENGTH.pack(len(name)) + name


def read_account(data: bytes, start: int) -> tuple[str, int]:
    """The account that stands at a place of a key, and where what follows begins."""
    end = start + LENGTH.size + LENGTH.unpack_from(data, start)[0]
    return data[start + LENGTH.size : end].decode(), end


def holding_part(account_id: str, purse: bytes) -> bytes:
    """What stands for an account and a purse, followed by more, in keys."""
    is_short = len(account_id) <= LONGEST_KEPT and len(purse) <= LONGEST_KEPT
    return (_holding_part if is_short else _holding_part.__wrapped__)(account_id, purse)


@lru_cache(maxsize=PARTS)
def _holding_part(account_id: str, purse: bytes) -> bytes:
    return account_part(account_id) + LENGTH.pack(len(purse)) + purse


def parse_holding(data: bytes) -> tuple[str, bytes]:
    """Account and purse of what ``holding_part`` made."""
    account_id, start = read_account(data, 0)
    return account_id, data[start + LENGTH.size :]


def is_complete(database: KeyValueStore, index: bytes) -> bool:
    """Whether the rows of an index are those of its records.

    They are not where its making was cut short, and nobody knows where another program had the database: that
    may have changed records of whose rows it knows nothing.
    """
    return database.is_sealed and database.get(index + MARK) == VERSION


def remove_rows(database: KeyValueStore, index: bytes) -> None:
    """Remove an index, bit by bit; from the first bit on it is not complete. Raises StoreError."""
    database.delete(index + MARK)
    keys: dict[bytes, bytes | None] = {}
    for key, _ in database.iterate(index):
        keys[key] = None
        if len(keys) >= CHANGES_AT_ONCE:
            database.write(keys)
            keys = {}
    database.write(keys)


def mark_complete(database: KeyValueStore, index: bytes) -> None:
    """All rows of an index are written. What there was before is not passed over any more. Raises StoreError."""
    database.write({**dict.fromkeys((index + fence for fence in FENCES), b""), index + MARK: VERSION})
    database.compact(index, index + b"\xff")
