"""Which transactions of ours there are, newest first, of all accounts or one: indexes in memory over wallet.db.

Nothing of the indexes is stored: they are read anew at start, 100,000 transactions in a few seconds. So they
cannot disagree with the database, whoever wrote it last.
"""

from __future__ import annotations

import logging
import threading
from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping

import msgspec
import orjson

from pybytomd.chain.annotated import JsonObject, account_ids
from pybytomd.errors import StoreError
from pybytomd.store import schema
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.records.json_records import damaged

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
    """The places of our transactions in the main chain. Safe to use from several threads."""

    def __init__(self, database: KeyValueStore) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._accounts: dict[Position, tuple[str, ...]] = {}
        self._all: list[Position] = []
        self._by_account: dict[str, list[Position]] = {}
        self._shared: dict[tuple[str, ...], tuple[str, ...]] = {}
        self.generation = 0
        """Changes when the record of a place that was known may have changed."""
        self.reload()

    def __len__(self) -> int:
        return len(self._all)

    def reload(self) -> None:
        """Read all records anew, after somebody else has changed them. One that does not parse is left out."""
        with self._lock:
            self._accounts.clear()
            self._all.clear()
            self._by_account.clear()
            self.generation += 1
            for key, data in self._database.iterate(schema.TRANSACTION_PREFIX):
                try:
                    position = schema.parse_transaction_position(key[len(schema.TRANSACTION_PREFIX) :])
                    self._put(position, tuple(sorted(_named_accounts(key, data))))
                except (StoreError, ValueError) as error:
                    logger.warning("a transaction does not parse", extra={"key": repr(key), "err": str(error)})

    def follow(self, added: Mapping[Position, Iterable[str]], removed: Iterable[Position]) -> None:
        """Take over what was written to the database: transactions with the accounts they name, and removals."""
        with self._lock:
            for position in removed:
                self._drop(position)
            for position, accounts in added.items():
                named = tuple(sorted(accounts))
                if self._accounts.get(position) == named:  # as in a rescan: its places stay the same
                    self.generation += 1
                    continue
                self._drop(position)
                self._put(position, named)

    def count(self, account_id: str = "") -> int:
        """How many transactions ``page`` chooses from."""
        with self._lock:
            return len(self._of(account_id))

    def page(self, start: int, end: int, account_id: str = "") -> list[Position]:
        """Transactions ``start`` to ``end`` from the newest one back, of one account or all."""
        with self._lock:
            positions = self._of(account_id)
            total = len(positions)
            return positions[max(0, total - end) : max(0, total - start)][::-1]

    def _of(self, account_id: str) -> list[Position]:
        return self._by_account.get(account_id, []) if account_id else self._all

    def _put(self, position: Position, named: tuple[str, ...]) -> None:
        self._accounts[position] = self._shared.setdefault(named, named)
        _insert(self._all, position)
        for account_id in named:
            _insert(self._by_account.setdefault(account_id, []), position)

    def _drop(self, position: Position) -> None:
        named = self._accounts.pop(position, None)
        if named is None:
            return
        self.generation += 1
        del self._all[bisect_left(self._all, position)]
        for account_id in named:
            positions = self._by_account[account_id]
            del positions[bisect_left(positions, position)]
            if not positions:
                del self._by_account[account_id]


def _insert(positions: list[Position], position: Position) -> None:
    """Keep a list in order. Most positions are new ones, at the end."""
    if positions and position < positions[-1]:
        insort(positions, position)
    else:
        positions.append(position)


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
