"""The unspent outputs of wallet.db, and an index of them beside: a page or a balance needs no scan.

Its rows are in the same batches as the records: see the guide of the package.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from pybytomd.errors import DecodeError
from pybytomd.store import schema
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.records.json_records import Changes
from pybytomd.wallet.bytom1 import BYTOM1
from pybytomd.wallet.forms import AnyUtxo
from pybytomd.wallet.index.own_rows import (
    AMOUNT,
    CHANGES_AT_ONCE,
    ID_LEVELS,
    MARK,
    MAX_AMOUNT,
    OUTPUTS,
    Coin,
    Progress,
    account_part,
    holding_part,
    is_complete,
    mark_complete,
    parse_holding,
    quiet,
    remove_rows,
    told,
)
from pybytomd.wallet.index.ranked_rows import BEHIND_ALL, RankedRows
from pybytomd.wallet.index.recent_answers import RecentAnswers
from pybytomd.wallet.index.tally import Tally, TallyBatch, number

logger = logging.getLogger(__name__)

Holding = tuple[str, bytes, int]
"""What an account has in a purse: its id, the purse, which on 1.x is the id of an asset, and the amount."""

HEX_DIGITS = frozenset("0123456789abcdef")
ID_DIGITS = 64
UINT64 = (1 << 64) - 1

BY_SIZE = OUTPUTS + b"s"
"""account, purse, amount (the largest first), output id -> the height from which on it can be spent"""
HOLDINGS = OUTPUTS + b"z"
"""account, purse -> amount, and how many outputs in the lowest 64 bits. The last table: who reads it to its end
looks at what follows as well, which would be the largest outputs, and of these most were spent.
"""
ONE_OUTPUT_BITS = 64

REMEMBERED_ROWS = 10_000
REMOVED_TO_COMPACT = 10_000
"""After so many outputs were spent the order by amount is rid of them, in less than a second: change is among the
largest outputs again and again, and who looks for these passes over all that were there before.
"""

Watcher = Callable[[Iterable[bytes]], None]
"""Called with the ids of outputs that were written or removed, after they were."""


class UtxoSet:
    """The unspent outputs of accounts and contracts. Safe to use from several threads, one of which writes.

    Every method raises StoreError when the database fails; a record that does not parse is logged and left out,
    as in the reference.
    """

    def __init__(
        self,
        database: KeyValueStore,
        read: Callable[[bytes], AnyUtxo] = BYTOM1.read_utxo,
        progress: Progress = quiet,
    ) -> None:
        """``read`` reads the stored form of an output of this chain's ledger.

        An index that cannot be relied on is made anew, which ``progress`` is told of.
        """
        self._database = database
        self._read = read
        self._lock = threading.RLock()
        self._tally = Tally(database)
        self._found: dict[bytes, bytes | None] = {}
        """Rows of outputs of accounts looked for since the last change: who indexes a block asks several times."""
        self._coins = RankedRows(database, OUTPUTS + b"a", OUTPUTS + b"A", ID_LEVELS)
        """Those of accounts, with what is known of them."""
        self._by_account = RankedRows(database, OUTPUTS + b"b", OUTPUTS + b"B", ID_LEVELS)
        self._contracts = RankedRows(database, OUTPUTS + b"c", OUTPUTS + b"C", ID_LEVELS)
        self._recent = RecentAnswers()
        self._removed = 0
        self.changes = 0
        """Goes up before anything is written."""
        self._watchers: list[Watcher] = []
        if not is_complete(database, OUTPUTS):
            self.reload(progress)

    def __len__(self) -> int:
        return self._coins.total(b"")

    def reload(self, progress: Progress = quiet) -> None:
        """Read all records anew, after somebody else has changed them."""
        with self._lock, self._tally.batch() as batch:
            self.others_wrote()
            remove_rows(self._database, OUTPUTS)
            for key, data in told(self.records(), "unspent outputs", progress):
                utxo = self._parse(key, data)
                if utxo is None:
                    continue
                if key.startswith(schema.OWN_OUTPUT_PREFIX):
                    self._add_coin(batch, utxo, is_new=key == schema.own_output_key(utxo.output_id))
                else:
                    self._add_contract(batch, utxo.output_id)
                if len(batch) >= CHANGES_AT_ONCE:
                    batch.settle()
                    batch.write()
            batch.settle()
            batch.write()
            mark_complete(self._database, OUTPUTS)

    def write(
        self, changes: Mapping[bytes, bytes | None], added: Sequence[AnyUtxo], removed: Sequence[AnyUtxo]
    ) -> None:
        """Write a batch that has the records of ``added`` and removes those of ``removed``, and follow it.

        An output in both counts as added.
        """
        with self._lock, self._tally.batch(dict(changes)) as batch:
            for utxo in removed:
                self._remove(batch, utxo)
            for utxo in added:
                if utxo.is_contract:
                    self._add_contract(batch, utxo.output_id)
                else:
                    self._add_coin(batch, utxo)
            batch.settle()
            self.changes += 1
            self._recent.forget()
            batch.write()
            self._found = {}  # another one: who looks something up at this moment has the one before
            ids = [utxo.output_id for utxo in (*added, *removed)]
            for watcher in self._watchers:
                watcher(ids)

    def mend(self, changes: Mapping[bytes, bytes | None]) -> None:
        """Change records, whatever they are, and read all anew: in one step they are not relied on any more."""
        self._database.write({**changes, OUTPUTS + MARK: None})
        self.reload()

    def watch(self, watcher: Watcher) -> None:
        """Have it called whenever outputs were written or removed."""
        self._watchers.append(watcher)

    def get(self, output_id: bytes) -> AnyUtxo | None:
        """The record of an output, of an account or a contract."""
        for key in (schema.own_output_key(output_id), schema.contract_output_key(output_id)):
            data = self._database.get(key)
            if data is not None:
                return self._parse(key, data)
        return None

    def is_own(self, output_id: bytes) -> bool:
        """Whether an unspent output is of an account here."""
        return self._row(output_id) is not None

    def is_kept(self, utxo: AnyUtxo) -> bool:
        """Whether there is a record of an output."""
        if utxo.is_contract:
            return self._contracts.value(b"", utxo.output_id) is not None
        return self._row(utxo.output_id) is not None

    def coins(self, account_id: str, purse: bytes, after: tuple[int, bytes] | None = None) -> Iterator[Coin]:
        """The outputs of an account in a purse, the largest first, those of one amount by id.

        They begin with the first, or ``after`` an amount and id. What is added or removed meanwhile may be missed
        or met.
        """
        prefix = BY_SIZE + holding_part(account_id, purse)
        last = None if after is None else prefix + _largest_first(after[0]) + after[1]
        for key, value in self._database.iterate(prefix, after=last):
            yield _coin_of(key, value, len(prefix), account_id, purse)

    def sufficient_coins(self, account_id: str, purse: bytes, amount: int) -> Iterator[Coin]:
        """Those that hold an amount alone, the other way round: the smallest first, those of one amount by id."""
        if amount > MAX_AMOUNT:
            return
        prefix = BY_SIZE + holding_part(account_id, purse)
        first = prefix + _largest_first(amount) + BEHIND_ALL
        for key, value in self._database.iterate(prefix, reverse=True, after=first):
            yield _coin_of(key, value, len(prefix), account_id, purse)

    def balances(self, account_id: str = "") -> list[Holding]:
        """Account id, purse and amount of all that accounts hold, by account and purse; or of one account.

        Quirk: sums wrap around after 64 bits.
        """
        with self._lock:
            return self._recent.ask(self._balances, account_id)

    def count(self, account_id: str = "", id_prefix: str = "", *, contracts: bool = False) -> int:
        """How many outputs ``page`` chooses from."""
        with self._lock:
            return self._recent.ask(self._count, account_id, id_prefix, contracts)

    def page(
        self, start: int, end: int, account_id: str = "", id_prefix: str = "", *, contracts: bool = False
    ) -> list[bytes]:
        """The ids of outputs ``start`` to ``end`` in descending order, of one account or all.

        ``id_prefix`` is the beginning of an id in hex. Outputs of contracts are of no account.
        """
        with self._lock:
            return self._recent.ask(self._page, start, end, account_id, id_prefix, contracts)

    def coin(self, output_id: bytes) -> Coin | None:
        """What the indexes know of an output of an account."""
        data = self._row(output_id)
        return None if data is None else Coin.from_bytes(output_id, data)

    def records(self) -> Iterator[tuple[bytes, bytes]]:
        """All keys and records, as they are in the database."""
        yield from self._database.iterate(schema.OWN_OUTPUT_PREFIX)
        yield from self._database.iterate(schema.CONTRACT_OUTPUT_PREFIX)

    def removal_of(self, account_id: str) -> Changes:
        """What removes the outputs of an account, records and rows. Call ``others_wrote`` when it is done."""
        with self._lock:
            batch = TallyBatch(self._database, {}, None)
            for output_id in self._by_account.ascending(account_part(account_id)):
                batch.put(schema.own_output_key(output_id), None)
                self._remove_coin(batch, output_id)
            batch.settle()
            return batch.changes

    def compact(self) -> None:
        """Something to do when there is nothing else. Raises StoreError."""
        if self._removed >= REMOVED_TO_COMPACT:
            self._removed = 0
            self._database.compact(BY_SIZE, BY_SIZE + BEHIND_ALL)

    def others_wrote(self) -> None:
        """What is remembered may have changed."""
        with self._lock:
            self.changes += 1
            self._tally.forget()
            self._recent.forget()
            self._found = {}

    def _row(self, output_id: bytes) -> bytes | None:
        """What the index has of an output of an account."""
        found = self._found
        if output_id in found:
            return found[output_id]
        data = self._coins.value(b"", output_id)
        if len(found) < REMEMBERED_ROWS:
            found[output_id] = data
        return data

    def _balances(self, account_id: str) -> list[Holding]:
        prefix = HOLDINGS + (account_part(account_id) if account_id else b"")
        rows = self._database.iterate(prefix)
        found = ((*parse_holding(key[len(HOLDINGS) :]), number(value)) for key, value in rows)
        return sorted((account, purse, held >> ONE_OUTPUT_BITS & UINT64) for account, purse, held in found)

    def _count(self, account_id: str, id_prefix: str, contracts: bool) -> int:
        rows, of = self._list(account_id, contracts)
        if not id_prefix:
            return rows.total(of)
        if len(id_prefix) == ID_DIGITS:
            return len(_one(rows, of, id_prefix))
        low, high = _range(rows, of, id_prefix)
        return high - low

    def _page(self, start: int, end: int, account_id: str, id_prefix: str, contracts: bool) -> list[bytes]:
        rows, of = self._list(account_id, contracts)
        above = 0
        if len(id_prefix) == ID_DIGITS:  # the usual question for one
            found = _one(rows, of, id_prefix)
            return found if start == 0 < end else []
        if id_prefix:
            low, high = _range(rows, of, id_prefix)
            above, end = rows.total(of) - high, min(end, high - low)
        if end <= start:
            return []
        return list(islice(rows.descending(of, above + start), end - start))

    def _list(self, account_id: str, contracts: bool) -> tuple[RankedRows, bytes]:
        """Which outputs are asked for. Those of contracts are of no account: there is no such list then."""
        if contracts:
            return self._contracts, account_part(account_id) if account_id else b""
        return (self._by_account, account_part(account_id)) if account_id else (self._coins, b"")

    # --- changes ------------------------------------------------------------------------------------------------

    def _add_contract(self, batch: TallyBatch, output_id: bytes) -> None:
        if self._contracts.get(batch, b"", output_id) is None:
            self._contracts.add(batch, b"", output_id)

    def _add_coin(self, batch: TallyBatch, utxo: AnyUtxo, *, is_new: bool = False) -> None:
        """``is_new``: it is not in the index for sure."""
        output_id = utxo.output_id
        coin = Coin(output_id, utxo.account_id, utxo.purse, utxo.amount, utxo.valid_height)
        if not is_new:
            known = self._coins.get(batch, b"", output_id)
            if known == coin.to_bytes():  # as in a rescan
                return
            if known is not None:
                self._remove_coin(batch, output_id)
        self._coins.add(batch, b"", output_id, coin.to_bytes())
        self._by_account.add(batch, account_part(coin.account_id), output_id)
        batch.put(_size_key(coin), coin.valid_height.to_bytes((coin.valid_height.bit_length() + 7) >> 3, "big"))
        batch.add(_holding_key(coin), coin.amount << ONE_OUTPUT_BITS | 1)

    def _remove(self, batch: TallyBatch, utxo: AnyUtxo) -> None:
        if not utxo.is_contract:
            self._remove_coin(batch, utxo.output_id)
        elif self._contracts.get(batch, b"", utxo.output_id) is not None:
            self._contracts.remove(batch, b"", utxo.output_id)

    def _remove_coin(self, batch: TallyBatch, output_id: bytes) -> None:
        data = self._coins.get(batch, b"", output_id)
        if data is None:
            return
        coin = Coin.from_bytes(output_id, data)
        self._removed += 1
        self._coins.remove(batch, b"", output_id)
        self._by_account.remove(batch, account_part(coin.account_id), output_id)
        batch.put(_size_key(coin), None)
        batch.add(_holding_key(coin), -(coin.amount << ONE_OUTPUT_BITS | 1))

    def _parse(self, key: bytes, data: bytes) -> AnyUtxo | None:
        try:
            return self._read(data)
        except DecodeError as error:
            logger.warning(
                "an unspent output does not parse", extra={"key": key.decode("ascii"), "err": str(error)}
            )
            return None


def _range(rows: RankedRows, of: bytes, id_prefix: str) -> tuple[int, int]:
    """How many ids of a list are below those that begin with a prefix, and with them."""
    if len(id_prefix) > ID_DIGITS or not HEX_DIGITS.issuperset(id_prefix):
        return 0, 0
    first = bytes.fromhex(id_prefix.ljust(ID_DIGITS, "0"))
    last = bytes.fromhex(id_prefix.ljust(ID_DIGITS, "f"))
    return rows.below(of, first), rows.below(of, last + b"\x00")


def _one(rows: RankedRows, of: bytes, digits: str) -> list[bytes]:
    """The id of these digits, if it is in a list."""
    if not HEX_DIGITS.issuperset(digits):
        return []
    output_id = bytes.fromhex(digits)
    return [] if rows.value(of, output_id) is None else [output_id]


def _largest_first(amount: int) -> bytes:
    return AMOUNT.pack(MAX_AMOUNT - amount)


def _size_key(coin: Coin) -> bytes:
    return BY_SIZE + holding_part(coin.account_id, coin.purse) + _largest_first(coin.amount) + coin.output_id


def _holding_key(coin: Coin) -> bytes:
    return HOLDINGS + holding_part(coin.account_id, coin.purse)


def _coin_of(key: bytes, value: bytes, start: int, account_id: str, purse: bytes) -> Coin:
    """The output of a row of ``BY_SIZE``, whose amount stands at ``start``."""
    amount = MAX_AMOUNT - AMOUNT.unpack_from(key, start)[0]
    return Coin(key[start + AMOUNT.size :], account_id, purse, amount, number(value))
