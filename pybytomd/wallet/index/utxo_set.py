"""The unspent outputs of wallet.db with indexes in memory, so that a page or a balance needs no scan.

Nothing of the indexes is stored: they are read anew at start, 100,000 outputs in two or three seconds. So they
cannot disagree with the database, whoever wrote it last.
"""

from __future__ import annotations

import logging
import threading
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from pybytomd.errors import DecodeError
from pybytomd.store import schema
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.wallet.bytom1 import BYTOM1
from pybytomd.wallet.forms import AnyUtxo

logger = logging.getLogger(__name__)

_Key = TypeVar("_Key", bytes, tuple[int, bytes])

Holding = tuple[str, bytes, int]
"""What an account has in a purse: its id, the purse, which on 1.x is the id of an asset, and the amount."""

HEX_DIGITS = frozenset("0123456789abcdef")
ID_DIGITS = 64
UINT64 = (1 << 64) - 1
COINS_AT_ONCE = 64
"""Coins taken from an index under one lock. A payment seldom needs more than a few."""
AFTER_ALL_IDS = b"\xff" * 33


class Coin(NamedTuple):
    """What the indexes know of an output of an account: enough to choose it for spending and to sum it up."""

    output_id: bytes
    account_id: str
    purse: bytes
    amount: int
    valid_height: int


class UtxoSet:
    """The unspent outputs of accounts and contracts. Safe to use from several threads.

    Every method that reads records raises StoreError when the database fails; a record that does not parse is
    logged and left out, as in the reference.
    """

    def __init__(self, database: KeyValueStore, read: Callable[[bytes], AnyUtxo] = BYTOM1.read_utxo) -> None:
        """``read`` reads the stored form of an output of this chain's ledger."""
        self._database = database
        self._read = read
        self._lock = threading.RLock()
        self._coins: dict[bytes, Coin] = {}
        self._all: list[bytes] = []
        self._by_account: dict[str, list[bytes]] = {}
        self._by_asset: dict[tuple[str, bytes], list[tuple[int, bytes]]] = {}  # amounts negated: largest first
        self._balances: dict[tuple[str, bytes], int] = {}
        self._contracts: list[bytes] = []
        self.reload()

    def __len__(self) -> int:
        return len(self._coins)

    def reload(self) -> None:
        """Read all records anew, after somebody else has changed them."""
        with self._lock:
            for index in (self._coins, self._by_account, self._by_asset, self._balances):
                index.clear()
            self._all.clear()
            self._contracts.clear()
            accounts: dict[str, str] = {}  # of equal ids one object is enough
            purses: dict[bytes, bytes] = {}
            for key, data in self._database.iterate(schema.OWN_OUTPUT_PREFIX):
                utxo = self._parse(key, data)
                if utxo is not None:
                    account_id = accounts.setdefault(utxo.account_id, utxo.account_id)
                    purse = purses.setdefault(utxo.purse, utxo.purse)
                    self._append(Coin(utxo.output_id, account_id, purse, utxo.amount, utxo.valid_height))
            for ordered in self._by_asset.values():
                ordered.sort()
            for key, data in self._database.iterate(schema.CONTRACT_OUTPUT_PREFIX):
                utxo = self._parse(key, data)
                if utxo is not None:
                    self._contracts.append(utxo.output_id)

    def write(
        self, changes: Mapping[bytes, bytes | None], added: Sequence[AnyUtxo], removed: Sequence[AnyUtxo]
    ) -> None:
        """Write a batch that has the records of ``added`` and removes those of ``removed``, and follow it.

        An output in both counts as added.
        """
        with self._lock:
            self._database.write(changes)
            for utxo in removed:
                self._forget(utxo)
            for utxo in added:
                if utxo.is_contract:
                    self._forget(utxo)
                    insort(self._contracts, utxo.output_id)
                else:
                    self._put(Coin(utxo.output_id, utxo.account_id, utxo.purse, utxo.amount, utxo.valid_height))

    def get(self, output_id: bytes) -> AnyUtxo | None:
        """The record of an output, of an account or a contract."""
        for key in (schema.own_output_key(output_id), schema.contract_output_key(output_id)):
            data = self._database.get(key)
            if data is not None:
                return self._parse(key, data)
        return None

    def is_own(self, output_id: bytes) -> bool:
        """Whether an unspent output is of an account here."""
        return output_id in self._coins

    def is_kept(self, utxo: AnyUtxo) -> bool:
        """Whether there is a record of an output."""
        if utxo.is_contract:
            place = bisect_left(self._contracts, utxo.output_id)
            return self._contracts[place : place + 1] == [utxo.output_id]
        return utxo.output_id in self._coins

    def coins(self, account_id: str, purse: bytes, after: tuple[int, bytes] | None = None) -> Iterator[Coin]:
        """The outputs of an account in a purse, the largest first, those of one amount by id.

        They begin with the first, or ``after`` an amount and id. What is added or removed meanwhile may be missed
        or met.
        """
        last = None if after is None else (-after[0], after[1])
        while True:
            with self._lock:
                ordered = self._by_asset.get((account_id, purse), [])
                start = 0 if last is None else bisect_right(ordered, last)
                chunk = ordered[start : start + COINS_AT_ONCE]
                coins = [self._coins[output_id] for _, output_id in chunk]
            if not chunk:
                return
            yield from coins
            last = chunk[-1]

    def sufficient_coins(self, account_id: str, purse: bytes, amount: int) -> Iterator[Coin]:
        """Those that hold an amount alone, the other way round: the smallest first, those of one amount by id."""
        first = (-amount, AFTER_ALL_IDS)
        while True:
            with self._lock:
                ordered = self._by_asset.get((account_id, purse), [])
                end = bisect_left(ordered, first)
                chunk = ordered[max(0, end - COINS_AT_ONCE) : end]
                coins = [self._coins[output_id] for _, output_id in chunk]
            if not chunk:
                return
            yield from reversed(coins)
            first = chunk[0]

    def balances(self, account_id: str = "") -> list[Holding]:
        """Account id, purse and amount of all that accounts hold, by account and purse; or of one account.

        Quirk: sums wrap around after 64 bits.
        """
        with self._lock:
            return [
                (account, purse, amount & UINT64)
                for (account, purse), amount in sorted(self._balances.items())
                if account_id in ("", account)
            ]

    def count(self, account_id: str = "", id_prefix: str = "", *, contracts: bool = False) -> int:
        """How many outputs ``page`` chooses from."""
        with self._lock:
            _, low, high = self._range(account_id, id_prefix, contracts)
            return high - low

    def page(
        self, start: int, end: int, account_id: str = "", id_prefix: str = "", *, contracts: bool = False
    ) -> list[bytes]:
        """The ids of outputs ``start`` to ``end`` in descending order, of one account or all.

        ``id_prefix`` is the beginning of an id in hex. Outputs of contracts are of no account.
        """
        with self._lock:
            ids, low, high = self._range(account_id, id_prefix, contracts)
            return ids[max(low, high - end) : max(low, high - start)][::-1]

    def coin(self, output_id: bytes) -> Coin | None:
        """What the indexes know of an output of an account. It is another object once the record was rewritten."""
        return self._coins.get(output_id)

    def records(self) -> Iterator[tuple[bytes, bytes]]:
        """All keys and records, as they are in the database."""
        yield from self._database.iterate(schema.OWN_OUTPUT_PREFIX)
        yield from self._database.iterate(schema.CONTRACT_OUTPUT_PREFIX)

    def keys_of(self, account_id: str) -> list[bytes]:
        """The keys of the records of an account's outputs."""
        with self._lock:
            return [schema.own_output_key(output_id) for output_id in self._by_account.get(account_id, ())]

    def _range(self, account_id: str, id_prefix: str, contracts: bool) -> tuple[list[bytes], int, int]:
        """An index, and between which places in it the ids begin with a prefix."""
        if contracts:
            ids = self._contracts if not account_id else []
        else:
            ids = self._by_account.get(account_id, []) if account_id else self._all
        if not id_prefix:
            return ids, 0, len(ids)
        if len(id_prefix) > ID_DIGITS or not HEX_DIGITS.issuperset(id_prefix):
            return ids, 0, 0
        first = bytes.fromhex(id_prefix.ljust(ID_DIGITS, "0"))
        last = bytes.fromhex(id_prefix.ljust(ID_DIGITS, "f"))
        return ids, bisect_left(ids, first), bisect_right(ids, last)

    def _append(self, coin: Coin) -> None:
        """Add a coin with the highest id so far. Those of its account and asset must be sorted afterwards."""
        holding = (coin.account_id, coin.purse)
        self._coins[coin.output_id] = coin
        self._all.append(coin.output_id)
        self._by_account.setdefault(coin.account_id, []).append(coin.output_id)
        self._by_asset.setdefault(holding, []).append((-coin.amount, coin.output_id))
        self._balances[holding] = self._balances.get(holding, 0) + coin.amount

    def _put(self, coin: Coin) -> None:
        known = self._coins.get(coin.output_id)
        if known is not None:
            if known[:-1] == coin[:-1]:  # as in a rescan: its places stay the same, no index has its valid height
                self._coins[coin.output_id] = coin
                return
            self._drop(known)
        holding = (coin.account_id, coin.purse)
        self._coins[coin.output_id] = coin
        insort(self._all, coin.output_id)
        insort(self._by_account.setdefault(coin.account_id, []), coin.output_id)
        insort(self._by_asset.setdefault(holding, []), (-coin.amount, coin.output_id))
        self._balances[holding] = self._balances.get(holding, 0) + coin.amount

    def _forget(self, utxo: AnyUtxo) -> None:
        if utxo.is_contract:
            _remove(self._contracts, utxo.output_id)
            return
        coin = self._coins.get(utxo.output_id)
        if coin is not None:
            self._drop(coin)

    def _drop(self, coin: Coin) -> None:
        holding = (coin.account_id, coin.purse)
        del self._coins[coin.output_id]
        _remove(self._all, coin.output_id)
        _remove(self._by_account[coin.account_id], coin.output_id)
        _remove(self._by_asset[holding], (-coin.amount, coin.output_id))
        self._balances[holding] -= coin.amount
        if not self._by_asset[holding]:
            del self._by_asset[holding], self._balances[holding]
        if not self._by_account[coin.account_id]:
            del self._by_account[coin.account_id]

    def _parse(self, key: bytes, data: bytes) -> AnyUtxo | None:
        try:
            return self._read(data)
        except DecodeError as error:
            logger.warning(
                "an unspent output does not parse", extra={"key": key.decode("ascii"), "err": str(error)}
            )
            return None


def _remove(ordered: list[_Key], key: _Key) -> None:
    place = bisect_left(ordered, key)
    if place < len(ordered) and ordered[place] == key:
        del ordered[place]
