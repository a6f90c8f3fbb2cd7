"""Which transactions of ours there are, newest first, of all accounts or one: an index in wallet.db.

Its rows are beside the records, in the same batches: see the guide of the package.
"""

from __future__ import annotations

import logging
import struct
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice

import msgspec
import orjson

from pybytomd.chain.annotated import JsonObject, account_ids
from pybytomd.errors import StoreError
from pybytomd.store import schema
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.records.json_records import Changes, damaged
from pybytomd.wallet.index.own_rows import (
    CHANGES_AT_ONCE,
    PLACE,
    PLACE_LEVELS,
    TRANSACTIONS,
    Progress,
    account_part,
    is_complete,
    mark_complete,
    quiet,
    read_account,
    remove_rows,
    told,
)
from pybytomd.wallet.index.ranked_rows import RankedRows
from pybytomd.wallet.index.recent_answers import RecentAnswers
from pybytomd.wallet.index.tally import Tally, TallyBatch

logger = logging.getLogger(__name__)


class _Side(msgspec.Struct, gc=False):
    """An input or output, of which only the account is wanted."""

    account_id: str | None = None


class _Transaction(msgspec.Struct, gc=False):
    """A stored transaction, of which only the accounts are wanted."""

    inputs: list[_Side] | None = None
    outputs: list[_Side] | None = None


_accounts_of = msgspec.json.Decoder(_Transaction).decode

Position = tuple[int, int]
"""Block height and position in the block."""


def parse_transaction(key: bytes, data: bytes) -> JsonObject:
    """The JSON object of a stored transaction. Raises StoreError."""
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise damaged(key, error) from error
    if not isinstance(value, dict):
        raise damaged(key, "it is no object")
    return value


class TransactionIndex:
    """The places of our transactions in the main chain. Safe to use from several threads, one of which writes.

    What reads or writes raises StoreError.
    """

    def __init__(self, database: KeyValueStore, progress: Progress = quiet) -> None:
        """An index that cannot be relied on is made anew, which ``progress`` is told of."""
        self._database = database
        self._lock = threading.RLock()
        self._tally = Tally(database)
        self._all = RankedRows(database, TRANSACTIONS + b"a", TRANSACTIONS + b"A", PLACE_LEVELS)
        self._by_account = RankedRows(database, TRANSACTIONS + b"b", TRANSACTIONS + b"B", PLACE_LEVELS)
        self._recent = RecentAnswers()
        self.generation = 0
        """Changes when the record of a place that was known may have changed."""
        if not is_complete(database, TRANSACTIONS):
            self.reload(progress)

    def __len__(self) -> int:
        return self.count()

    def reload(self, progress: Progress = quiet) -> None:
        """Read all records anew, after somebody else has changed them. One that does not parse is left out."""
        with self._lock, self._tally.batch() as batch:
            self.others_wrote()
            remove_rows(self._database, TRANSACTIONS)
            records = self._database.iterate(schema.TRANSACTION_PREFIX)
            for key, data in told(records, "transactions", progress):
                try:
                    position = schema.parse_transaction_position(key[len(schema.TRANSACTION_PREFIX) :])
                    place, named = PLACE.pack(*position), sorted(_named_accounts(key, data))
                except (StoreError, ValueError, struct.error) as error:
                    logger.warning("a transaction does not parse", extra={"key": repr(key), "err": str(error)})
                    continue
                self._put(batch, place, named)
                if len(batch) >= CHANGES_AT_ONCE:
                    batch.settle()
                    batch.write()
            batch.settle()
            batch.write()
            mark_complete(self._database, TRANSACTIONS)

    @contextmanager
    def following(
        self, changes: Changes, added: Mapping[Position, Iterable[str]], removed: Iterable[Position]
    ) -> Iterator[None]:
        """Add to changes of records what they change here: transactions with the accounts they name, and removals.

        They are to be written within, where nobody reads meanwhile.
        """
        with self._lock, self._tally.batch(changes) as batch:
            is_known_changed = False
            for position in removed:
                is_known_changed |= self._drop(batch, PLACE.pack(*position))
            for position, accounts in added.items():
                place, named = PLACE.pack(*position), sorted(accounts)
                known = self._all.get(batch, b"", place)
                if known is not None:
                    is_known_changed = True
                    if known == b"".join(map(account_part, named)):
                        continue  # as in a rescan: its places stay the same
                    self._drop(batch, place)
                self._put(batch, place, named)
            batch.settle()
            self._recent.forget()
            yield
            self.generation += is_known_changed

    def others_wrote(self) -> None:
        """What is remembered may have changed."""
        with self._lock:
            self._tally.forget()
            self._recent.forget()
            self.generation += 1

    def count(self, account_id: str = "") -> int:
        """How many transactions ``page`` chooses from."""
        with self._lock:
            return self._recent.ask(self._count, account_id)

    def page(self, start: int, end: int, account_id: str = "") -> list[Position]:
        """Transactions ``start`` to ``end`` from the newest one back, of one account or all."""
        if end <= start:
            return []
        with self._lock:
            return self._recent.ask(self._page, start, end, account_id)

    def _count(self, account_id: str) -> int:
        return self._by_account.total(account_part(account_id)) if account_id else self._all.total(b"")

    def _page(self, start: int, end: int, account_id: str) -> list[Position]:
        if account_id:
            places = self._by_account.descending(account_part(account_id), start)
        else:
            places = self._all.descending(b"", start)
        return [(height, position) for height, position in map(PLACE.unpack, islice(places, end - start))]

    def _put(self, batch: TallyBatch, place: bytes, named: list[str]) -> None:
        parts = [account_part(account_id) for account_id in named]
        self._all.add(batch, b"", place, b"".join(parts))
        for part in parts:
            self._by_account.add(batch, part, place)

    def _drop(self, batch: TallyBatch, place: bytes) -> bool:
        """Whether it was there."""
        data = self._all.get(batch, b"", place)
        if data is None:
            return False
        self._all.remove(batch, b"", place)
        start = 0
        while start < len(data):
            account_id, start = read_account(data, start)
            self._by_account.remove(batch, account_part(account_id), place)
        return True


def _named_accounts(key: bytes, data: bytes) -> Iterable[str]:
    """The accounts a record names. Only their fields are read, not what others wrote into definitions: half the
    time of the whole object. Raises StoreError.
    """
    try:
        record = _accounts_of(data)
    except (msgspec.DecodeError, RecursionError):
        return account_ids(parse_transaction(key, data))
    sides = (*(record.inputs or ()), *(record.outputs or ()))
    return {side.account_id for side in sides if side.account_id}
